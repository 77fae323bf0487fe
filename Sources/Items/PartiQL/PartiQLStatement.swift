/// A PartiQL statement in the terms of DynamoDB's other operations.
///
/// The subset of ExecuteStatement: SELECT, INSERT, UPDATE and DELETE of one table. Conditions and updates become the
/// expressions that the other operations take, so they mean the same.
///
///     let statement = try PartiQLStatement(#"SELECT * FROM "Orders" WHERE orderId = ?"#, parameters: [.string("A-1")])
public enum PartiQLStatement: Sendable {
    /// What a WHERE clause says.
    public struct Filter: Sendable {
        /// The whole clause.
        public let condition: ConditionExpression
        /// The attributes that every item must have with just this value: equalities that no OR or NOT is around.
        public let equalities: [String: AttributeValue]

        /// The equalities on all key attributes; nil when one is missing.
        public func key(of schema: KeySchema) -> Item? {
            var key = Item()
            for name in schema.names {
                guard let value = equalities[name] else { return nil }
                key[name] = value
            }
            return key
        }
    }

    /// What an UPDATE or DELETE answers: `RETURNING ALL OLD *` and its kin.
    public enum Returning: Sendable, Hashable {
        case nothing, allOld, allNew, modifiedOld, modifiedNew
    }

    case select(projection: ProjectionExpression?, table: String, index: String?, filter: Filter?)
    case insert(table: String, item: Item)
    case update(table: String, update: UpdateExpression, filter: Filter, returning: Returning)
    case delete(table: String, filter: Filter, returning: Returning)

    /// Reads a statement; each `?` takes the next parameter.
    ///
    /// - Throws: `.validation` with AWS's beginning "Statement wasn't well formed", or as the expressions do.
    public init(_ statement: String, parameters: [AttributeValue] = []) throws(ItemError) {
        var parser = try PartiQLParser(statement, parameters: parameters)
        self = try parser.statement()
    }
}
