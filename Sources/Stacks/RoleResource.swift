/// A role of the stack: `AWS::IAM::Role`, with what other resources of the template attach to it. It says what a pipe
/// or function may do on AWS, and here where roles are enforced.
public struct RoleResource: Sendable, Hashable {
    /// A policy whose document is in the template.
    public struct Policy: Sendable, Hashable {
        public var name: String
        /// The resource that it is written in: the role, an `AWS::IAM::Policy`, `ManagedPolicy` or `RolePolicy`.
        public var logicalID: String
        /// Line of the template where it begins.
        public var line: Int
        public var document: PolicyDocument

        public init(name: String, logicalID: String, line: Int, document: PolicyDocument) {
            self.name = name
            self.logicalID = logicalID
            self.line = line
            self.document = document
        }
    }

    /// A policy that is named only.
    public struct PolicyReference: Sendable, Hashable {
        public var arn: String
        /// Line of the template that names it.
        public var line: Int

        public init(arn: String, line: Int) {
            self.arn = arn
            self.line = line
        }
    }

    public var logicalID: String
    public var name: String
    /// Line of the template where the resource begins.
    public var line: Int
    public var arn: String
    /// Who may take the role on; nil when that cannot be evaluated, and ``unreadable`` says why.
    public var trustPolicy: PolicyDocument?
    /// Line of AssumeRolePolicyDocument.
    public var trustPolicyLine: Int
    public var policies: [Policy] = []
    /// Managed policies that are not in the template, AWS's own above all.
    public var managedPolicies: [PolicyReference] = []
    /// The most that the role may do, whatever its policies allow; nil for no such bound.
    public var permissionsBoundary: PolicyReference?
    /// The boundary's document when it is in the template.
    public var permissionsBoundaryDocument: PolicyDocument?
    /// Why what is written of the role, or in a policy that is attached to it, cannot be evaluated here, such as a
    /// function for values of other stacks; nil when all of it was read.
    public var unreadable: String?
}

extension RoleResource {
    static let typeName = "AWS::IAM::Role"

    /// - Returns: nil when IAM would refuse the role; the diagnostics say why.
    init?(_ properties: Properties, identity: ResourceIdentity, diagnostics: inout DiagnosticCollector) {
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        trustPolicyLine = properties.line(of: "AssumeRolePolicyDocument")
        guard let trust = properties.value("AssumeRolePolicyDocument") else { return nil }
        var reader = PolicyDocumentReader(.trust, diagnostics: diagnostics)
        trustPolicy = reader.document(trust, at: properties.place.member("AssumeRolePolicyDocument"))
        diagnostics = reader.diagnostics
        policies = properties.objects("Policies").compactMap {
            Policy($0, logicalID: identity.logicalID, diagnostics: &diagnostics)
        }
        managedPolicies = (properties.value("ManagedPolicyArns")?.items ?? []).compactMap { item in
            item.text.map { PolicyReference(arn: $0, line: item.line) }
        }
        permissionsBoundary = properties.text("PermissionsBoundary").map {
            PolicyReference(arn: $0, line: properties.line(of: "PermissionsBoundary"))
        }
        guard trustPolicy != nil else { return nil }
    }

    /// A role that is there and of which nothing can be said.
    init(unreadable: String, identity: ResourceIdentity) {
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        trustPolicyLine = identity.line
        self.unreadable = unreadable
    }
}

extension RoleResource.Policy {
    init?(_ properties: Properties, logicalID: String, diagnostics: inout DiagnosticCollector) {
        guard let value = properties.value("PolicyDocument") else { return nil }
        var reader = PolicyDocumentReader(.permissions, diagnostics: diagnostics)
        let document = reader.document(value, at: properties.place.member("PolicyDocument"))
        diagnostics = reader.diagnostics
        guard let document else { return nil }
        name = properties.text("PolicyName") ?? properties.text("ManagedPolicyName") ?? logicalID
        self.logicalID = logicalID
        line = properties.line
        self.document = document
    }
}
