/// An operator that stands outside an array and so is read as a field: `"f": {"prefix": ["x"]}`.
struct StrayOperator {
    let text: String

    /// Nil when the step of a clause's name at `depth` is no operator.
    init?(_ clause: PatternClause, at depth: Int, _ source: PatternSource) {
        let names = clause.segments[depth...].map { String(decoding: $0, as: UTF8.self) }
        guard let op = Operator(rawValue: names[0]), op.word == names[0] else { return nil }
        text =
            "\(op.word) stands outside an array, so it is read as a field; write "
            + (Self.rule(op, names, clause, source) ?? "[{\"\(op.word)\": ...}]")
    }

    /// The rule that was meant; nil when what the operator holds is no operand of it.
    private static func rule(
        _ op: Operator, _ names: [String], _ clause: PatternClause, _ source: PatternSource
    ) -> String? {
        let takesList = op == .numeric || op == .anythingBut && clause.rule.count > 1
        let operands = takesList ? [clause.ruleText] : clause.rule.map(source.text)
        let alternatives = operands.map { operand in
            names.reversed().reduce(operand) { "{\"\($1)\": \($0)}" }
        }
        let rule = "[" + alternatives.joined(separator: ", ") + "]"
        guard Quotation.short(rule) == rule, (try? EventPattern("{\"f\": \(rule)}", dialect: .eventBus)) != nil else {
            return nil
        }
        return rule
    }
}
