/// The demo's fault injection: lets a function fail for a chosen share of the orders, so that retries, bisection and
/// dead letters can be watched.
///
/// Orders are chosen by a stable hash of their id, so each run fails for the same ones. Half of the chosen fail always
/// and end as dead letters; the other half fail on each attempt with a chance of one half, by order and request id, and
/// usually get through on a retry.
public struct ChosenFailures: Hashable, Sendable {
    /// The environment variable that switches it on.
    public static let variable = "SLUICE_FAIL_RATE"

    /// Share of the orders that are chosen, 0...1.
    public let rate: Double

    public init(rate: Double) {
        precondition((0...1).contains(rate), "The rate must be 0...1")
        self.rate = rate
    }

    /// Reads `SLUICE_FAIL_RATE`; nil when it is absent or no number of 0...1, which leaves the function sound.
    public init?(environment: [String: String]) {
        guard let rate = environment[Self.variable].flatMap({ Double($0) }), (0...1).contains(rate) else { return nil }
        self.init(rate: rate)
    }

    /// Whether this attempt fails.
    /// - Parameters:
    ///   - orderId: chooses the order.
    ///   - requestId: the invocation's id, another one on each attempt.
    public func fails(orderId: String, requestId: String) -> Bool {
        guard StableHash.fraction(orderId, seed: 1) < rate else { return false }
        if failsAlways(orderId: orderId) { return true }
        // A byte that no UTF-8 text holds would be best; a unit separator keeps "a"+"bc" and "ab"+"c" apart as well.
        return StableHash.fraction("\(orderId)\u{1F}\(requestId)", seed: 3) < 0.5
    }

    /// Whether a chosen order fails on each attempt; says nothing of one that is not chosen.
    func failsAlways(orderId: String) -> Bool { StableHash.fraction(orderId, seed: 2) < 0.5 }
}
