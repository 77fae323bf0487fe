import Synchronization

/// What a role allows whoever has taken it on.
///
/// Answers are kept: the same call is judged once. May be used from any thread.
public final class RoleRights: Sendable, Hashable {
    public enum Answer: Sendable, Hashable {
        case allowed
        /// - Parameter remedy: what to change, for a log.
        case denied(Reason, remedy: String)
    }

    /// Why a role does not allow a call, as AWS tells it.
    public enum Reason: Sendable, Hashable {
        case noIdentityPolicy, noBoundary, explicitDeny

        /// The rest of the sentence that begins with who is not authorized to do what.
        public func text(_ action: String) -> String {
            switch self {
            case .noIdentityPolicy: "because no identity-based policy allows the \(action) action"
            case .noBoundary: "because no permissions boundary allows the \(action) action"
            case .explicitDeny: "with an explicit deny in an identity-based policy"
            }
        }
    }

    private struct Call: Hashable {
        var action: String
        var resource: String
    }

    /// Answers that are kept. Names of resources come from requests, none longer than ``AccessGuard/Need`` lets
    /// through: beyond this all are forgotten.
    private static let answersMax = 1_024

    /// `arn:aws:sts::000000000000:assumed-role/ROLE/SESSION`.
    public let holderARN: String
    private let judge: @Sendable (_ action: String, _ resource: String) -> Answer
    private let answers = Mutex<[Call: Answer]>([:])

    /// - Parameter judge: always says the same to the same call.
    public init(holderARN: String, judge: @escaping @Sendable (_ action: String, _ resource: String) -> Answer) {
        self.holderARN = holderARN
        self.judge = judge
    }

    /// - Parameter resource: an ARN, or `*` for an action that concerns no resource. What nobody can name is not asked
    ///   about: a prohibition of it would be passed by.
    public func answer(to action: String, on resource: String) -> Answer {
        let call = Call(action: action, resource: resource)
        if let known = answers.withLock({ $0[call] }) { return known }
        let answer = judge(action, resource)
        answers.withLock { answers in
            if answers.count >= Self.answersMax { answers.removeAll(keepingCapacity: true) }
            answers[call] = answer
        }
        return answer
    }

    public static func == (first: RoleRights, second: RoleRights) -> Bool { first === second }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
