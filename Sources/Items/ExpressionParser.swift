/// Reads the three expression languages: conditions, updates and projections.
struct ExpressionParser {
    /// Deepest nesting of parentheses, calls and NOT. AWS bounds the number of operators (300); ours bounds recursion.
    static let nestingMax = 100
    /// Most operators and functions in one expression. AWS: 300.
    static let operatorsMax = 300

    /// The request parameter, which begins each message: "ConditionExpression", "UpdateExpression".
    let parameter: String
    private let bytes: [UInt8]
    private let tokens: [ExpressionToken]
    private var index = 0
    private var depth = 0
    private var operators = 0
    /// Words that are no attribute's name in this language.
    private var keywords: Set<String> = []

    init(_ text: String, parameter: String) throws(ItemError) {
        self.parameter = parameter
        bytes = Array(text.utf8)
        tokens = try ExpressionLexer.tokens(of: bytes, parameter: parameter)
    }

    // MARK: Tokens

    private var next: ExpressionToken { tokens[index] }
    private var afterNext: ExpressionToken { tokens[min(index + 1, tokens.count - 1)] }

    private mutating func advance() { index = min(index + 1, tokens.count - 1) }

    private func isNext(symbol: String) -> Bool { next.kind == .symbol && next.text == symbol }

    private mutating func take(symbol: String) -> Bool {
        guard isNext(symbol: symbol) else { return false }
        advance()
        return true
    }

    private mutating func expect(symbol: String) throws(ItemError) {
        guard take(symbol: symbol) else { throw syntaxError }
    }

    /// Keywords are not case-sensitive.
    private mutating func take(keyword: String) -> Bool {
        guard next.kind == .word, next.text.uppercased() == keyword else { return false }
        advance()
        return true
    }

    private var isNextName: Bool {
        next.kind == .name || next.kind == .word && !keywords.contains(next.text.uppercased())
    }

    private func expectEnd() throws(ItemError) {
        guard next.kind == .end else { throw syntaxError }
    }

    // MARK: Limits and errors

    private mutating func countOperator() throws(ItemError) {
        operators += 1
        guard operators <= Self.operatorsMax else {
            throw invalid("The expression contains too many operators; operator count: \(operators)")
        }
    }

    private mutating func descend() throws(ItemError) {
        depth += 1
        guard depth <= Self.nestingMax else {
            throw invalid("The expression is nested deeper than \(Self.nestingMax) levels")
        }
    }

    private mutating func ascend() { depth -= 1 }

    private func invalid(_ detail: String) -> ItemError { .validation("Invalid \(parameter): \(detail)") }

    /// Names the token where reading stopped, and the text from the token before it to the one after.
    private var syntaxError: ItemError {
        let start = tokens[max(index - 1, 0)].range.lowerBound
        let near = String(decoding: bytes[start..<afterNext.range.upperBound], as: UTF8.self)
        return invalid("Syntax error; token: \"\(next.text)\", near: \"\(near)\"")
    }

    // MARK: Paths and operands

    private mutating func path() throws(ItemError) -> [ExpressionSyntax.PathPart] {
        try path([pathName()])
    }

    /// The rest of a path that has begun.
    private mutating func path(
        _ beginning: [ExpressionSyntax.PathPart]
    ) throws(ItemError) -> [ExpressionSyntax.PathPart] {
        var parts = beginning
        while true {
            if take(symbol: ".") {
                parts.append(try pathName())
            } else if take(symbol: "[") {
                let token = next
                guard token.kind == .index else { throw syntaxError }
                advance()
                try expect(symbol: "]")
                parts.append(.index(token.text))
            } else {
                return parts
            }
        }
    }

    private mutating func pathName() throws(ItemError) -> ExpressionSyntax.PathPart {
        guard isNextName else { throw syntaxError }
        let token = next
        advance()
        return token.kind == .name ? .placeholder(token.text) : .name(token.text)
    }

    /// A path, a `:value`, a call, or one of them in parentheses.
    private mutating func operand() throws(ItemError) -> ExpressionSyntax {
        let token = next
        if token.kind == .value {
            advance()
            return .value(token.text)
        }
        if isNext(symbol: "(") { return try group { parser throws(ItemError) in try parser.operand() } }
        guard isNextName else { throw syntaxError }
        if token.kind == .word, afterNext.kind == .symbol, afterNext.text == "(" { return try call() }
        return .path(try path())
    }

    private mutating func call() throws(ItemError) -> ExpressionSyntax {
        let name = next.text
        advance()
        try countOperator()
        return .call(name, try operands())
    }

    /// One or more operands between parentheses.
    private mutating func operands() throws(ItemError) -> [ExpressionSyntax] {
        try descend()
        try expect(symbol: "(")
        var operands: [ExpressionSyntax] = []
        repeat { operands.append(try operand()) } while take(symbol: ",")
        try expect(symbol: ")")
        ascend()
        return operands
    }

    /// Parentheses. Two pairs around the same thing are refused as soon as the outer is read.
    private mutating func group(
        _ inner: (inout ExpressionParser) throws(ItemError) -> ExpressionSyntax
    ) throws(ItemError) -> ExpressionSyntax {
        try descend()
        try expect(symbol: "(")
        let content = try inner(&self)
        try expect(symbol: ")")
        ascend()
        if case .group = content { throw invalid("The expression has redundant parentheses;") }
        // In conditions "(parts)[0]" is a path as "parts[0]" is.
        if keywords.contains("AND"), case .path(let parts) = content, isNext(symbol: ".") || isNext(symbol: "[") {
            return .path(try path(parts))
        }
        return .group(content)
    }

    // MARK: Conditions

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

    // MARK: Updates

    mutating func update() throws(ItemError) -> [UpdateSection] {
        keywords = Set(UpdateSection.Keyword.allCases.map(\.rawValue))
        var sections: [UpdateSection] = []
        repeat {
            guard next.kind == .word, let keyword = UpdateSection.Keyword(rawValue: next.text.uppercased()) else {
                throw syntaxError
            }
            advance()
            var section = UpdateSection(keyword: keyword)
            repeat {
                try countOperator()
                let path = try path()
                section.actions.append((path, try actionValue(keyword)))
            } while take(symbol: ",")
            sections.append(section)
        } while next.kind != .end
        return sections
    }

    private mutating func actionValue(_ keyword: UpdateSection.Keyword) throws(ItemError) -> ExpressionSyntax? {
        switch keyword {
        case .remove: return nil
        case .set:
            try expect(symbol: "=")
            return try sum()
        case .add, .delete:
            let token = next
            guard token.kind == .value else { throw syntaxError }
            advance()
            return .value(token.text)
        }
    }

    /// `operand`, `operand + operand` or `operand - operand`, or one of these in parentheses.
    private mutating func sum() throws(ItemError) -> ExpressionSyntax {
        let left =
            isNext(symbol: "(") ? try group { parser throws(ItemError) in try parser.sum() } : try operand()
        guard left.isOperand else { return left }
        for symbol in ["+", "-"] where take(symbol: symbol) {
            try countOperator()
            return .arithmetic(symbol, left, try operand())
        }
        return left
    }

    // MARK: Projections

    mutating func projection() throws(ItemError) -> [[ExpressionSyntax.PathPart]] {
        var paths: [[ExpressionSyntax.PathPart]] = []
        repeat { paths.append(try path()) } while take(symbol: ",")
        try expectEnd()
        return paths
    }
}
