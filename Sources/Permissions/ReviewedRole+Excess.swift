internal import Stacks

/// What the role allows and nothing that has it needs.
extension ReviewedRole {
    func excess() -> [PermissionProblem] {
        role.policies.flatMap { policy in
            policy.document.statements.filter { $0.effect == .allow }.flatMap(excess)
        } + role.managedPolicies.compactMap(excess)
    }

    /// Whether what a managed policy allows is known, or so wide that it is reported whatever it is in detail.
    func isKnown(_ arn: String) -> Bool { ManagedPolicies.document(arn) != nil || Self.isFullAccess(arn) }

    private static func isFullAccess(_ arn: String) -> Bool {
        guard let name = ManagedPolicies.name(arn) else { return false }
        return name == "AdministratorAccess" || name == "PowerUserAccess" || name.hasSuffix("FullAccess")
    }

    // MARK: Managed policies

    private func excess(_ policy: RoleResource.PolicyReference) -> PermissionProblem? {
        guard let name = ManagedPolicies.name(policy.arn), isKnown(policy.arn) else { return nil }
        let last = name.split(separator: "/").last.map(String.init) ?? name
        if Self.isFullAccess(policy.arn) || functions.isEmpty {
            return problem(
                .wildcard, line: policy.line,
                "\(last) allows its actions on every resource of the account, so a fault in \(users) reaches them.",
                repair: "Take \(last) out, and allow what is needed.", statement: names.statements(needs.map(\.need)))
        }
        let isNeeded =
            switch last {
            case "AWSLambdaDynamoDBExecutionRole": hasEventSources
            case "AWSLambdaSQSQueueExecutionRole":
                hasEventSources
                    || needs.contains { $0.need.part == .environment && ARNText.service($0.need.resource) == "sqs" }
            case "AWSLambdaVPCAccessExecutionRole": functions.contains(where: \.isInVPC)
            default: true
            }
        guard !isNeeded else { return nil }
        return problem(
            .excessive, line: policy.line,
            "\(last) allows more than logging, which nothing in the template has \(users) use; whoever gets hold of the"
                + " role can.",
            repair: "Take \(last) out, and allow what is needed.", statement: names.statements(needs.map(\.need)))
    }

    // MARK: Statements

    private enum Verdict { case needed, everyAction, everyResource, excessive }

    private func excess(_ statement: PolicyDocument.Statement) -> [PermissionProblem] {
        guard case .these(let actions) = statement.actions, case .these(let resources)? = statement.resources else {
            return [
                problem(
                    .wildcard, line: statement.line,
                    "An Allow with \(notWord(statement)) allows all that it does not name, also what AWS adds later, to"
                        + " \(users).",
                    repair: "Write what is needed with Action and Resource.", statement: narrowed(statement))
            ]
        }
        var wide: [Verdict: [String]] = [:]
        var pairs: [(action: String, resource: String)] = []
        for action in actions {
            for resource in resources {
                switch verdict(action, resource) {
                case .needed: break
                case .excessive: pairs.append((action, resource))
                case let verdict where wide[verdict]?.contains(action) != true:
                    wide[verdict, default: []].append(action)
                default: break
                }
            }
        }
        var found: [PermissionProblem] = []
        if let actions = wide[.everyAction] {
            found.append(
                problem(
                    .wildcard, line: statement.line,
                    "With \(Self.list(actions)) \(users) may do all that fits: delete too, and what AWS adds later.",
                    repair: "Name the actions that are needed instead of \(Self.list(actions)).",
                    statement: narrowed(statement)))
        } else if let actions = wide[.everyResource] {
            found.append(
                problem(
                    .wildcard, line: statement.line,
                    "With \(Self.list(actions)) allowed on every resource of its kind, a fault in \(users) reaches"
                        + " those of other systems.",
                    repair: "Name the resources that are needed with !GetAtt.", statement: narrowed(statement)))
        }
        if !pairs.isEmpty {
            found.append(excess(statement, pairs, isAll: pairs.count == actions.count * resources.count))
        }
        return found
    }

    private func excess(
        _ statement: PolicyDocument.Statement, _ pairs: [(action: String, resource: String)], isAll: Bool
    ) -> PermissionProblem {
        var actions: [String] = []
        for pair in pairs where !actions.contains(pair.action) { actions.append(pair.action) }
        var words: [String] = []
        for pair in pairs {
            let word = names.word(pair.resource)
            if !words.contains(word) { words.append(word) }
        }
        let what = "\(Self.list(actions)) on \(Self.list(words))"
        let makesOwnLogGroup =
            !functions.isEmpty && actions == ["logs:CreateLogGroup"]
            && needs.contains { $0.need.part == .logs && Need.matches(pairs[0].resource, $0.need.resource) }
        let reason =
            makesOwnLogGroup
            ? "Lambda uses it to make a deleted log group again, which then keeps every line for ever"
            : "whoever gets hold of the role, or a fault, can use it"
        return problem(
            .excessive, line: statement.line,
            "Nothing in the template has \(users) need \(what); \(reason).",
            repair: isAll ? "Remove the statement." : "Take \(what) out of the statement.")
    }

