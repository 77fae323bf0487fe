// DynamoDB's size rules ("DynamoDB item sizes and formats"): what capacity, the 400 KB limit and the stream record's
// SizeBytes count. Checked against SizeBytes values recorded on AWS.

extension Item {
    /// Size by AWS's rules: names and values, in bytes. Linear in the item.
    public var sizeBytes: Int {
        attributes.reduce(0) { $0 + $1.name.utf8.count + $1.value.sizeBytes }
    }

    /// How many levels the item has: 1 for scalars and sets only, one more per map or list around the deepest value.
    var depth: Int { 1 + attributes.reduce(0) { max($0, $1.value.depth) } }

    /// Linear in the item.
    /// - Throws: `.validation` for more than `nestingMax` levels: JSON that nests deeper is not read.
    package func checkNesting() throws(ItemError) {
        guard depth <= Self.nestingMax else { throw .nesting }
    }
}

extension AttributeValue {
    /// A map or list itself, and one byte per element. AWS: "3 bytes of overhead", "1 byte per element".
    private static let containerBytes = 3
    private static let elementBytes = 1

    /// Size by AWS's rules, in bytes.
    public var sizeBytes: Int {
        switch self {
        case .string(let value): value.utf8.count
        case .number(let value): value.sizeBytes
        case .binary(let value): value.count
        case .bool, .null: 1
        case .map(let item): Self.containerBytes + item.sizeBytes + item.count * Self.elementBytes
        case .list(let elements):
            elements.reduce(Self.containerBytes) { $0 + $1.sizeBytes + Self.elementBytes }
        case .stringSet(let members): members.reduce(0) { $0 + $1.utf8.count }
        case .numberSet(let members): members.reduce(0) { $0 + $1.sizeBytes }
        case .binarySet(let members): members.reduce(0) { $0 + $1.count }
        }
    }

    var depth: Int {
        switch self {
        case .map(let item): item.depth
        case .list(let elements): 1 + elements.reduce(0) { max($0, $1.depth) }
        default: 0
        }
    }
}
