/// A DynamoDB update, parsed once and applied to items.
///
/// The whole language: `SET` with paths, values, `+`, `-`, `if_not_exists` and `list_append`; `REMOVE`; `ADD` on
/// numbers and sets; `DELETE` on sets. Every right-hand side reads the item as it was before the update.
///
///     let ship = try UpdateExpression("SET #s = :s", names: ["#s": "status"], values: [":s": .string("shipped")])
///     let shipped = try ship.apply(to: order, keyAttributes: ["orderId", "timestamp"])
public struct UpdateExpression: Sendable {
    indirect enum Value: Sendable {
        case path(DocumentPath)
        case value(AttributeValue)
        case ifNotExists(DocumentPath, Value)
        case listAppend(Value, Value)
        case sum(Value, Value)
        case difference(Value, Value)
    }

    var sets: [(path: DocumentPath, value: Value)] = []
    var removals: [DocumentPath] = []
    var additions: [(path: DocumentPath, value: AttributeValue)] = []
    var deletions: [(path: DocumentPath, value: AttributeValue)] = []

    /// Parses an update that is the only expression of its request.
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
        var parser = try ExpressionParser(text, parameter: "UpdateExpression", placeholders: placeholders)
        var seen: Set<String> = []
        repeat {
            let section = parser.next.text.uppercased()
            guard parser.next.kind == .word, ["SET", "REMOVE", "ADD", "DELETE"].contains(section) else {
                throw parser.syntaxError
            }
            guard seen.insert(section).inserted else {
                throw parser.invalid("The \"\(section)\" section can only be used once in an update expression;")
            }
            parser.advance()
            repeat { try parse(section, &parser) } while parser.take(symbol: ",")
        } while parser.next.kind != .end
        try checkOverlaps(parser)
        placeholders = parser.placeholders
    }

    private mutating func parse(_ section: String, _ parser: inout ExpressionParser) throws(ItemError) {
        try parser.countOperator()
        let path = try parser.path()
        switch section {
        case "SET":
            try parser.expect(symbol: "=")
            sets.append((path, try parser.updateValue()))
        case "REMOVE": removals.append(path)
        case "ADD":
            let value = try parser.value()
            switch value {
            case .number, .stringSet, .numberSet, .binarySet: additions.append((path, value))
            default: throw parser.wrongSectionType(section, value)
            }
        default:
            let value = try parser.value()
            switch value {
            case .stringSet, .numberSet, .binarySet: deletions.append((path, value))
            default: throw parser.wrongSectionType(section, value)
            }
        }
    }

    /// All places the update changes.
    var targets: [DocumentPath] { sets.map(\.path) + removals + additions.map(\.path) + deletions.map(\.path) }

    private func checkOverlaps(_ parser: ExpressionParser) throws(ItemError) {
        let targets = targets
        for (index, one) in targets.enumerated() {
            for two in targets[..<index] {
                guard let overlap = two.overlap(with: one) else { continue }
                throw parser.invalid(
                    "Two document paths \(overlap) with each other; must remove or rewrite one of these paths; "
                        + "path one: \(two.description), path two: \(one.description)")
            }
        }
    }
}

extension ExpressionParser {
    /// `operand`, `operand + operand` or `operand - operand`.
    mutating func updateValue() throws(ItemError) -> UpdateExpression.Value {
        let left = try updateOperand()
        for symbol in ["+", "-"] where take(symbol: symbol) {
            try countOperator()
            let right = try updateOperand()
            for case .value(let value) in [left, right] where value.number == nil {
                throw wrongType(of: symbol, value.typeName)
            }
            return symbol == "+" ? .sum(left, right) : .difference(left, right)
        }
        return left
    }

    private mutating func updateOperand() throws(ItemError) -> UpdateExpression.Value {
        if next.kind == .value { return .value(try value()) }
        if isNextPath { return .path(try path()) }
        if take(symbol: "(") {
            try descend()
            let value = try updateValue()
            try expect(symbol: ")")
            ascend()
            return value
        }
        guard next.kind == .word, afterNext.text == "(" else { throw syntaxError }
        let function = next.text
        advance()
        switch function {
        case "if_not_exists":
            let values = try updateOperands(of: function)
            guard case .path(let path) = values[0] else {
                throw invalid("Operator or function requires a document path; operator or function: \(function)")
            }
            return .ifNotExists(path, values[1])
        case "list_append":
            let values = try updateOperands(of: function)
            for case .value(let value) in values where value.list == nil {
                throw wrongType(of: function, value.typeName)
            }
            return .listAppend(values[0], values[1])
        default: throw invalid("Invalid function name; function: \(function)")
        }
    }

    private mutating func updateOperands(of function: String) throws(ItemError) -> [UpdateExpression.Value] {
        try arguments(of: function, count: 2) { parser throws(ItemError) in try parser.updateOperand() }
    }

    /// `ADD` and `DELETE` name types in words, unlike every other operator.
    func wrongSectionType(_ section: String, _ value: AttributeValue) -> ItemError {
        let type =
            switch value {
            case .string: "STRING"
            case .number: "NUMBER"
            case .binary: "BINARY"
            case .bool: "BOOLEAN"
            case .null: "NULL"
            case .map: "MAP"
            case .list: "LIST"
            case .stringSet: "STRING SET"
            case .numberSet: "NUMBER SET"
            case .binarySet: "BINARY SET"
            }
        return invalid(
            "Incorrect operand type for operator or function; operator: \(section), operand type: \(type)")
    }
}
