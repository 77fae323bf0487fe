/// A DynamoDB condition or filter, parsed once and evaluated often.
///
/// The whole language: `=` `<>` `<` `<=` `>` `>=`, `BETWEEN`, `IN`, `AND`, `OR`, `NOT`, parentheses,
/// `attribute_exists`, `attribute_not_exists`, `attribute_type`, `begins_with`, `contains`, `size`, document paths,
/// `#names` and `:values`.
///
///     let isNew = try ConditionExpression("attribute_not_exists(orderId)", names: [:], values: [:])
///     isNew.evaluate(nil)  // true
public struct ConditionExpression: Sendable {
    /// The request parameter an expression came in, which begins the messages of its errors.
    public enum Parameter: Sendable {
        case condition
        case filter

        var name: String {
            switch self {
            case .condition: "ConditionExpression"
            case .filter: "FilterExpression"
            }
        }
    }

    private let condition: Condition
    /// How AWS names it in messages about what it reads.
    private let title: String

    /// Parses a condition that is the only expression of its request.
    /// - Throws: `.validation` with DynamoDB's message, also for placeholders that are undefined or unused.
    public init(
        _ text: String, names: [String: String] = [:], values: [String: AttributeValue] = [:]
    ) throws(ItemError) {
        var placeholders = try ExpressionPlaceholders(names: names, values: values)
        try self.init(text, placeholders: &placeholders)
        try placeholders.checkAllUsed()
    }

    /// Parses one of several expressions of a request and notes which placeholders it uses.
    public init(
        _ text: String, parameter: Parameter = .condition, placeholders: inout ExpressionPlaceholders
    ) throws(ItemError) {
        condition = try Condition(text, parameter: parameter.name, placeholders: &placeholders)
        title = parameter == .filter ? "Filter Expression" : parameter.name
    }

    /// A condition that did not come as an expression.
    /// - Parameter title: the legacy parameter it came in, as AWS names it in messages: "QueryFilter".
    init(_ condition: Condition, title: String) {
        self.condition = condition
        self.title = title
    }

    /// Whether the condition holds for an item, or for no item at all. Linear in the expression and what it reads.
    public func evaluate(_ item: Item?) -> Bool { condition.isMet(by: item ?? Item()) }

    /// The top-level attributes it reads: a Query's filter must name no key attribute. Linear in the expression.
    public var attributeNames: Set<String> {
        var names: Set<String> = []
        condition.forEachPath { names.insert($0.root) }
        return names
    }

    /// What a Query demands of its filter, be it an expression or the legacy parameter.
    /// - Parameter keyAttributes: the names of the key attributes of the table or the index that is read.
    /// - Throws: `.validation` when the filter reads one.
    public func checkReadsNoKey(_ keyAttributes: [String]) throws(ItemError) {
        var roots: [String] = []
        condition.forEachPath { roots.append($0.root) }
        for key in keyAttributes where roots.contains(where: { UTF8Order.areEqual($0, key) }) {
            throw .validation(
                "\(title) can only contain non-primary key attributes: Primary key attribute: \(key)")
        }
    }

    /// - Parameters:
    ///   - keyAttributes: the names of the table's key attributes.
    ///   - indexKeys: those of its indexes, read or not.
    /// - Throws: `.validation` when the expression looks into one, as if it were a map or a list.
    public func checkKeyPaths(_ keyAttributes: [String], indexKeys: [String] = []) throws(ItemError) {
        var paths: [DocumentPath] = []
        condition.forEachPath { paths.append($0) }
        for path in paths { try path.checkNotInside(keyAttributes: keyAttributes, indexKeys: indexKeys) }
    }
}

extension Condition {
    init(
        _ text: String, parameter: String, placeholders: inout ExpressionPlaceholders
    ) throws(ItemError) {
        var parser = try ExpressionParser(text, parameter: parameter)
        let syntax = try parser.condition()
        var resolver = ExpressionResolver(parameter: parameter, placeholders: placeholders)
        self = resolver.condition(syntax)
        try resolver.findings.check(ExpressionFindings.conditionOrder)
        placeholders = resolver.placeholders
    }
}
