import Clocks

/// An attempt that did not handle all of its records, or the giving up of some: what, with the settled places, tells how
/// each record left the pipe. What goes well leaves none.
public struct PipeSetback: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable {
        case failed, partlyFailed
        /// The target was not reached; that costs no attempt.
        case notReached
        case deadLettered
        /// Given up without a dead-letter queue to go to.
        case dropped
    }

    /// Milliseconds since 1970.
    public var timestamp: Int64
    public var kind: Kind
    /// The records, in stream order.
    public var sequences: [UInt64]
    /// Those that failed, where only some did.
    public var failedSequences: [UInt64]?
    /// Failed attempts of these records so far, this one included; 0 for what is dropped, whose attempts are noted before.
    public var attempts: Int
    /// The target's name for the call.
    public var requestId: String?
    /// Why, in words that show nothing of an order.
    public var reason: String

    public init(
        timestamp: Int64, kind: Kind, sequences: [UInt64], failedSequences: [UInt64]? = nil, attempts: Int,
        requestId: String? = nil, reason: String
    ) {
        self.timestamp = timestamp
        self.kind = kind
        self.sequences = sequences
        self.failedSequences = failedSequences
        self.attempts = attempts
        self.requestId = requestId
        self.reason = reason
    }

    /// - Parameter sequenceNumber: the text of a sequence, as targets name it in partial answers.
    init(_ invocation: Invocation, _ batch: Batch, _ failure: PipeFailure, sequenceNumber: (UInt64) -> String) {
        self.init(
            timestamp: failure.at.milliseconds, kind: .failed, sequences: batch.records.map(\.sequence),
            attempts: failure.attempts, requestId: failure.requestID, reason: failure.reason)
        switch invocation.outcome {
        case .succeeded, .failed: break
        case .partlyFailed(let identifiers):
            kind = .partlyFailed
            let named = Set(identifiers)
            failedSequences = batch.records.filter {
                named.contains($0.eventID) || named.contains(sequenceNumber($0.sequence))
            }.map(\.sequence)
        case .notReached: kind = .notReached
        }
        // What a function says may tell of orders.
        if kind == .failed, let response = invocation.response {
            reason =
                response.functionError.map { "the function returned an error: \($0)" }
                ?? "the function's answer fails the batch"
        }
    }
}
