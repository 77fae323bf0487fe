extension OperatorParser {
    /// `numeric`: `["=", n]`, one bound, or a lower and then an upper bound.
    func numeric(
        _ operand: PatternValue, _ place: Place, _ literals: inout Literals
    ) throws(PatternError) -> ValueTest {
        guard case .array(let terms) = operand.kind else {
            throw place.error(
                .invalidOperand, "The operand of numeric is \(operand.kindName)", operand.offset,
                "write an array such as [\">\", 0, \"<=\", 5]")
        }
        let (first, number) = try comparison(terms, 0, operand, place)
        var range = NumberRange()
        switch first {
        case "=":
            try end(terms, after: 2, place)
            guard dialect.numericReadsStrings else { return .number(number) }
            return test(NumberRange(lower: number, upper: number), &literals)
        case "<", "<=":
            try end(terms, after: 2, place)
            range.upper = first == "<=" ? number : number.nextDown
            return test(range, &literals)
        default:
            range.lower = first == ">=" ? number : number.nextUp
        }
        guard terms.count > 2 else { return test(range, &literals) }
        let (second, upper) = try comparison(terms, 2, operand, place)
        guard second == "<" || second == "<=" else {
            throw place.error(
                .invalidOperand, "The second comparison of numeric is \(second)", terms[2].offset,
                "write the lower bound first and < or <= for the upper one")
        }
        try end(terms, after: 4, place)
        guard number < upper else {
            throw place.error(
                .invalidOperand, "The range of numeric is empty", terms[3].offset,
                "make the lower bound less than the upper one")
        }
        range.upper = second == "<=" ? upper : upper.nextDown
        return test(range, &literals)
    }

    private func test(_ range: NumberRange, _ literals: inout Literals) -> ValueTest {
        let index = literals.add(range: range)
        return dialect.numericReadsStrings ? .numericText(index) : .numberRange(index)
    }

    /// The comparison and its number at an index of the operand.
    private func comparison(
        _ terms: [PatternValue], _ index: Int, _ operand: PatternValue, _ place: Place
    ) throws(PatternError) -> (String, Double) {
        var name = ""
        if terms.count > index, case .string(let text) = terms[index].kind {
            name = String(decoding: text, as: UTF8.self)
        }
        guard ["=", "<", "<=", ">", ">="].contains(name) else {
            throw place.error(
                .invalidOperand, "The operand of numeric lacks a comparison",
                terms.count > index ? terms[index].offset : operand.offset, "write one of =, <, <=, >, >= as a string")
        }
        guard terms.count > index + 1, case .number(let digits) = terms[index + 1].kind else {
            throw place.error(
                .invalidOperand, "The comparison \(name) of numeric lacks its number",
                terms[min(index + 1, terms.count - 1)].offset, "write a JSON number without quotes")
        }
        guard let number = NumberText.value(digits) else {
            throw inexact(digits, terms[index + 1].offset, place)
        }
        return (name, number)
    }

    private func end(_ terms: [PatternValue], after count: Int, _ place: Place) throws(PatternError) {
        guard terms.count == count else {
            throw place.error(
                .invalidOperand, "The operand of numeric goes on after its last comparison", terms[count].offset,
                "write one comparison, or a lower and then an upper bound")
        }
    }

    func inexact(_ text: [UInt8], _ offset: Int, _ place: Place) -> PatternError {
        place.error(
            .inexactNumber, "The number \(String(decoding: text, as: UTF8.self)) cannot be compared exactly", offset,
            "write it with 15 digits or fewer, within the range of a double, or compare a string")
    }
}
