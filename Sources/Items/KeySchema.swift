/// The key attributes of a table or index, and what DynamoDB demands of them.
public struct KeySchema: Hashable, Sendable {
    /// The types a key attribute may have, by DynamoDB's names.
    public enum ScalarType: String, Hashable, Sendable, CaseIterable {
        case string = "S"
        case number = "N"
        case binary = "B"
    }

    /// A key attribute.
    public struct Attribute: Hashable, Sendable {
        public var name: String
        public var type: ScalarType

        public init(name: String, type: ScalarType) {
            self.name = name
            self.type = type
        }
    }

    /// Longest hash key value, bytes of an `S` or `B`. AWS: 2,048 bytes.
    public static let hashKeyBytesMax = 2_048
    /// Longest range key value, bytes of an `S` or `B`. AWS: 1,024 bytes.
    public static let rangeKeyBytesMax = 1_024

    public var hashKey: Attribute
    public var rangeKey: Attribute?

    public init(hashKey: Attribute, rangeKey: Attribute? = nil) {
        self.hashKey = hashKey
        self.rangeKey = rangeKey
    }

    /// The names of the key attributes, hash key first.
    public var names: [String] { rangeKey.map { [hashKey.name, $0.name] } ?? [hashKey.name] }

    /// Whether an item has all key attributes, each of its type.
    public func isFilled(by item: Item) -> Bool {
        func has(_ attribute: Attribute) -> Bool { item[attribute.name]?.typeName == attribute.type.rawValue }
        guard has(hashKey) else { return false }
        return rangeKey.map { has($0) } ?? true
    }

    /// The key of an item, checked.
    /// - Throws: `.validation` when a key attribute is missing, of another type, empty or too long.
    public func key(of item: Item) throws(ItemError) -> Item {
        var key: Item = [hashKey.name: try value(of: hashKey, in: item, bytesMax: Self.hashKeyBytesMax)]
        if let rangeKey { key[rangeKey.name] = try value(of: rangeKey, in: item, bytesMax: Self.rangeKeyBytesMax) }
        return key
    }

    /// Appends the order-preserving bytes of the key of an item (or of a bare key), hash key first; throws as
    /// `key(of:)` does.
    public func encode(_ keyOrItem: Item, to bytes: inout [UInt8]) throws(ItemError) {
        try KeyCoding.append(value(of: hashKey, in: keyOrItem, bytesMax: Self.hashKeyBytesMax), to: &bytes)
        guard let rangeKey else { return }
        try KeyCoding.append(value(of: rangeKey, in: keyOrItem, bytesMax: Self.rangeKeyBytesMax), to: &bytes)
    }

    /// Checks the `Key` parameter of a request: exactly the key attributes, of their types, not empty nor too long.
    /// - Throws: `.validation`; DynamoDB does not tell apart what of the first two is wrong.
    public func check(key: Item) throws(ItemError) {
        guard key.count == (rangeKey == nil ? 1 : 2), isFilled(by: key) else {
            throw .validation("The provided key element does not match the schema")
        }
        _ = try self.key(of: key)
    }

    private func value(
        of attribute: Attribute, in item: Item, bytesMax: Int
    ) throws(ItemError) -> AttributeValue {
        guard let value = item[attribute.name] else {
            throw .invalidParameter("Missing the key \(attribute.name) in the item")
        }
        guard value.typeName == attribute.type.rawValue else {
            throw .invalidParameter(
                "Type mismatch for key \(attribute.name) expected: \(attribute.type.rawValue) "
                    + "actual: \(value.typeName)")
        }
        try Self.checkSize(of: value, attribute, bytesMax: bytesMax)
        return value
    }

    /// Checks that a value of the right type is neither empty nor too long for a key.
    static func checkSize(of value: AttributeValue, _ attribute: Attribute, bytesMax: Int) throws(ItemError) {
        let size: Int
        switch value {
        case .string(let text): size = text.utf8.count
        case .binary(let bytes): size = bytes.count
        default: return
        }
        guard size > 0 else {
            throw .validation(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                    + "an empty \(attribute.type) value. Key: \(attribute.name)")
        }
        guard size <= bytesMax else {
            // Both texts, with the missing space in the first, are AWS's.
            throw .invalidParameter(
                bytesMax == Self.hashKeyBytesMax
                    ? "Size of hashkey has exceeded the maximum size limit of\(bytesMax) bytes"
                    : "Aggregated size of all range keys has exceeded the size limit of \(bytesMax) bytes")
        }
    }
}
