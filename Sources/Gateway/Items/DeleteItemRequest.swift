import Items

/// DeleteItem, read and checked as far as that goes without the table.
struct DeleteItemRequest {
    let tableName: String
    let key: Item
    let condition: ConditionExpression?
    let returnsOld: Bool
    let returnsItemOnFailure: Bool
    let options: AnswerOptions

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var parameters = WriteParameters()
        var key: Item?
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "Key": key = try reader.item()
            default: try parameters.read(member, &reader)
            }
        }
        var faults = ConstraintFaults()
        parameters.options.checkCapacity(&faults)
        faults.checkName(parameters.tableName, isRequired: true, at: "tableName")
        parameters.check(&faults)
        faults.require(key != nil, at: "key")
        try faults.check()
        if parameters.isConditional { try parameters.checkUse() }
        if let refusal = reader.refusals.item { throw refusal }
        guard parameters.returnValues == .none || parameters.returnValues == .allOld else {
            throw .validation("ReturnValues can only be ALL_OLD or NONE")
        }
        condition = try parameters.condition(reader.refusals)
        tableName = parameters.tableName ?? ""
        self.key = key ?? Item()
        returnsOld = parameters.returnValues == .allOld
        returnsItemOnFailure = parameters.returnsItemOnFailure
        options = parameters.options
    }
}
