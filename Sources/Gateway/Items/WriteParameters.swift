import Items

/// The parameters that PutItem, UpdateItem and DeleteItem share.
struct WriteParameters {
    private(set) var tableName: String?
    private var conditionExpression: String?
    private var expected: LegacyConditions?
    private var conditionalOperator: String?
    private var returnValuesName: String?
    private var onConditionFailure: String?
    private(set) var expressions = ExpressionParameters()
    private(set) var options = AnswerOptions()

    /// Reads the member if it is one of these, and passes over it otherwise.
    mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(ItemError) {
        switch member {
        case "TableName": tableName = TableReference.name(try reader.string())
        case "ConditionExpression": conditionExpression = try reader.string()
        case "ReturnValues": returnValuesName = try reader.string()
        case "ReturnValuesOnConditionCheckFailure": onConditionFailure = try reader.string()
        case "Expected": expected = try reader.legacyConditions("ExpectedAttributeValue")
        case "ConditionalOperator": conditionalOperator = try reader.string()
        default:
            if try expressions.read(member, &reader) { return }
            if try options.read(member, &reader) { return }
            try reader.skipValue()
        }
    }

    /// What a failed condition answers of the item.
    static let onConditionFailureNames = ["ALL_OLD", "NONE"]

    /// Checks them all but `TableName` against AWS's model.
    func check(_ faults: inout ConstraintFaults) {
        faults.check(returnValuesName, isOneOf: ReturnValues.names, at: "returnValues")
        options.checkMetrics(&faults)
        expected?.check(&faults, at: "expected", needsOperator: false)
        faults.check(conditionalOperator, isOneOf: ["OR", "AND"], at: "conditionalOperator")
        faults.check(
            onConditionFailure, isOneOf: Self.onConditionFailureNames, at: "returnValuesOnConditionCheckFailure")
    }

    var returnValues: ReturnValues { returnValuesName.flatMap(ReturnValues.init(rawValue:)) ?? .none }
    var returnsItemOnFailure: Bool { onConditionFailure == "ALL_OLD" }

    /// - Parameter update: the update's parameters, for UpdateItem.
    func checkUse(
        update: (expression: ExpressionParameters.Given, legacy: ExpressionParameters.Given)? = nil
    ) throws(ItemError) {
        var (given, legacy): ([ExpressionParameters.Given], [ExpressionParameters.Given]) = (
            [("ConditionExpression", conditionExpression != nil)],
            [("Expected", expected != nil), ("ConditionalOperator", conditionalOperator != nil)]
        )
        if let update {
            given.insert(update.expression, at: 0)
            legacy.insert(update.legacy, at: 0)
        }
        try expressions.checkUse(given, legacy: legacy)
    }

    /// Whether there is anything that `checkUse` and `conditions` look at.
    var isConditional: Bool {
        conditionExpression != nil || expected != nil || conditionalOperator != nil || expressions.names != nil
            || expressions.values != nil
    }

    func legacyCondition() throws(ItemError) -> ConditionExpression? {
        guard expected != nil || conditionalOperator != nil else { return nil }
        if let refusal = expected?.refusal { throw refusal }
        return try ConditionExpression(expected: expected?.byAttribute ?? [:], conditionalOperator: conditionalOperator)
    }

    func condition(_ placeholders: inout ExpressionPlaceholders) throws(ItemError) -> ConditionExpression? {
        guard let conditionExpression else { return nil }
        return try ConditionExpression(conditionExpression, placeholders: &placeholders)
    }

    /// The condition, by whichever parameter it came, of a request without an update.
    func condition(_ refusals: JSONReader.Refusals) throws(ItemError) -> ConditionExpression? {
        guard isConditional else { return nil }
        if let condition = try legacyCondition() { return condition }
        var placeholders = try expressions.placeholders(refusals)
        let condition = try condition(&placeholders)
        try placeholders.checkAllUsed()
        return condition
    }
}
