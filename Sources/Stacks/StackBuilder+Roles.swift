extension StackBuilder {
    /// What a resource other than a role says of roles' permissions.
    struct AttachedPolicy {
        var policy: RoleResource.Policy
        /// The names of the roles that it is attached to.
        var roles: [String]
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
        guard let identity = identity(of: resource) else { return }
        guard isKnown, let members = value.members else {
            // A null has been reported when the file was read.
            if resource.type == RoleResource.typeName {
                roles.append(RoleResource(unreadable: unreadable ?? "a value is missing", identity: identity))
            }
            return
        }
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
                policy: policy, roles: properties.texts("Roles") + (properties.text("RoleName").map { [$0] } ?? []),
                arn: resource.type == "AWS::IAM::ManagedPolicy" ? identity.arn : nil))
    }

    /// Gives roles the policies that are resources of their own, whichever of both names the other.
    mutating func attachPolicies() {
        for attached in attachedPolicies {
            for index in roles.indices {
                let role = roles[index]
                let isNamed = role.managedPolicies.contains { $0.arn == attached.arn }
                if isNamed || attached.roles.contains(role.name) { roles[index].policies.append(attached.policy) }
                roles[index].managedPolicies.removeAll { $0.arn == attached.arn }
                if let arn = attached.arn, role.permissionsBoundary?.arn == arn {
                    roles[index].permissionsBoundaryDocument = attached.policy.document
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
