/// The `#names` and `:values` of one request, and which of them its expressions have used.
///
/// A request may hold several expressions that share them (an update and its condition): parse each with the same
/// placeholders, then call `checkAllUsed()`, as DynamoDB refuses what no expression uses.
public struct ExpressionPlaceholders: Sendable {
    private let names: [String: String]
    private let values: [String: AttributeValue]
    private var usedNames: Set<String> = []
    private var usedValues: Set<String> = []

    /// - Throws: `.validation` when a key is not `#` or `:` and letters, digits or underscores.
    public init(names: [String: String] = [:], values: [String: AttributeValue] = [:]) throws(ItemError) {
        try Self.check(names.keys, prefix: "#", parameter: "ExpressionAttributeNames")
        try Self.check(values.keys, prefix: ":", parameter: "ExpressionAttributeValues")
        self.names = names
        self.values = values.mapValues(\.canonical)
    }

    private static func check(
        _ keys: some Sequence<String>, prefix: Character, parameter: String
    ) throws(ItemError) {
        // Sorted, so that of several wrong keys always the same one is named.
        for key in keys.sorted() {
            guard key.first == prefix, key.utf8.count > 1, key.utf8.dropFirst().allSatisfy(\.isExpressionWord) else {
                throw .validation("\(parameter) contains invalid key: Syntax error; key: \"\(key)\"")
            }
        }
    }

    /// - Throws: `.validation` naming the placeholders that no expression used.
    public func checkAllUsed() throws(ItemError) {
        try Self.check(unused: Set(names.keys).subtracting(usedNames), parameter: "ExpressionAttributeNames")
        try Self.check(unused: Set(values.keys).subtracting(usedValues), parameter: "ExpressionAttributeValues")
    }

    private static func check(unused: Set<String>, parameter: String) throws(ItemError) {
        guard !unused.isEmpty else { return }
        let keys = unused.sorted().joined(separator: ", ")
        throw .validation("Value provided in \(parameter) unused in expressions: keys: {\(keys)}")
    }

    mutating func name(_ placeholder: String) -> String? {
        usedNames.insert(placeholder)
        return names[placeholder]
    }

    mutating func value(_ placeholder: String) -> AttributeValue? {
        usedValues.insert(placeholder)
        return values[placeholder]
    }
}

extension UInt8 {
    /// A letter, a digit or an underscore.
    var isExpressionWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
