import Items

/// BatchGetItem, read and checked as far as that goes without the tables.
struct BatchGetItemRequest {
    /// Most keys in one request. AWS: 100.
    static let keyCountMax = 100

    /// What is asked of one table.
    struct TableRequest {
        /// The table as the client names it; the answer does the same.
        let table: String
        let keys: [Item]
        let projection: ProjectionExpression?
        let isConsistent: Bool
        /// The parameters as they came, for the keys that stay unprocessed.
        let parts: ProjectionParameters
        let names: [String: String]?
    }

    let tables: [TableRequest]
    let options: AnswerOptions

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var given: [(table: String, parameters: KeysAndAttributes)]?
        // Of all tables, those named twice too.
        var readCount = 0
        var options = AnswerOptions()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "RequestItems":
                given = try reader.pairs(of: "com.amazonaws.dynamodb.v20120810.KeysAndAttributes") {
                    reader, _ throws(ItemError) in
                    try KeysAndAttributes(&reader, &readCount)
                }.map { (table: $0.name, parameters: $0.value) }
            default:
                if try options.read(member, &reader) { return }
                try reader.skipValue()
            }
        }
        try Self.checkConstraints(given, options)
        var tables: [TableRequest] = []
        for (table, parameters) in given ?? [] {
            let (parts, expressions) = (parameters.parts, parameters.expressions)
            try expressions.checkUse([parts.givenExpression], legacy: [parts.givenLegacy])
            tables.append(
                TableRequest(
                    table: table, keys: parameters.keys?.kept ?? [],
                    projection: try parts.projection(expressions, reader.refusals),
                    isConsistent: parameters.isConsistent, parts: parts, names: expressions.names))
        }
        if let refusal = reader.refusals.item { throw refusal }
        // Where not all were kept, there were too many of them whatever their tables.
        guard tables.reduce(0, { $0 + $1.keys.count }) <= Self.keyCountMax, readCount <= GivenLists.keptMax else {
            throw .validation("Too many items requested for the BatchGetItem call")
        }
        // AWS tells it of equal keys before it looks for their table.
        for table in tables where Set(table.keys).count < table.keys.count { throw ItemOperations.duplicates }
        self.tables = tables
        self.options = options
    }

    private static func checkConstraints(
        _ given: [(table: String, parameters: KeysAndAttributes)]?, _ options: AnswerOptions
    ) throws(ItemError) {
        var faults = ConstraintFaults()
        options.checkCapacity(&faults)
        faults.require(given != nil, at: "requestItems")
        let tables = given ?? []
        faults.check(length: given?.count, atLeast: 1, shown: "{}", at: "requestItems")
        func shown() -> String { "{\(tables.map { "\($0.table)=KeysAndAttributes" }.joined(separator: ", "))}" }
        faults.checkNames(tables.map { TableReference.name($0.table) }, shown: shown(), at: "requestItems")
        for (table, parameters) in tables {
            faults.require(parameters.keys != nil, at: "requestItems.\(table).member.keys")
            faults.check(
                length: parameters.keys?.count, atLeast: 1, atMost: keyCountMax,
                shown: parameters.keys?.shown ?? "[]", at: "requestItems.\(table).member.keys")
            parameters.parts.check(&faults, at: "requestItems.\(table).member.attributesToGet")
        }
        try faults.check()
    }
}

/// AWS's structure of this name, as it came.
private struct KeysAndAttributes {
    var keys: GivenList<Item>?
    var isConsistent = false
    var parts = ProjectionParameters()
    var expressions = ExpressionParameters()

    /// - Parameter readCount: how many keys were read before, and are then.
    init(_ reader: inout JSONReader, _ readCount: inout Int) throws(ItemError) {
        var (keys, isConsistent): (GivenList<Item>?, Bool) = (nil, false)
        var (parts, expressions) = (ProjectionParameters(), ExpressionParameters())
        try reader.element("KeysAndAttributes") { reader, member throws(ItemError) in
            switch member {
            case "Keys":
                var items = GivenList<Item>()
                try reader.array { reader throws(ItemError) in
                    items.add(try reader.item(in: .element), isKept: readCount < GivenLists.keptMax)
                    readCount += 1
                }
                keys = items
            case "ConsistentRead": isConsistent = try reader.bool()
            default:
                if try parts.read(member, &reader) { return }
                if try expressions.read(member, &reader) { return }
                try reader.skipValue()
            }
        }
        (self.keys, self.isConsistent, self.parts, self.expressions) = (keys, isConsistent, parts, expressions)
    }
}

extension GivenList<Item> {
    /// Items as AWS's messages print them, more or less; more than were kept end in dots.
    fileprivate var shown: String {
        let items = kept.map { String(decoding: $0.json, as: UTF8.self) } + (count > kept.count ? ["..."] : [])
        return "[\(items.joined(separator: ", "))]"
    }
}
