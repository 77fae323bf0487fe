public import Stacks

/// Judges what those who have a stack's roles ask for, call by call, as IAM would on AWS.
///
/// What cannot be decided here counts against the caller: an Allow that depends on it as not given, a Deny as given,
/// and a permissions boundary that is not known as one that allows nothing. May be used from any thread; a judgement
/// costs a comparison with each pattern of each statement of the role.
public struct RoleJudge: Sendable {
    /// A role in somebody's hands.
    public struct Holder: Sendable, Hashable {
        public var roleARN: String
        /// RoleSessionName: of a function its name.
        public var sessionName: String
        /// The function that calls; nil for a pipe.
        public var functionARN: String?

        public init(roleARN: String, sessionName: String, functionARN: String? = nil) {
            self.roleARN = roleARN
            self.sessionName = sessionName
            self.functionARN = functionARN
        }

        /// As AWS names who has taken a role on: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. A role's path is no part of it.
        public var arn: String {
            let parts = ARNText.parts(roleARN)
            guard parts.count == 6 else { return roleARN }
            let role = parts[5].split(separator: "/").last.map(String.init) ?? parts[5]
            return "arn:\(parts[1]):sts::\(parts[4]):assumed-role/\(role)/\(sessionName)"
        }
    }

    private let stack: Stack
    private let names: ResourceNames
    private let roles: [String: RoleResource]
    /// The stream that the template speaks of, by the part of a stream's ARN that names its table.
    private let streams: [String: String]

    public init(_ stack: Stack) {
        self.stack = stack
        names = ResourceNames(stack)
        roles = Dictionary(stack.roles.map { ($0.arn, $0) }) { first, _ in first }
        streams = Dictionary(
            stack.tables.compactMap { table in table.streamARN.map { ("\(table.arn)/stream/", $0) } }
        ) { first, _ in first }
    }

    /// Whether the role is in the template, so that something can be said of it.
    public func knows(roleARN: String) -> Bool { roles[roleARN] != nil }

    /// What a role says to a call.
    ///
    /// - Parameters:
    ///   - action: what is called, such as `dynamodb:PutItem`.
    ///   - resource: the call's ARN; `*` for an action that concerns no resource, never for one that is not known, as a
    ///     Deny of it would not hold and an Allow with another NotResource would.
    ///   - holder: who calls, with which role.
    /// - Returns: whether it may, and if not, what is missing.
    public func verdict(on action: String, _ resource: String, by holder: Holder) -> RoleVerdict {
        guard let role = roles[holder.roleARN] else {
            return RoleVerdict(
                outcome: .noIdentityPolicy, action: action, resource: resource, holder: holder,
                remedy:
                    "The role \(holder.roleARN) is not in the template, so it allows nothing here; declare it as AWS::IAM::Role."
            )
        }
        let request = AccessRequest(action: action, resource: written(resource), context: context(role, holder))
        let decision = role.decision(on: request)
        var verdict = RoleVerdict(outcome: .allowed, action: action, resource: resource, holder: holder)
        if decision.isAllowed, decision.doubts.isEmpty { return verdict }
        let place = resource == "*" ? "" : " on \(names.word(request.resource))"
        if let doubt = decision.doubts.first {
            verdict.outcome =
                switch decision.outcome {
                // By the policies, and the boundary is not known.
                case .allowed: .noBoundary
                case .explicitlyDenied: .explicitDeny
                case .implicitlyDenied: .noIdentityPolicy
                }
            let repair =
                decision.isAllowed
                ? "declare the boundary in the template as AWS::IAM::ManagedPolicy" : "allow it without that"
            verdict.remedy =
                "Whether \(role.logicalID) allows \(action)\(place) cannot be said here, as \(doubt.reason) (line \(doubt.line)); \(repair)."
            return verdict
        }
        if decision.outcome == .explicitlyDenied {
            verdict.outcome = .explicitDeny
            let line = decision.statement.map { " of line \($0.line)" } ?? ""
            verdict.remedy = "Take \(action)\(place) out of the Deny\(line)."
            return verdict
        }
        verdict.statement = names.line(action, on: request.resource)
        var unbound = role
        unbound.permissionsBoundary = nil
        if unbound.decision(on: request).isAllowed {
            verdict.outcome = .noBoundary
            verdict.remedy = "Add to the permissions boundary of \(role.logicalID): \(verdict.statement ?? "")"
        } else {
            verdict.outcome = .noIdentityPolicy
            verdict.remedy = "Add to the policies of \(role.logicalID): \(verdict.statement ?? "")"
        }
        return verdict
    }

    /// The first of a pipe's needs that its role does not allow, for one of its parts; nil when all of them are. Keys are left out:
    /// nothing is encrypted with them here.
    public func refusal(of pipe: PipeResource, _ part: Need.Part) -> RoleVerdict? {
        let holder = Holder(roleARN: pipe.roleARN, sessionName: pipe.name)
        return Need.all(of: pipe, in: stack).lazy.filter { $0.part == part }
            .compactMap { need in need.actions.first.map { verdict(on: $0, need.resource, by: holder) } }
            .first { !$0.isAllowed }
    }

    /// A table's stream has a time in its ARN that the template cannot know: policies are asked about the one that
    /// they name.
    private func written(_ resource: String) -> String {
        guard let mark = resource.firstRange(of: "/stream/") else { return resource }
        return streams[String(resource[..<mark.upperBound])] ?? resource
    }

    /// What is the same in every call that is made with the role, as on AWS; that it came by TLS as well.
    private func context(_ role: RoleResource, _ holder: Holder) -> RequestContext {
        let options = stack.options
        var values = [
            "aws:PrincipalAccount": [options.accountID], "aws:PrincipalArn": [role.arn],
            "aws:PrincipalType": ["AssumedRole"], "aws:RequestedRegion": [options.region],
            "aws:ResourceAccount": [options.accountID], "aws:SecureTransport": ["true"],
        ]
        values["lambda:SourceFunctionArn"] = holder.functionARN.map { [$0] }
        return RequestContext(values, isComplete: false)
    }
}

/// What a role says to a call.
public struct RoleVerdict: Sendable, Hashable {
    public enum Outcome: Sendable, Hashable {
        case allowed
        /// No statement allows it.
        case noIdentityPolicy
        /// A statement allows it, and the permissions boundary does not, or is not known here.
        case noBoundary
        /// A Deny holds.
        case explicitDeny
    }

    public var outcome: Outcome
    public var action: String
    public var resource: String
    public var holder: RoleJudge.Holder
    /// What to do about a refusal, in one sentence or with the statement at its end; empty where it is allowed.
    public var remedy = ""
    /// The statement that is missing, as one line of YAML to put under Statement; nil where none is.
    public var statement: String?

    public var isAllowed: Bool { outcome == .allowed }
}
