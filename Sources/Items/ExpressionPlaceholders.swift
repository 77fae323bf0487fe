/// The `#names` and `:values` of one request, and which of them its expressions have used.
///
/// A request may hold several expressions that share them (an update and its condition): parse each with the same
/// placeholders, then call `checkAllUsed()`, as DynamoDB refuses what no expression uses.
public struct ExpressionPlaceholders: Sendable {
    /// Longest placeholder, `#` or `:` included, in bytes. AWS: 255.
    static let keyBytesMax = 255
    /// Most bytes of all names, or of all values, placeholders included. AWS: 2 MB for the substitution variables.
    static let sizeBytesMax = 2 * 1_024 * 1_024

    private let names: [String: String]
    private let values: [String: AttributeValue]
    private var usedNames: Set<String> = []
    private var usedValues: Set<String> = []

    /// - Throws: `.validation` when a key is not `#` or `:` and letters, digits or underscores, and for too much.
    public init(names: [String: String] = [:], values: [String: AttributeValue] = [:]) throws(ItemError) {
        try Self.check(names.keys, prefix: "#", parameter: "ExpressionAttributeNames")
        try Self.check(names: names)
        try Self.check(values.keys, prefix: ":", parameter: "ExpressionAttributeValues")
        let namesSize = names.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        try Self.check(sizeBytes: namesSize, parameter: "ExpressionAttributeNames")
        let valuesSize = values.reduce(0) { $0 + $1.key.utf8.count + $1.value.sizeBytes }
        try Self.check(sizeBytes: valuesSize, parameter: "ExpressionAttributeValues")
        self.names = names
        self.values = values.mapValues(\.canonical)
    }

    /// The parameters of a request as they came: nil for one that is not there, which is not the same as an empty one.
    /// - Throws: `.validation` for an empty map, and as `init(names:values:)` does.
    public init(
        expressionAttributeNames names: [String: String]?,
        expressionAttributeValues values: [String: AttributeValue]?
    ) throws(ItemError) {
        guard !(names?.isEmpty ?? false) else { throw .validation("ExpressionAttributeNames must not be empty") }
        if let names { try Self.check(names.keys, prefix: "#", parameter: "ExpressionAttributeNames") }
        guard !(values?.isEmpty ?? false) else { throw .validation("ExpressionAttributeValues must not be empty") }
        try self.init(names: names ?? [:], values: values ?? [:])
    }

    private static func check(
        _ keys: some Sequence<String>, prefix: Character, parameter: String
    ) throws(ItemError) {
        // The least, so that of several wrong keys always the same one is named. There may be a million: sorting them
        // all takes long.
        let wrong: [String] = keys.filter { !isKey($0, prefix: prefix) }
        guard let key = wrong.min() else { return }
        let count = key.utf8.count
        guard count <= keyBytesMax else {
            throw .validation(
                "\(parameter) contains invalid key: The expression attribute map contains a key that is too long; "
                    + "size of key: \(count)")
        }
        throw .validation("\(parameter) contains invalid key: Syntax error; key: \"\(key)\"")
    }

    private static func isKey(_ key: String, prefix: Character) -> Bool {
        let count = key.utf8.count
        return count > 1 && count <= keyBytesMax && key.first == prefix
            && key.utf8.dropFirst().allSatisfy(\.isExpressionWord)
    }

    private static func check(names: [String: String]) throws(ItemError) {
        var first: (key: String, problem: String)?
        for (key, name) in names {
            guard let problem = Self.problem(name) else { continue }
            if let first, UTF8Order.precedes(first.key, key) { continue }
            first = (key, problem)
        }
        guard let first else { return }
        throw .validation("ExpressionAttributeNames contains invalid value: \(first.problem) for key \(first.key)")
    }

    /// What is wrong with an attribute's name; nil for nothing.
    private static func problem(_ name: String) -> String? {
        if name.isEmpty { return "Empty attribute name" }
        do { try Item.check(name: name) } catch { return error.message }
        return nil
    }

    private static func check(sizeBytes: Int, parameter: String) throws(ItemError) {
        guard sizeBytes <= sizeBytesMax else { throw .validation("\(parameter) exceeds max size") }
    }

    /// - Throws: `.validation` naming the placeholders that no expression used.
    public func checkAllUsed() throws(ItemError) {
        try Self.check(names.keys, used: usedNames, parameter: "ExpressionAttributeNames")
        try Self.check(values.keys, used: usedValues, parameter: "ExpressionAttributeValues")
    }

    private static func check(
        _ keys: some Collection<String>, used: Set<String>, parameter: String
    ) throws(ItemError) {
        let unused = keys.filter { !used.contains($0) }
        guard !unused.isEmpty else { return }
        let shown = JavaHash.ordered(unused, capacityFor: keys.count).joined(separator: ", ")
        throw .validation("Value provided in \(parameter) unused in expressions: keys: {\(shown)}")
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

/// The order of a Java `HashSet`, in which AWS lists several placeholders.
enum JavaHash {
    /// - Parameter count: how many strings the set was made for, which settles its size.
    static func ordered(_ strings: [String], capacityFor count: Int) -> [String] {
        var capacity: UInt32 = 16
        while Int(capacity) < count * 4 / 3 + 1 { capacity *= 2 }
        return
            strings
            .map { (slot: slot($0, capacity), text: $0) }
            .sorted { ($0.slot, $0.text) < ($1.slot, $1.text) }
            .map(\.text)
    }

    private static func slot(_ string: String, _ capacity: UInt32) -> UInt32 {
        let hash = string.utf16.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
        return (hash ^ (hash >> 16)) & (capacity - 1)
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
