/// An SQS queue of the stack: `AWS::SQS::Queue`.
public struct QueueResource: Sendable, Hashable {
    /// Where messages go that were received too often.
    public struct RedrivePolicy: Sendable, Hashable {
        public var deadLetterQueueARN: String
        /// 1 to 1,000, default 10.
        public var maxReceiveCount: Int
    }

    /// Which queues may name this one in their ``RedrivePolicy``.
    public enum RedriveAllowPolicy: Sendable, Hashable {
        case allowAll
        case denyAll
        case byQueue([String])
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
    /// `queue` or `messageGroup`; nil is AWS's default, `queue`.
    public var deduplicationScope: String?
    /// `perQueue` or `perMessageGroupId`; nil is AWS's default, `perQueue`.
    public var throughputLimit: String?
    public var redrivePolicy: RedrivePolicy?
    public var redriveAllowPolicy: RedriveAllowPolicy?
    /// A key of KMS; nil encrypts with SQS's own unless that is turned off.
    public var kmsMasterKeyID: String?
    /// 60 to 86,400, default 300.
    public var kmsDataKeyReusePeriodSeconds: Int
    public var usesManagedEncryption: Bool
    public var tags: [String: String]
}

extension QueueResource {
    static let messageRetentionSecondsDefault = 345_600
    static let visibilityTimeoutSecondsDefault = 30
    static let maximumMessageSizeBytesDefault = 1_048_576
    static let maxReceiveCountDefault = 10
    static let kmsDataKeyReusePeriodSecondsDefault = 300

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
        deduplicationScope = properties.text("DeduplicationScope")
        throughputLimit = properties.text("FifoThroughputLimit")
        if throughputLimit == "perMessageGroupId", deduplicationScope != "messageGroup" {
            diagnostics.error(
                "FifoThroughputLimit perMessageGroupId needs DeduplicationScope messageGroup; set both or neither",
                line: properties.line(of: "FifoThroughputLimit"), at: properties.place.member("FifoThroughputLimit"))
        }
        redrivePolicy = properties.object("RedrivePolicy").map { policy in
            RedrivePolicy(
                deadLetterQueueARN: policy.text("deadLetterTargetArn") ?? "",
                maxReceiveCount: policy.integer("maxReceiveCount") ?? Self.maxReceiveCountDefault)
        }
        redriveAllowPolicy = Self.redriveAllowPolicy(properties, into: &diagnostics)
        kmsMasterKeyID = properties.text("KmsMasterKeyId")
        kmsDataKeyReusePeriodSeconds =
            properties.integer("KmsDataKeyReusePeriodSeconds") ?? Self.kmsDataKeyReusePeriodSecondsDefault
        usesManagedEncryption = properties.boolean("SqsManagedSseEnabled") ?? (kmsMasterKeyID == nil)
        tags = Dictionary(
            properties.objects("Tags").compactMap { tag in
                tag.text("Key").flatMap { key in tag.text("Value").map { (key, $0) } }
            }, uniquingKeysWith: { _, last in last })
    }

    private static func redriveAllowPolicy(
        _ properties: Properties, into diagnostics: inout DiagnosticCollector
    ) -> RedriveAllowPolicy? {
        guard let policy = properties.object("RedriveAllowPolicy") else { return nil }
        let sources = policy.texts("sourceQueueArns")
        switch (policy.text("redrivePermission"), sources.isEmpty) {
        case ("allowAll", true): return .allowAll
        case ("denyAll", true): return .denyAll
        case ("byQueue", false): return .byQueue(sources)
        default:
            diagnostics.error(
                "sourceQueueArns belongs to the redrivePermission byQueue; give both or neither", line: policy.line,
                at: policy.place)
            return nil
        }
    }
}
