/// Reads DynamoDB JSON into items in one pass.
///
/// It allocates for nothing but the values themselves, refuses what DynamoDB refuses, and never recurses deeper than
/// `Item.nestingMax`, however deep a hostile text nests.
struct ItemParser {
    private var cursor: JSONCursor

    init(position: Int = 0) { cursor = JSONCursor(position: position) }

    var position: Int { cursor.position }

    /// Only white space may follow.
    mutating func finish(_ json: RawSpan) throws(ItemError) {
        guard cursor.peek(json) == nil else { throw cursor.malformed(json) }
    }

    /// A map of attributes, the inside of `M` or a whole item.
    /// - Parameter depth: the level of this map; a whole item is level 1.
    mutating func item(_ json: RawSpan, depth: Int) throws(ItemError) -> Item {
        guard depth <= Item.nestingMax else { throw .nesting }
        guard cursor.peek(json) == UInt8(ascii: "{") else { throw cursor.unexpected(.attributes, json) }
        cursor.position += 1
        var attributes: [Item.Attribute] = []
        if cursor.take(UInt8(ascii: "}"), json) { return Item() }
        attributes.reserveCapacity(depth == 1 ? 16 : 4)
        repeat {
            let name = try cursor.string(json)
            try Item.check(name: name)
            try cursor.expect(UInt8(ascii: ":"), json)
            attributes.append(Item.Attribute(name: name, value: try value(json, depth: depth)))
        } while cursor.take(UInt8(ascii: ","), json)
        try cursor.expect(UInt8(ascii: "}"), json)
        return Item(unsorted: attributes)
    }

    /// One attribute value: `{"S":"x"}`.
    /// - Parameter depth: the level of the map or list that holds it.
    mutating func value(_ json: RawSpan, depth: Int) throws(ItemError) -> AttributeValue {
        guard cursor.peek(json) == UInt8(ascii: "{") else {
            throw cursor.unexpected(.attributeValue, json)
        }
        cursor.position += 1
        var value: AttributeValue?
        var hasMore = false
        if !cursor.take(UInt8(ascii: "}"), json) {
            repeat {
                let type = try valueType(json)
                try cursor.expect(UInt8(ascii: ":"), json)
                // A member that is null is a member that is absent, as for each AWS JSON service.
                guard let type, cursor.peek(json) != UInt8(ascii: "n") else {
                    try cursor.skipValue(json)
                    continue
                }
                // What is wrong with any of the contents is told before that there are two.
                if value != nil { hasMore = true }
                value = try content(of: type, json, depth: depth)
            } while cursor.take(UInt8(ascii: ","), json)
            try cursor.expect(UInt8(ascii: "}"), json)
        }
        guard !hasMore else {
            throw .validation(
                "Supplied AttributeValue has more than one datatypes set, "
                    + "must contain exactly one of the supported datatypes")
        }
        guard let value else {
            throw .validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        }
        return value
    }

    private mutating func content(
        of type: ValueType, _ json: RawSpan, depth: Int
    ) throws(ItemError) -> AttributeValue {
        switch type {
        case .string: return .string(try cursor.string(json))
        case .number: return .number(try number(json))
        case .binary: return .binary(try binary(json))
        case .bool: return .bool(try cursor.bool(json))
        case .null:
            guard try cursor.bool(json) else {
                throw .invalidParameter("Null attribute value types must have the value of true")
            }
            return .null
        case .map: return .map(try item(json, depth: depth + 1))
        case .list: return .list(try list(json, depth: depth + 1))
        case .stringSet:
            return try .set(of: elements(json) { parser, json throws(ItemError) in try parser.cursor.string(json) })
        case .numberSet:
            return try .set(of: elements(json) { parser, json throws(ItemError) in try parser.number(json) })
        case .binarySet:
            return try .set(of: elements(json) { parser, json throws(ItemError) in try parser.binary(json) })
        }
    }

    private mutating func valueType(_ json: RawSpan) throws(ItemError) -> ValueType? {
        switch try cursor.rawString(json) {
        case .plain(let range): ValueType(json.extracting(range))
        case .unescaped(let bytes): ValueType(bytes.span.bytes)
        }
    }

    private mutating func number(_ json: RawSpan) throws(ItemError) -> Number {
        switch try cursor.rawString(json) {
        case .plain(let range): try Number.parse(json.extracting(range))
        case .unescaped(let bytes): try Number.parse(bytes.span.bytes)
        }
    }

    private mutating func binary(_ json: RawSpan) throws(ItemError) -> [UInt8] {
        guard cursor.peek(json) == UInt8(ascii: "\"") else { throw cursor.unexpected(.blob, json) }
        return switch try cursor.rawString(json) {
        case .plain(let range): try Base64.decode(json.extracting(range))
        case .unescaped(let bytes): try Base64.decode(bytes.span.bytes)
        }
    }

    private mutating func list(_ json: RawSpan, depth: Int) throws(ItemError) -> [AttributeValue] {
        guard depth <= Item.nestingMax else { throw .nesting }
        return try elements(json) { parser, json throws(ItemError) in try parser.value(json, depth: depth) }
    }

    private mutating func elements<Element>(
        _ json: RawSpan, _ element: (inout ItemParser, RawSpan) throws(ItemError) -> Element
    ) throws(ItemError) -> [Element] {
        guard cursor.peek(json) == UInt8(ascii: "[") else { throw cursor.unexpected(.list, json) }
        cursor.position += 1
        var elements: [Element] = []
        if cursor.take(UInt8(ascii: "]"), json) { return elements }
        repeat { elements.append(try element(&self, json)) } while cursor.take(UInt8(ascii: ","), json)
        try cursor.expect(UInt8(ascii: "]"), json)
        return elements
    }
}

/// The ten type names, read from bytes.
private enum ValueType {
    case string, number, binary, bool, null, map, list, stringSet, numberSet, binarySet

    init?(_ name: RawSpan) {
        switch name.byteCount {
        case 1:
            switch name[0] {
            case UInt8(ascii: "S"): self = .string
            case UInt8(ascii: "N"): self = .number
            case UInt8(ascii: "B"): self = .binary
            case UInt8(ascii: "M"): self = .map
            case UInt8(ascii: "L"): self = .list
            default: return nil
            }
        case 2:
            guard name[1] == UInt8(ascii: "S") else { return nil }
            switch name[0] {
            case UInt8(ascii: "S"): self = .stringSet
            case UInt8(ascii: "N"): self = .numberSet
            case UInt8(ascii: "B"): self = .binarySet
            default: return nil
            }
        case 4:
            switch (name[0], name[1], name[2], name[3]) {
            case (UInt8(ascii: "B"), UInt8(ascii: "O"), UInt8(ascii: "O"), UInt8(ascii: "L")): self = .bool
            case (UInt8(ascii: "N"), UInt8(ascii: "U"), UInt8(ascii: "L"), UInt8(ascii: "L")): self = .null
            default: return nil
            }
        default: return nil
        }
    }
}

extension ItemError {
    /// Recorded on AWS for an item nested deeper than 32 levels.
    static let nesting = ItemError.validation(
        "Nesting Levels have exceeded supported limits: "
            + "Attributes in the item have nested levels beyond supported limit")
}
