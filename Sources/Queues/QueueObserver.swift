/// Learns what is sent to queues, for metrics. Called on the writer's thread, which must not wait.
public protocol QueueObserver: Sendable {
    /// A message has been stored that was sent, not moved. A duplicate that was not taken is none.
    ///
    /// - Parameter sizeBytes: of its body and its attributes.
    func sent(_ queue: String, sizeBytes: Int)
}
