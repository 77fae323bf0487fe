import Items

/// BatchWriteItem, read and checked as far as that goes without the tables.
struct BatchWriteItemRequest {
    /// Most writes in one request. AWS: 25.
    static let writeCountMax = 25

    enum Write {
        case put(Item)
        case delete(key: Item)
    }

    /// The writes by table, as the client names it.
    let tables: [(table: String, writes: [Write])]
    let options: AnswerOptions

    /// One `WriteRequest` as it came.
    private struct Given {
        var put: (isGiven: Bool, item: Item?) = (false, nil)
        var delete: (isGiven: Bool, key: Item?) = (false, nil)
    }

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var given: [(table: String, writes: GivenList<Given>)]?
        // Of all tables, those named twice too.
        var readCount = 0
        var options = AnswerOptions()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "RequestItems":
                given = try reader.pairs(of: "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>") {
                    reader, _ throws(ItemError) in
                    var writes = GivenList<Given>()
                    try reader.array(in: .element) { reader throws(ItemError) in
                        writes.add(try Self.write(&reader), isKept: readCount < GivenLists.keptMax)
                        readCount += 1
                    }
                    return writes
                }.map { (table: $0.name, writes: $0.value) }
            default:
                if try options.read(member, &reader) { return }
                try reader.skipValue()
            }
        }
        try Self.checkConstraints(given, options)
        var tables: [(table: String, writes: [Write])] = []
        for (table, writes) in given ?? [] {
            var checked: [Write] = []
            for write in writes.kept {
                switch (write.put.item, write.delete.key) {
                case (let item?, nil): checked.append(.put(item))
                case (nil, let key?): checked.append(.delete(key: key))
                default:
                    throw .validation(
                        "Supplied AttributeValue has more than one datatypes set, "
                            + "must contain exactly one of the supported datatypes")
                }
            }
            tables.append((table, checked))
        }
        if let refusal = reader.refusals.item { throw refusal }
        for (_, writes) in tables {
            for case .put(let item) in writes { try item.checkSize(in: body) }
        }
        let count = (given ?? []).reduce(0) { $0 + $1.writes.count }
        // Where not all were kept, there were too many of them whatever their tables.
        guard count <= Self.writeCountMax, readCount <= GivenLists.keptMax else {
            throw .validation("Too many items requested for the BatchWriteItem call")
        }
        self.tables = tables
        self.options = options
    }

    private static func write(_ reader: inout JSONReader) throws(ItemError) -> Given {
        var write = Given()
        try reader.element("WriteRequest") { reader, member throws(ItemError) in
            switch member {
            case "PutRequest":
                write.put.isGiven = true
                try reader.object("PutRequest") { reader, member throws(ItemError) in
                    guard case "Item" = member else { return try reader.skipValue() }
                    write.put.item = try reader.item()
                }
            case "DeleteRequest":
                write.delete.isGiven = true
                try reader.object("DeleteRequest") { reader, member throws(ItemError) in
                    guard case "Key" = member else { return try reader.skipValue() }
                    write.delete.key = try reader.item()
                }
            default: try reader.skipValue()
            }
        }
        return write
    }

    private static func checkConstraints(
        _ given: [(table: String, writes: GivenList<Given>)]?, _ options: AnswerOptions
    ) throws(ItemError) {
        var faults = ConstraintFaults()
        options.checkCapacity(&faults)
        options.checkMetrics(&faults)
        faults.require(given != nil, at: "requestItems")
        let tables = given ?? []
        faults.check(length: given?.count, atLeast: 1, shown: "{}", at: "requestItems")
        func shown() -> String {
            var left = GivenLists.keptMax
            let lists = tables.map { table in
                let list = GivenLists.shown("WriteRequest", count: table.writes.count, atMost: left)
                left = max(0, left - table.writes.count)
                return "\(table.table)=\(list)"
            }
            return "{\(lists.joined(separator: ", "))}"
        }
        faults.checkNames(tables.map { TableReference.name($0.table) }, shown: shown(), at: "requestItems")
        if tables.contains(where: { !(1...writeCountMax).contains($0.writes.count) }) {
            faults.note(
                "'\(shown())'", "requestItems",
                "Map value must satisfy constraint: [Member must have length less than or equal to 25, "
                    + "Member must have length greater than or equal to 1]")
        }
        for (table, writes) in tables {
            for (index, write) in writes.kept.enumerated() {
                // Made for a fault alone: a table's name may be as long as the body, and a thousand writes are kept.
                func path(_ member: String) -> String {
                    "requestItems.\(table).member.\(index + 1).member.\(member)"
                }
                if write.delete.isGiven { faults.require(write.delete.key != nil, at: path("deleteRequest.key")) }
                if write.put.isGiven { faults.require(write.put.item != nil, at: path("putRequest.item")) }
            }
        }
        try faults.check()
    }
}
