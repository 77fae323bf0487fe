public import Stacks

/// Evaluation by IAM's rules: what no statement allows is denied, and a Deny that holds outweighs every Allow. Source:
/// IAM User Guide, "Policy evaluation logic".
extension PolicyDocument {
    /// What this policy alone says.
    public func decision(on request: AccessRequest) -> AccessDecision { [self].decision(on: request) }

    /// Whether this policy alone allows an action.
    /// - Parameters:
    ///   - action: `sqs:SendMessage`, in any case.
    ///   - resource: an ARN, compared with case.
    public func allows(action: String, resource: String, context: RequestContext = RequestContext()) -> Bool {
        decision(on: AccessRequest(action: action, resource: resource, context: context)).isAllowed
    }
}

extension [PolicyDocument] {
    /// What policies of one kind say together. Costs a comparison with each pattern of each statement.
    public func decision(on request: AccessRequest) -> AccessDecision {
        var allowing: PolicyDocument.Statement?
        var perhapsDenying: PolicyDocument.Statement?
        var doubtsOfAllow: [AccessDecision.Doubt] = []
        var doubtsOfDeny: [AccessDecision.Doubt] = []
        for document in self {
            var request = request
            request.context.hasVariables = document.version == "2012-10-17"
            for statement in document.statements {
                switch (statement.applies(to: request), statement.effect) {
                case (.no, _): break
                case (.yes, .deny): return AccessDecision(outcome: .explicitlyDenied, statement: statement, doubts: [])
                case (.yes, .allow): allowing = allowing ?? statement
                case (.unknown(let reason), .allow):
                    doubtsOfAllow.append(.init(reason: reason, line: statement.line))
                case (.unknown(let reason), .deny):
                    doubtsOfDeny.append(.init(reason: reason, line: statement.line))
                    perhapsDenying = perhapsDenying ?? statement
                }
            }
        }
        guard let allowing else {
            // Without an Allow, what a Deny says changes nothing.
            let doubts = doubtsOfAllow.isEmpty ? [] : doubtsOfAllow + doubtsOfDeny
            return AccessDecision(outcome: .implicitlyDenied, statement: nil, doubts: doubts)
        }
        if let perhapsDenying {
            return AccessDecision(outcome: .explicitlyDenied, statement: perhapsDenying, doubts: doubtsOfDeny)
        }
        return AccessDecision(outcome: .allowed, statement: allowing, doubts: [])
    }
}

extension RoleResource {
    /// What the role may do: its policies, within its permissions boundary.
    ///
    /// A managed policy that is known by name only counts as nothing and is one of the decision's doubts; a boundary
    /// that is known by name only allows everything and is a doubt too, the only one of what is allowed.
    public func decision(on request: AccessRequest) -> AccessDecision {
        var doubts: [AccessDecision.Doubt] = []
        var documents = policies.map(\.document)
        for policy in managedPolicies {
            if let document = ManagedPolicies.document(policy.arn) {
                documents.append(document)
            } else {
                doubts.append(.init(reason: ManagedPolicies.notKnown(policy.arn), line: policy.line))
            }
        }
        if let unreadable { doubts.append(.init(reason: unreadable, line: line)) }
        var decision = documents.decision(on: request)
        if decision.outcome != .allowed { decision.doubts += doubts }
        if let boundary = permissionsBoundary, decision.isAllowed {
            guard let document = permissionsBoundaryDocument ?? ManagedPolicies.document(boundary.arn) else {
                decision.doubts.append(
                    .init(
                        reason: "what the permissions boundary \(boundary.arn) allows is not known here",
                        line: boundary.line))
                return decision
            }
            let bound = document.decision(on: request)
            if !bound.isAllowed { return bound }
        }
        return decision
    }

    /// Whether the role may do it.
    public func allows(action: String, resource: String, context: RequestContext = RequestContext()) -> Bool {
        decision(on: AccessRequest(action: action, resource: resource, context: context)).isAllowed
    }
}

extension PolicyDocument.Statement {
    /// Whether the statement is about a request.
    func applies(to request: AccessRequest) -> Answer {
        guard actions.coversAction(request.action), principals?.cover(request.principal) ?? true else { return .no }
        let resource = resources?.coversResource(request.resource, in: request.context) ?? .yes
        return .all([resource] + conditions.map { ConditionOperator.holds($0, in: request.context) })
    }
}

extension PolicyDocument.Selection {
    var texts: [String] {
        switch self {
        case .these(let texts), .allBut(let texts): texts
        }
    }

    func coversAction(_ action: String) -> Bool {
        let isListed = texts.contains { WildcardPattern(literally: $0.lowercased()).matches(action.lowercased()) }
        if case .allBut = self { return !isListed }
        return isListed
    }

    /// An ARN is one text here: a `*` at the end of one of its parts reaches beyond colons, unlike in the conditions
    /// with ARNs. Source: IAM User Guide, "IAM JSON policy elements: Resource".
    func coversResource(_ resource: String, in context: RequestContext) -> Answer {
        var isUnknown = false
        let isListed = texts.contains { text in
            context.pattern(text, isUnknown: &isUnknown)?.matches(resource) ?? false
        }
        if isUnknown, !isListed { return .unknown("a policy variable in a resource is not known here") }
        if case .allBut = self { return isListed ? .no : .yes }
        return isListed ? .yes : .no
    }
}

extension PolicyDocument.Principals {
    func cover(_ principal: Principal?) -> Bool {
        guard let principal else { return false }
        let isListed = list.contains { entry in
            // `AWS: "*"` is everybody, services too.
            entry == .init(.account, "*")
                || entry.kind == principal.kind && (entry.name == "*" || entry.name == principal.name)
        }
        return isListed != isNegated
    }
}
