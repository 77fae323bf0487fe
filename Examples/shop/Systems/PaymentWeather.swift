import Orders

/// What the payment provider answers. Decided by a hash of the idempotency key, so that a run can be repeated.
public struct PaymentWeather: Sendable, Hashable {
    /// Shares of the payments, 0 to 1. A payment that times out or stays unknown gets its real answer when it is asked
    /// again with the same key.
    public var declineRate = 0.02
    public var timeoutRate = 0.01
    public var unknownRate = 0.02
    public var seed: UInt64 = 0

    public init() {}

    public enum Answer: Sendable, Hashable {
        case approved
        case declined
        /// The provider did not take the request: nothing has happened.
        case timedOut
        /// The connection broke behind the request: it has happened, or not.
        case unknown
    }

    /// - Parameters:
    ///   - key: the idempotency key: order and action. One key is decided once.
    ///   - attempt: how often this key has been asked about, from 1.
    public func answer(key: String, attempt: Int) -> Answer {
        if attempt == 1 {
            let trouble = StableHash.fraction(key, seed: seed &+ 1)
            if trouble < timeoutRate { return .timedOut }
            if trouble < timeoutRate + unknownRate { return .unknown }
        }
        return StableHash.fraction(key, seed: seed) < declineRate ? .declined : .approved
    }
}
