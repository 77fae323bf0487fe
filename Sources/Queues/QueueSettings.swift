/// A queue's attributes that can be set: those of CreateQueue and `AWS::SQS::Queue`.
public struct QueueSettings: Codable, Sendable, Hashable {
    public enum DeduplicationScope: String, Codable, Sendable { case queue, messageGroup }
    public enum ThroughputLimit: String, Codable, Sendable { case perQueue, perMessageGroupId }

    /// 0 to 43,200.
    public var visibilityTimeoutSeconds = 30
    /// 0 to 900.
    public var delaySeconds = 0
    /// How long a message is kept, 60 to 1,209,600.
    public var messageRetentionSeconds = 345_600
    /// Body and attributes, 1,024 to 1,048,576.
    public var maximumMessageBytes = 1_048_576
    /// 0 to 20; 0 is short polling.
    public var receiveWaitSeconds = 0
    public var isFIFO = false
    public var usesContentBasedDeduplication = false
    public var deduplicationScope = DeduplicationScope.queue
    public var throughputLimit = ThroughputLimit.perQueue
    public var redrivePolicy: RedrivePolicy?
    public var redriveAllowPolicy: RedriveAllowPolicy?
    /// Kept and shown, and without effect, as are the next three.
    public var policy: String?
    public var kmsMasterKeyID: String?
    public var kmsDataKeyReusePeriodSeconds = 300
    public var usesManagedEncryption = true

    public init() {}
}

/// The attributes by AWS's names and as AWS's texts.
extension QueueSettings {
    static let names = [
        "ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoQueue", "FifoThroughputLimit",
        "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MaximumMessageSize", "MessageRetentionPeriod", "Policy",
        "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy", "RedrivePolicy", "SqsManagedSseEnabled",
        "VisibilityTimeout",
    ]
    private static let fifoNames: Set = ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]

    /// An attribute's text; nil where the queue has none of this name.
    func text(_ name: String) -> String? {
        switch name {
        case "VisibilityTimeout": String(visibilityTimeoutSeconds)
        case "DelaySeconds": String(delaySeconds)
        case "MessageRetentionPeriod": String(messageRetentionSeconds)
        case "MaximumMessageSize": String(maximumMessageBytes)
        case "ReceiveMessageWaitTimeSeconds": String(receiveWaitSeconds)
        case "FifoQueue": isFIFO ? "true" : nil
        case "ContentBasedDeduplication": isFIFO ? String(usesContentBasedDeduplication) : nil
        case "DeduplicationScope": isFIFO ? deduplicationScope.rawValue : nil
        case "FifoThroughputLimit": isFIFO ? throughputLimit.rawValue : nil
        case "RedrivePolicy": redrivePolicy?.text
        case "RedriveAllowPolicy": redriveAllowPolicy?.text
        case "Policy": policy
        case "KmsMasterKeyId": kmsMasterKeyID
        case "KmsDataKeyReusePeriodSeconds": kmsMasterKeyID == nil ? nil : String(kmsDataKeyReusePeriodSeconds)
        case "SqsManagedSseEnabled": String(usesManagedEncryption)
        default: nil
        }
    }

    /// The settings of a new queue.
    ///
    /// - Throws: ``QueueError`` in AWS's words.
    init(_ attributes: [String: String]) throws(QueueError) {
        self.init()
        try apply(attributes, isNew: true)
    }

    /// Takes attributes over. All are checked before the first is taken; what is empty takes a policy or a key away.
    ///
    /// - Parameter isNew: whether the queue is being made, so that its type may be given.
    /// - Throws: ``QueueError`` in AWS's words.
    mutating func apply(_ attributes: [String: String], isNew: Bool) throws(QueueError) {
        var changed = self
        if let type = attributes["FifoQueue"] { try changed.setType(type, isNew: isNew) }
        for (name, text) in attributes.sorted(by: { $0.key < $1.key }) where name != "FifoQueue" {
            try changed.set(name, text)
        }
        guard changed.throughputLimit == .perQueue || changed.deduplicationScope == .messageGroup else {
            throw QueueError(
                .invalidAttributeValue,
                "FifoThroughputLimit can be perMessageGroupId only when DeduplicationScope is messageGroup.")
        }
        if changed.kmsMasterKeyID != nil {
            guard attributes["SqsManagedSseEnabled"]?.lowercased() != "true" else {
                throw QueueError(
                    .invalidAttributeName,
                    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or "
                        + "SQS SSE.")
            }
            changed.usesManagedEncryption = false
        }
        self = changed
    }

    private mutating func setType(_ text: String, isNew: Bool) throws(QueueError) {
        guard isNew || isFIFO else { throw Self.unknown("FifoQueue") }
        guard isNew else {
            guard text.lowercased() == "true" else {
                throw QueueError(
                    .invalidAttributeValue,
                    "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.")
            }
            return
        }
        // As on AWS, where a standard queue does not know the attribute.
        guard text.lowercased() == "true" else { throw Self.unknown("FifoQueue") }
        isFIFO = true
    }

    private mutating func set(_ name: String, _ text: String) throws(QueueError) {
        if Self.fifoNames.contains(name), !isFIFO {
            throw name == "ContentBasedDeduplication"
                ? Self.unknown(name)
                : QueueError(
                    .invalidAttributeName, "You can specify the \(name) only when FifoQueue is set to true.")
        }
        switch name {
        case "VisibilityTimeout": visibilityTimeoutSeconds = try Self.number(name, text, 0...43_200)
        case "DelaySeconds": delaySeconds = try Self.number(name, text, 0...900)
        case "MessageRetentionPeriod": messageRetentionSeconds = try Self.number(name, text, 60...1_209_600)
        case "MaximumMessageSize": maximumMessageBytes = try Self.number(name, text, 1_024...1_048_576)
        case "ReceiveMessageWaitTimeSeconds": receiveWaitSeconds = try Self.number(name, text, 0...20)
        case "ContentBasedDeduplication": usesContentBasedDeduplication = try Self.flag(name, text)
        case "DeduplicationScope": deduplicationScope = try Self.choice(name, text)
        case "FifoThroughputLimit": throughputLimit = try Self.choice(name, text)
        case "RedrivePolicy": redrivePolicy = text.isEmpty ? nil : try RedrivePolicy(text)
        case "RedriveAllowPolicy": redriveAllowPolicy = text.isEmpty ? nil : try RedriveAllowPolicy(text)
        case "Policy": policy = text.isEmpty ? nil : try QueuePolicy(text).text
        case "KmsMasterKeyId": kmsMasterKeyID = text.isEmpty ? nil : text
        case "KmsDataKeyReusePeriodSeconds": kmsDataKeyReusePeriodSeconds = try Self.number(name, text, 60...86_400)
        case "SqsManagedSseEnabled": usesManagedEncryption = try Self.flag(name, text)
        default: throw Self.unknown(name)
        }
    }

    static func unknown(_ name: String) -> QueueError {
        QueueError(.invalidAttributeName, "Unknown Attribute \(name).")
    }

    private static func invalid(_ name: String) -> QueueError {
        QueueError(.invalidAttributeValue, "Invalid value for the parameter \(name).")
    }

    private static func number(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(QueueError) -> Int {
        guard let number = Int(text), range.contains(number) else { throw invalid(name) }
        return number
    }

    private static func flag(_ name: String, _ text: String) throws(QueueError) -> Bool {
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw invalid(name)
        }
    }

    private static func choice<Choice: RawRepresentable<String>>(
        _ name: String, _ text: String
    ) throws(QueueError) -> Choice {
        guard let choice = Choice(rawValue: text) else { throw invalid(name) }
        return choice
    }
}
