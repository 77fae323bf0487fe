/// The words that stand between an attribute's name and its value.
enum Descriptor {
    /// Those of values. A set is an array of strings, each a value of the field.
    static let domains: [Text: ValueDomain] = [
        "S": .text, "N": .numberText, "B": .base64, "BOOL": .boolean, "NULL": .yes, "SS": .text, "NS": .numberText,
        "BS": .base64,
    ]
    /// Those of keys.
    static let ofKeys: Set<Text> = ["S", "N", "B"]
    /// Map and list, whose parts have types of their own.
    static let containers: Set<Text> = ["M", "L"]

    private static let longNames: [Text: Text] = [
        "string": "S", "number": "N", "binary": "B", "boolean": "BOOL", "map": "M", "list": "L",
    ]

    static func isOne(_ word: Text) -> Bool { domains[word] != nil || containers.contains(word) }

    /// The descriptor that somebody wrote in lower case or as a word.
    static func meant(by word: Text) -> Text? {
        guard let folded = word.foldedASCII else { return nil }
        return longNames[folded]
            ?? (Array(domains.keys) + Array(containers)).first { $0 != word && $0.foldedASCII == folded }
    }

    /// Whether a name, from the attribute on, spells a value's place without dots in an attribute's or a map key's name.
    static func isPlain(_ name: [Text]) -> Bool {
        var at = 1
        while at < name.count {
            if at == name.count - 1 { return domains[name[at]] != nil }
            switch name[at] {
            case "L": at += 1
            case "M": at += 2
            default: return false
            }
        }
        return false
    }
}
