/// The life of an item as stored facts tell it: the answer of `POST /_sluice/tables/NAME/trace`. New members may come, none
/// vanish. All times are milliseconds since 1970.
public struct ItemTrace: Codable, Sendable, Hashable {
    public var table: String
    public var hashKey: String
    /// Whether the table holds an item with this hash key now.
    public var exists: Bool
    /// Whether the stream holds its life from the insertion on; it forgets changes after 24 hours.
    public var isComplete: Bool
    /// Whether there is more than an answer holds. Of changes it holds the last, of dead letters, messages and lines of logs the
    /// first.
    public var isCut: Bool
    /// Its changes, in the order of their happening.
    public var records: [TraceRecord]
    /// Dead letters that hold a change of it, also one that the stream has forgotten.
    public var deadLetters: [TraceDeadLetter]
    /// Messages in queues that name it: of its message group, or with its hash key in their body.
    public var messages: [TraceMessage]
}

/// A change of the item, as its stream record tells it.
public struct TraceRecord: Codable, Sendable, Hashable {
    public struct Change: Codable, Sendable, Hashable {
        public enum Kind: String, Codable, Sendable { case added, changed, removed }

        public var attribute: String
        public var kind: Kind
        /// DynamoDB JSON; only where values are asked for.
        public var old: String?
        public var new: String?
    }

    public var timestamp: Int64
    public var sequenceNumber: String
    public var eventID: String
    /// `INSERT`, `MODIFY` or `REMOVE`.
    public var eventName: String
    /// The item's key, such as `orderId=A-1 timestamp=1`.
    public var keys: String
    /// Whether the item's time to live ran out.
    public var isExpiry: Bool
    /// What changed, by attribute; nil where the stream does not show both images.
    public var changes: [Change]?
    /// What each pipe of the stream makes of it.
    public var pipes: [TraceDelivery]
}

/// A record's way through a pipe.
public struct TraceDelivery: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable {
        /// The pipe has not come to it yet.
        case notRead
        /// It was written before the pipe began to read.
        case beforePipe
        case filteredOut
        /// Read, and not known to be settled: with the target, before a retry, or settled behind one that is not.
        case inFlight
        case delivered
        case deadLettered
        /// Given up without a dead-letter queue to go to.
        case dropped
    }

    public var pipe: String
    public var target: String
    public var state: State
    /// Whether the filter lets it through, as the pipe's settings are now.
    public var matches: Bool
    /// Whether the pipe's settings or state changed after the record, so that the filter may have been another one then.
    public var isJudgedAnew: Bool
    /// Why no pattern matches.
    public var reasons: [TraceReason]
    /// Attempts that failed, and the giving up.
    public var setbacks: [TraceSetback]
    /// What the function's log tells of it.
    public var log: [TraceLogLine]
    /// Ids of the dead letters that hold it.
    public var deadLetters: [String]
}

/// A clause of a pattern that does not hold.
public struct TraceReason: Codable, Sendable, Hashable {
    /// The pattern's place in the filter, from 0 on.
    public var pattern: Int
    /// The field, such as `$.dynamodb.NewImage.status.S`.
    public var clause: String
    /// The rule's JSON text.
    public var wanted: String
    /// `missing`, `object`, or the values as JSON texts; nil where they are contents of an item and not asked for.
    public var found: String?
}

/// An attempt that failed, or the end of all attempts.
public struct TraceSetback: Codable, Sendable, Hashable {
    public var timestamp: Int64
    /// `failed`, `partlyFailed`, `notReached`, `deadLettered` or `dropped`.
    public var kind: String
    /// Failed attempts so far, this one included.
    public var attempts: Int
    /// Records that were sent or given up together.
    public var batchSize: Int
    /// Whether this record is among those that failed.
    public var isNamed: Bool
    public var requestId: String?
    public var reason: String
}

/// A line of a function's log that names the record, or the invocation that handled it.
public struct TraceLogLine: Codable, Sendable, Hashable {
    public var function: String
    /// To the second; nil for lines of before times were kept.
    public var timestamp: Int64?
    public var requestId: String?
    /// The line; without values only what our own lines tell of decisions, and Lambda's lines.
    public var text: String
}

public struct TraceDeadLetter: Codable, Sendable, Hashable {
    public var id: String
    /// Where it is now.
    public var queue: String
    public var pipe: String
    public var sentTimestamp: Int64
    public var condition: String
    public var attempts: Int
    public var requestId: String?
    /// The item's records in it.
    public var sequenceNumbers: [String]
    /// All records in it.
    public var batchSize: Int
}

public struct TraceMessage: Codable, Sendable, Hashable {
    public var queue: String
    public var id: String
    public var sentTimestamp: Int64
    public var groupId: String?
    /// The message's `AWSTraceHeader`.
    public var traceHeader: String?
    public var receiveCount: Int
    /// Only where values are asked for.
    public var body: String?
}
