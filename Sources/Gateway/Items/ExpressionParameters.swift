import Items

/// The `#names` and `:values` of a request as they came, and the rules on which parameters go together.
struct ExpressionParameters {
    private(set) var names: [String: String]?
    private(set) var values: [String: AttributeValue]?

    /// Reads the member if it is one of these.
    mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(ItemError) -> Bool {
        switch member {
        case "ExpressionAttributeNames": names = try reader.stringMap()
        case "ExpressionAttributeValues": values = try reader.valueMap()
        default: return false
        }
        return true
    }

    /// A parameter and whether the request has it.
    typealias Given = (name: String, isGiven: Bool)

    /// Expressions and the older parameters exclude each other, and placeholders need expressions.
    /// - Parameters:
    ///   - expressions: in the order of AWS's message.
    ///   - legacy: the older parameters, in that order too.
    func checkUse(_ expressions: [Given], legacy: [Given]) throws(ItemError) {
        if expressions.contains(where: \.isGiven) {
            guard legacy.contains(where: \.isGiven) else {
                return try checkValuesUse(expressions)
            }
            throw .validation(
                "Can not use both expression and non-expression parameters in the same request: "
                    + "Non-expression parameters: {\(Self.list(legacy))} Expression parameters: {\(Self.list(expressions))}"
            )
        }
        guard names == nil else {
            throw .validation("ExpressionAttributeNames can only be specified when using expressions")
        }
        try checkValuesUse(expressions)
    }

    /// A projection takes no values.
    private func checkValuesUse(_ expressions: [Given]) throws(ItemError) {
        guard values != nil else { return }
        let users = expressions.filter { $0.name != "ProjectionExpression" }
        guard !users.isEmpty, !users.contains(where: \.isGiven) else { return }
        throw .validation(
            "ExpressionAttributeValues can only be specified when using expressions: "
                + "\(users.map(\.name).joined(separator: " and ")) \(users.count > 1 ? "are" : "is") null")
    }

    private static func list(_ parameters: [Given]) -> String {
        parameters.filter(\.isGiven).map(\.name).joined(separator: ", ")
    }

    /// The placeholders for the request's expressions, checked.
    func placeholders(_ refusals: JSONReader.Refusals) throws(ItemError) -> ExpressionPlaceholders {
        let placeholders = try ExpressionPlaceholders(
            expressionAttributeNames: names, expressionAttributeValues: values)
        if let refusal = refusals.expressionValue { throw refusal }
        return placeholders
    }
}
