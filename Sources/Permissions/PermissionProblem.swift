/// A place where a role allows too little or too much for the pipes and functions that have it.
public struct PermissionProblem: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Something that a pipe or function needs is not allowed.
        case missing
        /// Something is allowed that none of them needs.
        case excessive
        /// An action or a resource is `*` where AWS could be told exactly.
        case wildcard
        /// The wrong ones can take the role on, or the right ones cannot.
        case trust
        /// The role is not a resource of the template, so nothing can be said of it.
        case roleNotInTemplate
        /// A part of the role cannot be evaluated here.
        case undecidable

        /// The rule that `sluice check` reports it by.
        public var ruleID: String {
            switch self {
            case .missing: "role-lacks-permission"
            case .excessive: "role-allows-too-much"
            case .wildcard: "role-wildcard"
            case .trust: "role-trust"
            case .roleNotInTemplate: "role-outside-template"
            case .undecidable: "role-undecidable"
            }
        }
    }

    public var kind: Kind
    /// The role, or the resource of the policy that the statement is in; the pipe or function for
    /// ``Kind/roleNotInTemplate``.
    public var logicalID: String
    /// Line of the template: of the statement, or of the role when there is none to point to.
    public var line: Int
    /// What happens in production, in one sentence.
    public var message: String
    /// What to write, in one sentence.
    public var repair: String
    /// A statement to add or to write instead, as YAML; nil when taking something away is the repair.
    public var statement: String?
}
