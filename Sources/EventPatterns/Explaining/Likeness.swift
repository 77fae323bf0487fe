/// Values that are nearly what a rule names: the mistakes that people look for longest.
enum Likeness {
    /// How a value comes near a literal that it does not match; nil when it does not.
    ///
    /// - Parameter quoted: the literal as the sentence shows it.
    static func hint(
        _ wanted: PatternValue.Kind, _ quoted: String, _ kind: EventTree.Kind, _ content: [UInt8]
    ) -> String? {
        switch (wanted, kind) {
        case (.string(let text), .string):
            if let hint = strings(text, quoted, content) { return hint }
            guard areEqualNumbers(text, content) else { return nil }
            return "one number in two spellings, and strings are compared character by character"
        case (.number, .number) where NumberText.value(content) == nil:
            return "it has too many digits to be compared, so only the same text would match"
        case (.string(let text), .number) where areEqualNumbers(text, content),
            (.number(let text), .string) where areEqualNumbers(text, content):
            return types(wanted, kind)
        case (.string(let text), .bool) where text == content, (.string(let text), .null) where text == content:
            return types(wanted, kind)
        case (.bool(let wanted), .string) where isShort(content) && string(content).lowercased() == "\(wanted)":
            return types(.bool(wanted), kind)
        case (.null, .string) where content.isEmpty || isShort(content) && string(content).lowercased() == "null":
            return types(wanted, kind)
        default:
            return nil
        }
    }

    /// How the types differ of a literal and a value; nil when they are the same.
    static func types(_ wanted: PatternValue.Kind, _ kind: EventTree.Kind) -> String? {
        let names: (String, EventTree.Kind)
        switch wanted {
        case .string: names = ("string", .string)
        case .number: names = ("number", .number)
        case .bool: names = ("boolean", .bool)
        case .null: return kind == .null ? nil : "null matches a JSON null only"
        case .array, .object: return nil
        }
        guard names.1 != kind else { return nil }
        return "the pattern has a \(names.0) and the event a \(word(kind))"
    }

    /// What a star in a plain string is, and which operator would do what it is meant to.
    ///
    /// - Parameter spelling: the string as the pattern spells it, between its quotes.
    static func star(_ spelling: String, _ dialect: PatternDialect) -> String? {
        guard spelling.contains("*") else { return nil }
        let ordinary = "* is an ordinary character in a plain string"
        var text = spelling
        // A regular expression says the same in other signs.
        if text.contains(".*") {
            if text.hasPrefix("^") { text.removeFirst() }
            if text.hasSuffix("$") { text.removeLast() }
            text = text.replacing(".*", with: "*")
        }
        let parts = text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        let instead: String
        switch (parts.count, parts[0].isEmpty, parts[parts.count - 1].isEmpty) {
        case (2, true, true): instead = "{\"exists\": true}"
        case (2, false, true): instead = "{\"prefix\": \"\(Quotation.short(parts[0]))\"}"
        case (2, true, false): instead = "{\"suffix\": \"\(Quotation.short(parts[1]))\"}"
        case _ where dialect.accepts(.wildcard) && !text.contains("**") && !text.contains("\\"):
            instead = "{\"wildcard\": \"\(Quotation.short(text))\"}"
        default: return ordinary
        }
        return "\(ordinary); use \(instead)"
    }

    /// Whether a text fits the pieces of a wildcard when case is ignored.
    static func fits(_ pieces: [[UInt8]], _ content: [UInt8]) -> Bool {
        let folded = pieces.map { string($0).lowercased() }
        var rest = string(content).lowercased()[...]
        guard folded.count > 1, rest.hasPrefix(folded[0]) else { return string(content).lowercased() == folded[0] }
        rest = rest.dropFirst(folded[0].count)
        for piece in folded.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(folded[folded.count - 1])
    }

    static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func word(_ kind: EventTree.Kind) -> String {
        switch kind {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .number: "number"
        case .bool: "boolean"
        case .null: "null"
        }
    }

    /// No longer than any spelling of true, false or null.
    private static func isShort(_ content: [UInt8]) -> Bool { content.count <= "false".utf8.count }

    private static func strings(_ wanted: [UInt8], _ quoted: String, _ content: [UInt8]) -> String? {
        // What is much longer differs in more than its spelling, and would be slow to compare.
        guard content.count <= wanted.count * 4 + 64 else { return nil }
        let (wanted, value) = (string(wanted), string(content))
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
