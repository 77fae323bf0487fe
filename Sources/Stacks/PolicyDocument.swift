/// A policy of IAM: who or what may do what to which resources.
///
/// The texts are as IAM compares them, with the template's functions evaluated; the wildcards `*` and `?` and policy
/// variables such as `${aws:PrincipalAccount}` are still in them.
public struct PolicyDocument: Sendable, Hashable {
    public struct Statement: Sendable, Hashable {
        public var sid: String?
        /// Line of the template where the statement begins; 0 for one that is not of a template.
        public var line: Int
        public var effect: Effect
        /// `SERVICE:ACTION`, in any case.
        public var actions: Selection
        /// ARNs; nil in a trust policy, where the role itself is the resource.
        public var resources: Selection?
        /// nil in a role's permissions, where the role itself is the principal.
        public var principals: Principals?
        /// All of them must hold.
        public var conditions: [Condition]

        public init(
            sid: String? = nil, line: Int = 0, effect: Effect = .allow, actions: Selection, resources: Selection? = nil,
            principals: Principals? = nil, conditions: [Condition] = []
        ) {
            self.sid = sid
            self.line = line
            self.effect = effect
            self.actions = actions
            self.resources = resources
            self.principals = principals
            self.conditions = conditions
        }
    }

    public enum Effect: String, Sendable, Hashable, CaseIterable {
        case allow = "Allow"
        case deny = "Deny"
    }

    /// What a statement is about: some, or all but some.
    public enum Selection: Sendable, Hashable {
        /// `Action` or `Resource`.
        case these([String])
        /// `NotAction` or `NotResource`.
        case allBut([String])
    }

    /// Who a statement is about: `Principal` or `NotPrincipal`.
    public struct Principals: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case account = "AWS"
            case canonicalUser = "CanonicalUser"
            case federated = "Federated"
            case service = "Service"
        }

        public struct Principal: Sendable, Hashable {
            public var kind: Kind
            /// `pipes.amazonaws.com`, an account's number, an ARN, or `*`.
            public var name: String

            public init(_ kind: Kind, _ name: String) {
                self.kind = kind
                self.name = name
            }
        }

        /// A plain `*` is `AWS: "*"`, as IAM has it.
        public var list: [Principal]
        /// Whether everybody else is meant: `NotPrincipal`.
        public var isNegated: Bool

        public init(_ list: [Principal], isNegated: Bool = false) {
            self.list = list
            self.isNegated = isNegated
        }
    }

    /// One key of one operator of `Condition`.
    public struct Condition: Sendable, Hashable {
        /// As it is written: `StringEquals`, `ForAnyValue:StringLikeIfExists`.
        public var operation: String
        /// `aws:SourceArn`, in any case.
        public var key: String
        public var values: [String]

        public init(_ operation: String, _ key: String, _ values: [String]) {
            self.operation = operation
            self.key = key
            self.values = values
        }
    }

    /// `2012-10-17` or `2008-10-17`; nil is the latter, which has no policy variables.
    public var version: String?
    public var statements: [Statement]

    public init(version: String? = "2012-10-17", statements: [Statement]) {
        self.version = version
        self.statements = statements
    }
}
