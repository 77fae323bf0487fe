/// Pieces of patterns and events in a sentence.
enum Quotation {
    /// Most characters of one value in a sentence.
    private static let charactersMax = 60
    /// Most members of a list in a sentence.
    private static let membersMax = 5

    /// A value with its type, such as `the string "150"`.
    static func value(_ kind: EventTree.Kind, _ json: String) -> String {
        switch kind {
        case .string: "the string \(short(json))"
        case .number: "the number \(short(json))"
        case .object: "an object"
        case .array: "an array"
        case .bool, .null: json
        }
    }

    static func short(_ text: String) -> String {
        cut(text, to: charactersMax)
    }

    /// A text's first characters; dots stand for the rest.
    static func cut(_ text: String, to characters: Int) -> String {
        let shown = text.prefix(characters)
        return shown.endIndex == text.endIndex ? text : shown + "..."
    }

    /// Values or names, the first few of them.
    static func list(_ members: [String], last: String) -> String {
        let shown = members.prefix(membersMax).map(short)
        let rest = members.count - shown.count
        return joined(rest > 0 ? shown + ["\(rest) more"] : shown, last: last)
    }

    static func joined(_ members: [String], last: String) -> String {
        guard members.count > 1, let end = members.last else { return members.first ?? "" }
        return members.dropLast().joined(separator: ", ") + " \(last) \(end)"
    }
}
