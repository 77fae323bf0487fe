import LogPatterns
import TestSupport
import Testing

/// Patterns that nobody meant: each is refused in a sentence or matches, and none stops the program.
@Suite struct DamageTests {
    private static let parts = [
        "{", "}", "[", "]", "(", ")", "$", ".", "...", "*", "\"", "'", "%", "\\", "\\x", "|", "||", "&&", "&", "=",
        "!=",
        "<=", ">", "-", "?", ",", " ", "^", "+", "{2}", "{,3}", "a", "é", "1e3", "0", "IS", "NULL", "NOT", "EXISTS",
        "$.a",
        "$.a[0]", "[*]", "w1", "\u{0}", "🙂",
    ]
    private static let messages = [
        "", "a", #"{"a":[1,{"b":null}],"é":"x"}"#, #"w1 [x "y 1e3"#, "\u{0}\\\"%", String(repeating: "[ {", count: 50),
    ]

    @Test(arguments: 1...20) func noPatternStopsTheProgram(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let count = Int.random(in: 1...12, using: &random)
            let opening = ["", "{ $.a = ", "[a = ", "%"].randomElement(using: &random)!
            let closing = ["", " }", "]", "%"].randomElement(using: &random)!
            let text = opening + (0..<count).map { _ in Self.parts.randomElement(using: &random)! }.joined() + closing
            do {
                let pattern = try LogPattern(text)
                for message in Self.messages { _ = pattern.matches(message) }
            } catch {
                #expect(error.message.hasSuffix("."), "\(text): \(error.message)")
            }
        }
    }
}
