/// Reads an expression by descent: one level of operators after the other, then signs, powers and what has no operator.
struct MathParser {
    private let tokens: [MathToken]
    private var place = 0
    private var depth = 0

    private init(_ tokens: [MathToken]) { self.tokens = tokens }

    static func parse(_ text: String) throws(MathError) -> MathExpression.Node {
        var parser = MathParser(try MathLexer.tokens(of: text))
        let node = try parser.level(0)
        guard parser.token.kind == .end else {
            throw MathError("'\(parser.token.text)' is not expected here", at: parser.token.position)
        }
        return node
    }

    private var token: MathToken { tokens[place] }

    private mutating func take(_ sign: String) -> Bool {
        guard token.kind == .sign(sign) else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ sign: String) throws(MathError) {
        let found = token
        guard take(sign) else {
            throw MathError("'\(sign)' is missing before '\(found.text)'", at: found.position)
        }
    }

    private mutating func level(_ number: Int) throws(MathError) -> MathExpression.Node {
        guard number < MathOperator.levels.count else { return try signed() }
        let first = try level(number + 1)
        var rest: [MathExpression.Operation] = []
        while let found = MathOperator.levels[number].first(where: {
            token.kind == .sign($0.text) || token.kind == .name($0.text)
        }) {
            let position = token.position
            place += 1
            rest.append(.init(operation: found.operator, operand: try level(number + 1), position: position))
        }
        return rest.isEmpty ? first : .chain(first, rest)
    }

    /// A sign binds less than a power: -2^2 is -4.
    private mutating func signed() throws(MathError) -> MathExpression.Node {
        guard token.kind == .sign("-") else { return try power() }
        try descend()
        defer { depth -= 1 }
        place += 1
        return .negated(try signed())
    }

    private mutating func power() throws(MathError) -> MathExpression.Node {
        let base = try primary()
        var rest: [MathExpression.Operation] = []
        while token.kind == .sign("^") {
            let position = token.position
            place += 1
            let isNegated = take("-")
            let exponent = try primary()
            rest.append(
                .init(operation: .power, operand: isNegated ? .negated(exponent) : exponent, position: position))
        }
        return rest.isEmpty ? base : .chain(base, rest)
    }

    private mutating func primary() throws(MathError) -> MathExpression.Node {
        let found = token
        switch found.kind {
        case .number(let number):
            place += 1
            return .number(number)
        case .sign("("):
            place += 1
            let node = try nested()
            try expect(")")
            return node
        case .sign("["):
            place += 1
            return .array(try list(until: "]"), position: found.position)
        case .name(let name):
            place += 1
            guard take("(") else { return try reference(name, found.position) }
            return try call(name, found.position)
        case .string, .sign, .end:
            throw MathError("a number, an id or a function is missing before '\(found.text)'", at: found.position)
        }
    }

    private func reference(_ name: String, _ position: Int) throws(MathError) -> MathExpression.Node {
        if let remedy = MathFunction.refused[name] {
            throw MathError("\(name) is not supported: \(remedy)", at: position)
        }
        guard MetricDataQuery.isID(name) else {
            throw MathError("'\(name)' is neither a function nor an id, which begins with a small letter", at: position)
        }
        return .reference(name, position: position)
    }

    private mutating func call(_ name: String, _ position: Int) throws(MathError) -> MathExpression.Node {
        if let remedy = MathFunction.refused[name] {
            throw MathError("The function \(name) is not supported: \(remedy)", at: position)
        }
        guard let function = MathFunction(rawValue: name) else {
            throw MathError("There is no function \(name); functions are in capital letters", at: position)
        }
        let arguments = try list(until: ")", of: function)
        guard function.arity.contains(arguments.count) else {
            let (least, most) = (function.arity.lowerBound, function.arity.upperBound)
            let wanted = least == most ? "\(least)" : "\(least) to \(most)"
            throw MathError("The function \(name) takes \(wanted) arguments and not \(arguments.count)", at: position)
        }
        return .call(function, arguments, position: position)
    }

    private mutating func list(
        until end: String, of function: MathFunction? = nil
    ) throws(MathError) -> [MathExpression.Node] {
        var nodes: [MathExpression.Node] = []
        guard !take(end) else { return nodes }
        while true {
            nodes.append(try argument(nodes.count, of: function))
            if take(end) { return nodes }
            let found = token
            guard take(",") else {
                throw MathError("',' or '\(end)' is missing before '\(found.text)'", at: found.position)
            }
        }
    }

    private mutating func argument(
        _ number: Int, of function: MathFunction?
    ) throws(MathError) -> MathExpression.Node {
        let found = token
        if case .string(let text) = found.kind, function == .metrics {
            place += 1
            return .string(text)
        }
        if case .name(let word) = found.kind, let function, function.words(at: number).contains(word) {
            place += 1
            return .word(word, position: found.position)
        }
        return try nested()
    }

    private mutating func nested() throws(MathError) -> MathExpression.Node {
        try descend()
        defer { depth -= 1 }
        return try level(0)
    }

    private mutating func descend() throws(MathError) {
        depth += 1
        guard depth <= MathExpression.depthMax else {
            throw MathError(
                "the expression is nested more than \(MathExpression.depthMax) deep; split it into several",
                at: token.position)
        }
    }
}
