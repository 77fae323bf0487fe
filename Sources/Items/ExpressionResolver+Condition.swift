extension ExpressionResolver {
    mutating func condition(_ syntax: ExpressionSyntax) -> Condition {
        switch syntax {
        case .group(let inner): return condition(inner)
        case .not(let inner): return .not(condition(inner))
        case .all(let inner): return .all(inner.map { condition($0) })
        case .any(let inner): return .any(inner.map { condition($0) })
        default:
            // What is wrong with one condition is weighed on its own, before the next one is looked at.
            let before = findings
            findings = ExpressionFindings(parameter: before.parameter)
            let condition = simpleCondition(syntax)
            let alone = findings
            findings = before
            findings.merge(condition: alone)
            return condition
        }
    }

    private mutating func simpleCondition(_ syntax: ExpressionSyntax) -> Condition {
        switch syntax {
        case .compare(let comparator, let left, let right):
            let (left, right) = (operand(left), operand(right))
            checkDistinct(comparator.rawValue, left, [right])
            if comparator != .equal, comparator != .notEqual { checkOrdered(comparator.rawValue, [left, right]) }
            return .compare(comparator, left, right)
        case .between(let subject, let low, let high):
            let (subject, low, high) = (operand(subject), operand(low), operand(high))
            checkDistinct("BETWEEN", subject, [low, high])
            checkOrdered("BETWEEN", [subject, low, high])
            checkBounds(low, high)
            return .between(subject, low: low, high: high)
        case .contained(let subject, let candidates):
            let (subject, candidates) = (operand(subject), candidates.map { operand($0) })
            // AWS: IN takes up to 100 values.
            if candidates.count > 100 {
                findings.note(
                    .operandCount,
                    "The IN operator is provided with too many operands; number of operands: \(candidates.count)")
            }
            checkDistinct("IN", subject, candidates)
            return .contained(subject, in: candidates)
        case .call(let name, let arguments): return call(name, arguments)
        default: preconditionFailure("The parser answers conditions: \(syntax)")
        }
    }

    // MARK: Functions

    private static let operandCounts = [
        "attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2,
        "size": 1,
    ]

    /// What stands for a function that is refused.
    private static let nothing = Condition.all([])

    private mutating func call(_ name: String, _ arguments: [ExpressionSyntax]) -> Condition {
        guard let operands = operands(of: name, arguments) else { return Self.nothing }
        switch name {
        case "attribute_exists": return .exists(path(operands[0], of: name))
        case "attribute_not_exists": return .notExists(path(operands[0], of: name))
        case "attribute_type":
            checkDistinct(name, operands[0], [operands[1]])
            return .hasType(operands[0], typeArgument(operands[1]))
        case "begins_with":
            checkDistinct(name, operands[0], [operands[1]])
            for case let type? in operands.map(\.staticTypeName) where type != "S" && type != "B" {
                noteType(of: name, type)
            }
            return .beginsWith(operands[0], operands[1])
        case "contains":
            checkDistinct(name, operands[0], [operands[1]])
            return .contains(operands[0], operands[1])
        default:
            // `size` answers a number, which is no condition.
            noteMisuse(name)
            return Self.nothing
        }
    }

    /// The operands of a function when it exists and gets as many as it takes.
    private mutating func operands(of name: String, _ arguments: [ExpressionSyntax]) -> [Condition.Operand]? {
        let operands = arguments.map { operand($0) }
        guard let count = Self.operandCounts[name] else {
            if name == "if_not_exists" || name == "list_append" {
                findings.note(.function, "The function is not allowed in a condition expression; function: \(name)")
            } else {
                noteUnknown(function: name)
            }
            return nil
        }
        return checkCount(of: arguments, count, function: name) ? operands : nil
    }

    private mutating func noteMisuse(_ function: String) {
        findings.note(
            .misuse, "The function is not allowed to be used this way in an expression; function: \(function)")
    }

    private mutating func path(_ operand: Condition.Operand, of function: String) -> DocumentPath {
        if case .path(let path) = operand { return path }
        noteNeedsPath(function)
        return DocumentPath(root: "")
    }

    // Both lists in the order of AWS's messages.
    private static let typeNames = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"]
    private static let anyTypeName = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"

    private mutating func typeArgument(_ operand: Condition.Operand) -> String {
        guard case .value(.string(let type)) = operand else {
            noteType(of: "attribute_type", operand.staticTypeName ?? Self.anyTypeName)
            return ""
        }
        if !Self.typeNames.contains(type) {
            findings.note(
                .type,
                "Invalid attribute type name found; type: \(type), valid types: "
                    + "{\(Self.typeNames.joined(separator: ","))}")
        }
        return type
    }

    // MARK: Operands

    private mutating func operand(_ syntax: ExpressionSyntax) -> Condition.Operand {
        switch syntax.content {
        case .path(let parts): return .path(path(parts))
        case .value(let placeholder): return .value(value(placeholder) ?? .null)
        case .call(let name, let arguments):
            let operands = operands(of: name, arguments)
            guard name == "size" else {
                if Self.operandCounts[name] != nil { noteMisuse(name) }
                return .value(.null)
            }
            guard let operand = operands?.first else { return .value(.null) }
            if let type = operand.staticTypeName, type == "N" || type == "BOOL" || type == "NULL" {
                noteType(of: name, type)
            }
            return .size(operand)
        default: preconditionFailure("The parser answers operands: \(syntax)")
        }
    }

    /// A path may not be compared with itself.
    private mutating func checkDistinct(
        _ function: String, _ first: Condition.Operand, _ others: [Condition.Operand]
    ) {
        guard case .path(let path) = first else { return }
        for case .path(let other) in others where other.isSame(as: path) {
            findings.note(
                .distinct,
                "The first operand must be distinct from the remaining operands for this operator or function; "
                    + "operator: \(function), first operand: \(path.description)")
        }
    }

    private mutating func checkOrdered(_ function: String, _ operands: [Condition.Operand]) {
        for case let type? in operands.map(\.staticTypeName) where !["S", "N", "B"].contains(type) {
            noteType(of: function, type)
        }
    }

    private mutating func checkBounds(_ low: Condition.Operand, _ high: Condition.Operand) {
        guard case .value(let lower) = low, case .value(let upper) = high else { return }
        let isInverted = Condition.precedes(upper, lower)
        guard isInverted != false else { return }
        let rule =
            isInverted == nil
            ? "same data type for lower and upper bounds"
            : "upper bound to be greater than or equal to lower bound"
        findings.note(
            .type,
            "The BETWEEN operator requires \(rule); lower bound operand: AttributeValue: \(shown(lower)), "
                + "upper bound operand: AttributeValue: \(shown(upper))")
    }

    /// A value as AWS prints it there.
    private func shown(_ value: AttributeValue) -> String {
        switch value {
        case .string(let text): "{S:\(text)}"
        case .number(let number): "{N:\(number.text)}"
        case .binary(let bytes): "{B:java.nio.HeapByteBuffer[pos=0 lim=\(bytes.count) cap=\(bytes.count)]}"
        default: "{\(value.typeName):...}"
        }
    }
}

extension Condition.Operand {
    /// The type it has whatever the item is; nil for a path.
    var staticTypeName: String? {
        switch self {
        case .path: nil
        case .value(let value): value.typeName
        case .size: "N"
        }
    }
}
