/// One value of an item, of one of DynamoDB's ten types.
///
/// Two values are equal when DynamoDB would store the same: strings byte for byte, numbers by value. Sets inside an
/// `Item` are sorted; a set built by hand is sorted when it enters an item.
public enum AttributeValue: Sendable {
    case string(String)
    case number(Number)
    case binary([UInt8])
    case bool(Bool)
    case null
    case map(Item)
    case list([AttributeValue])
    case stringSet([String])
    case numberSet([Number])
    case binarySet([[UInt8]])

    /// DynamoDB's name of the type: "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS" or "BS".
    public var typeName: String {
        switch self {
        case .string: "S"
        case .number: "N"
        case .binary: "B"
        case .bool: "BOOL"
        case .null: "NULL"
        case .map: "M"
        case .list: "L"
        case .stringSet: "SS"
        case .numberSet: "NS"
        case .binarySet: "BS"
        }
    }

    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var number: Number? { if case .number(let value) = self { value } else { nil } }
    public var binary: [UInt8]? { if case .binary(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var map: Item? { if case .map(let value) = self { value } else { nil } }
    public var list: [AttributeValue]? { if case .list(let value) = self { value } else { nil } }

    /// The same value with each set in order; scalars, maps, and lists without a set come back as they are.
    var canonical: AttributeValue {
        switch self {
        case .string, .number, .binary, .bool, .null, .map: self
        case .list(let elements): elements.contains(where: \.holdsSet) ? .list(elements.map(\.canonical)) : self
        case .stringSet(let members): .stringSet(members.sorted(by: UTF8Order.precedes))
        case .numberSet(let members): .numberSet(members.sorted())
        case .binarySet(let members): .binarySet(members.sorted { $0.lexicographicallyPrecedes($1) })
        }
    }

    /// Whether it is a set, or a list with one in it. Sets in maps do not count: they are in order already.
    private var holdsSet: Bool {
        switch self {
        case .string, .number, .binary, .bool, .null, .map: false
        case .list(let elements): elements.contains(where: \.holdsSet)
        case .stringSet, .numberSet, .binarySet: true
        }
    }
}

extension AttributeValue: Hashable {
    public static func == (left: AttributeValue, right: AttributeValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): UTF8Order.areEqual(left, right)
        case (.number(let left), .number(let right)): left == right
        case (.binary(let left), .binary(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null): true
        case (.map(let left), .map(let right)): left == right
        case (.list(let left), .list(let right)): left == right
        case (.stringSet(let left), .stringSet(let right)): left.elementsEqual(right, by: UTF8Order.areEqual)
        case (.numberSet(let left), .numberSet(let right)): left == right
        case (.binarySet(let left), .binarySet(let right)): left == right
        default: false
        }
    }

    // `String` hashes by Unicode equivalence, which is coarser than `==` here, so equal values still hash equally.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .string(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .binary(let value): hasher.combine(value)
        case .bool(let value): hasher.combine(value)
        case .null: hasher.combine(0)
        case .map(let value): hasher.combine(value)
        case .list(let value): hasher.combine(value)
        case .stringSet(let value): hasher.combine(value)
        case .numberSet(let value): hasher.combine(value)
        case .binarySet(let value): hasher.combine(value)
        }
    }
}
