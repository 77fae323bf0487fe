/// Reads a statement into the texts and placeholders of expressions, and these into expressions.
struct PartiQLParser {
    /// Deepest nesting of parentheses and values.
    static let nestingMax = 32

    private let tokens: [PartiQLToken]
    private var index = 0
    private var parameters: ArraySlice<AttributeValue>
    private var names: [String: String] = [:]
    private var values: [String: AttributeValue] = [:]
    private var depth = 0

    init(_ statement: String, parameters: [AttributeValue]) throws(ItemError) {
        tokens = try PartiQLLexer.tokens(of: statement)
        self.parameters = parameters[...]
    }

    // MARK: Tokens

    var next: PartiQLToken { tokens[index] }

    mutating func advance() { index = min(index + 1, tokens.count - 1) }

    func isNext(_ word: String) -> Bool { next.kind == .word && next.text.uppercased() == word }

    mutating func take(_ word: String) -> Bool {
        guard isNext(word) else { return false }
        advance()
        return true
    }

    mutating func take(symbol: String) -> Bool {
        guard next.kind == .symbol, next.text == symbol else { return false }
        advance()
        return true
    }

    mutating func expect(_ word: String) throws(ItemError) {
        guard take(word) else { throw unexpected("\(word) expected") }
    }

    mutating func expect(symbol: String) throws(ItemError) {
        guard take(symbol: symbol) else { throw unexpected("\(symbol) expected") }
    }

    func unexpected(_ wanted: String) -> ItemError {
        .malformedStatement("Unexpected token \(next.text.prefix(64)): \(wanted)")
    }

    mutating func nested<Answer>(
        _ body: (inout PartiQLParser) throws(ItemError) -> Answer
    ) throws(ItemError) -> Answer {
        depth += 1
        guard depth <= Self.nestingMax else { throw unexpected("nested deeper than \(Self.nestingMax) levels") }
        let answer = try body(&self)
        depth -= 1
        return answer
    }

    // MARK: Statements

    mutating func statement() throws(ItemError) -> PartiQLStatement {
        let statement: PartiQLStatement
        switch next.text.uppercased() {
        case "SELECT": statement = try select()
        case "INSERT": statement = try insert()
        case "UPDATE": statement = try update()
        case "DELETE": statement = try delete()
        default: throw unexpected("SELECT, INSERT, UPDATE or DELETE expected")
        }
        guard next.kind == .end else { throw unexpected("the end expected") }
        guard parameters.isEmpty else {
            throw .validation("Number of parameters in request and statement don't match.")
        }
        return statement
    }

    private mutating func select() throws(ItemError) -> PartiQLStatement {
        advance()
        var paths: [String] = []
        if !take(symbol: "*") {
            repeat { paths.append(try path().text) } while take(symbol: ",")
        }
        try expect("FROM")
        let table = try name()
        let index = take(symbol: ".") ? try name() : nil
        let filter = take("WHERE") ? try condition() : nil
        guard !isNext("ORDER") else {
            throw .malformedStatement("ORDER BY is not supported here; sort what is answered")
        }
        let texts = filter?.text
        let projection: ProjectionExpression? =
            try paths.isEmpty
            ? nil
            : expression { placeholders throws(ItemError) in
                try ProjectionExpression(paths.joined(separator: ", "), placeholders: &placeholders)
            }
        return .select(
            projection: projection, table: table, index: index,
            filter: try texts.map { text throws(ItemError) in try self.filter(text, filter?.equalities ?? [:]) })
    }

    private mutating func insert() throws(ItemError) -> PartiQLStatement {
        advance()
        try expect("INTO")
        let table = try name()
        try expect("VALUE")
        guard case .map(let item) = try value() else { throw unexpected("an item in braces expected") }
        return .insert(table: table, item: item)
    }

