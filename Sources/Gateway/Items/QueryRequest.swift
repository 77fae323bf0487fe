import Items

/// Query, read and checked as far as that goes without the table.
struct QueryRequest {
    let parameters: ReadParameters
    let keyCondition: KeyConditionExpression
    let filter: ConditionExpression?
    let projection: ProjectionExpression?
    let isForward: Bool

    /// - Throws: `ItemError`, in AWS's order.
    init(_ body: [UInt8]) throws(ItemError) {
        var reader = JSONReader(body)
        var parameters = ReadParameters(legacyFilterName: "QueryFilter")
        var keyConditionExpression: String?
        var keyConditions: [String: LegacyCondition]?
        var isForward = true
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "KeyConditionExpression": keyConditionExpression = try reader.string()
            case "KeyConditions": keyConditions = try reader.legacyConditions("Condition")
            case "ScanIndexForward": isForward = try reader.bool()
            default: try parameters.read(member, &reader)
            }
        }
        var faults = ConstraintFaults()
        parameters.check(&faults)
        try faults.check()
        try parameters.expressions.checkUse(
            [
                parameters.parts.givenExpression, parameters.givenFilter,
                ("KeyConditionExpression", keyConditionExpression != nil),
            ],
            legacy: [
                parameters.parts.givenLegacy, parameters.givenLegacyFilter, parameters.givenOperator,
                // AWS takes KeyConditions along with a FilterExpression.
                ("KeyConditions", keyConditions != nil && keyConditionExpression != nil),
            ])
        if let refusal = reader.refusals.item { throw refusal }
        try parameters.checkStartKey()
        var placeholders = try parameters.expressions.placeholders(reader.refusals)
        if let keyConditionExpression {
            keyCondition = try KeyConditionExpression(keyConditionExpression, placeholders: &placeholders)
        } else if let keyConditions {
            keyCondition = try KeyConditionExpression(keyConditions: keyConditions)
        } else {
            throw .validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
        }
        filter = try parameters.filter(&placeholders)
        projection = try parameters.parts.projection(&placeholders)
        try placeholders.checkAllUsed()
        try parameters.checkSelection()
        self.parameters = parameters
        self.isForward = isForward
    }
}
