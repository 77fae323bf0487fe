/// Checks each value of a request against its shape's constraints and lists what is broken as AWS does, the first ten:
/// `2 validation errors detected: Value 'x' at 'limit' failed to satisfy constraint: ...; Value ...`.
struct ConstraintCheck {
    /// AWS lists no more.
    private static let faultsMax = 10

    private var faults: [String] = []

    /// - Throws: a ValidationException that lists the faults, in the order of the shape's members.
    static func check(_ request: RequestValue, _ members: [Shape.Member]) throws(ServiceError) {
        // AWS looks for the table's name by itself, and says so in words of its own, in all operations but those on items.
        if members.contains(where: { $0.name == "TableName" && $0.isRequired }), request["TableName"] == nil {
            throw .validation("The parameter 'TableName' is required but was not present in the request")
        }
        var check = ConstraintCheck()
        check.visit(request, members, at: "")
        guard !check.faults.isEmpty else { return }
        let errors = check.faults.count == 1 ? "error" : "errors"
        throw .validation(
            "\(check.faults.count) validation \(errors) detected: \(check.faults.joined(separator: "; "))")
    }

    private mutating func visit(_ value: RequestValue, _ members: [Shape.Member], at path: String) {
        for member in members {
            // AWS's paths begin members with a lower-case letter.
            let name = member.name.prefix(1).lowercased() + member.name.dropFirst()
            let place = path.isEmpty ? name : "\(path).\(name)"
            if let value = value[member.name] {
                visit(value, member.shape, at: place)
            } else if member.isRequired {
                fault("null", at: place, "Member must not be null")
            }
        }
    }

    private mutating func visit(_ value: RequestValue, _ shape: Shape, at path: String) {
        switch (shape, value) {
        case (.string(let rule), .string(let text)): visit(text, rule, at: path)
        case (.integer(_, let range?), .number(let text)):
            // What no `Int` holds is beyond every limit.
            let number = value.integer ?? (text.hasPrefix("-") ? .min : .max)
            if number < range.lowerBound {
                fault("'\(text)'", at: path, "Member must have value greater than or equal to \(range.lowerBound)")
            } else if number > range.upperBound {
                fault("'\(text)'", at: path, "Member must have value less than or equal to \(range.upperBound)")
            }
        case (.list(let element, let count), .list(let values)):
            checkLength(values.count, count, shown: "'\(Self.shown(value, shape))'", at: path)
            for (index, value) in values.enumerated() {
                let place = "\(path).\(index + 1).member"
                if value == .null {
                    fault("null", at: place, "Member must not be null")
                } else {
                    visit(value, element, at: place)
                }
            }
        case (.structure(_, let members), .object): visit(value, members, at: path)
        default: break
        }
    }

    private mutating func visit(_ text: String, _ rule: Shape.StringRule, at path: String) {
        if let pattern = rule.pattern, !pattern.matches(text) {
            fault("'\(text)'", at: path, "Member must satisfy regular expression pattern: \(pattern.rawValue)")
        }
        checkLength(text.utf16.count, rule.length, shown: "'\(text)'", at: path)
        if let values = rule.values, !values.contains(text) {
            fault("'\(text)'", at: path, "Member must satisfy enum value set: [\(values.joined(separator: ", "))]")
        }
    }

    private mutating func checkLength(_ length: Int, _ range: ClosedRange<Int>, shown: String, at path: String) {
        if length < range.lowerBound {
            fault(shown, at: path, "Member must have length greater than or equal to \(range.lowerBound)")
        } else if length > range.upperBound {
            fault(shown, at: path, "Member must have length less than or equal to \(range.upperBound)")
        }
    }

    private mutating func fault(_ shown: String, at path: String, _ constraint: String) {
        guard faults.count < Self.faultsMax else { return }
        faults.append("Value \(shown) at '\(path)' failed to satisfy constraint: \(constraint)")
    }

    /// A value as AWS's messages print it: `[KeySchemaElement(attributeName=a, keyType=HASH)]`.
    private static func shown(_ value: RequestValue, _ shape: Shape) -> String {
        switch (shape, value) {
        case (.list(let element, _), .list(let values)):
            return "[\(values.map { shown($0, element) }.joined(separator: ", "))]"
        case (.structure(let name, let members), .object):
            let fields = members.map { member in
                let name = member.name.prefix(1).lowercased() + member.name.dropFirst()
                return "\(name)=\(value[member.name].map { shown($0, member.shape) } ?? "null")"
            }
            return "\(name)(\(fields.joined(separator: ", ")))"
        case (_, .string(let text)), (_, .number(let text)): return text
        case (_, .boolean(let flag)): return flag ? "true" : "false"
        default: return "null"
        }
    }
}
