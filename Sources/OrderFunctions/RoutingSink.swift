public import Orders

/// Where routings go. Sending the same routing twice must have the effect of sending it once: records are delivered at
/// least once.
public protocol RoutingSink: Sendable {
    /// Sends routings of different orders.
    ///
    /// - Returns: for each routing, in their order, why it failed; nil when all of it was sent.
    func send(_ routings: [Routing]) async -> [(any Error)?]
}
