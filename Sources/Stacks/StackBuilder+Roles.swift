extension StackBuilder {
    /// What a resource other than a role says of roles' permissions.
    struct AttachedPolicy {
        enum Content {
            case policy(RoleResource.Policy)
            /// It cannot be evaluated here, and why.
            case unreadable(String)
        }

        var content: Content
        /// The names of the roles that it is attached to; nil when only AWS knows them, so that it may be any.
        var roles: [String]?
        /// Set for a managed policy, which roles may name too.
        var arn: String?
    }

    /// Reads a role or policy. It does not run here, so what cannot be evaluated here is no error; what IAM would
    /// refuse is one.
    mutating func readPolicies(of resource: ResourceDeclaration) {
        guard let schema = ObjectSchema.ofPolicyType(resource.type) else { return }
        // On a copy: what goes wrong in it has been reported by ReferenceChecker, or concerns AWS alone.
        var trial = evaluator
        let value = trial.value(of: resource.properties, at: resource.propertiesPlace)
        let unreadable = trial.diagnostics.errors.first { !evaluator.diagnostics.errors.contains($0) }?.message
        let isKnown = !value.containsUnknown
        if isKnown { evaluator = trial }
        let identity = identity(of: resource)
        guard isKnown, let members = value.members else {
            // A null has been reported when the file was read.
            let reason = unreadable ?? "a value is missing"
            if resource.type != RoleResource.typeName {
                attachUnreadable(value, "in \(resource.logicalID), \(reason)", arn: arn(of: resource, identity))
            } else if let identity {
                roles.append(RoleResource(unreadable: reason, identity: identity))
            }
            return
        }
        guard let identity else { return }
        var validator = PropertyValidator(diagnostics: evaluator.diagnostics)
        let isValid = validator.isValid(members, schema, line: resource.line, at: resource.propertiesPlace)
        evaluator.diagnostics = validator.diagnostics
        guard isValid else { return }
        let properties = Properties(members: members, line: resource.line, place: resource.propertiesPlace)
        if resource.type == RoleResource.typeName {
            RoleResource(properties, identity: identity, diagnostics: &evaluator.diagnostics).map { roles.append($0) }
            return
        }
        guard
            let policy = RoleResource.Policy(
                properties, logicalID: resource.logicalID, diagnostics: &evaluator.diagnostics)
        else { return }
        attachedPolicies.append(
            AttachedPolicy(
                content: .policy(policy),
                roles: properties.texts("Roles") + (properties.text("RoleName").map { [$0] } ?? []),
                arn: arn(of: resource, identity)))
    }

    /// Keeps a policy that cannot be evaluated in mind, as its roles may be allowed all that they seem to lack.
    private mutating func attachUnreadable(_ value: Value, _ reason: String, arn: String?) {
        let named = (value.members ?? []).filter { $0.name == "Roles" || $0.name == "RoleName" }.map(\.value)
        let isKnown = value.members != nil && !named.contains(where: \.containsUnknown)
        attachedPolicies.append(
            AttachedPolicy(
                content: .unreadable(reason),
                roles: isKnown ? named.flatMap { $0.items ?? [$0] }.compactMap(\.text) : nil, arn: arn))
    }

    private func arn(of resource: ResourceDeclaration, _ identity: ResourceIdentity?) -> String? {
        resource.type == "AWS::IAM::ManagedPolicy" ? identity?.arn : nil
    }

    /// Gives roles the policies that are resources of their own, whichever of both names the other.
    mutating func attachPolicies() {
        for attached in attachedPolicies {
            for index in roles.indices {
                let role = roles[index]
                let isNamed = role.managedPolicies.contains { $0.arn == attached.arn }
                let isAttached = isNamed || attached.roles?.contains(role.name) ?? true
                roles[index].managedPolicies.removeAll { $0.arn == attached.arn }
                switch attached.content {
                case .policy(let policy):
                    if isAttached { roles[index].policies.append(policy) }
                    if let arn = attached.arn, role.permissionsBoundary?.arn == arn {
                        roles[index].permissionsBoundaryDocument = policy.document
                    }
                case .unreadable(let reason):
                    if isAttached { roles[index].unreadable = role.unreadable ?? reason }
                }
            }
        }
    }

    /// - Returns: nil when the name cannot be worked out; the error has been reported, or concerns AWS alone.
    private mutating func identity(of resource: ResourceDeclaration) -> ResourceIdentity? {
        var trial = evaluator
        guard let name = trial.physicalName(of: resource) else { return nil }
        let attribute = ["AWS::IAM::ManagedPolicy": "PolicyArn", RoleResource.typeName: "Arn"][resource.type]
        let arn = attribute.map {
            trial.attribute($0, of: resource.logicalID, line: resource.line, at: resource.place).text ?? ""
        }
        return ResourceIdentity(logicalID: resource.logicalID, name: name, line: resource.line, arn: arn ?? "")
    }
}
