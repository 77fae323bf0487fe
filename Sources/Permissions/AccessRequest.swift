public import Stacks

/// One call that a policy is asked about.
public struct AccessRequest: Sendable, Hashable {
    /// `sqs:SendMessage`.
    public var action: String
    /// The ARN; `*` for an action that concerns no resource.
    public var resource: String
    /// Who calls. A policy of a role does not ask; a trust policy does.
    public var principal: PolicyDocument.Principals.Principal?
    public var context: RequestContext

    public init(
        action: String, resource: String, principal: PolicyDocument.Principals.Principal? = nil,
        context: RequestContext = RequestContext()
    ) {
        self.action = action
        self.resource = resource
        self.principal = principal
        self.context = context
    }
}

/// The condition keys of a request, such as `aws:SourceArn`.
public struct RequestContext: Sendable, Hashable {
    private var values: [String: [String]]
    /// Whether a key that is not there is absent from the request. When it is false, the key may well be there on AWS,
    /// and what depends on it cannot be decided.
    public var isComplete: Bool
    /// Whether policies of the version 2012-10-17 are asked, which may use the keys as variables.
    var hasVariables = true

    /// - Parameters:
    ///   - values: by name; the names' case does not matter.
    ///   - isComplete: whether a key that is not there is absent from the request.
    public init(_ values: [String: [String]] = [:], isComplete: Bool = true) {
        self.values = Dictionary(values.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        self.isComplete = isComplete
    }

    /// - Returns: nil when the key is not there.
    public subscript(key: String) -> [String]? { values[key.lowercased()] }
}

/// What policies say to a request.
public struct AccessDecision: Sendable, Hashable {
    public enum Outcome: Sendable, Hashable {
        case allowed
        /// A statement with the effect Deny holds; nothing else counts.
        case explicitlyDenied
        /// No statement allows it.
        case implicitlyDenied
    }

    public var outcome: Outcome
    /// The statement that decided; nil when there was none.
    public var statement: PolicyDocument.Statement?
    /// Why statements that might have changed the outcome could not be evaluated. Such an Allow is taken as not given,
    /// such a Deny as given.
    public var doubts: [Doubt]

    public var isAllowed: Bool { outcome == .allowed }

    /// Something that cannot be evaluated here.
    public struct Doubt: Sendable, Hashable {
        /// A clause without a full stop.
        public var reason: String
        /// Line of the template: of the statement, or of the name of a managed policy.
        public var line: Int
    }
}
