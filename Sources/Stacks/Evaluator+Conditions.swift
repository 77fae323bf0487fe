extension Evaluator {
    /// Whether a resource exists: its condition, if it has one, holds.
    mutating func exists(_ resource: ResourceDeclaration) -> Bool {
        guard let condition = resource.condition else { return true }
        return conditionHolds(condition, line: resource.line, at: resource.place.member("Condition")) ?? false
    }

    /// - Returns: nil when the condition does not exist or cannot be evaluated; the error has been reported.
    mutating func conditionHolds(_ name: String, line: Int, at place: Place) -> Bool? {
        if let known = conditionResults[name] { return known }
        guard let node = conditionNodes[name] else {
            let hint = Spelling.suggestion(for: name, among: conditionNodes.keys)
            diagnostics.error(
                "\(name) is not a condition of the template\(hint); declare it under Conditions", line: line, at: place)
            return nil
        }
        // A condition that asks for itself finds this nil.
        conditionResults[name] = .some(nil)
        let result = boolean(of: node, at: Place(logicalID: name, path: "Conditions.\(name)"))
        conditionResults[name] = .some(result)
        return result
    }

    private mutating func boolean(of node: TemplateNode, at place: Place) -> Bool? {
        switch node.content {
        case .call(.equals, let argument):
            guard let items = argument.items, items.count == 2 else {
                return refuse("Fn::Equals takes [value, value]", node, at: place)
            }
            guard let left = comparable(items[0], at: place), let right = comparable(items[1], at: place) else {
                return nil
            }
            return left == right
        case .call(.and, let argument):
            return operands(argument, of: "Fn::And", node, at: place)?.allSatisfy { $0 }
        case .call(.or, let argument):
            return operands(argument, of: "Fn::Or", node, at: place)?.contains(true)
        case .call(.not, let argument):
            guard let items = argument.items, items.count == 1 else {
                return refuse("Fn::Not takes [condition]", node, at: place)
            }
            return boolean(of: items[0], at: place).map { !$0 }
        case .call(.condition, let argument):
            return named(argument, in: node, at: place)
        case .mapping(let members) where members.count == 1 && members[0].name == "Condition":
            return named(members[0].value, in: node, at: place)
        default:
            return refuse(
                "a condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition, not \(node.kindName)", node,
                at: place)
        }
    }

    private mutating func named(_ argument: TemplateNode, in node: TemplateNode, at place: Place) -> Bool? {
        guard let name = argument.text else { return refuse("Condition takes a name", node, at: place) }
        if case .some(nil) = conditionResults[name], conditionNodes[name] != nil {
            // Either it is being evaluated, which is a circle, or it failed before; both deserve a word here.
            return refuse("the condition \(name) depends on itself or could not be evaluated", node, at: place)
        }
        return conditionHolds(name, line: node.line, at: place)
    }

    private mutating func operands(
        _ argument: TemplateNode, of function: String, _ node: TemplateNode, at place: Place
    ) -> [Bool]? {
        guard let items = argument.items, (2...10).contains(items.count) else {
            _ = refuse("\(function) takes a list of 2 to 10 conditions", node, at: place)
            return nil
        }
        var results: [Bool] = []
        for item in items {
            // All are evaluated, so that an error in a later one is reported too.
            if let result = boolean(of: item, at: place) { results.append(result) }
        }
        return results.count == items.count ? results : nil
    }

    private mutating func comparable(_ node: TemplateNode, at place: Place) -> String? {
        for reference in Reference.all(in: node, at: place) where resources[reference.target] != nil {
            diagnostics.error(
                "a condition cannot use the resource \(reference.target): conditions are decided before anything"
                    + " exists; use a parameter", line: reference.line, at: place)
            return nil
        }
        let value = value(of: node, at: place)
        if value.isUnknown { return nil }
        if let text = value.text { return text }
        diagnostics.error("Fn::Equals compares single values, not \(value.kindName)", line: node.line, at: place)
        return nil
    }

    private mutating func refuse(_ message: String, _ node: TemplateNode, at place: Place) -> Bool? {
        diagnostics.error(message, line: node.line, at: place)
        return nil
    }
}
