/// One attribute's entry in `Expected`, `QueryFilter`, `ScanFilter` or `KeyConditions`.
public struct LegacyCondition: Sendable, Hashable {
    /// In the order in which AWS lists them.
    package static var comparisonOperators: [String] { LegacyComparison.names }

    public var value: AttributeValue?
    public var exists: Bool?
    public var comparisonOperator: String?
    public var attributeValueList: [AttributeValue]?

    public init(
        value: AttributeValue? = nil, exists: Bool? = nil, comparisonOperator: String? = nil,
        attributeValueList: [AttributeValue]? = nil
    ) {
        self.value = value
        self.exists = exists
        self.comparisonOperator = comparisonOperator
        self.attributeValueList = attributeValueList
    }
}

extension LegacyCondition {
    /// The operator and its values, checked. `exists` and `value` are looked at by `Expected` only.
    /// - Parameter parameter: the request parameter, as messages write it: "expected".
    func comparison(
        of attribute: String, parameter: String
    ) throws(ItemError) -> (comparison: LegacyComparison, values: [AttributeValue]) {
        guard let name = comparisonOperator else {
            throw .validation(
                "1 validation error detected: Value null at '\(parameter).\(attribute).member.comparisonOperator' "
                    + "failed to satisfy constraint: Member must not be null")
        }
        guard let comparison = LegacyComparison(rawValue: name) else {
            throw .validation(
                "1 validation error detected: Value '\(name)' at "
                    + "'\(parameter).\(attribute).member.comparisonOperator' failed to satisfy constraint: "
                    + "Member must satisfy enum value set: [\(LegacyComparison.names.joined(separator: ", "))]")
        }
        let values = (attributeValueList ?? value.map { [$0] } ?? []).map(\.canonical)
        guard comparison.valuesCount.contains(values.count) else {
            throw .invalidParameter("Invalid number of argument(s) for the \(name) ComparisonOperator")
        }
        guard values.allSatisfy({ $0.typeName == values[0].typeName }) else {
            throw .invalidParameter("AttributeValues inside AttributeValueList must be of same type")
        }
        if let value = values.first, !comparison.takes(value.typeName) {
            throw .invalidParameter(
                "ComparisonOperator \(name) is not valid for \(value.typeName) AttributeValue type")
        }
        if comparison == .between, Condition.precedes(values[1], values[0]) == true {
            throw .validation(
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound")
        }
        return (comparison, values)
    }

    /// As `comparison`, by the rules of `Expected`, which also takes a value alone and whether there is one.
    func expectation(
        of attribute: String
    ) throws(ItemError) -> (comparison: LegacyComparison, values: [AttributeValue]) {
        guard attributeValueList == nil || value == nil else {
            throw .invalidParameter("Value and AttributeValueList cannot be used together for Attribute: \(attribute)")
        }
        if let name = comparisonOperator {
            guard exists == nil else {
                throw .invalidParameter(
                    "Exists and ComparisonOperator cannot be used together for Attribute: \(attribute)")
            }
            guard name == "NULL" || name == "NOT_NULL" || attributeValueList != nil || value != nil else {
                throw .invalidParameter(
                    "Value or AttributeValueList must be used with ComparisonOperator: \(name) "
                        + "for Attribute: \(attribute)")
            }
            return try comparison(of: attribute, parameter: "expected")
        }
        guard attributeValueList == nil else {
            throw .invalidParameter(
                "AttributeValueList can only be used with a ComparisonOperator for Attribute: \(attribute)")
        }
        if exists == false {
            guard value == nil else {
                throw .invalidParameter("Value cannot be used when Exists is false for Attribute: \(attribute)")
            }
            return (.null, [])
        }
        guard let value else {
            throw .invalidParameter(
                "Value must be provided when Exists is \(exists == nil ? "null" : "true") for Attribute: \(attribute)")
        }
        return (.equal, [value.canonical])
    }
}

extension ConditionExpression {
    /// The legacy parameter `Expected`, with how its entries are joined ("AND", the default, or "OR").
    /// - Throws: `.validation` with DynamoDB's message.
    public init(expected: LegacyEntries<LegacyCondition>, conditionalOperator: String?) throws(ItemError) {
        let isAny = try Self.isAny(conditionalOperator, count: expected.all.count)
        var conditions: [Condition] = []
        for (attribute, entry) in expected.all {
            let (comparison, values) = try entry.expectation(of: attribute)
            conditions.append(comparison.condition(on: DocumentPath(root: attribute), values))
        }
        self.init(isAny ? .any(conditions) : .all(conditions), title: "Expected")
    }

    /// The legacy parameter `QueryFilter`; throws as `init(expected:conditionalOperator:)` does.
    public init(queryFilter: LegacyEntries<LegacyCondition>, conditionalOperator: String?) throws(ItemError) {
        try self.init(filter: queryFilter, title: "QueryFilter", conditionalOperator)
    }

    /// The legacy parameter `ScanFilter`; throws as `init(expected:conditionalOperator:)` does.
    public init(scanFilter: LegacyEntries<LegacyCondition>, conditionalOperator: String?) throws(ItemError) {
        try self.init(filter: scanFilter, title: "ScanFilter", conditionalOperator)
    }

    private init(
        filter: LegacyEntries<LegacyCondition>, title: String, _ conditionalOperator: String?
    ) throws(ItemError) {
        let isAny = try Self.isAny(conditionalOperator, count: filter.all.count)
        // Messages about one condition begin the parameter's name with a small letter.
        let parameter = title.prefix(1).lowercased() + title.dropFirst()
        var conditions: [Condition] = []
        for (attribute, entry) in filter.all {
            let (comparison, values) = try entry.comparison(of: attribute, parameter: parameter)
            conditions.append(comparison.condition(on: DocumentPath(root: attribute), values))
        }
        self.init(isAny ? .any(conditions) : .all(conditions), title: title)
    }

    private static func isAny(_ conditionalOperator: String?, count: Int) throws(ItemError) -> Bool {
        guard let conditionalOperator else { return false }
        guard conditionalOperator == "AND" || conditionalOperator == "OR" else {
            throw .validation(
                "1 validation error detected: Value '\(conditionalOperator)' at 'conditionalOperator' failed to "
                    + "satisfy constraint: Member must satisfy enum value set: [OR, AND]")
        }
        guard count > 0 else {
            throw .validation("ConditionalOperator cannot be used without Filter or Expected")
        }
        guard count > 1 else {
            throw .validation(
                "ConditionalOperator can only be used when Filter or Expected has two or more elements")
        }
        return conditionalOperator == "OR"
    }
}

extension KeyConditionExpression {
    /// The legacy parameter `KeyConditions`.
    /// - Throws: `.validation` with DynamoDB's message.
    public init(keyConditions: LegacyEntries<LegacyCondition>) throws(ItemError) {
        var predicates: [Predicate] = []
        for (attribute, entry) in keyConditions.all {
            let (comparison, values) = try entry.comparison(of: attribute, parameter: "keyConditions")
            predicates.append(Predicate(attribute: attribute, comparison: comparison, values: values))
        }
        try self.init(predicates)
    }
}
