/// Compares evaluated properties with their schema and reports every difference.
struct PropertyValidator {
    var diagnostics: DiagnosticCollector

    /// - Returns: whether nothing was found.
    mutating func isValid(_ members: [Value.Member], _ schema: ObjectSchema, line: Int, at place: Place) -> Bool {
        let errorCount = diagnostics.errors.count
        check(members, schema, line: line, at: place)
        return diagnostics.errors.count == errorCount
    }

    private mutating func check(_ members: [Value.Member], _ schema: ObjectSchema, line: Int, at place: Place) {
        for member in members {
            let child = place.member(member.name)
            guard let property = schema.properties.first(where: { $0.name == member.name }) else {
                let names = schema.properties.map(\.name)
                let hint = Spelling.suggestion(for: member.name, among: names)
                diagnostics.error(
                    "\(member.name) is not a property of \(schema.name)\(hint); correct or remove it",
                    line: member.line, at: child)
                continue
            }
            if let refusal = property.refusal {
                diagnostics.error(
                    "\(member.name) of \(schema.name) is not supported here: \(refusal)", line: member.line, at: child)
                continue
            }
            check(member.value, property.shape, name: member.name, at: child)
        }
        for property in schema.properties
        where property.isRequired && !members.contains(where: { $0.name == property.name }) {
            diagnostics.error(
                "\(schema.name) needs the property \(property.name), which is missing; add it", line: line, at: place)
        }
    }

    private mutating func check(_ value: Value, _ shape: ValueShape, name: String, at place: Place) {
        if value.isUnknown { return }
        switch shape {
        case .anything: break
        case .text: _ = text(value, name: name, at: place)
        case .name(let rule):
            if let text = text(value, name: name, at: place), let problem = rule.problem(with: text) {
                diagnostics.error("\(name) \(problem)", line: value.line, at: place)
            }
        case .choice(let choices):
            guard let text = text(value, name: name, at: place), !choices.contains(text) else { return }
            let hint = Spelling.suggestion(for: text, among: choices)
            diagnostics.error(
                "\(name) must be \(Self.alternatives(choices)), not \(text)\(hint)", line: value.line, at: place)
        case .integer(let range):
            guard let text = value.text, let number = Int(text) else {
                return mismatch(value, "an integer", name: name, at: place)
            }
            if !range.contains(number) {
                diagnostics.error(
                    "\(name) must be \(range.lowerBound) to \(range.upperBound), not \(number)", line: value.line,
                    at: place)
            }
        case .boolean:
            guard let text = value.text, Properties.boolean(text) != nil else {
                return mismatch(value, "true or false", name: name, at: place)
            }
        case .list(let element, let counts): checkList(value, element, counts, name: name, at: place)
        case .object(let schema):
            guard let members = value.members else { return mismatch(value, "a mapping", name: name, at: place) }
            check(members, schema, line: value.line, at: place)
        case .textMap:
            guard let members = value.members else { return mismatch(value, "a mapping", name: name, at: place) }
            for member in members { _ = text(member.value, name: member.name, at: place.member(member.name)) }
        case .textOr(let schema):
            if value.text == nil { check(value, .object(schema), name: name, at: place) }
        }
    }

    private mutating func checkList(
        _ value: Value, _ element: ValueShape, _ counts: ClosedRange<Int>, name: String, at place: Place
    ) {
        guard let items = value.items else { return mismatch(value, "a list", name: name, at: place) }
        if !counts.contains(items.count) {
            diagnostics.error(
                "\(name) must have \(counts.lowerBound) to \(counts.upperBound) elements, not \(items.count)",
                line: value.line, at: place)
        }
        for (index, item) in items.enumerated() { check(item, element, name: name, at: place.item(index)) }
    }

    private mutating func text(_ value: Value, name: String, at place: Place) -> String? {
        if value.isUnknown { return nil }
        if value.text == nil { mismatch(value, "a single value", name: name, at: place) }
        return value.text
    }

    private mutating func mismatch(_ value: Value, _ expected: String, name: String, at place: Place) {
        let found = value.text.map { "\"\($0)\"" } ?? value.kindName
        diagnostics.error("\(name) must be \(expected), not \(found)", line: value.line, at: place)
    }

    private static func alternatives(_ choices: [String]) -> String {
        guard choices.count > 1, let last = choices.last else { return choices.first ?? "" }
        return choices.dropLast().joined(separator: ", ") + " or " + last
    }
}
