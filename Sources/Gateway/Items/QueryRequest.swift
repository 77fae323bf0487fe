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
        var keyConditions: LegacyConditions?
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
        keyConditions?.check(&faults, at: "keyConditions", needsOperator: true)
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
        let legacyFilter = try parameters.checkedLegacyFilter()
        let attributes = try parameters.parts.checkedAttributesToGet()
        try parameters.checkStartKey()
        var legacyCondition: KeyConditionExpression?
        if let keyConditions, keyConditionExpression == nil {
            if let refusal = keyConditions.refusal { throw refusal }
            legacyCondition = try KeyConditionExpression(keyConditions: keyConditions.byAttribute)
        }
        var placeholders = try parameters.expressions.placeholders(reader.refusals)
        var syntax: KeyConditionExpression.Syntax?
        if let keyConditionExpression {
            syntax = try KeyConditionExpression.Syntax(keyConditionExpression, placeholders: &placeholders)
        }
        filter = try parameters.filter(&placeholders) ?? legacyFilter
        projection = try parameters.parts.projection(&placeholders) ?? attributes
        try placeholders.checkAllUsed()
        if let syntax {
            keyCondition = try KeyConditionExpression(syntax)
        } else if let legacyCondition {
            keyCondition = legacyCondition
        } else {
            throw .validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
        }
        try parameters.checkSelection()
        self.parameters = parameters
        self.isForward = isForward
    }
}
