public import Clocks

/// An invocation that failed, wholly or in part.
public struct PipeFailure: Sendable, Hashable {
    public var at: Timestamp
    /// What the target said, or what kept the batch from it.
    public var reason: String
    /// The target's name for the call; nil when it was not reached.
    public var requestID: String?
    /// Failed attempts so far of the batch, this one included; tries that never reached the target do not count.
    public var attempts: Int
    /// The first and the last record of the batch.
    public var sequences: ClosedRange<UInt64>
}
