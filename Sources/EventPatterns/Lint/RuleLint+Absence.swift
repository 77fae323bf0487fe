/// Rules for fields that have no value in any record.
extension RuleLint {
    /// Most characters of the alternatives in a repair; more are left out.
    private static let shownMax = 60

    func finding(_ absence: StreamField.Absence) -> PatternFinding {
        let last = rule.parts[rule.parts.count - 1]
        switch absence {
        case .object:
            return empty(
                .objectNotValue, "Rules look at values and here is an object",
                "name a value within it, down to its type, such as {\"status\": {\"S\": [...]}} in an image")
        case .unknownName(let name, let nearest):
            return empty(
                .unknownField, "A stream's record has no field \(name) here",
                Misplacement(rule, shape).remedy(nearest: nearest))
        case .belowValue(let name):
            return empty(
                .unknownField, "\(name) is a value and has no fields", "write \(name.quoted): [\(alternatives())]")
        case .missingType(let nearest?):
            return empty(.missingType, "\(last) is no type of an attribute", "write \(nearest) instead of \(last)")
        case .missingType(nil):
            return empty(.missingType, "\(last) lacks its type", repairOfMissingType)
        case .notAKey(let name, let nearest):
            return empty(
                .notAKey, "Keys holds the table's keys only and \(name) is none of them",
                nearest.map { "write \($0)" } ?? "look for it in NewImage or OldImage")
        case .otherKeyType(let type):
            return empty(.notAKey, "The table's key has the type \(type)", "write \(type)")
        case .typeOfNoKey(let type):
            return empty(.notAKey, "A key has the type S, N or B", "write one of them instead of \(type)")
        }
    }

    func empty(_ code: PatternFinding.Code, _ why: String, _ remedy: String) -> PatternFinding {
        let outcome = rule.allowsAbsence ? "exists:false always holds" : "nothing matches"
        return PatternFinding(
            code, rule.allowsAbsence ? .alwaysHolds : .neverMatches, "\(why), so \(outcome)", at: rule.path,
            rule.offset, remedy)
    }

    var imageNotInStream: PatternFinding {
        let view = shape.viewType?.rawValue ?? ""
        return empty(
            .imageNotInStream, "A stream with the StreamViewType \(view) has no such image",
            "set it to NEW_AND_OLD_IMAGES" + (rule.allowsAbsence ? " or leave the field out" : ""))
    }

    private var repairOfMissingType: String {
        let name = Array(rule.parts.dropFirst(2))
        if name.count > 1, let meant = Misplacement(rule, shape).attribute(name) {
            return "write \(meant.map(\.description).joined(separator: ".")) for the value within the map \(name[0])"
        }
        let last = rule.parts[rule.parts.count - 1]
        let type = shape.keyType(last).map { Text($0.rawValue) } ?? rule.typeOfValues
        return "write \(last.quoted): {\(type.quoted): [\(alternatives(quotingNumbers: type == "N"))]}"
    }

    /// The alternatives as they were written, unless they are long.
    ///
    /// - Parameter quotingNumbers: numbers as DynamoDB's records have them.
    private func alternatives(quotingNumbers: Bool = false) -> String {
        let texts = rule.alternatives.map { alternative in
            guard quotingNumbers, case .number(let text) = alternative.test else { return alternative.text }
            return (CanonicalNumber.form(text) ?? text).quoted
        }
        let text = texts.joined(separator: ", ")
        return text.count > Self.shownMax ? "..." : text
    }

    // MARK: Operators

    private static let operators = Set((Operator.outermost + [.exactly]).map { Text($0.rawValue) })

    /// An operator that was written as a field's name: `{"status": {"S": {"prefix": ["p"]}}}`.
    var operatorOutsideArray: PatternFinding? {
        let names = rule.parts
        let count = names.reversed().prefix(while: Self.operators.contains).count
        // What stands in an image, a map or at the top is a name, whatever it is called.
        guard count > 0, count < names.count,
            !["NewImage", "OldImage", "Keys", "M"].contains(names[names.count - count - 1])
        else { return nil }
        let operators = names.suffix(count)
        var operands = rule.alternatives.map(\.text)
        if operators.last == "numeric" || operators.contains("anything-but") && operands.count > 1 {
            operands = ["[\(operands.joined(separator: ", "))]"]
        }
        let written = operands.map { operand in
            operators.reversed().reduce(operand) { "{\($1.quoted): \($0)}" }
        }
        let field = names[names.count - count - 1]
        let outermost = operators.first ?? ""
        return empty(
            .operatorOutsideArray, "\(outermost) stands outside an array and is read as a field",
            "write \(field.quoted): [\(written.joined(separator: ", "))]")
    }
}
