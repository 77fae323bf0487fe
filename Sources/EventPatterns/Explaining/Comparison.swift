/// One element of a rule, told apart for the reasons.
enum Comparison {
    /// A string, number, boolean or null that the value must be.
    case literal
    case exists(Bool)
    /// Any other operator with its operand.
    case operation(Operator, PatternValue)

    init(_ value: PatternValue) {
        guard case .object(let members) = value.kind, let member = members.first else {
            self = .literal
            return
        }
        guard let op = Operator(rawValue: String(decoding: member.name, as: UTF8.self)) else {
            preconditionFailure("an operator that does not exist was accepted")
        }
        if op == .exists, case .bool(let wanted) = member.value.kind {
            self = .exists(wanted)
        } else {
            self = .operation(op, member.value)
        }
    }
}
