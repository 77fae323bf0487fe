/// A DynamoDB condition, parsed once and evaluated often.
///
/// The whole language: `=` `<>` `<` `<=` `>` `>=`, `BETWEEN`, `IN`, `AND`, `OR`, `NOT`, parentheses,
/// `attribute_exists`, `attribute_not_exists`, `attribute_type`, `begins_with`, `contains`, `size`, document paths,
/// `#names` and `:values`.
///
///     let isNew = try ConditionExpression("attribute_not_exists(orderId)", names: [:], values: [:])
///     isNew.evaluate(nil)  // true
public struct ConditionExpression: Sendable {
    private let condition: Condition

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
    public init(_ text: String, placeholders: inout ExpressionPlaceholders) throws(ItemError) {
        var parser = try ExpressionParser(text, parameter: "ConditionExpression", placeholders: placeholders)
        condition = try parser.condition()
        try parser.expectEnd()
        placeholders = parser.placeholders
    }

    /// Whether the condition holds for an item, or for no item at all. Linear in the expression and what it reads.
    public func evaluate(_ item: Item?) -> Bool { condition.isMet(by: item ?? Item()) }
}

extension ExpressionParser {
    /// `OR` binds weakest, then `AND`, then `NOT`.
    mutating func condition() throws(ItemError) -> Condition {
        var conditions = [try conjunction()]
        while take(keyword: "OR") {
            try countOperator()
            conditions.append(try conjunction())
        }
        return conditions.count == 1 ? conditions[0] : .any(conditions)
    }

    private mutating func conjunction() throws(ItemError) -> Condition {
        var conditions = [try negation()]
        while take(keyword: "AND") {
            try countOperator()
            conditions.append(try negation())
        }
        return conditions.count == 1 ? conditions[0] : .all(conditions)
    }

    private mutating func negation() throws(ItemError) -> Condition {
        guard take(keyword: "NOT") else { return try primary() }
        try countOperator()
        try descend()
        let condition = try negation()
        ascend()
        return .not(condition)
    }

    private mutating func primary() throws(ItemError) -> Condition {
        if take(symbol: "(") {
            try descend()
            let inner = groupEnd
            let condition = try condition()
            // The inner parentheses ended right before these: "((a = b))".
            if let inner, inner == position { throw invalid("The expression has redundant parentheses;") }
            try expect(symbol: ")")
            ascend()
            return condition
        }
        if next.kind == .word, afterNext.text == "(", next.text != "size" { return try function() }
        return try comparison()
    }

    private mutating func function() throws(ItemError) -> Condition {
        let name = next.text
        advance()
        switch name {
        case "attribute_exists": return .exists(try pathArgument(of: name))
        case "attribute_not_exists": return .notExists(try pathArgument(of: name))
        case "attribute_type":
            let operands = try operands(of: name)
            guard case .path(let path) = operands[0] else { throw needsPath(name) }
            guard case .value(.string(let type)) = operands[1] else {
                throw wrongType(of: name, typeName(of: operands[1]))
            }
            guard Self.typeNames.contains(type) else {
                throw invalid(
                    "Invalid attribute type name found; type: \(type), valid types: {"
                        + Self.typeNames.joined(separator: ",") + "}")
            }
            return .hasType(path, type)
        case "begins_with":
            let operands = try operands(of: name)
            for case .value(let value) in operands where value.typeName != "S" && value.typeName != "B" {
                throw wrongType(of: name, value.typeName)
            }
            return .beginsWith(operands[0], operands[1])
        case "contains":
            let operands = try operands(of: name)
            return .contains(operands[0], operands[1])
        default: throw invalid("Invalid function name; function: \(name)")
        }
    }

    private static let typeNames = ["B", "BOOL", "BS", "L", "M", "N", "NS", "NULL", "S", "SS"]

    private mutating func operands(of function: String) throws(ItemError) -> [Condition.Operand] {
        try arguments(of: function, count: 2) { parser throws(ItemError) in try parser.operand() }
    }

    private mutating func pathArgument(of function: String) throws(ItemError) -> DocumentPath {
        let operands = try arguments(of: function, count: 1) { parser throws(ItemError) in try parser.operand() }
        guard case .path(let path) = operands[0] else { throw needsPath(function) }
        return path
    }

    private func needsPath(_ function: String) -> ItemError {
        invalid("Operator or function requires a document path; operator or function: \(function)")
    }

    private mutating func operand() throws(ItemError) -> Condition.Operand {
        if next.kind == .value { return .value(try value()) }
        if isNextPath { return .path(try path()) }
        guard next.kind == .word, afterNext.text == "(" else { throw syntaxError }
        let function = next.text
        guard function == "size" else {
            throw invalid(
                "The function is not allowed to be used this way in an expression; function: \(function)")
        }
        advance()
        return .size(try pathArgument(of: function))
    }

    private mutating func comparison() throws(ItemError) -> Condition {
        let left = try operand()
        try countOperator()
        if take(keyword: "BETWEEN") {
            let low = try operand()
            guard take(keyword: "AND") else { throw syntaxError }
            let high = try operand()
            try checkBounds(low, high)
            return .between(left, low: low, high: high)
        }
        if take(keyword: "IN") { return .contained(left, in: try candidates()) }
        guard next.kind == .symbol, let comparator = Condition.Comparator(rawValue: next.text) else {
            throw syntaxError
        }
        advance()
        let right = try operand()
        if comparator != .equal, comparator != .notEqual {
            for case .value(let value) in [left, right] where Condition.precedes(value, value) == nil {
                throw wrongType(of: comparator.rawValue, value.typeName)
            }
        }
        return .compare(comparator, left, right)
    }

    private mutating func candidates() throws(ItemError) -> [Condition.Operand] {
        try expect(symbol: "(")
        var candidates: [Condition.Operand] = []
        repeat { candidates.append(try operand()) } while take(symbol: ",")
        try expect(symbol: ")")
        // AWS: IN takes up to 100 values.
        guard candidates.count <= 100 else {
            throw invalid(
                "Invalid number of operands for operator or function; operator or function: IN, "
                    + "number of operands: \(candidates.count)")
        }
        return candidates
    }

    private func checkBounds(_ low: Condition.Operand, _ high: Condition.Operand) throws(ItemError) {
        for case .value(let value) in [low, high] where Condition.precedes(value, value) == nil {
            throw wrongType(of: "BETWEEN", value.typeName)
        }
        guard case .value(let lower) = low, case .value(let upper) = high else { return }
        let isInverted = Condition.precedes(upper, lower)
        guard isInverted != false else { return }
        let rule =
            isInverted == nil
            ? "same data type for lower and upper bounds"
            : "upper bound to be greater than or equal to lower bound"
        throw invalid(
            "The BETWEEN operator requires \(rule); lower bound operand: AttributeValue: \(shown(lower)), "
                + "upper bound operand: AttributeValue: \(shown(upper))")
    }

    private func shown(_ value: AttributeValue) -> String {
        "{\(value.typeName):\(value.number?.text ?? value.string ?? "...")}"
    }

    private func typeName(of operand: Condition.Operand) -> String {
        if case .value(let value) = operand { value.typeName } else { "{}" }
    }
}
