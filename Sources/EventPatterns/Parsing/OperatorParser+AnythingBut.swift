extension OperatorParser {
    /// `anything-but` with a string, a number, a list of either, or an object with one of four operators.
    func anythingBut(
        _ operand: PatternValue, _ place: Place, _ literals: inout Literals
    ) throws(PatternError) -> ValueTest {
        if case .object(let members) = operand.kind {
            return try anythingButOperator(members, operand.offset, place, &literals)
        }
        var values = [operand]
        if case .array(let list) = operand.kind { values = list }
        guard let first = values.first else {
            throw place.error(.empty, "The list of anything-but is empty", operand.offset, "list what shall not match")
        }
        var tests: [ValueTest] = []
        for value in values {
            switch (value.kind, first.kind) {
            case (.string(let text), .string):
                tests.append(literals.test(string: text))
            case (.number(let text), .number):
                guard let number = NumberText.value(text) else {
                    throw inexact(text, value.offset, place)
                }
                tests.append(.number(number))
            default:
                throw place.error(
                    .invalidOperand, "The operand of anything-but has \(value.kindName) where it cannot be",
                    value.offset, "write strings only or numbers only")
            }
        }
        return .noneOf(literals.add(exceptions: tests))
    }

    private func anythingButOperator(
        _ members: [PatternValue.Member], _ offset: Int, _ place: Place, _ literals: inout Literals
    ) throws(PatternError) -> ValueTest {
        let (name, member) = try soleMember(members, offset, place)
        let here = place.field(name)
        guard let op = Operator(rawValue: "anything-but/\(name)") else {
            throw here.error(
                .unknownOperator, "The operator anything-but cannot hold \(name)", member.offset,
                "use prefix, suffix, equals-ignore-case or wildcard inside it")
        }
        try require(op, member.offset, here)
        var values = [member.value]
        if case .array(let list) = member.value.kind { values = list }
        guard !values.isEmpty else {
            throw here.error(.empty, "The list of \(op.rawValue) is empty", member.value.offset, "list strings")
        }
        var tests: [ValueTest] = []
        for value in values {
            tests.append(try exception(op, try text(value, op, here), value.offset, here, &literals))
        }
        return .noneOf(literals.add(exceptions: tests))
    }

    private func exception(
        _ op: Operator, _ text: [UInt8], _ offset: Int, _ place: Place, _ literals: inout Literals
    ) throws(PatternError) -> ValueTest {
        switch op {
        case .anythingButIgnoringCase:
            return .folded(literals.add(folding: text), .whole)
        case .anythingButWildcard:
            return .wildcard(literals.add(pieces: try pieces(text, offset, place)))
        default:
            // Every string begins with the empty one, so nothing could match.
            guard !text.isEmpty else {
                throw place.error(
                    .invalidOperand, "The operand of \(op.rawValue) is the empty string", offset,
                    "write at least one character")
            }
            return op == .anythingButPrefix ? .prefix(literals.add(text)) : .suffix(literals.add(text))
        }
    }
}
