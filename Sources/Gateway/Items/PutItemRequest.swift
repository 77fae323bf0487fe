import Items

extension Item {
    /// An item's size is looked at before its table is. Costs nothing for a body that is too short for an item that is
    /// too large: each kind of value is longer in JSON than by AWS's rules.
    /// - Throws: `.validation`.
    func checkSize(in body: [UInt8]) throws(ItemError) {
        guard body.count > Item.itemSizeBytesMax else { return }
        guard sizeBytes <= Item.itemSizeBytesMax else {
            throw .validation("Item size has exceeded the maximum allowed size")
        }
    }
}

/// PutItem, read and checked as far as that goes without the table.
struct PutItemRequest {
    let tableName: String
    let item: Item
    let condition: ConditionExpression?
    let returnsOld: Bool
    let returnsItemOnFailure: Bool
    let options: AnswerOptions

    /// - Throws: `ItemError`, in AWS's order: types, constraints, parameters, values, expressions.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var parameters = WriteParameters()
        var item: Item?
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "Item": item = try reader.item()
            default: try parameters.read(member, &reader)
            }
        }
        var faults = ConstraintFaults()
        parameters.options.checkCapacity(&faults)
        faults.checkName(parameters.tableName, isRequired: true, at: "tableName")
        faults.require(item != nil, at: "item")
        parameters.check(&faults)
        try faults.check()
        if parameters.isConditional { try parameters.checkUse() }
        if let refusal = reader.refusals.item { throw refusal }
        guard parameters.returnValues == .none || parameters.returnValues == .allOld else {
            throw .validation("ReturnValues can only be ALL_OLD or NONE")
        }
        try item?.checkSize(in: body)
        condition = try parameters.condition(reader.refusals)
        tableName = parameters.tableName ?? ""
        self.item = item ?? Item()
        returnsOld = parameters.returnValues == .allOld
        returnsItemOnFailure = parameters.returnsItemOnFailure
        options = parameters.options
    }
}
