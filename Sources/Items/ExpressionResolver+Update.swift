extension ExpressionResolver {
    /// What a `SET` sets.
    mutating func updateValue(_ syntax: ExpressionSyntax) -> UpdateExpression.Value {
        switch syntax.content {
        case .path(let parts): return .path(path(parts))
        case .value(let placeholder): return .value(value(placeholder) ?? .null)
        case .arithmetic(let symbol, let left, let right):
            let (left, right) = (updateValue(left), updateValue(right))
            for case let type? in [left, right].map(\.staticTypeName) where type != "N" {
                noteType(of: symbol, type)
            }
            return symbol == "+" ? .sum(left, right) : .difference(left, right)
        case .call(let name, let arguments): return updateCall(name, arguments)
        default: preconditionFailure("The parser answers values: \(syntax)")
        }
    }

    private mutating func updateCall(_ name: String, _ arguments: [ExpressionSyntax]) -> UpdateExpression.Value {
        let values = arguments.map { updateValue($0) }
        // Why AWS refuses this, and no other nesting, is not known.
        if arguments.contains(where: { $0.content.isCall(of: "list_append") }) {
            findings.note(
                .function,
                "The function is not allowed to be used this way in an expression; function: list_append")
        }
        switch name {
        case "if_not_exists":
            guard checkUpdateCount(of: arguments, function: name) else { break }
            guard case .path(let path) = values[0] else {
                noteNeedsPath(name)
                break
            }
            return .ifNotExists(path, values[1])
        case "list_append":
            guard checkUpdateCount(of: arguments, function: name) else { break }
            for case let type? in values.map(\.staticTypeName) where type != "L" { noteType(of: name, type) }
            return .listAppend(values[0], values[1])
        case "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size":
            findings.note(
                .function, "The function is not allowed in an update expression; function: \(name)")
        default: noteUnknown(function: name)
        }
        return .value(.null)
    }

    /// Updates report a wrong count among the wrong types, after overlaps.
    private mutating func checkUpdateCount(of operands: [ExpressionSyntax], function: String) -> Bool {
        guard operands.count != 2 else { return true }
        findings.note(
            .type,
            "Incorrect number of operands for operator or function; operator or function: \(function), "
                + "number of operands: \(operands.count)")
        return false
    }

    /// What an `ADD` or a `DELETE` takes.
    mutating func sectionValue(_ syntax: ExpressionSyntax, _ keyword: UpdateSection.Keyword) -> AttributeValue {
        guard case .value(let placeholder) = syntax, let value = value(placeholder) else { return .null }
        switch value {
        case .stringSet, .numberSet, .binarySet: break
        case .number where keyword == .add: break
        default:
            findings.note(
                .sectionType,
                "Incorrect operand type for operator or function; operator: \(keyword.rawValue), operand type: "
                    + "\(longTypeName(of: value)), typeSet: ALLOWED_FOR_\(keyword.rawValue)_OPERAND")
        }
        return value
    }

    /// `ADD` and `DELETE` name types in words, unlike every other operator.
    private func longTypeName(of value: AttributeValue) -> String {
        switch value {
        case .string: "STRING"
        case .number: "NUMBER"
        case .binary: "BINARY"
        case .bool: "BOOLEAN"
        case .null: "NULL"
        case .map: "MAP"
        case .list: "LIST"
        case .stringSet: "STRING_SET"
        case .numberSet: "NUMBER_SET"
        case .binarySet: "BINARY_SET"
        }
    }
}

extension UpdateExpression.Value {
    /// The type it has whatever the item is, when that shows in the expression.
    var staticTypeName: String? {
        if case .value(let value) = self { value.typeName } else { nil }
    }
}
