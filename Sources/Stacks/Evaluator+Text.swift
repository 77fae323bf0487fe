extension Evaluator {
    mutating func substitution(_ argument: TemplateNode, line: Int, at place: Place) -> Value {
        var variables: [String: Value] = [:]
        let text: String
        if let plain = argument.text {
            text = plain
        } else if let items = argument.items, items.count == 2, let first = items[0].text,
            let members = items[1].members
        {
            text = first
            for member in members { variables[member.name] = value(of: member.value, at: place) }
        } else {
            return failure("Fn::Sub takes a text, or [text, {variable: value}]", line: line, at: place)
        }
        var result = ""
        for part in SubstitutionText(text).parts {
            switch part {
            case .literal(let literal): result += literal
            case .name(let name):
                let value = substitute(name, variables, line: line, at: place)
                if value.isUnknown { return value }
                guard let text = value.text else {
                    return failure(
                        "${\(name)} in Fn::Sub is \(value.kindName), not a single value; use Fn::Join for lists",
                        line: line, at: place)
                }
                result += text
            }
        }
        return .text(result, line: line)
    }

    private mutating func substitute(
        _ name: String, _ variables: [String: Value], line: Int, at place: Place
    ) -> Value {
        if let variable = variables[name] { return variable }
        if let (target, attribute) = Reference.parts(of: name) {
            return self.attribute(attribute, of: target, line: line, at: place)
        }
        return reference(to: name, line: line, at: place)
    }

    mutating func join(_ argument: TemplateNode, line: Int, at place: Place) -> Value {
        guard let items = argument.items, items.count == 2, let delimiter = items[0].text else {
            return failure("Fn::Join takes [delimiter, list]", line: line, at: place)
        }
        guard let list = list(items[1], of: "Fn::Join", line: line, at: place) else {
            return Value(.unknown, line: line)
        }
        var texts: [String] = []
        for item in list {
            if item.isUnknown { return item }
            guard let text = item.text else {
                return failure("Fn::Join joins single values, not \(item.kindName)", line: line, at: place)
            }
            texts.append(text)
        }
        return .text(texts.joined(separator: delimiter), line: line)
    }

    mutating func select(_ argument: TemplateNode, line: Int, at place: Place) -> Value {
        guard let items = argument.items, items.count == 2 else {
            return failure("Fn::Select takes [index, list]", line: line, at: place)
        }
        let index = value(of: items[0], at: place)
        guard let list = list(items[1], of: "Fn::Select", line: line, at: place), !index.isUnknown else {
            return Value(.unknown, line: line)
        }
        guard let number = index.text.flatMap({ Int($0) }), list.indices.contains(number) else {
            return failure(
                "Fn::Select asks for element \(index.text ?? "?") of a list of \(list.count); elements count from 0",
                line: line, at: place)
        }
        return list[number]
    }

    mutating func split(_ argument: TemplateNode, line: Int, at place: Place) -> Value {
        guard let items = argument.items, items.count == 2, let delimiter = items[0].text, !delimiter.isEmpty else {
            return failure("Fn::Split takes [delimiter, text]", line: line, at: place)
        }
        let source = value(of: items[1], at: place)
        if source.isUnknown { return source }
        guard let text = source.text else {
            return failure("Fn::Split splits a text, not \(source.kindName)", line: line, at: place)
        }
        let pieces = text.split(separator: delimiter, omittingEmptySubsequences: false)
        return Value(.list(pieces.map { .text(String($0), line: line) }), line: line)
    }

    mutating func findInMap(_ argument: TemplateNode, line: Int, at place: Place) -> Value {
        guard let items = argument.items, items.count == 3 else {
            return failure("Fn::FindInMap takes [map, key, second key]", line: line, at: place)
        }
        var members = mappings
        var found: TemplateNode?
        var trail: [String] = []
        for item in items {
            let key = value(of: item, at: place)
            if key.isUnknown { return key }
            guard let name = key.text else {
                return failure("a key of Fn::FindInMap must be a name, not \(key.kindName)", line: line, at: place)
            }
            trail.append(name)
            guard let member = members.first(where: { $0.name == name }) else {
                let hint = Spelling.suggestion(for: name, among: members.map(\.name))
                return failure(
                    "Mappings has no \(trail.joined(separator: "."))\(hint); add it", line: line, at: place)
            }
            found = member.value
            members = member.value.members ?? []
        }
        return found.map { Value(value(of: $0, at: place).content, line: line) } ?? Value(.unknown, line: line)
    }

    private mutating func list(_ node: TemplateNode, of function: String, line: Int, at place: Place) -> [Value]? {
        let value = value(of: node, at: place)
        if value.isUnknown { return nil }
        if let items = value.items { return items }
        diagnostics.error("\(function) needs a list, not \(value.kindName)", line: line, at: place)
        return nil
    }
}
