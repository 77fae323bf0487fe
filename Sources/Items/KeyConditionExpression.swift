/// What a Query asks of the keys, before it is known whose keys: the table's or an index's.
///
///     let expression = try KeyConditionExpression("orderId = :o AND #t > :t", placeholders: &placeholders)
///     let condition = try expression.keyCondition(for: schema)
public struct KeyConditionExpression: Sendable {
    /// One attribute, one operator and the values it takes.
    struct Predicate: Sendable {
        var attribute: String
        var comparison: LegacyComparison
        var values: [AttributeValue]
    }

    /// Hash key and range key. AWS: two conditions.
    static let conditionsMax = 2

    let predicates: [Predicate]

    /// - Throws: `.validation` for more than two conditions, and for none.
    init(_ predicates: [Predicate]) throws(ItemError) {
        guard (1...Self.conditionsMax).contains(predicates.count) else {
            throw .validation("Conditions can be of length 1 or 2 only")
        }
        self.predicates = predicates
    }

    /// Parses an expression and notes which placeholders it uses. The grammar is that of conditions; what no key
    /// condition may hold (`OR`, `NOT`, `<>`, `IN`, most functions) is refused by name.
    /// - Throws: `.validation` with DynamoDB's message.
    public init(_ text: String, placeholders: inout ExpressionPlaceholders) throws(ItemError) {
        try self.init(try Syntax(text, placeholders: &placeholders))
    }

    /// A key condition that is an expression, of which it is not known yet whether it is one on keys: AWS looks at a
    /// request's other expressions before it looks at that.
    public struct Syntax: Sendable {
        fileprivate let condition: Condition

        /// - Throws: `.validation` with DynamoDB's message.
        public init(_ text: String, placeholders: inout ExpressionPlaceholders) throws(ItemError) {
            condition = try Condition(text, parameter: "KeyConditionExpression", placeholders: &placeholders)
        }
    }

    /// - Throws: `.validation` for what no key condition may hold.
    public init(_ syntax: Syntax) throws(ItemError) {
        var predicates: [Predicate] = []
        try Self.collect(syntax.condition, &predicates)
        try self.init(predicates)
    }

    private static func collect(_ condition: Condition, _ predicates: inout [Predicate]) throws(ItemError) {
        if case .all(let conditions) = condition {
            for condition in conditions { try collect(condition, &predicates) }
            return
        }
        let predicate = try predicate(condition)
        guard !predicates.contains(where: { UTF8Order.areEqual($0.attribute, predicate.attribute) }) else {
            throw .validation("KeyConditionExpressions must only contain one condition per key")
        }
        predicates.append(predicate)
    }

    private static func predicate(_ condition: Condition) throws(ItemError) -> Predicate {
        switch condition {
        case .compare(.notEqual, _, _): throw invalidOperator("<>")
        case .compare(let comparator, let left, let right):
            let (attribute, position) = try attribute(among: [left, right])
            let comparison = LegacyComparison(comparator)
            return Predicate(
                attribute: attribute, comparison: position == 0 ? comparison : comparison.turned,
                values: values([left, right]))
        case .between(let operand, let low, let high):
            guard operand.isPath else { throw needsAttributeFirst("BETWEEN") }
            return Predicate(
                attribute: try attribute(among: [operand, low, high]).name, comparison: .between,
                values: values([low, high]))
        case .beginsWith(let operand, let prefix):
            guard operand.isPath else { throw needsAttributeFirst("begins_with") }
            return Predicate(
                attribute: try attribute(among: [operand, prefix]).name, comparison: .beginsWith,
                values: values([prefix]))
        case .contained: throw invalidOperator("IN")
        case .not: throw invalidOperator("NOT")
        case .any: throw invalidOperator("OR")
        case .exists: throw invalidOperator("attribute_exists")
        case .notExists: throw invalidOperator("attribute_not_exists")
        case .hasType: throw invalidOperator("attribute_type")
        case .contains: throw invalidOperator("contains")
        case .all: preconditionFailure("Taken apart before")
        }
    }

