/// Reads the three expression languages: conditions, updates and projections.
struct ExpressionParser {
    /// Deepest nesting of parentheses, calls and NOT. It bounds recursion, and refuses nothing that AWS takes: two pairs
    /// around the same thing are redundant there, so whatever nests deeper has more than 300 operators.
    static let nestingMax = 301
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
    var keywords: Set<String> = []

    init(_ text: String, parameter: String) throws(ItemError) {
        self.parameter = parameter
        bytes = Array(text.utf8)
        tokens = try ExpressionLexer.tokens(of: bytes, parameter: parameter)
    }

    // MARK: Tokens

    var next: ExpressionToken { tokens[index] }
    var afterNext: ExpressionToken { tokens[min(index + 1, tokens.count - 1)] }

    mutating func advance() { index = min(index + 1, tokens.count - 1) }

    func isNext(symbol: String) -> Bool { next.kind == .symbol && next.text == symbol }

    mutating func take(symbol: String) -> Bool {
        guard isNext(symbol: symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(symbol: String) throws(ItemError) {
        guard take(symbol: symbol) else { throw syntaxError }
    }

    /// Keywords are not case-sensitive.
    mutating func take(keyword: String) -> Bool {
        guard next.kind == .word, next.text.uppercased() == keyword else { return false }
        advance()
        return true
    }

    private var isNextName: Bool {
        next.kind == .name || next.kind == .word && !keywords.contains(next.text.uppercased())
    }

    func expectEnd() throws(ItemError) {
        guard next.kind == .end else { throw syntaxError }
    }

    // MARK: Limits and errors

    mutating func countOperator() throws(ItemError) {
        operators += 1
        guard operators <= Self.operatorsMax else {
            throw invalid("The expression contains too many operators; operator count: \(operators)")
        }
    }

    mutating func descend() throws(ItemError) {
        depth += 1
        guard depth <= Self.nestingMax else {
            throw invalid("The expression is nested deeper than \(Self.nestingMax) levels")
        }
    }

    mutating func ascend() { depth -= 1 }

    private func invalid(_ detail: String) -> ItemError { .validation("Invalid \(parameter): \(detail)") }

    /// Names the token where reading stopped, and the text from the token before it to the one after.
    var syntaxError: ItemError {
        let start = tokens[max(index - 1, 0)].range.lowerBound
        let near = String(decoding: bytes[start..<afterNext.range.upperBound], as: UTF8.self)
        return invalid("Syntax error; token: \"\(next.text)\", near: \"\(near)\"")
    }

    // MARK: Paths and operands

    mutating func path() throws(ItemError) -> [ExpressionSyntax.PathPart] {
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
    mutating func operand() throws(ItemError) -> ExpressionSyntax {
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
    mutating func operands() throws(ItemError) -> [ExpressionSyntax] {
        try descend()
        try expect(symbol: "(")
        var operands: [ExpressionSyntax] = []
        repeat { operands.append(try operand()) } while take(symbol: ",")
        try expect(symbol: ")")
        ascend()
        return operands
    }

    /// Parentheses. Two pairs around the same thing are refused as soon as the outer is read.
    mutating func group(
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
}
