import Items

/// GetItem, read and checked as far as that goes without the table.
struct GetItemRequest {
    let tableName: String
    let key: Item
    let projection: ProjectionExpression?
    let isConsistent: Bool
    let options: AnswerOptions

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var tableName: String?
        var key: Item?
        var isConsistent = false
        var parts = ProjectionParameters()
        var expressions = ExpressionParameters()
        var options = AnswerOptions()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "TableName": tableName = TableReference.name(try reader.string())
            case "Key": key = try reader.item()
            case "ConsistentRead": isConsistent = try reader.bool()
            default:
                if try parts.read(member, &reader) { return }
                if try expressions.read(member, &reader) { return }
                if try options.read(member, &reader) { return }
                try reader.skipValue()
            }
        }
        var faults = ConstraintFaults()
        options.checkCapacity(&faults)
        parts.check(&faults)
        faults.checkName(tableName, isRequired: true, at: "tableName")
        faults.require(key != nil, at: "key")
        try faults.check()
        try expressions.checkUse([parts.givenExpression], legacy: [parts.givenLegacy])
        if let refusal = reader.refusals.item { throw refusal }
        projection = try parts.projection(expressions, reader.refusals)
        self.tableName = tableName ?? ""
        self.key = key ?? Item()
        self.isConsistent = isConsistent
        self.options = options
    }
}
