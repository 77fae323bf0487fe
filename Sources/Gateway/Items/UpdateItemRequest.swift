import Items

/// UpdateItem, read and checked as far as that goes without the table.
struct UpdateItemRequest {
    let tableName: String
    let key: Item
    /// Changes nothing when the request has no update: then the item is made from its key if there is none.
    let update: UpdateExpression
    let condition: ConditionExpression?
    let returnValues: ReturnValues
    let returnsItemOnFailure: Bool
    let options: AnswerOptions

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var parameters = WriteParameters()
        var key: Item?
        var updateExpression: String?
        var attributeUpdates: LegacyUpdates?
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "Key": key = try reader.item()
            case "UpdateExpression": updateExpression = try reader.string()
            case "AttributeUpdates": attributeUpdates = try reader.legacyUpdates()
            default: try parameters.read(member, &reader)
            }
        }
        var faults = ConstraintFaults()
        parameters.options.checkCapacity(&faults)
        faults.checkName(parameters.tableName, isRequired: true, at: "tableName")
        parameters.check(&faults)
        faults.require(key != nil, at: "key")
        try faults.check()
        try parameters.checkUse(
            update: (
                expression: ("UpdateExpression", updateExpression != nil),
                legacy: ("AttributeUpdates", attributeUpdates != nil)
            ))
        if let refusal = reader.refusals.item { throw refusal }
        if updateExpression != nil || parameters.expressions.names != nil || parameters.expressions.values != nil {
            // Update and condition share the placeholders: what neither uses is refused.
            var placeholders = try parameters.expressions.placeholders(reader.refusals)
            if let updateExpression {
                update = try UpdateExpression(updateExpression, placeholders: &placeholders)
            } else {
                update = try UpdateExpression(attributeUpdates: [:])
            }
            condition = try parameters.condition(&placeholders)
            try placeholders.checkAllUsed()
        } else {
            if let refusal = attributeUpdates?.refusal { throw refusal }
            update = try UpdateExpression(attributeUpdates: attributeUpdates?.byAttribute ?? [:])
            condition = try parameters.condition(reader.refusals)
        }
        tableName = parameters.tableName ?? ""
        self.key = key ?? Item()
        returnValues = parameters.returnValues
        returnsItemOnFailure = parameters.returnsItemOnFailure
        options = parameters.options
    }
}
