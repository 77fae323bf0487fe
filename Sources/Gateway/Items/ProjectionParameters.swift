import Items

/// The two ways to say which parts of items a read answers.
struct ProjectionParameters {
    private(set) var expression: String?
    private(set) var attributesToGet: [String]?

    /// Reads the member if it is one of these.
    mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(ItemError) -> Bool {
        switch member {
        case "ProjectionExpression": expression = try reader.string()
        case "AttributesToGet": attributesToGet = try reader.strings()
        default: return false
        }
        return true
    }

    func check(_ faults: inout ConstraintFaults, at path: @autoclosure () -> String = "attributesToGet") {
        faults.check(
            length: attributesToGet?.count, atLeast: 1, atMost: 255,
            shown: "[\((attributesToGet ?? []).joined(separator: ", "))]", at: path())
    }

    /// The projection of the older parameter; nil for none.
    func checkedAttributesToGet() throws(ItemError) -> ProjectionExpression? {
        guard let attributesToGet else { return nil }
        return try ProjectionExpression(attributesToGet: attributesToGet)
    }

    /// Nil without an expression.
    func projection(_ placeholders: inout ExpressionPlaceholders) throws(ItemError) -> ProjectionExpression? {
        guard let expression else { return nil }
        return try ProjectionExpression(expression, placeholders: &placeholders)
    }

    /// The projection of a request without other expressions; nil for whole items.
    func projection(
        _ expressions: ExpressionParameters, _ refusals: JSONReader.Refusals
    ) throws(ItemError) -> ProjectionExpression? {
        var placeholders = try expressions.placeholders(refusals)
        let attributes = try checkedAttributesToGet()
        let projection = try projection(&placeholders) ?? attributes
        try placeholders.checkAllUsed()
        return projection
    }

    var givenExpression: ExpressionParameters.Given { ("ProjectionExpression", expression != nil) }
    var givenLegacy: ExpressionParameters.Given { ("AttributesToGet", attributesToGet != nil) }
}
