import Items

/// TransactGetItems, read and checked as far as that goes without the tables.
struct TransactGetItemsRequest {
    /// Most items in one transaction. AWS: 100.
    static let itemCountMax = 100

    struct Get {
        let tableName: String
        let key: Item
        let projection: ProjectionExpression?
    }

    let gets: [Get]
    let options: AnswerOptions

    private struct Given {
        var isGiven = false
        var tableName: String?
        var key: Item?
        var parts = ProjectionParameters()
        var expressions = ExpressionParameters()
    }

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var given: GivenList<Given>?
        var options = AnswerOptions()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "TransactItems":
                var gets = GivenList<Given>()
                try reader.array { reader throws(ItemError) in gets.add(try Self.get(&reader)) }
                given = gets
            default:
                if try options.read(member, &reader) { return }
                try reader.skipValue()
            }
        }
        var faults = ConstraintFaults()
        options.checkCapacity(&faults)
        faults.require(given != nil, at: "transactItems")
        faults.check(
            length: given?.count, atLeast: 1, atMost: Self.itemCountMax,
            shown: GivenLists.shown("TransactGetItem", count: given?.count ?? 0), at: "transactItems")
        for (index, get) in (given?.kept ?? []).enumerated() {
            func path(_ member: String) -> String { "transactItems.\(index + 1).member.get\(member)" }
            faults.require(get.isGiven, at: path(""))
            guard get.isGiven else { continue }
            faults.checkName(get.tableName, isRequired: true, at: path(".tableName"))
            faults.require(get.key != nil, at: path(".key"))
        }
        try faults.check()
        var gets: [Get] = []
        for get in given?.kept ?? [] {
            try get.expressions.checkUse([get.parts.givenExpression], legacy: [])
            gets.append(
                Get(
                    tableName: get.tableName ?? "", key: get.key ?? Item(),
                    projection: try get.parts.projection(get.expressions, reader.refusals)))
        }
        if let refusal = reader.refusals.item { throw refusal }
        self.gets = gets
        self.options = options
    }

    private static func get(_ reader: inout JSONReader) throws(ItemError) -> Given {
        var get = Given()
        try reader.element("TransactGetItem") { reader, member throws(ItemError) in
            guard case "Get" = member else { return try reader.skipValue() }
            get.isGiven = true
            try reader.object("Get") { reader, member throws(ItemError) in
                switch member {
                case "TableName": get.tableName = TableReference.name(try reader.string())
                case "Key": get.key = try reader.item()
                case "ProjectionExpression": _ = try get.parts.read(member, &reader)
                case "ExpressionAttributeNames": _ = try get.expressions.read(member, &reader)
                default: try reader.skipValue()
                }
            }
        }
        return get
    }
}
