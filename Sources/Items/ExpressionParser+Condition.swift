extension ExpressionParser {
    /// A condition, a filter or a key condition: the three are one language.
    mutating func condition() throws(ItemError) -> ExpressionSyntax {
        keywords = ["AND", "OR", "NOT", "BETWEEN", "IN"]
        let condition = try disjunction()
        guard !condition.isOperand || condition.isCall else { throw syntaxError }
        try expectEnd()
        return condition
    }

    /// `OR` binds weakest, then `AND`, then `NOT`. Each may turn out to be a mere operand in parentheses, which only
    /// what follows it shows; `checkCondition` refuses it where a condition must stand.
    private mutating func disjunction() throws(ItemError) -> ExpressionSyntax {
        var conditions = [try conjunction()]
        while next.kind == .word, next.text.uppercased() == "OR" {
            try checkCondition(conditions[conditions.count - 1])
            advance()
            try countOperator()
            conditions.append(try conjunction())
        }
        if conditions.count > 1 { try checkCondition(conditions[conditions.count - 1]) }
        return conditions.count == 1 ? conditions[0] : .any(conditions)
    }

    private mutating func conjunction() throws(ItemError) -> ExpressionSyntax {
        var conditions = [try negation()]
        while next.kind == .word, next.text.uppercased() == "AND" {
            try checkCondition(conditions[conditions.count - 1])
            advance()
            try countOperator()
            conditions.append(try negation())
        }
        if conditions.count > 1 { try checkCondition(conditions[conditions.count - 1]) }
        return conditions.count == 1 ? conditions[0] : .all(conditions)
    }

    private mutating func negation() throws(ItemError) -> ExpressionSyntax {
        guard take(keyword: "NOT") else { return try comparison() }
        try countOperator()
        try descend()
        let condition = try negation()
        try checkCondition(condition)
        ascend()
        return .not(condition)
    }

    private func checkCondition(_ syntax: ExpressionSyntax) throws(ItemError) {
        guard !syntax.isOperand || syntax.isCall else { throw syntaxError }
    }

    private mutating func comparison() throws(ItemError) -> ExpressionSyntax {
        let left =
            isNext(symbol: "(")
            ? try group { parser throws(ItemError) in try parser.disjunction() }
            : try operand()
        guard left.isOperand else { return left }
        if take(keyword: "BETWEEN") {
            try countOperator()
            let low = try operand()
            guard take(keyword: "AND") else { throw syntaxError }
            return .between(left, low: low, high: try operand())
        }
        if take(keyword: "IN") {
            try countOperator()
            return .contained(left, in: try operands())
        }
        guard next.kind == .symbol, let comparator = Condition.Comparator(rawValue: next.text) else { return left }
        advance()
        try countOperator()
        return .compare(comparator, left, try operand())
    }
}