    private mutating func update() throws(ItemError) -> PartiQLStatement {
        advance()
        let table = try name()
        var clauses = PartiQLUpdate()
        while isNext("SET") || isNext("REMOVE") {
            let isRemoval = isNext("REMOVE")
            advance()
            repeat {
                try isRemoval ? clauses.removals.append(path().text) : assignment(&clauses)
            } while take(symbol: ",")
        }
        guard !clauses.isEmpty else { throw unexpected("SET or REMOVE expected") }
        try expect("WHERE")
        let condition = try condition()
        let returning = try returning()
        let update = try expression { placeholders throws(ItemError) in
            try UpdateExpression(clauses.text, placeholders: &placeholders)
        }
        return .update(
            table: table, update: update, filter: try filter(condition.text, condition.equalities), returning: returning
        )
    }

    private mutating func delete() throws(ItemError) -> PartiQLStatement {
        advance()
        try expect("FROM")
        let table = try name()
        try expect("WHERE")
        let condition = try condition()
        return .delete(
            table: table, filter: try filter(condition.text, condition.equalities), returning: try returning())
    }

    private mutating func returning() throws(ItemError) -> PartiQLStatement.Returning {
        guard take("RETURNING") else { return .nothing }
        let isAll = take("ALL")
        if !isAll { try expect("MODIFIED") }
        let isOld = take("OLD")
        if !isOld { try expect("NEW") }
        try expect(symbol: "*")
        return isAll ? (isOld ? .allOld : .allNew) : (isOld ? .modifiedOld : .modifiedNew)
    }

    /// `path = value`, or one of the functions that change sets and lists.
    private mutating func assignment(_ clauses: inout PartiQLUpdate) throws(ItemError) {
        let target = try path().text
        try expect(symbol: "=")
        switch next.kind == .word ? next.text.lowercased() : "" {
        case "set_add", "set_delete":
            let isAddition = next.text.lowercased() == "set_add"
            advance()
            try expect(symbol: "(")
            guard try path().text == target else { throw unexpected("the attribute itself expected") }
            try expect(symbol: ",")
            let text = "\(target) \(placeholder(try value()))"
            try expect(symbol: ")")
            if isAddition { clauses.additions.append(text) } else { clauses.deletions.append(text) }
        case "list_append":
            advance()
            try expect(symbol: "(")
            let first = try operand()
            try expect(symbol: ",")
            let second = try operand()
            try expect(symbol: ")")
            clauses.sets.append("\(target) = list_append(\(first), \(second))")
        default:
            var text = "\(target) = \(try operand())"
            if next.kind == .symbol, next.text == "+" || next.text == "-" {
                let sign = next.text
                advance()
                text += " \(sign) \(try operand())"
            }
            clauses.sets.append(text)
        }
    }

    // MARK: Names, paths and values

    /// A table, an index or an attribute, quoted or bare.
    mutating func name() throws(ItemError) -> String {
        guard next.kind == .name || next.kind == .word else { throw unexpected("a name expected") }
        defer { advance() }
        return next.text
    }

    /// A document path as text with placeholders, and its name when it is a whole attribute.
    mutating func path() throws(ItemError) -> (text: String, attribute: String?) {
        let root = try name()
        var text = placeholder(name: root)
        var isWhole = true
        while true {
            if take(symbol: ".") {
                text += ".\(placeholder(name: try name()))"
            } else if take(symbol: "[") {
                guard next.kind == .number, let place = Int(next.text) else { throw unexpected("an index expected") }
                advance()
                try expect(symbol: "]")
                text += "[\(place)]"
            } else {
                return (text, isWhole ? root : nil)
            }
            isWhole = false
        }
    }

    private mutating func placeholder(name: String) -> String {
        if let known = names.first(where: { UTF8Order.areEqual($0.value, name) })?.key { return known }
        let key = "#n\(names.count)"
        names[key] = name
        return key
    }

    mutating func placeholder(_ value: AttributeValue) -> String {
        let key = ":v\(values.count)"
        values[key] = value
        return key
    }

    /// A path or a value, as text with placeholders.
    mutating func operand() throws(ItemError) -> String {
        isNextPath ? try path().text : placeholder(try value())
    }

