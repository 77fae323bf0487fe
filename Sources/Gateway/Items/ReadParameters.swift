import Items

/// The parameters that Query and Scan share.
struct ReadParameters {
    private(set) var tableName: String?
    private(set) var indexName: String?
    private(set) var isConsistent = false
    private(set) var limit: Int?
    private(set) var exclusiveStartKey: Item?
    private var startKeyRefusal: ItemError?
    private var selectName: String?
    private var filterExpression: String?
    private var legacyFilter: LegacyConditions?
    private var conditionalOperator: String?
    private(set) var parts = ProjectionParameters()
    private(set) var expressions = ExpressionParameters()
    private(set) var options = AnswerOptions()

    /// `QueryFilter` or `ScanFilter`.
    let legacyFilterName: String

    init(legacyFilterName: String) { self.legacyFilterName = legacyFilterName }

    /// Reads the member if it is one of these, and passes over it otherwise.
    mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(ItemError) {
        switch member {
        case "TableName": tableName = TableReference.name(try reader.string())
        case "IndexName": indexName = try reader.string()
        case "ConsistentRead": isConsistent = try reader.bool()
        case "Limit": limit = try reader.int()
        case "Select": selectName = try reader.string()
        case "FilterExpression": filterExpression = try reader.string()
        case "QueryFilter" where legacyFilterName == "QueryFilter":
            legacyFilter = try reader.legacyConditions("Condition")
        case "ScanFilter" where legacyFilterName == "ScanFilter":
            legacyFilter = try reader.legacyConditions("Condition")
        case "ConditionalOperator": conditionalOperator = try reader.string()
        case "ExclusiveStartKey":
            // What is wrong with this key's values is said in other words than for other values.
            (exclusiveStartKey, startKeyRefusal) = try reader.itemOrRefusal()
        default:
            if try parts.read(member, &reader) { return }
            if try expressions.read(member, &reader) { return }
            if try options.read(member, &reader) { return }
            try reader.skipValue()
        }
    }

    /// Checks them against AWS's model.
    func check(_ faults: inout ConstraintFaults) {
        faults.check(limit, atLeast: 1, at: "limit")
        // A small letter begins parameters in messages.
        legacyFilter?.check(
            &faults, at: legacyFilterName.prefix(1).lowercased() + legacyFilterName.dropFirst(), needsOperator: true)
        options.checkCapacity(&faults)
        parts.check(&faults)
        faults.checkName(tableName, isRequired: true, at: "tableName")
        faults.check(selectName, isOneOf: Selection.names, at: "select")
        faults.checkName(indexName, isRequired: false, at: "indexName")
        faults.check(conditionalOperator, isOneOf: ["OR", "AND"], at: "conditionalOperator")
    }

    var givenFilter: ExpressionParameters.Given { ("FilterExpression", filterExpression != nil) }
    var givenLegacyFilter: ExpressionParameters.Given { (legacyFilterName, legacyFilter != nil) }
    var givenOperator: ExpressionParameters.Given { ("ConditionalOperator", conditionalOperator != nil) }

    func checkStartKey() throws(ItemError) {
        if let startKeyRefusal {
            // What AWS finds when it converts numbers and sets comes without the prefix, also for other values.
            let isFoundLater = ["Supplied ", "Null attribute", "An string set", "Binary sets"]
                .contains { startKeyRefusal.message.contains($0) }
            throw isFoundLater
                ? .validation("The provided starting key is invalid: \(startKeyRefusal.message)") : startKeyRefusal
        }
    }

    func filter(_ placeholders: inout ExpressionPlaceholders) throws(ItemError) -> ConditionExpression? {
        guard let filterExpression else { return nil }
        return try ConditionExpression(filterExpression, parameter: .filter, placeholders: &placeholders)
    }

    /// The filter of the older parameters; nil for none.
    func checkedLegacyFilter() throws(ItemError) -> ConditionExpression? {
        guard legacyFilter != nil || conditionalOperator != nil else { return nil }
        if let refusal = legacyFilter?.refusal { throw refusal }
        let filter = legacyFilter?.byAttribute ?? [:]
        return legacyFilterName == "QueryFilter"
            ? try ConditionExpression(queryFilter: filter, conditionalOperator: conditionalOperator)
            : try ConditionExpression(scanFilter: filter, conditionalOperator: conditionalOperator)
    }

    var selection: Selection? { selectName.flatMap(Selection.init(rawValue:)) }

    /// - Throws: `.validation` for a selection that does not go with the other parameters.
    func checkSelection() throws(ItemError) {
        let parameter =
            parts.expression != nil ? "ProjectionExpression" : parts.attributesToGet != nil ? "AttributesToGet" : nil
        switch (selection, parameter) {
        case (nil, _), (.specificAttributes, .some): break
        case (.specificAttributes, nil):
            throw .validation(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
        case (.count, let parameter?):
            throw .validation("Cannot specify the \(parameter) when choosing to get only the Count")
        case (let selection?, let parameter?):
            throw .validation("Cannot specify the \(parameter) when choosing to get \(selection.rawValue)")
        case (.allProjectedAttributes, nil) where indexName == nil:
            // AWS says "Querying" of a Scan too.
            throw .validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
        default: break
        }
    }
}