    /// The one attribute among the operands, and which of them it is.
    private static func attribute(
        among operands: [Condition.Operand]
    ) throws(ItemError) -> (name: String, position: Int) {
        var found: (name: String, position: Int)?
        for (position, operand) in operands.enumerated() {
            switch operand {
            case .size: throw .validation("KeyConditionExpressions cannot contain nested operations")
            case .path(let path):
                guard found == nil else { throw invalidCondition("Multiple attribute names used in one condition") }
                guard path.steps.isEmpty else {
                    throw .validation("KeyConditionExpressions cannot have conditions on nested attributes")
                }
                found = (path.root, position)
            case .value: break
            }
        }
        guard let found else { throw invalidCondition("No key attribute specified") }
        return found
    }

    private static func values(_ operands: [Condition.Operand]) -> [AttributeValue] {
        operands.compactMap { operand in
            if case .value(let value) = operand { value } else { nil }
        }
    }

    // The messages name the parameter themselves and do not begin with "Invalid KeyConditionExpression".

    private static func invalidOperator(_ name: String) -> ItemError {
        .validation("Invalid operator used in KeyConditionExpression: \(name)")
    }

    private static func invalidCondition(_ detail: String) -> ItemError {
        .validation("Invalid condition in KeyConditionExpression: \(detail)")
    }

    private static func needsAttributeFirst(_ name: String) -> ItemError {
        invalidCondition("\(name) operator must have the key attribute as its first operand")
    }
}

extension Condition.Operand {
    fileprivate var isPath: Bool { if case .path = self { true } else { false } }
}

extension KeyConditionExpression {
    /// What it asks of the keys of a table or of an index.
    /// - Parameters:
    ///   - schema: the keys of the table or the index.
    ///   - start: where the query begins; checked attribute by attribute, as AWS does it.
    /// - Throws: `.validation` with DynamoDB's message when it is not an equality on the hash key with or without a
    ///   condition on the range key, or when a value is none of that key's.
    public func keyCondition(for schema: KeySchema, startingBehind start: StartKey? = nil) throws(ItemError)
        -> KeyCondition
    {
        try start?.checkCount()
        try start?.check(schema.hashKey, bytesMax: KeySchema.hashKeyBytesMax)
        guard schema.rangeKey != nil || predicates.count == 1 else { throw Self.notSupported }
        let hash = try predicate(on: schema.hashKey, bytesMax: KeySchema.hashKeyBytesMax)
        guard let hash else { throw Self.missed(schema.hashKey) }
        guard hash.comparison == .equal else { throw Self.notSupported }
        var condition = KeyCondition(hashKey: hash.values[0])
        guard let rangeKey = schema.rangeKey else { return condition }
        try start?.check(rangeKey, bytesMax: KeySchema.rangeKeyBytesMax)
        guard predicates.count > 1 else { return condition }
        let range = try predicate(on: rangeKey, bytesMax: KeySchema.rangeKeyBytesMax)
        guard let range else { throw Self.missed(rangeKey) }
        condition.range = try Self.rangeCondition(range)
        return condition
    }

    private func predicate(on attribute: KeySchema.Attribute, bytesMax: Int) throws(ItemError) -> Predicate? {
        guard let predicate = predicates.first(where: { UTF8Order.areEqual($0.attribute, attribute.name) }) else {
            return nil
        }
        guard predicate.comparison.isIndexable else {
            throw .validation("Attempted conditional constraint is not an indexable operation")
        }
        for value in predicate.values {
            guard value.typeName == attribute.type.rawValue else {
                throw .invalidParameter("Condition parameter type does not match schema type")
            }
            try KeySchema.checkSize(of: value, attribute, bytesMax: bytesMax)
        }
        return predicate
    }

    private static func rangeCondition(_ predicate: Predicate) throws(ItemError) -> KeyCondition.RangeCondition {
        let value = predicate.values[0]
        switch predicate.comparison {
        case .equal: return .equal(value)
        case .less: return .less(value)
        case .lessOrEqual: return .lessOrEqual(value)
        case .greater: return .greater(value)
        case .greaterOrEqual: return .greaterOrEqual(value)
        case .between: return .between(value, predicate.values[1])
        case .beginsWith: return .beginsWith(value)
        default: preconditionFailure("No indexable operation: \(predicate.comparison)")
        }
    }

    private static var notSupported: ItemError { .validation("Query key condition not supported") }

    private static func missed(_ attribute: KeySchema.Attribute) -> ItemError {
        .validation("Query condition missed key schema element: \(attribute.name)")
    }
}