    var isNextPath: Bool {
        next.kind == .name
            || next.kind == .word && !["NULL", "TRUE", "FALSE", "MISSING"].contains(next.text.uppercased())
    }

    mutating func value() throws(ItemError) -> AttributeValue {
        try nested { parser throws(ItemError) in try parser.plainValue() }
    }

    private mutating func plainValue() throws(ItemError) -> AttributeValue {
        let token = next
        switch token.kind {
        case .parameter:
            advance()
            guard let value = parameters.popFirst() else {
                throw .validation("Number of parameters in request and statement don't match.")
            }
            return value
        case .string:
            advance()
            return .string(token.text)
        case .number:
            advance()
            return .number(try Number(token.text))
        case .word:
            advance()
            switch token.text.uppercased() {
            case "NULL": return .null
            case "TRUE": return .bool(true)
            case "FALSE": return .bool(false)
            default: throw .malformedStatement("Unexpected token \(token.text.prefix(64)): a value expected")
            }
        case .symbol where take(symbol: "-"):
            guard case .number(let number) = try value() else { throw unexpected("a number expected") }
            return .number(number.negated)
        case .symbol where take(symbol: "{"): return .map(try members())
        case .symbol where take(symbol: "["): return .list(try elements(until: "]"))
        case .symbol where take(symbol: "<<"): return try set(of: elements(until: ">>"))
        default: throw unexpected("a value expected")
        }
    }

    private mutating func members() throws(ItemError) -> Item {
        var item = Item()
        if take(symbol: "}") { return item }
        repeat {
            guard next.kind == .string || next.kind == .name else { throw unexpected("an attribute's name expected") }
            let name = next.text
            advance()
            try expect(symbol: ":")
            item[name] = try value()
        } while take(symbol: ",")
        try expect(symbol: "}")
        return item
    }

    private mutating func elements(until end: String) throws(ItemError) -> [AttributeValue] {
        var elements: [AttributeValue] = []
        if take(symbol: end) { return elements }
        repeat { elements.append(try value()) } while take(symbol: ",")
        try expect(symbol: end)
        return elements
    }

    private func set(of elements: [AttributeValue]) throws(ItemError) -> AttributeValue {
        let (strings, numbers) = (elements.compactMap(\.string), elements.compactMap(\.number))
        if strings.count == elements.count { return try .set(of: strings) }
        if numbers.count == elements.count { return try .set(of: numbers) }
        return try .set(
            of: elements.map { element throws(ItemError) in
                guard let bytes = element.binary else { throw .malformedStatement("A set holds values of one type") }
                return bytes
            })
    }

    // MARK: Expressions

    /// Makes an expression of a text. Placeholders are shared by the statement's expressions; that one uses only some of
    /// them is no mistake here.
    private func expression<Expression>(
        _ make: (inout ExpressionPlaceholders) throws(ItemError) -> Expression
    ) throws(ItemError) -> Expression {
        var placeholders = try ExpressionPlaceholders(names: names, values: values)
        return try make(&placeholders)
    }

    private func filter(
        _ text: String, _ equalities: [String: AttributeValue]
    ) throws(ItemError) -> PartiQLStatement.Filter {
        let condition = try expression { placeholders throws(ItemError) in
            try ConditionExpression(text, placeholders: &placeholders)
        }
        return PartiQLStatement.Filter(condition: condition, equalities: equalities)
    }
}

/// The clauses of an update, each in its section of an UpdateExpression.
struct PartiQLUpdate {
    var sets: [String] = []
    var removals: [String] = []
    var additions: [String] = []
    var deletions: [String] = []

    var isEmpty: Bool { sets.isEmpty && removals.isEmpty && additions.isEmpty && deletions.isEmpty }

    var text: String {
        [("SET", sets), ("REMOVE", removals), ("ADD", additions), ("DELETE", deletions)]
            .filter { !$0.1.isEmpty }
            .map { "\($0.0) \($0.1.joined(separator: ", "))" }
            .joined(separator: " ")
    }
}
