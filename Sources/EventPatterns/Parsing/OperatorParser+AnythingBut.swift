extension OperatorParser {
    /// `anything-but` with a string, a number, a list of either, or an object with one of four operators.
    func anythingBut(
        _ operand: PatternValue, _ place: Place, _ literals: inout Literals
    ) throws(PatternError) -> ValueTest {
        if case .object(let members) = operand.kind {
            return try anythingButOperator(members, operand.offset, place, &literals)
        }
        let values = oneOrMore(operand, place)
        guard let first = values.first?.value else {
            throw place.error(.empty, "The list of anything-but is empty", operand.offset, "list what shall not match")
        }
        var tests: [ValueTest] = []
        for (value, here) in values {
            switch (value.kind, first.kind) {
            case (.string(let text), .string):
                tests.append(literals.test(string: text))
            case (.number(let text), .number):
                guard let number = NumberText.value(text) else {
                    throw inexact(text, value.offset, here)
                }
                tests.append(.number(number))
            default:
                throw here.error(
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
        let values = oneOrMore(member.value, here)
        guard !values.isEmpty else {
            throw here.error(.empty, "The list of \(op.rawValue) is empty", member.value.offset, "list strings")
        }
        var tests: [ValueTest] = []
        for (value, here) in values {
            tests.append(try exception(op, try text(value, op, here), value.offset, here, &literals))
        }
        return .noneOf(literals.add(exceptions: tests))
    }

    /// An operand, or the elements of a list of operands, each with its place.
    private func oneOrMore(_ operand: PatternValue, _ place: Place) -> [(value: PatternValue, place: Place)] {
        guard case .array(let list) = operand.kind else { return [(operand, place)] }
        return list.enumerated().map { ($0.element, place.element($0.offset)) }
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