    private func notWord(_ statement: PolicyDocument.Statement) -> String {
        if case .allBut = statement.actions { "NotAction" } else { "NotResource" }
    }

    /// What is needed of all that a statement allows.
    private func narrowed(_ statement: PolicyDocument.Statement) -> String? {
        names.statements(
            needs.map(\.need).filter { need in
                need.onlyWith == nil
                    && need.resources.contains { resource in
                        need.actions.contains {
                            statement.applies(to: AccessRequest(action: $0, resource: resource, context: context))
                                != .no
                        }
                    }
            })
    }

    // MARK: One action on one resource

    private func verdict(_ action: String, _ resource: String) -> Verdict {
        if action.contains(where: { $0 == "*" || $0 == "?" }) { return .everyAction }
        if needs.contains(where: { $0.need.isMet(by: action, on: resource, isExact: isOfPipe($0.user)) }) {
            return .needed
        }
        let isEveryResource = ActionFacts.isEveryResource(resource)
        let isNeededSomewhere = needs.contains { $0.need.has(action) }
        if functions.isEmpty {
            guard isEveryResource, isNeededSomewhere else { return isEveryResource ? .everyResource : .excessive }
            return ActionFacts.hasResourceLevel(action) ? .everyResource : .needed
        }
        if ActionFacts.isNetwork(action) { return functions.contains(where: \.isInVPC) ? .needed : .excessive }
        guard ActionFacts.isWork(action) else { return .excessive }
        if isEveryResource { return ActionFacts.hasResourceLevel(action) ? .everyResource : .needed }
        return isNamed(resource, for: action) ? .needed : .excessive
    }

    private func isOfPipe(_ user: String) -> Bool { pipes.contains { $0.logicalID == user } }

    /// Whether something in the template shows that a function works with a resource.
    private func isNamed(_ pattern: String, for action: String) -> Bool {
        if hasEventSources,
            (SourceActions.dynamoDB + SourceActions.kinesis + SourceActions.sqs).contains(where: {
                $0.lowercased() == action.lowercased()
            })
        {
            return true
        }
        let service = ARNText.service(pattern)
        if service == "logs" { return false }
        if needs.contains(where: {
            $0.need.part != .logs && ARNText.service($0.need.resource) == service
                && $0.need.resources.contains { Need.matches(pattern, $0) }
        }) {
            return true
        }
        let names = Self.names(pattern)
        return functions.flatMap(\.environment.values).contains { value in
            names.contains { value.contains($0) || value.utf8.count >= 3 && $0.contains(value) }
        }
    }

    /// The names in an ARN, without its kind, wildcards, and what is inside of it.
    private static func names(_ pattern: String) -> [String] {
        var text = Substring(ARNText.parts(pattern).last ?? pattern)
        for inside in ["/index/", "/stream/"] {
            if let range = text.firstRange(of: inside) { text = text[..<range.lowerBound] }
        }
        while let last = text.last, "*?/:".contains(last) { text.removeLast() }
        for prefix in ActionFacts.typePrefixes where !prefix.isEmpty && text.hasPrefix(prefix) {
            text.removeFirst(prefix.count)
            break
        }
        // Of an object its bucket, of a version its function.
        return [String(text), String(text.prefix { $0 != "/" && $0 != ":" })].filter { !$0.isEmpty }
    }
}

extension Need {
    func has(_ action: String) -> Bool { actions.contains { $0.lowercased() == action.lowercased() } }

    /// Whether an ARN with wildcards covers another.
    static func matches(_ pattern: String, _ resource: String) -> Bool {
        var isUnknown = false
        return RequestContext().pattern(pattern, isUnknown: &isUnknown)?.matches(resource) ?? false
    }

    /// Whether allowing an action on a resource is for this need.
    /// - Parameter isExact: whether the resource must be the need's and no more, but for what its ARN leaves open.
    func isMet(by action: String, on pattern: String, isExact: Bool) -> Bool {
        guard has(action) else { return false }
        if pattern == resource { return true }
        if part == .logs {
            // A bare group allows nothing, and so it is not too much.
            let group = resource.replacing(":log-stream:", with: "")
            if pattern == group || pattern.hasPrefix(group + ":") { return true }
        }
        // A stream has a new name when it is turned on again: `TABLE/stream/*` is the table's one stream.
        if part == .source, let range = resource.firstRange(of: "/stream/"),
            pattern == resource[..<range.upperBound] + "*"
        {
            return true
        }
        guard !isExact, !ActionFacts.isEveryResource(pattern) else { return false }
        return resources.contains { Self.matches(pattern, $0) }
    }
}
