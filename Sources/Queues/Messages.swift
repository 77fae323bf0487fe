/// A message as its sender gives it.
public struct OutgoingMessage: Sendable {
    public var body: String
    /// 0 to 900; nil takes the queue's.
    public var delaySeconds: Int?
    public var attributes: [MessageAttribute]
    /// The system attribute AWSTraceHeader.
    public var traceHeader: String?
    public var groupID: String?
    public var deduplicationID: String?
    /// What the sender keeps with the message; no receiver gets it, and it does not count into the size.
    public var attachment: String?

    public init(
        _ body: String, delaySeconds: Int? = nil, attributes: [MessageAttribute] = [], traceHeader: String? = nil,
        groupID: String? = nil, deduplicationID: String? = nil, attachment: String? = nil
    ) {
        self.body = body
        self.delaySeconds = delaySeconds
        self.attributes = attributes
        self.traceHeader = traceHeader
        self.groupID = groupID
        self.deduplicationID = deduplicationID
        self.attachment = attachment
    }

    /// What counts against the queue's largest message.
    public var sizeBytes: Int { attributes.reduce(body.utf8.count) { $0 + $1.sizeBytes } }
}

/// What a sender is told of a message that is stored.
public struct SentMessage: Sendable, Hashable {
    public var id: MessageID
    /// 32 hexadecimal digits, as the next two.
    public var bodyMD5: String
    public var attributesMD5: String?
    public var systemAttributesMD5: String?
    /// Of FIFO queues.
    public var sequenceNumber: String?
}

/// What a receiver asks for.
public struct ReceiveRequest: Sendable {
    /// 1 to 10.
    public var maxNumberOfMessages: Int
    /// 0 to 43,200; nil takes the queue's, as does the next.
    public var visibilityTimeoutSeconds: Int?
    /// 0 to 20.
    public var waitSeconds: Int?

    public init(maxNumberOfMessages: Int = 1, visibilityTimeoutSeconds: Int? = nil, waitSeconds: Int? = nil) {
        self.maxNumberOfMessages = maxNumberOfMessages
        self.visibilityTimeoutSeconds = visibilityTimeoutSeconds
        self.waitSeconds = waitSeconds
    }
}

/// A message as a receiver gets it.
public struct ReceivedMessage: Sendable {
    public var id: MessageID
    public var receiptHandle: String
    public var body: String
    public var bodyMD5: String
    public var attributes: [MessageAttribute]
    /// Milliseconds since 1970, as the next.
    public var sentTimestamp: Int64
    public var firstReceiveTimestamp: Int64
    public var receiveCount: Int
    public var traceHeader: String?
    public var groupID: String?
    public var deduplicationID: String?
    public var sequenceNumber: String?
    public var deadLetterQueueSourceARN: String?

    /// The MD5 of some of the attributes, as SQS shows it with them.
    public static func md5(of attributes: [MessageAttribute]) -> String { MessageAttribute.md5(attributes).text }
}

/// A message of a queue that is looked at without being received.
public struct QueueMessage: Sendable, Hashable {
    public var messageID: String
    /// When it was sent, in milliseconds since 1970.
    public var sentTimestamp: Int64
    public var body: String
    /// What the sender keeps with the message, for as long; no receiver gets it.
    public var attachment: String?
    /// The system attribute AWSTraceHeader.
    public var traceHeader: String?
    public var groupID: String?
    public var receiveCount: Int
}

/// Of FIFO queues: 20 digits that rise, with gaps.
enum FIFOSequence {
    static func text(_ place: UInt64) -> String {
        let digits = String(place)
        return "188" + String(repeating: "0", count: max(17 - digits.count, 0)) + digits
    }
}
