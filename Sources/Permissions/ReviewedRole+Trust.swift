internal import Stacks

/// Who can take the role on.
extension ReviewedRole {
    private static let pipesService = "pipes.amazonaws.com"
    private static let lambdaService = "lambda.amazonaws.com"
    private static let assuming = "sts:AssumeRole"

    func trustProblems() -> [PermissionProblem] {
        guard let policy = role.trustPolicy else { return [] }
        let allows = policy.statements.filter { $0.effect == .allow && $0.actions.coversAction(Self.assuming) }
        return cannotAssume(policy) + allows.flatMap { strangers($0) + unbound($0) }
    }

    // MARK: The right ones

    private func cannotAssume(_ policy: PolicyDocument) -> [PermissionProblem] {
        let account = stack.options.accountID
        let users =
            pipes.map { pipe in
                (
                    pipe.logicalID, Self.pipesService, [pipe],
                    ["aws:SourceAccount": [account], "aws:SourceArn": [pipe.arn]]
                )
            } + functions.map { ($0.logicalID, Self.lambdaService, [], ["aws:SourceAccount": [account]]) }
        return users.compactMap { user, service, pipes, keys in
            let decision = policy.decision(
                on: AccessRequest(
                    action: Self.assuming, resource: role.arn, principal: .init(.service, service),
                    context: RequestContext(keys, isComplete: false)))
            if decision.isAllowed { return nil }
            if let doubt = decision.doubts.first {
                return problem(
                    .undecidable, line: doubt.line,
                    "Whether \(user) can take the role on shows only on AWS, as \(doubt.reason).",
                    repair: "Check the condition of the trust policy by hand, or take it out.")
            }
            return problem(
                .trust, line: decision.statement?.line ?? role.trustPolicyLine,
                "\(user) cannot take the role on, as no statement of the trust policy lets \(service) do so for it, and"
                    + " creating it fails.",
                repair: "Write this statement into AssumeRolePolicyDocument.",
                statement: names.trust(service, pipes: pipes))
        }
    }

    // MARK: The wrong ones

    private func strangers(_ statement: PolicyDocument.Statement) -> [PermissionProblem] {
        guard let principals = statement.principals else { return [] }
        let wanted =
            (pipes.isEmpty ? [] : [Self.pipesService]) + (functions.isEmpty ? [] : [Self.lambdaService])
        let proposal = wanted.map { names.trust($0, pipes: $0 == Self.pipesService ? pipes : []) }
            .joined(separator: "\n")
        if principals.isNegated || principals.list.contains(where: { $0.name == "*" }) {
            return [
                problem(
                    .trust, line: statement.line,
                    "Anybody whose own rights reach so far, of any account, can take the role on and do what \(users)"
                        + " may.",
                    repair: "Name \(Self.list(wanted)) as the Principal.", statement: proposal)
            ]
        }
        let strange = principals.list.filter { !($0.kind == .service && wanted.contains($0.name)) }
        // A policy that names none of the right ones has one mistake, and that has been said.
        let isRightNamed = (role.trustPolicy?.statements ?? []).contains { other in
            other.principals?.list.contains { $0.kind == .service && wanted.contains($0.name) } == true
        }
        return strange.isEmpty || !isRightNamed ? [] : [stranger(strange, statement)]
    }

    private func stranger(
        _ strange: [PolicyDocument.Principals.Principal], _ statement: PolicyDocument.Statement
    ) -> PermissionProblem {
        let list = Self.list(strange.map(\.name))
        return problem(
            .trust, line: statement.line,
            "\(list) can take the role on too and do what \(users) may, and nothing in the template needs that.",
            repair: "Take \(list) out of the Principal.")
    }

    /// The confused deputy: without the two conditions, EventBridge would take the role on for anybody's pipe that
    /// names it.
    private func unbound(_ statement: PolicyDocument.Statement) -> [PermissionProblem] {
        guard !pipes.isEmpty, statement.principals?.isNegated == false,
            statement.principals?.list.contains(.init(.service, Self.pipesService)) == true
        else { return [] }
        var missing: [String] = []
        if !isBound(statement, "aws:SourceAccount", to: [stack.options.accountID]) {
            missing.append("aws:SourceAccount")
        }
        if !isBound(statement, "aws:SourceArn", to: pipes.map(\.arn)) { missing.append("aws:SourceArn") }
        guard !missing.isEmpty else { return [] }
        let unnamed = pipes.filter(stack.hasMadeUpName).map(\.logicalID)
        let name = unnamed.isEmpty ? "" : ", and give \(Self.list(unnamed)) a Name that it can say"
        return [
            problem(
                .trust, line: statement.line,
                "Without \(Self.list(missing)) of exactly \(Self.list(pipes.map(\.logicalID))), another pipe than that"
                    + " can have EventBridge take the role on for it.",
                repair: "Write the statement with both conditions\(name).",
                statement: names.trust(Self.pipesService, pipes: pipes))
        ]
    }

    private func isBound(_ statement: PolicyDocument.Statement, _ key: String, to values: [String]) -> Bool {
        statement.conditions.contains { condition in
            guard condition.key.lowercased() == key.lowercased(), let operation = ConditionOperator(condition.operation)
            else { return false }
            return !operation.isNegated && !operation.ifExists && operation.quantifier == .one
                && condition.values.allSatisfy(values.contains)
        }
    }
}
