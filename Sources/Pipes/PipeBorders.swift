public import Clocks

/// A run of records in order, as a pipe reads them: a shard of a table's stream and the shards that follow it, or the items
/// of a table.
public protocol StreamShard: Sendable {
    var streamARN: String { get }
    /// The id of the first shard, which names the pipe's place.
    var shardID: String { get }
    /// The id of the shard that a record is in.
    func shardID(of sequence: UInt64) -> String
    /// Whether it ends: no record is added to it, and a pipe that has settled all of them is done.
    var isFinite: Bool { get }
    /// The sequence of the newest record, 0 when there has been none.
    var newestSequence: UInt64 { get }
    /// Up to `limit` records behind `sequence`, in order, or about 1 MB of them and at least one; empty when there are
    /// none yet, or when that was the end.
    func records(after sequence: UInt64, limit: Int) async throws -> [SourceRecord]
    /// Returns when there are records behind `sequence`: at once, or as soon as one is committed. At the end, at once.
    func waitForRecords(after sequence: UInt64) async throws
    /// How many records lie behind `sequence`.
    func backlog(after sequence: UInt64) throws -> Int
    /// When the first record behind `sequence` arrived; nil when there is none.
    func firstArrival(after sequence: UInt64) throws -> Timestamp?
    /// The last record that arrived before a time; 0 when there is none. Arrivals are taken to rise with the sequence.
    func sequence(before time: Timestamp) throws -> UInt64
    /// AWS's text for a sequence.
    func sequenceNumber(_ sequence: UInt64) -> String
}

/// Where a pipe sends its batches.
public protocol PipeTarget: Sendable {
    /// Sends one batch and waits for what becomes of it. Never throws: whatever goes wrong is an outcome.
    func invoke(_ batch: TargetBatch) async -> Invocation
}

/// What makes of a batch the one that the target gets.
public protocol PipeEnrichment: Sendable {
    /// Sends one payload, a JSON array, and waits for the answer. Never throws: whatever goes wrong is an outcome.
    func enrich(_ payload: [UInt8]) async -> EnrichmentCall
}

/// One call of an enrichment.
public struct EnrichmentCall: Sendable {
    public enum Outcome: Sendable, Hashable {
        /// The bytes that it returned.
        case answered([UInt8])
        /// It raised an error, timed out or died.
        case failed(reason: String)
        /// It never got the batch. Costs no attempt (EventBridge's user guide, on errors).
        case notReached(reason: String)
    }

    public var outcome: Outcome
    /// When it had the batch in its hands; nil when it was never reached.
    public var handedOverAt: Timestamp?
    public var requestID: String?
    /// What it answered, word for word.
    public var response: FunctionResponse?

    public init(
        outcome: Outcome, handedOverAt: Timestamp?, requestID: String? = nil, response: FunctionResponse? = nil
    ) {
        self.outcome = outcome
        self.handedOverAt = handedOverAt
        self.requestID = requestID
        self.response = response
    }
}

/// A function's answer, for the execution log.
public struct FunctionResponse: Sendable, Hashable {
    public var payload: [UInt8]
    /// As in the header `X-Amz-Function-Error`; nil for success.
    public var functionError: String?

    public init(payload: [UInt8], functionError: String?) {
        self.payload = payload
        self.functionError = functionError
    }
}

/// One call of a target.
public struct Invocation: Sendable {
    public var outcome: BatchOutcome
    /// When the target, or the enrichment before it, had the batch in its hands; nil when it was never reached.
    public var handedOverAt: Timestamp?
    /// The target's name for the call, where it has one: a function's request id.
    public var requestID: String?
    /// What a function answered, word for word.
    public var response: FunctionResponse?

    public init(
        outcome: BatchOutcome, handedOverAt: Timestamp?, requestID: String? = nil, response: FunctionResponse? = nil
    ) {
        self.outcome = outcome
        self.handedOverAt = handedOverAt
        self.requestID = requestID
        self.response = response
    }
}

/// Where a pipe puts what failed for good.
public protocol DeadLetterQueue: Sendable {
    /// Stores a message and, beside it, the records that it points to; returns once both are durable.
    ///
    /// - Throws: ``QueueRefusal`` when the queue does not take it, which is tried again until it does; anything else ends
    ///   the pipe.
    func send(_ body: String, records: DeadRecords) async throws
}

/// A queue does not take a message: it is gone, or full, or the message is none for it.
public struct QueueRefusal: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Where a pipe keeps its place.
public protocol CheckpointStore: Sendable {
    func load(pipe: String, shardID: String) throws -> Checkpoint?
    func save(_ checkpoint: Checkpoint, pipe: String, shardID: String) async throws
}

/// Hears of each record's first arrival at the target: write-to-function latency.
public protocol DeliveryObserver: Sendable {
    func handedOver(pipe: String, arrival: Timestamp, at: Timestamp)
}
