/// Words for a clause whose field has no value: it is missing, or holds objects only.
extension FailureReasons {
    func noValue(_ clause: PatternClause, _ object: Int?) -> String {
        guard let object else {
            return "\(clause.path) is an empty array, which counts as missing" + demand(clause)
        }
        guard let value = tree.firstValue(in: object) else {
            let isEmpty = tree.nodes[object].end == object + 1
            return "\(tree.path(object)) is an \(isEmpty ? "empty object" : "object without a value"), "
                + "which counts as missing" + demand(clause)
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
            + tree.path(value)
    }

    func missing(_ clause: PatternClause) -> String {
        var depth = 0
        var reached = [0]
        while depth < clause.segments.count {
            let next = tree.nodes(from: reached, to: clause.segments[depth])
            if next.isEmpty { break }
            reached = next
            depth += 1
        }
        let holders = tree.flattened(reached)
        let objects = holders.filter { tree.nodes[$0].kind == .object }
        let holder = depth == 0 ? "the event" : PatternClause.path(clause.segments[..<depth])
        let text = "\(clause.path) is missing"
        guard !objects.isEmpty else {
            if let stray = StrayOperator(clause, at: depth, source) { return text + "; " + stray.text }
            return text + demand(clause) + "; \(noObject(holder, holders))"
        }
        return text + demand(clause) + "; \(noField(clause, depth, holder, objects))"
    }

    /// A field's name leads through something that has no fields.
    private func noObject(_ holder: String, _ values: [Int]) -> String {
        guard let value = values.first else { return "\(holder) is an empty array" }
        guard values.count == 1 else { return "\(holder) holds values and no object" }
        return "\(holder) is \(Quotation.value(tree.nodes[value].kind, tree.json(value))), not an object"
    }

    private func noField(_ clause: PatternClause, _ depth: Int, _ holder: String, _ objects: [Int]) -> String {
        let wanted = clause.segments[depth]
        let name = String(decoding: wanted, as: UTF8.self)
        var names: [String] = []
        var known: Set<String> = []
        for object in objects {
            for child in tree.children(of: object) {
                let other = tree.name(child)
                if known.insert(other).inserted { names.append(other) }
            }
        }
        let lack = objects.count > 1 ? "no element of \(holder) has a field \(name)" : "\(holder) has no field \(name)"
        if let near = names.first(where: { $0.lowercased() == name.lowercased() }) {
            return "\(lack), only \(near), and case counts"
        }
        if names.isEmpty { return "\(holder) is an empty object" }
        // Further in, the names of DynamoDB's types would be found everywhere.
        if depth <= 1, let elsewhere = tree.firstField(named: wanted) {
            return "\(lack), but there is \(tree.path(elsewhere))"
        }
        let (ordered, nearest) = NearNames(to: name).first(in: names)
        let hint = nearest.map { " (did you mean \(Quotation.short($0))?)" } ?? ""
        return "\(lack), only \(Quotation.list(ordered, last: "and"))\(hint)"
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
