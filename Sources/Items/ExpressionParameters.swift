/// Which of an operation's parameters a request may use together.
///
/// Checked before any expression is parsed: first `checkMixed`, then `checkUnneeded`.
public enum ExpressionParameters {
    /// Refuses a request that uses expressions and the parameters that were there before them.
    /// - Parameters:
    ///   - legacy: the names of the legacy parameters the request holds, in AWS's order: "AttributeUpdates".
    ///   - expressions: the names of the expressions it holds, in AWS's order: "UpdateExpression".
    /// - Throws: `.validation` when neither is empty.
    public static func checkMixed(legacy: [String], expressions: [String]) throws(ItemError) {
        guard !legacy.isEmpty, !expressions.isEmpty else { return }
        throw .validation(
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
                + "{\(legacy.joined(separator: ", "))} "
                + "Expression parameters: {\(expressions.joined(separator: ", "))}")
    }

    /// Refuses placeholders that no expression of the request could use.
    /// - Parameters:
    ///   - names: the parameter `ExpressionAttributeNames`, nil when the request does not hold it.
    ///   - values: `ExpressionAttributeValues`, the same.
    ///   - expressions: all expressions the operation takes, in AWS's order: for UpdateItem "UpdateExpression",
    ///     "ConditionExpression".
    ///   - given: those of them that the request holds.
    /// - Throws: `.validation`.
    public static func checkUnneeded(
        names: [String: String]?, values: [String: AttributeValue]?, expressions: [String], given: Set<String> = []
    ) throws(ItemError) {
        if names != nil, given.isEmpty {
            throw .validation("ExpressionAttributeNames can only be specified when using expressions")
        }
        // A projection has no values.
        let withValues = expressions.filter { $0 != "ProjectionExpression" }
        guard values != nil, !withValues.isEmpty, given.isDisjoint(with: withValues) else { return }
        throw .validation(
            "ExpressionAttributeValues can only be specified when using expressions: "
                + "\(withValues.joined(separator: " and ")) \(withValues.count > 1 ? "are" : "is") null")
    }

    /// An error in a value of `ExpressionAttributeValues`, as DynamoDB reports it there.
    public static func invalidValue(_ error: ItemError, key: String) -> ItemError {
        guard error.code == .validation else { return error }
        return .validation(
            "ExpressionAttributeValues contains invalid value: \(error.message) for key \(key)")
    }
}
