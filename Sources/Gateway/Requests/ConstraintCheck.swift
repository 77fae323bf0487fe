/// Checks each value of a request against its shape's constraints and lists what is broken as ``ConstraintFaults`` does.
struct ConstraintCheck {
    private var faults = ConstraintFaults()

    /// - Throws: a ValidationException that lists the faults, in the order of the shape's members.
    static func check(_ request: RequestValue, _ members: [Shape.Member]) throws(ServiceError) {
        // AWS looks for the table's name by itself, and says so in words of its own, in all operations but those on items.
        if members.contains(where: { $0.name == "TableName" && $0.isRequired }), request["TableName"] == nil {
            throw .validation("The parameter 'TableName' is required but was not present in the request")
        }
        var check = ConstraintCheck()
        check.visit(request, members, at: "")
        do { try check.faults.check() } catch { throw ServiceError(error) }
    }

    private mutating func visit(_ value: RequestValue, _ members: [Shape.Member], at path: String) {
        for member in members {
            // AWS's paths begin members with a lower-case letter.
            let name = member.name.prefix(1).lowercased() + member.name.dropFirst()
            let place = path.isEmpty ? name : "\(path).\(name)"
            if let value = value[member.name] {
                visit(value, member.shape, at: place)
            } else if member.isRequired {
                faults.require(false, at: place)
            }
        }
    }

    private mutating func visit(_ value: RequestValue, _ shape: Shape, at path: String) {
        switch (shape, value) {
        case (.string(let rule), .string(let text)): visit(text, rule, at: path)
        case (.integer(_, let range?), .number(let text)):
            // What no `Int` holds is beyond every limit.
            let number = value.integer ?? (text.hasPrefix("-") ? .min : .max)
            faults.check(number, atLeast: range.lowerBound, atMost: range.upperBound, shown: text, at: path)
        case (.list(let element, let count), .list(let values)):
            faults.check(
                length: values.count, atLeast: count.lowerBound, atMost: count.upperBound,
                shown: Self.shown(value, shape), at: path)
            // Those beyond the most there may be are refused with their number, and expressions cost too much for half a million.
            for (index, value) in values.prefix(count.upperBound).enumerated() {
                let place = "\(path).\(index + 1).member"
                if value == .null {
                    faults.require(false, at: place)
                } else {
                    visit(value, element, at: place)
                }
            }
        case (.map(let key, let element, let count), .object(let entries)):
            // AWS shows a map by its values, and keeps those that a rule calls sensitive to itself, with all of the map.
            faults.check(
                length: entries.count, atLeast: count.lowerBound, atMost: count.upperBound, shown: nil, at: path)
            visit(entries.keys, key, "Map keys", at: path)
            visit(entries.values.compactMap(\.text), element, "Map value", at: path)
        case (.structure(_, let members), .object): visit(value, members, at: path)
        default: break
        }
    }

    private mutating func visit(_ text: String, _ rule: Shape.StringRule, at path: String) {
        let shown = rule.isSensitive ? nil : text
        if let pattern = rule.pattern, !pattern.matches(text) {
            faults.note(
                shown.map { "'\($0)'" }, path, "Member must satisfy regular expression pattern: \(pattern.rawValue)")
        }
        faults.check(
            length: text.utf16.count, atLeast: rule.length.lowerBound, atMost: rule.length.upperBound, shown: shown,
            at: path)
        if let values = rule.values { faults.check(text, isOneOf: values, at: path) }
    }

    /// The texts of a map's keys or values, of which one fault is told together.
    private mutating func visit(
        _ texts: some Sequence<String>, _ rule: Shape.StringRule, _ kind: String, at path: String
    ) {
        guard texts.contains(where: { !rule.length.contains($0.utf16.count) }) else { return }
        let bounds = [
            "Member must have length less than or equal to \(rule.length.upperBound)",
            "Member must have length greater than or equal to \(rule.length.lowerBound)",
        ]
        faults.note(nil, path, "\(kind) must satisfy constraint: [\(bounds.joined(separator: ", "))]")
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
        case (.string(let rule), .string) where rule.isSensitive: return "***Sensitive Data Redacted***"
        case (_, .string(let text)), (_, .number(let text)): return text
        case (_, .boolean(let flag)): return flag ? "true" : "false"
        default: return "null"
        }
    }
}
