/// Values that are nearly what a rule names: the mistakes that people look for longest.
enum Likeness {
    /// How a value comes near a literal that it does not match; nil when it does not.
    ///
    /// - Parameter quoted: the literal as the sentence shows it.
    static func hint(
        _ wanted: PatternValue.Kind, _ quoted: String, _ kind: EventTree.Kind, _ content: [UInt8]
    ) -> String? {
        let value = string(content)
        switch (wanted, kind) {
        case (.string(let text), .string):
            if let hint = strings(string(text), quoted, value) { return hint }
            guard areEqualNumbers(text, content) else { return nil }
            return "one number in two spellings, and strings are compared character by character"
        case (.string(let text), .number) where areEqualNumbers(text, content):
            return "the pattern has a string and the event a number"
        case (.string(let text), .bool) where string(text) == value:
            return "the pattern has a string and the event a boolean"
        case (.string(let text), .null) where text.isEmpty || string(text) == value:
            return "the pattern has a string and the event a null"
        case (.number(let text), .string) where areEqualNumbers(text, content):
            return "the pattern has a number and the event a string"
        case (.number, .number) where NumberText.value(content) == nil:
            return "it has too many digits to be compared, so only the same text would match"
        case (.bool(let wanted), .string) where value.lowercased() == "\(wanted)":
            return "the pattern has a boolean and the event a string"
        case (.null, .string) where content.isEmpty || value.lowercased() == "null":
            return "null matches a JSON null only"
        default:
            return nil
        }
    }

    static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func strings(_ wanted: String, _ quoted: String, _ value: String) -> String? {
        // Equal as Swift compares, and yet not the same bytes.
        if wanted == value { return "it looks like \(quoted) and is written with other Unicode characters" }
        if wanted.lowercased() == value.lowercased() { return "it differs from \(quoted) in case only" }
        if trimmed(wanted) == trimmed(value) { return "it differs from \(quoted) in white space only" }
        return nil
    }

    /// Without white space at the ends, and with one space where there is any in between.
    private static func trimmed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Whether two texts are both JSON numbers, and the same one.
    private static func areEqualNumbers(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard let number = NumberText.number(a.span.bytes, 0..<a.count) else { return false }
        return number == NumberText.number(b.span.bytes, 0..<b.count)
    }
}
