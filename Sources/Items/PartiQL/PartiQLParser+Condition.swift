extension PartiQLParser {
    /// A WHERE clause as the text of a ConditionExpression.
    struct Condition {
        var text: String
        /// Attributes that must have just this value.
        var equalities: [String: AttributeValue] = [:]
        /// Whether parentheses are around all of it.
        var isGroup = false
    }

    /// `OR` binds weakest, then `AND`, then `NOT`.
    mutating func condition() throws(ItemError) -> Condition {
        var condition = try conjunction()
        while take("OR") { condition = Condition(text: "\(condition.text) OR \(try conjunction().text)") }
        return condition
    }

    private mutating func conjunction() throws(ItemError) -> Condition {
        var condition = try negation()
        while take("AND") {
            let other = try negation()
            condition.text += " AND \(other.text)"
            condition.isGroup = false
            condition.equalities.merge(other.equalities) { first, _ in first }
        }
        return condition
    }

    private mutating func negation() throws(ItemError) -> Condition {
        guard take("NOT") else { return try primary() }
        let inner = try nested { parser throws(ItemError) in try parser.negation() }
        return Condition(text: "NOT \(inner.text)")
    }

    private mutating func primary() throws(ItemError) -> Condition {
        if take(symbol: "(") {
            let inner = try nested { parser throws(ItemError) in try parser.condition() }
            try expect(symbol: ")")
            // Parentheses around parentheses say nothing, and expressions refuse them.
            return Condition(
                text: inner.isGroup ? inner.text : "(\(inner.text))", equalities: inner.equalities, isGroup: true)
        }
        if next.kind == .word, let function = Self.functions[next.text.lowercased()] { return try call(function) }
        return try comparison()
    }

    private static let functions = [
        "begins_with": "begins_with", "contains": "contains", "attribute_type": "attribute_type",
    ]

    private mutating func call(_ function: String) throws(ItemError) -> Condition {
        advance()
        try expect(symbol: "(")
        let first = try operand()
        try expect(symbol: ",")
        let second = try operand()
        try expect(symbol: ")")
        return Condition(text: "\(function)(\(first), \(second))")
    }

    private mutating func comparison() throws(ItemError) -> Condition {
        if take("SIZE") {
            try expect(symbol: "(")
            let path = try path().text
            try expect(symbol: ")")
            return Condition(text: "size(\(path)) \(try comparator()) \(try operand())")
        }
        guard isNextPath else {
            let left = placeholder(try value())
            return Condition(text: "\(left) \(try comparator()) \(try operand())")
        }
        let (path, attribute) = try path()
        if take("IS") {
            let isNegated = take("NOT")
            if take("NULL") {
                let test = "attribute_type(\(path), \(placeholder(.string("NULL"))))"
                return Condition(text: isNegated ? "NOT \(test)" : test)
            }
            try expect("MISSING")
            return Condition(text: isNegated ? "attribute_exists(\(path))" : "attribute_not_exists(\(path))")
        }
        if take("BETWEEN") {
            let low = try operand()
            try expect("AND")
            return Condition(text: "\(path) BETWEEN \(low) AND \(try operand())")
        }
        if take("IN") {
            let end = take(symbol: "[") ? "]" : ")"
            if end == ")" { try expect(symbol: "(") }
            var candidates = [try operand()]
            while take(symbol: ",") { candidates.append(try operand()) }
            try expect(symbol: end)
            return Condition(text: "\(path) IN (\(candidates.joined(separator: ", ")))")
        }
        let comparator = try comparator()
        guard comparator == "=", !isNextPath, let attribute else {
            return Condition(text: "\(path) \(comparator) \(try operand())")
        }
        let value = try value()
        return Condition(text: "\(path) = \(placeholder(value))", equalities: [attribute: value])
    }

    private mutating func comparator() throws(ItemError) -> String {
        guard next.kind == .symbol, ["=", "<>", "!=", "<", "<=", ">", ">="].contains(next.text) else {
            throw unexpected("a comparison expected")
        }
        defer { advance() }
        return next.text == "!=" ? "<>" : next.text
    }
}
