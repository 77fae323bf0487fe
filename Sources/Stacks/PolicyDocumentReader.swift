/// Reads policy documents out of evaluated properties, by the grammar of IAM's policies. What IAM would refuse when it
/// creates the role is an error here.
struct PolicyDocumentReader {
    /// A role's permissions name resources, its trust policy names principals; neither may have the other's.
    enum Purpose { case permissions, trust }

    let purpose: Purpose
    var diagnostics: DiagnosticCollector

    private static let versions = ["2008-10-17", "2012-10-17"]

    init(_ purpose: Purpose, diagnostics: DiagnosticCollector) {
        self.purpose = purpose
        self.diagnostics = diagnostics
    }

    /// - Returns: nil when it is none; the diagnostics say why.
    mutating func document(_ value: Value, at place: Place) -> PolicyDocument? {
        guard let members = value.members else {
            return refuse("\(place.lastName) must be a mapping with a Statement, not \(value.kindName)", value, place)
        }
        let names = ["Id", "Statement", "Version"]
        checkNames(members, names, of: "a policy document", at: place)
        let properties = Properties(members: members, line: value.line, place: place)
        let version = properties.text("Version")
        if let version, !Self.versions.contains(version) {
            diagnostics.error(
                "Version must be 2012-10-17 or 2008-10-17, not \(version): it names the language of policies and is no"
                    + " date of yours", line: properties.line(of: "Version"), at: place.member("Version"))
        }
        guard let written = properties.value("Statement") else {
            return refuse("\(place.lastName) has no Statement; add one that says what is allowed", value, place)
        }
        let statementPlace = place.member("Statement")
        let isList = written.items != nil
        let items = written.items ?? [written]
        let statements = items.enumerated().compactMap { index, item in
            statement(item, at: isList ? statementPlace.item(index) : statementPlace)
        }
        return PolicyDocument(version: version, statements: statements)
    }

    private mutating func statement(_ value: Value, at place: Place) -> PolicyDocument.Statement? {
        guard let members = value.members else {
            return refuse("a statement must be a mapping with Effect and Action, not \(value.kindName)", value, place)
        }
        let parts = purpose == .trust ? ["NotPrincipal", "Principal"] : ["NotResource", "Resource"]
        let foreign = purpose == .trust ? ["NotResource", "Resource"] : ["NotPrincipal", "Principal"]
        checkNames(
            members, ["Action", "Condition", "Effect", "NotAction", "Sid"] + parts + foreign, of: "a statement",
            at: place)
        for member in members where foreign.contains(member.name) {
            diagnostics.error(
                purpose == .trust
                    ? "a trust policy has no \(member.name): the role itself is the resource; remove it"
                    : "a role's permissions have no \(member.name): the role itself is the principal; remove it",
                line: member.line, at: place.member(member.name))
        }
        let properties = Properties(members: members, line: value.line, place: place)
        let effect = effect(properties)
        let actions = selection("Action", properties) { action in
            // `*` alone is all actions of all services.
            let parts = action.split(separator: ":", omittingEmptySubsequences: false)
            return action == "*" || parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
                ? nil : "an action is SERVICE:ACTION, such as sqs:SendMessage, or *, not \(action)"
        }
        let resources =
            purpose == .trust
            ? nil
            : selection("Resource", properties) { resource in
                resource.hasPrefix("arn:") || resource.hasPrefix("*")
                    ? nil : "a resource is an ARN or *, not \(resource); take !GetAtt …Arn"
            }
        let principals = purpose == .trust ? principals(properties) : nil
        let conditions = conditions(properties)
        guard let effect, let actions, purpose == .trust ? principals != nil : resources != nil else { return nil }
        return PolicyDocument.Statement(
            sid: properties.text("Sid"), line: value.line, effect: effect, actions: actions, resources: resources,
            principals: principals, conditions: conditions)
    }

    // MARK: Parts of a statement

    private mutating func effect(_ properties: Properties) -> PolicyDocument.Effect? {
        guard let value = properties.value("Effect") else {
            diagnostics.error(
                "a statement needs Effect, which is missing; add Allow or Deny", line: properties.line,
                at: properties.place)
            return nil
        }
        if let effect = value.text.flatMap(PolicyDocument.Effect.init) { return effect }
        let found = value.text ?? value.kindName
        let hint = Spelling.suggestion(for: found, among: PolicyDocument.Effect.allCases.map(\.rawValue))
        return refuse(
            "Effect must be Allow or Deny, not \(found)\(hint)", value, properties.place.member("Effect"))
    }

