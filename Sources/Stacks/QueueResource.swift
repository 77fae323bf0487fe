/// An SQS queue of the stack: `AWS::SQS::Queue`.
public struct QueueResource: Sendable, Hashable {
    /// Where messages go that were received too often.
    public struct RedrivePolicy: Sendable, Hashable {
        public var deadLetterQueueARN: String
        /// 1 to 1,000, default 10.
        public var maxReceiveCount: Int
    }

    public var logicalID: String
    public var name: String
    /// Line of the template where the resource begins.
    public var line: Int
    public var arn: String
    /// `http://127.0.0.1:4566/ACCOUNT/NAME`; a running engine puts its own host and port in front.
    public var url: String
    /// 60 to 1,209,600, default 345,600 (4 days).
    public var messageRetentionSeconds: Int
    /// 0 to 43,200, default 30.
    public var visibilityTimeoutSeconds: Int
    /// 0 to 900, default 0.
    public var delaySeconds: Int
    /// 1,024 to 1,048,576, default 1,048,576.
    public var maximumMessageSizeBytes: Int
    /// 0 to 20, default 0: short polling.
    public var receiveMessageWaitSeconds: Int
    public var isFIFO: Bool
    public var usesContentBasedDeduplication: Bool
    public var redrivePolicy: RedrivePolicy?
}

extension QueueResource {
    static let messageRetentionSecondsDefault = 345_600
    static let visibilityTimeoutSecondsDefault = 30
    static let maximumMessageSizeBytesDefault = 1_048_576
    static let maxReceiveCountDefault = 10

    init(
        _ properties: Properties, identity: ResourceIdentity, url: String, diagnostics: inout DiagnosticCollector
    ) {
        let isFIFO = properties.boolean("FifoQueue") ?? false
        if isFIFO, !identity.name.hasSuffix(".fifo") {
            diagnostics.error(
                "the name of a FIFO queue ends in .fifo; \(identity.name) does not",
                line: properties.line(of: "QueueName"), at: properties.place.member("QueueName"))
        } else if !isFIFO, identity.name.contains(".") {
            diagnostics.error(
                "the name of a standard queue has no dot; rename \(identity.name), or set FifoQueue for .fifo",
                line: properties.line(of: "QueueName"), at: properties.place.member("QueueName"))
        }
        for name in ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]
        where !isFIFO && properties.value(name) != nil {
            diagnostics.error(
                "\(name) is for FIFO queues; set FifoQueue or remove it", line: properties.line(of: name),
                at: properties.place.member(name))
        }
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        self.url = url
        messageRetentionSeconds =
            properties.integer("MessageRetentionPeriod") ?? Self.messageRetentionSecondsDefault
        visibilityTimeoutSeconds = properties.integer("VisibilityTimeout") ?? Self.visibilityTimeoutSecondsDefault
        delaySeconds = properties.integer("DelaySeconds") ?? 0
        maximumMessageSizeBytes =
            properties.integer("MaximumMessageSize") ?? Self.maximumMessageSizeBytesDefault
        receiveMessageWaitSeconds = properties.integer("ReceiveMessageWaitTimeSeconds") ?? 0
        self.isFIFO = isFIFO
        usesContentBasedDeduplication = properties.boolean("ContentBasedDeduplication") ?? false
        redrivePolicy = properties.object("RedrivePolicy").map { policy in
            RedrivePolicy(
                deadLetterQueueARN: policy.text("deadLetterTargetArn") ?? "",
                maxReceiveCount: policy.integer("maxReceiveCount") ?? Self.maxReceiveCountDefault)
        }
    }
}
