// DynamoDB JSON through any coder. Functions read their events with `JSONDecoder`; a table uses `Item(json:)`, which
// is far quicker and gives DynamoDB's messages.

/// An attribute name or a type name as a key of a keyed container.
private struct NameKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Item: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: NameKey.self)
        var attributes: [Attribute] = []
        for key in container.allKeys {
            let value = try container.decode(AttributeValue.self, forKey: key)
            attributes.append(Attribute(name: key.stringValue, value: value))
        }
        self.init(unsorted: attributes)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: NameKey.self)
        for attribute in attributes {
            try container.encode(attribute.value, forKey: NameKey(stringValue: attribute.name))
        }
    }
}

extension AttributeValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: NameKey.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "An AttributeValue must contain exactly one of the supported datatypes"))
        }
        do {
            self = try AttributeValue.content(of: key, in: container)
        } catch let error as ItemError {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.message, underlyingError: error))
        }
    }

    private static func content(
        of key: NameKey, in container: KeyedDecodingContainer<NameKey>
    ) throws -> AttributeValue {
        switch key.stringValue {
        case "S": return .string(try container.decode(String.self, forKey: key))
        case "N": return .number(try Number(container.decode(String.self, forKey: key)))
        case "B": return .binary(try binary(container.decode(String.self, forKey: key)))
        case "BOOL": return .bool(try container.decode(Bool.self, forKey: key))
        case "NULL":
            guard try container.decode(Bool.self, forKey: key) else {
                throw ItemError.invalidParameter("Null attribute value types must have the value of true")
            }
            return .null
        case "M": return .map(try container.decode(Item.self, forKey: key))
        case "L": return .list(try container.decode([AttributeValue].self, forKey: key))
        case "SS": return try .set(of: container.decode([String].self, forKey: key))
        case "NS": return try .set(of: container.decode([String].self, forKey: key).map { try Number($0) })
        case "BS": return try .set(of: container.decode([String].self, forKey: key).map(binary))
        default:
            throw ItemError.validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        }
    }

    private static func binary(_ text: String) throws(ItemError) -> [UInt8] {
        try Base64.decode(Array(text.utf8).span.bytes)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        Base64.append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: NameKey.self)
        let key = NameKey(stringValue: typeName)
        switch self {
        case .string(let value): try container.encode(value, forKey: key)
        case .number(let value): try container.encode(value.text, forKey: key)
        case .binary(let value): try container.encode(AttributeValue.text(value), forKey: key)
        case .bool(let value): try container.encode(value, forKey: key)
        case .null: try container.encode(true, forKey: key)
        case .map(let value): try container.encode(value, forKey: key)
        case .list(let value): try container.encode(value, forKey: key)
        case .stringSet(let value): try container.encode(value, forKey: key)
        case .numberSet(let value): try container.encode(value.map(\.text), forKey: key)
        case .binarySet(let value): try container.encode(value.map(AttributeValue.text), forKey: key)
        }
    }
}
