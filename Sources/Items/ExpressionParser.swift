/// What the two expression languages share: tokens, placeholders, document paths and error texts.
struct ExpressionParser {
    /// Deepest nesting of parentheses and functions. AWS bounds the number of operators (300); ours bounds recursion.
    static let nestingMax = 100
    /// Most operators and functions in one expression. AWS: 300.
    static let operatorsMax = 300

    /// The request parameter, which begins each message: "ConditionExpression", "UpdateExpression".
    let parameter: String
    var placeholders: ExpressionPlaceholders
    private let tokens: [ExpressionToken]
    private var index = 0
    private var depth = 0
    private var operators = 0

    init(_ text: String, parameter: String, placeholders: ExpressionPlaceholders) throws(ItemError) {
        self.parameter = parameter
        self.placeholders = placeholders
        tokens = try ExpressionLexer.tokens(of: text, parameter: parameter)
    }

    var next: ExpressionToken { tokens[index] }
    var afterNext: ExpressionToken { tokens[min(index + 1, tokens.count - 1)] }

    var position: Int { index }

    /// If the next token opens parentheses, the place after the one that closes them.
    var groupEnd: Int? {
        guard next.kind == .symbol, next.text == "(" else { return nil }
        var depth = 0
        for position in index..<tokens.count where tokens[position].kind == .symbol {
            if tokens[position].text == "(" { depth += 1 }
            if tokens[position].text == ")" { depth -= 1 }
            if depth == 0 { return position + 1 }
        }
        return nil
    }

    mutating func advance() { index = min(index + 1, tokens.count - 1) }

    mutating func take(symbol: String) -> Bool {
        guard next.kind == .symbol, next.text == symbol else { return false }
        advance()
        return true
    }

    mutating func expect(symbol: String) throws(ItemError) {
        guard take(symbol: symbol) else { throw syntaxError }
    }

    /// Keywords are not case-sensitive.
    func isNext(keyword: String) -> Bool { next.kind == .word && next.text.uppercased() == keyword }

    mutating func take(keyword: String) -> Bool {
        guard isNext(keyword: keyword) else { return false }
        advance()
        return true
    }

    func expectEnd() throws(ItemError) {
        guard next.kind == .end else { throw syntaxError }
    }

    mutating func countOperator() throws(ItemError) {
        operators += 1
        guard operators <= Self.operatorsMax else {
            throw invalid("The expression contains too many operators; operators: \(operators)")
        }
    }

    mutating func descend() throws(ItemError) {
        depth += 1
        guard depth <= Self.nestingMax else {
            throw invalid("The expression is nested deeper than \(Self.nestingMax) levels")
        }
    }

    mutating func ascend() { depth -= 1 }

    // MARK: Paths and values

    var isNextPath: Bool { next.kind == .name || next.kind == .word && afterNext.text != "(" }

    mutating func path() throws(ItemError) -> DocumentPath {
        var path = DocumentPath(root: try attributeName())
        while true {
            if take(symbol: ".") {
                path.steps.append(.key(try attributeName()))
            } else if take(symbol: "[") {
                guard case .index(let index) = next.kind else { throw syntaxError }
                advance()
                try expect(symbol: "]")
                path.steps.append(.index(index))
            } else {
                return path
            }
        }
    }

    private mutating func attributeName() throws(ItemError) -> String {
        let token = next
        switch token.kind {
        case .word:
            guard !ReservedWords.contains(token.text) else {
                throw invalid("Attribute name is a reserved keyword; reserved keyword: \(token.text)")
            }
            advance()
            return token.text
        case .name:
            guard let name = placeholders.name(token.text) else {
                throw invalid(
                    "An expression attribute name used in the document path is not defined; "
                        + "attribute name: \(token.text)")
            }
            advance()
            return name
        default: throw syntaxError
        }
    }

    /// Takes a `:value`.
    mutating func value() throws(ItemError) -> AttributeValue {
        let token = next
        guard token.kind == .value else { throw syntaxError }
        guard let value = placeholders.value(token.text) else {
            throw invalid(
                "An expression attribute value used in expression is not defined; attribute value: \(token.text)")
        }
        advance()
        return value
    }

    /// Takes the arguments of a function, parentheses included.
    mutating func arguments<Argument>(
        of function: String, count: Int, _ argument: (inout ExpressionParser) throws(ItemError) -> Argument
    ) throws(ItemError) -> [Argument] {
        try countOperator()
        try descend()
        try expect(symbol: "(")
        var arguments: [Argument] = []
        if !take(symbol: ")") {
            repeat { arguments.append(try argument(&self)) } while take(symbol: ",")
            try expect(symbol: ")")
        }
        ascend()
        guard arguments.count == count else {
            throw invalid(
                "Incorrect number of operands for operator or function; operator or function: \(function), "
                    + "number of operands: \(arguments.count)")
        }
        return arguments
    }

    // MARK: Errors

    func invalid(_ detail: String) -> ItemError { .validation("Invalid \(parameter): \(detail)") }

    func wrongType(of function: String, _ type: String) -> ItemError {
        invalid(
            "Incorrect operand type for operator or function; operator or function: \(function), "
                + "operand type: \(type)")
    }

    var syntaxError: ItemError {
        let near = tokens[max(index - 1, 0)...min(index + 1, tokens.count - 1)].filter { $0.kind != .end }
        return invalid(
            "Syntax error; token: \"\(next.text)\", near: \"\(near.map(\.text).joined(separator: " "))\"")
    }
}
