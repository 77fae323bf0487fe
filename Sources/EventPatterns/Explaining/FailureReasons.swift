/// Words for the failure of a clause on its own: what the event has at its field, and why that does not do.
struct FailureReasons {
    /// Most values of an array that one sentence tells of.
    private static let valuesToldMax = 3

    let tree: EventTree
    let source: PatternSource
    let dialect: PatternDialect

    func failure(of clause: PatternClause) -> ClauseFailure {
        ClauseFailure(
            path: clause.path, offset: clause.offset, rule: clause.ruleText, found: found(clause),
            reason: reason(clause) + ".")
    }

    func found(_ clause: PatternClause) -> ClauseFailure.Found {
        let nodes = tree.nodes(at: clause.segments[...])
        let reached = tree.flattened(nodes)
        let values = reached.filter { tree.nodes[$0].kind != .object }
        if nodes.isEmpty { return .missing }
        return values.isEmpty && !reached.isEmpty ? .object : .values(values.map(tree.json))
    }

    private func reason(_ clause: PatternClause) -> String {
        let nodes = tree.nodes(at: clause.segments[...])
        guard !nodes.isEmpty else { return missing(clause) }
        let reached = tree.flattened(nodes)
        let values = reached.filter { tree.nodes[$0].kind != .object }
        if values.isEmpty { return noValue(clause, reached) }
        return present(clause, values)
    }

    // MARK: - A value is there

    private func present(_ clause: PatternClause, _ values: [Int]) -> String {
        guard values.count > 1 else { return objection(clause, values[0]) + absenceBelowArray(clause, values) }
        // Each text once, and those first that come near.
        var seen: Set<String> = []
        let distinct = values.filter { seen.insert(tree.json($0)).inserted }
        let told = distinct.map { objection(clause, $0) }
        let nearFirst = told.filter { $0.hasSuffix(")") } + told.filter { !$0.hasSuffix(")") }
        var text = "None of the \(values.count) values at \(clause.path) passes: "
        text += nearFirst.prefix(Self.valuesToldMax).joined(separator: "; ")
        if told.count > Self.valuesToldMax { text += "; and \(told.count - Self.valuesToldMax) more like these" }
        return text + absenceBelowArray(clause, values)
    }

    private func objection(_ clause: PatternClause, _ value: Int) -> String {
        var objections = Objections(source: source, dialect: dialect)
        let content = tree.content(value)
        objections.add(clause.rule, kind: tree.nodes[value].kind, content: content)
        if objections.isNumericOnString, clause.segments.first == Array("dynamodb".utf8) {
            objections.hint = "DynamoDB writes an item's numbers as strings"
        }
        return "\(tree.path(value)) is \(Quotation.value(tree.nodes[value].kind, tree.json(value)))" + objections.text
    }

    /// What `exists: false` asks for where a field lies below an array.
    private func absenceBelowArray(_ clause: PatternClause, _ values: [Int]) -> String {
        guard clause.allowsAbsence, values.contains(where: tree.isInsideElement) else { return "" }
        return
            "; below an array that means from every element, or from one that a field whose name sorts before matches in"
    }

    // MARK: - No value is there

    private func noValue(_ clause: PatternClause, _ objects: [Int]) -> String {
        guard let object = objects.first else {
            return "\(clause.path) is an empty array, which counts as missing" + demand(clause)
        }
        guard let child = tree.nodes[object].children.first else {
            return "\(tree.path(object)) is an empty object, which counts as missing" + demand(clause)
        }
        var name = "a rule"
        if clause.rule.count == 1 {
            switch Comparison(clause.rule[0]) {
            case .exists: name = "exists"
            case .operation(let op, _): name = op.word
            case .literal: break
            }
        }
        return "\(tree.path(object)) is an object, and \(name) looks at values only; name a field in it, such as "
            + tree.path(child)
    }

    private func missing(_ clause: PatternClause) -> String {
        var depth = 0
        var reached = [0]
        while depth < clause.segments.count {
            let next = tree.nodes(at: clause.segments[...depth])
            if next.isEmpty { break }
            reached = next
            depth += 1
        }
        let holders = tree.flattened(reached)
        let objects = holders.filter { tree.nodes[$0].kind == .object }
        let holder = depth == 0 ? "the event" : PatternClause.path(clause.segments[..<depth])
        let text = "\(clause.path) is missing" + demand(clause)
        guard !objects.isEmpty else {
            guard let value = holders.first else { return text + "; \(holder) is an empty array" }
            guard holders.count == 1 else { return text + "; \(holder) holds values and no object" }
            let quotation = Quotation.value(tree.nodes[value].kind, tree.json(value))
            return text + "; \(holder) is \(quotation), not an object"
        }
        let wanted = clause.segments[depth]
        let name = String(decoding: wanted, as: UTF8.self)
        var names: [String] = []
        var known: Set<String> = []
        for child in objects.flatMap({ tree.nodes[$0].children }) {
            if case .field(let field) = tree.nodes[child].step {
                let other = String(decoding: field, as: UTF8.self)
                if known.insert(other).inserted { names.append(other) }
            }
        }
        let lack = objects.count > 1 ? "no element of \(holder) has a field \(name)" : "\(holder) has no field \(name)"
        if let near = names.first(where: { $0.lowercased() == name.lowercased() }) {
            return text + "; \(lack), only \(near), and case counts"
        }
        if names.isEmpty { return text + "; \(holder) is an empty object" }
        // Further in, the names of DynamoDB's types would be found everywhere.
        if depth <= 1, let elsewhere = tree.nodes.indices.first(where: { tree.nodes[$0].step == .field(wanted) }) {
            return text + "; \(lack), but there is \(tree.path(elsewhere))"
        }
        return text + "; \(lack), only \(Quotation.list(names, last: "and"))"
    }

    /// What a rule says about a field without a value.
    private func demand(_ clause: PatternClause) -> String {
        for alternative in clause.rule {
            if case .null = alternative.kind { return ", and null matches a JSON null only" }
            if case .operation(.anythingBut, _) = Comparison(alternative) { return ", and anything-but needs a value" }
        }
        return ""
    }
}