    private mutating func selection(
        _ name: String, _ properties: Properties, problem: (String) -> String?
    ) -> PolicyDocument.Selection? {
        guard let (member, value) = exactlyOne(of: [name, "Not" + name], properties),
            let texts = texts(value, at: properties.place.member(member))
        else { return nil }
        for text in texts {
            if let problem = problem(text.text) {
                diagnostics.error(problem, line: text.line, at: properties.place.member(member))
                return nil
            }
        }
        let list = texts.map(\.text)
        return member == name ? .these(list) : .allBut(list)
    }

    private mutating func principals(_ properties: Properties) -> PolicyDocument.Principals? {
        guard let (member, value) = exactlyOne(of: ["Principal", "NotPrincipal"], properties) else { return nil }
        let place = properties.place.member(member)
        if value.text == "*" {
            return PolicyDocument.Principals([.init(.account, "*")], isNegated: member == "NotPrincipal")
        }
        let kinds = PolicyDocument.Principals.Kind.allCases.map(\.rawValue)
        guard let members = value.members, !members.isEmpty else {
            return refuse(
                "\(member) must be * or a mapping such as {Service: pipes.amazonaws.com}, not"
                    + " \(value.text.map { "\"\($0)\"" } ?? value.kindName)", value, place)
        }
        var list: [PolicyDocument.Principals.Principal] = []
        for entry in members {
            guard let kind = PolicyDocument.Principals.Kind(rawValue: entry.name) else {
                let hint = Spelling.suggestion(for: entry.name, among: kinds)
                diagnostics.error(
                    "\(entry.name) is no kind of principal\(hint); it is one of \(kinds.joined(separator: ", "))",
                    line: entry.line, at: place.member(entry.name))
                return nil
            }
            guard let names = texts(entry.value, at: place.member(entry.name)) else { return nil }
            list += names.map { .init(kind, $0.text) }
        }
        return PolicyDocument.Principals(list, isNegated: member == "NotPrincipal")
    }

    private mutating func conditions(_ properties: Properties) -> [PolicyDocument.Condition] {
        guard let value = properties.value("Condition") else { return [] }
        let place = properties.place.member("Condition")
        guard let operators = value.members else {
            diagnostics.error(
                "Condition must be a mapping of operators, not \(value.kindName)", line: value.line, at: place)
            return []
        }
        var found: [PolicyDocument.Condition] = []
        for operation in operators {
            let inner = place.member(operation.name)
            guard let keys = operation.value.members else {
                diagnostics.error(
                    "\(operation.name) must be a mapping of condition keys, not \(operation.value.kindName)",
                    line: operation.value.line, at: inner)
                continue
            }
            for key in keys {
                guard let values = texts(key.value, at: inner.member(key.name)) else { continue }
                found.append(PolicyDocument.Condition(operation.name, key.name, values.map(\.text)))
            }
        }
        return found
    }

    // MARK: Values

    private mutating func exactlyOne(of names: [String], _ properties: Properties) -> (String, Value)? {
        let given = names.compactMap { name in properties.value(name).map { (name, $0) } }
        if given.count == 1 { return given[0] }
        diagnostics.error(
            given.isEmpty
                ? "a statement needs \(names[0]), which is missing; add it"
                : "a statement has \(names[0]) or \(names[1]), not both; remove one",
            line: given.last?.1.line ?? properties.line, at: properties.place)
        return nil
    }

    /// A text or a list of at least one.
    private mutating func texts(_ value: Value, at place: Place) -> [(text: String, line: Int)]? {
        let items = value.items ?? [value]
        let texts = items.compactMap { item in item.text.map { (text: $0, line: item.line) } }
        guard texts.count == items.count, !texts.isEmpty else {
            let found = items.first { $0.text == nil }?.kindName ?? "an empty list"
            return refuse("\(place.lastName) must be a text or a list of texts, not \(found)", value, place)
        }
        return texts
    }

    private mutating func checkNames(
        _ members: [Value.Member], _ names: [String], of thing: String, at place: Place
    ) {
        for member in members where !names.contains(member.name) {
            let hint = Spelling.suggestion(for: member.name, among: names)
            diagnostics.error(
                "\(member.name) is not a part of \(thing)\(hint); correct or remove it", line: member.line,
                at: place.member(member.name))
        }
    }

    private mutating func refuse<T>(_ message: String, _ value: Value, _ place: Place) -> T? {
        diagnostics.error(message, line: value.line, at: place)
        return nil
    }
}
