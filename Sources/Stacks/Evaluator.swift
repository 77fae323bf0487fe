/// Evaluates a template's functions: turns what was written (`TemplateNode`) into what is meant (`Value`).
///
/// Names and conditions are worked out when first asked for and remembered.
struct Evaluator {
    let options: StackOptions
    var diagnostics: DiagnosticCollector
    let resources: [String: ResourceDeclaration]
    let mappings: [TemplateNode.Member]
    let conditionNodes: [String: TemplateNode]
    /// nil for a parameter whose value was refused.
    let parameters: [String: Value?]

    /// Outcome of a condition; nil while it is being evaluated or when it could not be.
    var conditionResults: [String: Bool?] = [:]
    /// Physical names; nil while one is being evaluated or when it could not be.
    var physicalNames: [String: String?] = [:]

    init(_ template: Template, options: StackOptions, diagnostics: DiagnosticCollector) {
        var diagnostics = diagnostics
        self.options = options
        resources = Dictionary(template.resources.map { ($0.logicalID, $0) }) { first, _ in first }
        mappings = template.mappings
        conditionNodes = Dictionary(template.conditions.map { ($0.name, $0.value) }) { first, _ in first }
        var parameters: [String: Value?] = [:]
        for declaration in template.parameters {
            parameters[declaration.name] = .some(
                declaration.value(given: options.parameters[declaration.name], diagnostics: &diagnostics))
        }
        for name in options.parameters.keys.sorted() where parameters[name] == nil {
            let hint = Spelling.suggestion(for: name, among: template.parameters.map(\.name))
            diagnostics.error(
                "the parameter \(name) was given, but the template has none of that name\(hint)", line: nil,
                at: Place(logicalID: name, path: "Parameters.\(name)"))
        }
        self.parameters = parameters
        self.diagnostics = diagnostics
    }

    /// The value of a node. What cannot be evaluated is reported and becomes `unknown`; `AWS::NoValue` vanishes from
    /// lists and mappings.
    mutating func value(of node: TemplateNode, at place: Place) -> Value {
        switch node.content {
        case .scalar(let scalar):
            return Value(scalar.kind == .null ? .unknown : .scalar(scalar), line: node.line)
        case .sequence(let items):
            var values: [Value] = []
            for (index, item) in items.enumerated() {
                let value = value(of: item, at: place.item(index))
                if !value.isAbsent { values.append(value) }
            }
            return Value(.list(values), line: node.line)
        case .mapping(let members):
            var values: [Value.Member] = []
            for member in members {
                let value = value(of: member.value, at: place.member(member.name))
                if !value.isAbsent { values.append(.init(name: member.name, line: member.line, value: value)) }
            }
            return Value(.map(values), line: node.line)
        case .call(let function, let argument):
            return call(function, argument, line: node.line, at: place)
        }
    }

    private mutating func call(
        _ function: Intrinsic, _ argument: TemplateNode, line: Int, at place: Place
    ) -> Value {
        switch function {
        case .ref: return reference(argument, line: line, at: place)
        case .getAtt: return attribute(argument, line: line, at: place)
        case .sub: return substitution(argument, line: line, at: place)
        case .join: return join(argument, line: line, at: place)
        case .select: return select(argument, line: line, at: place)
        case .split: return split(argument, line: line, at: place)
        case .findInMap: return findInMap(argument, line: line, at: place)
        case .ifCondition: return choice(argument, line: line, at: place)
        case .equals, .and, .or, .not, .condition:
            return failure(
                "\(function.rawValue) belongs in the section Conditions; name the condition and use it with Fn::If",
                line: line, at: place)
        case .base64, .cidr, .forEach, .getAZs, .importValue, .length, .toJSONString, .transform:
            return failure(
                "\(function.rawValue) is not supported here; \(function.remedy ?? "write its result")", line: line,
                at: place)
        }
    }

    /// `Fn::If`: only the branch taken is evaluated.
    private mutating func choice(_ argument: TemplateNode, line: Int, at place: Place) -> Value {
        guard let items = argument.items, items.count == 3, let name = items[0].text else {
            return failure("Fn::If takes [condition name, value if true, value if false]", line: line, at: place)
        }
        guard let holds = conditionHolds(name, line: line, at: place) else { return Value(.unknown, line: line) }
        return value(of: holds ? items[1] : items[2], at: place)
    }

    /// Reports an error and stands in for the value that should have been.
    mutating func failure(_ message: String, line: Int, at place: Place) -> Value {
        diagnostics.error(message, line: line, at: place)
        return Value(.unknown, line: line)
    }
}
