/// Text that others have written, such as orders, log lines and messages of errors, as a terminal may have it.
///
/// A terminal takes some characters for orders of its own: to clear what was said, to change its title, to type into the shell by
/// way of an answer. Who writes an order is not who reads it, so those are shown and not sent.
enum TerminalText {
    /// - Returns: the text with each such character as JSON writes it: `\u001b`. What JSON holds stays the same JSON.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isOrder) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isOrder(scalar) {
                let digits = String(scalar.value, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func isOrder(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Lines and tables are made of these two.
        case 0x09, 0x0A: false
        // Escape and its kin, in seven bits and in eight.
        case 0..<0x20, 0x7F..<0xA0: true
        // What turns the direction of writing around, so that a line reads as something else.
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
