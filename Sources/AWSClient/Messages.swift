/// A message to be sent.
public struct OutgoingMessage: Sendable, Hashable {
    public var body: String
    /// Seconds until it can be received, 0 to 900; nil for the queue's own delay. Not for FIFO queues.
    public var delaySeconds: Int?
    /// At most ten.
    public var attributes: [String: MessageAttributeValue]
    /// FIFO queues: messages of one group are received in order.
    public var groupID: String?
    /// FIFO queues: a second message with it within five minutes is taken and not delivered.
    public var deduplicationID: String?
    /// The system attribute `AWSTraceHeader`; it does not count for the message's size.
    public var traceHeader: String?

    public init(
        body: String, delaySeconds: Int? = nil, attributes: [String: MessageAttributeValue] = [:],
        groupID: String? = nil, deduplicationID: String? = nil, traceHeader: String? = nil
    ) {
        self.body = body
        self.delaySeconds = delaySeconds
        self.attributes = attributes
        self.groupID = groupID
        self.deduplicationID = deduplicationID
        self.traceHeader = traceHeader
    }
}

/// A value beside a message's body.
public struct MessageAttributeValue: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case text(String)
        case binary([UInt8])
    }

    /// `String`, `Number` or `Binary`, perhaps with a label of one's own: `Number.cents`.
    public var dataType: String
    public var content: Content

    public init(dataType: String, content: Content) {
        self.dataType = dataType
        self.content = content
    }

    public static func string(_ value: String) -> Self { .init(dataType: "String", content: .text(value)) }
    public static func number(_ value: Int64) -> Self { .init(dataType: "Number", content: .text(String(value))) }
    public static func binary(_ value: [UInt8]) -> Self { .init(dataType: "Binary", content: .binary(value)) }
}

/// What SQS says of a message that it has taken.
public struct SentMessage: Sendable, Hashable {
    public var messageID: String
    /// FIFO queues only.
    public var sequenceNumber: String?
}

/// A message that was received: delete it with its receipt handle, or it comes again.
public struct ReceivedMessage: Sendable, Hashable {
    public var messageID: String
    /// Names this receipt; the next one has another.
    public var receiptHandle: String
    public var body: String
    /// Those that were asked for: `ApproximateReceiveCount`, `SentTimestamp`, `MessageGroupId`, ...
    public var systemAttributes: [String: String]
    public var attributes: [String: MessageAttributeValue]
}

/// What came of a batch: each entry is in one of the two, by its place in the request.
public struct BatchOutcome<Success: Sendable>: Sendable {
    public struct Failure: Sendable {
        /// The entry's place.
        public var index: Int
        public var code: String
        public var message: String?
        /// Whether the request is to blame, so that a repetition fails too.
        public var isSenderFault: Bool
    }

    public var successes: [(index: Int, value: Success)] = []
    public var failures: [Failure] = []
}

extension BatchOutcome {
    /// The first failure as an error, for callers that want all or nothing.
    public func get() throws -> [Success] {
        if let failure = failures.first {
            throw AWSError(
                code: .init(rawValue: failure.code),
                message: "\(failures.count) of \(failures.count + successes.count) entries failed; the first is "
                    + "number \(failure.index): \(failure.message ?? failure.code)", status: 200)
        }
        return successes.sorted { $0.index < $1.index }.map(\.value)
    }
}
