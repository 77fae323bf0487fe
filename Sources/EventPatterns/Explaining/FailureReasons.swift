/// Words for the failure of a clause on its own: what the event has at its field, and why that does not do.
struct FailureReasons {
    /// Most values of an array that one sentence tells of.
    private static let valuesToldMax = 3
    /// Most values among which those that come near are looked for. Each costs a comparison with the whole rule.
    private static let valuesComparedMax = 100

    let tree: EventTree
    let source: PatternSource
    let dialect: PatternDialect

    /// What a clause's field leads to.
    struct Reached {
        let isMissing: Bool
        let values: [Int]
        /// The first object there.
        let object: Int?

        init(_ clause: PatternClause, _ tree: EventTree) {
            let fields = tree.nodes(at: clause.segments[...])
            let nodes = tree.flattened(fields)
            isMissing = fields.isEmpty
            values = nodes.filter { tree.nodes[$0].kind != .object }
            object = nodes.first { tree.nodes[$0].kind == .object }
        }
    }

    func failure(of clause: PatternClause) -> ClauseFailure {
        let reached = Reached(clause, tree)
        let reason: String
        if reached.isMissing {
            reason = missing(clause)
        } else if reached.values.isEmpty {
            reason = noValue(clause, reached.object)
        } else {
            reason = present(clause, reached.values)
        }
        return failure(of: clause, reached, reason: reason + ".")
    }

    func failure(of clause: PatternClause, _ reached: Reached, reason: String) -> ClauseFailure {
        var found = ClauseFailure.Found.missing
        if !reached.isMissing {
            let values = reached.values.prefix(ClauseFailure.valueCountMax)
            found =
                values.isEmpty && reached.object != nil
                ? .object
                : .values(values.map { Quotation.cut(tree.json($0), to: ClauseFailure.valueCharactersMax) })
        }
        return ClauseFailure(
            path: clause.path, offset: clause.offset, rule: clause.ruleText, found: found,
            valueCount: reached.values.count, reason: reason)
    }

    // MARK: - A value is there

    private func present(_ clause: PatternClause, _ values: [Int]) -> String {
        guard values.count > 1 else {
            let objections = objections(clause, values[0])
            return sentence(values[0], objections) + absenceBelowArray(clause, values)
        }
        // Each text once, and those first that come near.
        var seen: Set<String> = []
        let distinct = values.filter { seen.insert(tree.json($0)).inserted }
        let compared = distinct.prefix(Self.valuesComparedMax).map { (value: $0, objections: objections(clause, $0)) }
        let nearFirst = compared.filter(\.objections.isNear) + compared.filter { !$0.objections.isNear }
        let told = nearFirst.prefix(Self.valuesToldMax).map { sentence($0.value, $0.objections) }
        var text = "None of the \(values.count) values at \(clause.path) passes: " + told.joined(separator: "; ")
        if distinct.count > told.count { text += "; and \(distinct.count - told.count) more like these" }
        return text + absenceBelowArray(clause, values)
    }

    private func sentence(_ value: Int, _ objections: Objections) -> String {
        "\(tree.path(value)) is \(Quotation.value(tree.nodes[value].kind, tree.json(value)))" + objections.text
    }

    private func objections(_ clause: PatternClause, _ value: Int) -> Objections {
        var objections = Objections(source: source, dialect: dialect)
        objections.add(clause.rule, kind: tree.nodes[value].kind, content: tree.content(value))
        if objections.isNumericOnString, clause.segments.first == Array("dynamodb".utf8) {
            objections.hint = "DynamoDB writes an item's numbers as strings"
        }
        return objections
    }

    /// What `exists: false` asks for where a field lies below an array.
    private func absenceBelowArray(_ clause: PatternClause, _ values: [Int]) -> String {
        guard clause.allowsAbsence, values.contains(where: tree.isInsideElement) else { return "" }
        return
            "; below an array that means from every element, or from one that a field whose name sorts before matches in"
    }
}
