internal import Stacks

/// What the role must allow and does not, and what cannot be said.
extension ReviewedRole {
    private enum Finding {
        case allowed
        case missing(denial: PolicyDocument.Statement?)
        case doubtful([AccessDecision.Doubt])
    }

    private func finding(_ need: Need) -> Finding {
        if let use = need.onlyWith, !decision(use.action, on: use.resource).isAllowed { return .allowed }
        var doubts: [AccessDecision.Doubt] = []
        var denial: PolicyDocument.Statement?
        for resource in need.resources {
            for action in need.actions {
                let decision = decision(action, on: resource)
                // A boundary that is not known is reported once, as such.
                if decision.isAllowed { return .allowed }
                doubts += decision.doubts
                if decision.outcome == .explicitlyDenied { denial = denial ?? decision.statement }
            }
        }
        return doubts.isEmpty ? .missing(denial: denial) : .doubtful(doubts)
    }

    /// One problem for each resource that a pipe or function cannot use, with all the actions that are missing.
    func missing() -> [PermissionProblem] {
        var groups: [(user: String, need: Need, needs: [Need], denial: PolicyDocument.Statement?)] = []
        for (user, need) in needs {
            guard case .missing(let denial) = finding(need) else { continue }
            let index = groups.firstIndex {
                $0.user == user && $0.need.part == need.part
                    && ResourceNames.written($0.need.resource) == ResourceNames.written(need.resource)
                    && $0.denial?.line == denial?.line
            }
            if let index {
                if !groups[index].needs.contains(where: { $0.actions == need.actions }) {
                    groups[index].needs.append(need)
                }
            } else {
                groups.append((user, need, [need], denial))
            }
        }
        return groups.map { user, need, needs, denial in
            let place = ResourceNames.written(need.resource) == "*" ? "" : " on \(names.word(need.resource))"
            let actions =
                need.actions.count == 1 ? Self.list(needs.map { $0.actions[0] }) : Self.alternatives(need.actions)
            if let denial {
                return problem(
                    .missing, line: denial.line,
                    "A Deny forbids \(user) \(actions)\(place), so \(need.why).",
                    repair: "Take \(actions)\(place) out of the statement with the effect Deny.")
            }
            let hint = need.actions.count == 1 ? "" : ", with the actions that the function's code calls"
            let boundary =
                role.permissionsBoundary == nil ? "" : " and to the permissions boundary, which bounds them"
            return problem(
                .missing, "\(user) is not allowed \(actions)\(place), so \(need.why).",
                repair: "Add this statement to the policies of \(role.logicalID)\(boundary)\(hint).",
                statement: names.statements(needs))
        }
    }

    private static func alternatives(_ actions: [String]) -> String {
        let service = actions[0].prefix { $0 != ":" }
        return actions.count > 3 ? "any action of \(service) on items" : "any of " + actions.joined(separator: ", ")
    }

    /// What keeps the review from saying more, each thing once.
    func undecidable() -> [PermissionProblem] {
        var found: [PermissionProblem] = []
        // A line may name several policies, and a statement have several conditions.
        var reported: Set<AccessDecision.Doubt> = []
        func report(_ doubt: AccessDecision.Doubt, _ message: String, _ repair: String) {
            guard reported.insert(doubt).inserted else { return }
            found.append(problem(.undecidable, line: doubt.line, message, repair: repair))
        }
        for policy in role.managedPolicies where !isKnown(policy.arn) {
            report(
                .init(reason: ManagedPolicies.notKnown(policy.arn), line: policy.line),
                "What \(policy.arn) allows is not in the template, so \(users) may be allowed too little or too much.",
                "Write what is needed of it as statements under Policies, or check it where it is kept.")
        }
        if let boundary = role.permissionsBoundary, role.permissionsBoundaryDocument == nil,
            ManagedPolicies.document(boundary.arn) == nil
        {
            report(
                .init(reason: boundary.arn, line: boundary.line),
                "The permissions boundary \(boundary.arn) may forbid \(users) what the role's policies allow, and it is"
                    + " not in the template.",
                "Declare the boundary in the template as AWS::IAM::ManagedPolicy, or check it where it is kept.")
        }
        for statement in role.policies.flatMap(\.document.statements) {
            for condition in statement.conditions where !condition.isEvaluated {
                report(
                    .init(reason: ConditionOperator.notEvaluated(condition), line: statement.line),
                    "Whether this statement holds depends on \(condition.operation) of \(condition.key), which is not"
                        + " evaluated here, so \(users) may be refused on AWS.",
                    "Check the condition by hand, or write it with StringEquals, StringLike, ArnLike or Bool.")
            }
        }
        for (user, need) in needs {
            guard case .doubtful(let doubts) = finding(need) else { continue }
            // What was not read is reported once, as such.
            for doubt in doubts where doubt.reason != role.unreadable {
                report(
                    doubt,
                    "Whether \(user) is allowed \(need.actions[0]) on \(names.word(need.resource)) shows only on AWS,"
                        + " as \(doubt.reason).",
                    "Check the condition by hand, or take it out.")
            }
        }
        return found
    }

    /// The one problem of what could not be read.
    func unreadable() -> [PermissionProblem] {
        guard let reason = role.unreadable else { return [] }
        return [
            problem(
                .undecidable,
                "What the role allows cannot be evaluated here (\(reason)), so whether \(users) gets"
                    + " along with it shows only on AWS.",
                repair: "Write the role without what only AWS knows, such as with a parameter, or check it by hand.")
        ]
    }
}

extension Need {
    /// Where one of the actions is enough: a query may be allowed on a table's indexes only.
    var resources: [String] {
        part == .environment && ARNText.service(resource) == "dynamodb"
            ? [resource, resource + "/index/any"] : [resource]
    }
}

extension PolicyDocument.Condition {
    /// Whether its operator is known here.
    var isEvaluated: Bool { operation.lowercased() == "null" || ConditionOperator(operation) != nil }
}
