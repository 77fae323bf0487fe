import Testing

@testable import sluice

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("\u{1B}[2J", #"\u001b[2J"#),
        ("\u{1B}]0;a title\u{07}", #"\u001b]0;a title\u0007"#),
        ("paid\rdue ", #"paid\u000ddue "#),
        ("back\u{08}\u{7F}", #"back\u0008\u007f"#),
        // CSI in eight bits.
        ("\u{9B}31m", #"\u009b31m"#),
        ("1\u{202E}00", #"1\u202e00"#),
        ("\u{2066}a\u{2069}", #"\u2066a\u2069"#),
        ("\u{0}", #"\u0000"#),
    ])
    func whatATerminalWouldObeyIsShown(_ text: String, _ expected: String) {
        #expect(TerminalText.harmless(text) == expected)
    }

    @Test(arguments: [
        "", "A-1  9.50 USD\n", "a\tb", "Zürich 注文 👩‍🚀 e\u{301}", #"\u001b"#, "\u{A0}", "right-to-left: שלום",
    ])
    func wordsStayAsTheyAre(_ text: String) {
        #expect(TerminalText.harmless(text).unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test func noCharacterOfControlIsLeft() {
        for value in (0 as UInt32)...0x2100 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = TerminalText.harmless(String(Character(scalar)))
            let isControl = scalar.properties.generalCategory == .control && value != 9 && value != 10
            if isControl { #expect(shown.unicodeScalars.allSatisfy { $0.isASCII && $0.value >= 0x20 }, "\(value)") }
        }
    }

    @Test func aLineOfAPictureIsOneLineAndGivesNoOrders() {
        let line = TextLine("an alarm\n\u{1B}[31m").shown(width: 80, isColoured: false)
        #expect(line == #"an alarm \u001b[31m"#)
    }
}
