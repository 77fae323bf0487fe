import Items
import Queues

/// A message of SendMessage, or an entry of SendMessageBatch.
struct MessageRequest {
    /// Of an entry.
    private(set) var id: String?
    private var body: String?
    private var delaySeconds: Int?
    private var attributes: [MessageAttributeRequest] = []
    private var systemAttributes: [MessageAttributeRequest] = []
    private(set) var groupID: String?
    private(set) var deduplicationID: String?

    mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(ItemError) {
        switch member {
        case "Id": id = try reader.string()
        case "MessageBody": body = try reader.string()
        case "DelaySeconds": delaySeconds = try reader.int()
        case "MessageAttributes": attributes = try MessageAttributeRequest.map(&reader)
        case "MessageSystemAttributes": systemAttributes = try MessageAttributeRequest.map(&reader)
        case "MessageGroupId": groupID = try reader.string()
        case "MessageDeduplicationId": deduplicationID = try reader.string()
        default: try reader.skipValue()
        }
    }

    /// - Parameter traceHeader: the request's `X-Amzn-Trace-Id`, which a message without one of its own gets.
    /// - Throws: ``QueueError`` in AWS's words.
    func message(traceHeader: String?) throws(QueueError) -> OutgoingMessage {
        guard let body else {
            throw QueueError(.missingParameter, "The request must contain the parameter MessageBody.")
        }
        var message = OutgoingMessage(
            body, delaySeconds: delaySeconds, traceHeader: traceHeader, groupID: groupID,
            deduplicationID: deduplicationID)
        for attribute in attributes { message.attributes.append(try attribute.attribute()) }
        for attribute in systemAttributes {
            guard attribute.name == "AWSTraceHeader" else {
                throw QueueError(
                    .invalidParameterValue,
                    "Message system attribute name \(attribute.name) is invalid. Valid values: [AWSTraceHeader].")
            }
            guard case .string(let text) = try attribute.attribute().value else {
                throw QueueError(
                    .invalidParameterValue, "The message system attribute AWSTraceHeader must be of type String.")
            }
            message.traceHeader = text
        }
        return message
    }
}

/// A MessageAttributeValue under its name.
struct MessageAttributeRequest {
    let name: String
    private var type: String?
    private var string: String?
    private var binary: [UInt8]?
    private var hasLists = false

    /// In the order of the names' bytes, so that the first fault is always the same.
    static func map(_ reader: inout JSONReader) throws(ItemError) -> [MessageAttributeRequest] {
        let attributes = try reader.pairs(of: "com.amazonaws.sqs.MessageAttributeValue") {
            reader, name throws(ItemError) in
            var attribute = MessageAttributeRequest(name: name)
            try reader.element("MessageAttributeValue") { reader, member throws(ItemError) in
                switch member {
                case "DataType": attribute.type = try reader.string()
                case "StringValue": attribute.string = try reader.string()
                case "BinaryValue": attribute.binary = try reader.blob()
                case "StringListValues", "BinaryListValues":
                    var count = 0
                    try reader.array { reader throws(ItemError) in
                        try reader.skipValue()
                        count += 1
                    }
                    attribute.hasLists = attribute.hasLists || count > 0
                default: try reader.skipValue()
                }
            }
            return attribute
        }
        return attributes.map(\.value).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private init(name: String) { self.name = name }

    /// - Throws: ``QueueError`` for a value without type, or without value.
    func attribute() throws(QueueError) -> MessageAttribute {
        guard !hasLists else {
            throw QueueError(
                .unsupportedOperation, "Message attribute list values in SendMessage operation are not supported.")
        }
        guard let type, !type.isEmpty else {
            throw QueueError(
                .invalidParameterValue,
                "The message attribute '\(name)' must contain a non-empty message attribute type.")
        }
        if type.hasPrefix("Binary") {
            return MessageAttribute(name: name, type: type, value: .binary(binary ?? []))
        }
        return MessageAttribute(name: name, type: type, value: .string(string ?? ""))
    }
}

extension QueueOperations {
    func send(_ body: [UInt8], traceHeader: String?, _ reply: @escaping Reply) throws {
        var reader = JSONReader(body)
        var url: String?
        var request = MessageRequest()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "QueueUrl": url = try reader.string()
            default: try request.read(member, &reader)
            }
        }
        let queue = try store.queue(url: url)
        queue.send([try request.message(traceHeader: traceHeader)]) { outcome in
            reply(
                Result {
                    let sent = try outcome.get()[0].get()
                    var json = JSONWriter()
                    json.reserve(160)
                    json.object { json in json.members(of: sent) }
                    return json.bytes
                })
        }
    }

    func sendBatch(_ body: [UInt8], traceHeader: String?, _ reply: @escaping Reply) throws {
        var reader = JSONReader(body)
        var url: String?
        var given = GivenList<MessageRequest>()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "QueueUrl": url = try reader.string()
            case "Entries":
                given = try reader.entries { reader throws(ItemError) in
                    var request = MessageRequest()
                    try reader.element("SendMessageBatchRequestEntry") { reader, member throws(ItemError) in
                        try request.read(member, &reader)
                    }
                    return request
                }
            default: try reader.skipValue()
            }
        }
        let queue = try store.queue(url: url)
        let ids = try BatchEntries.check(given, \.id, of: "SendMessageBatchRequestEntry")
        let requests = given.kept
        try Self.checkGroups(of: requests, queue.definition.settings)
        let messages = requests.map { request in
            Result<OutgoingMessage, QueueError> { () throws(QueueError) in
                try request.message(traceHeader: traceHeader)
            }
        }
        let size = messages.reduce(0) { $0 + ((try? $1.get().sizeBytes) ?? 0) }
        guard size <= Queue.messageBytesMax else {
            throw QueueError(
                .batchRequestTooLong,
                "Batch requests cannot be longer than \(Queue.messageBytesMax) bytes. You have sent \(size) bytes.")
        }
        let wellFormed = messages.compactMap { try? $0.get() }
        queue.send(wellFormed) { outcome in
            reply(
                Result {
                    var sent = try outcome.get()[...]
                    let results = messages.map { message in message.flatMap { _ in sent.removeFirst() } }
                    return BatchEntries.answer(ids, results) { $0.members(of: $1) }
                })
        }
    }

    /// What a FIFO queue needs of each message is missing in one: the whole batch is refused, as recorded on AWS.
    private static func checkGroups(of requests: [MessageRequest], _ settings: QueueSettings) throws(QueueError) {
        guard settings.isFIFO else { return }
        for request in requests {
            guard request.groupID != nil else {
                throw QueueError(.invalidParameterValue, "The request must contain the parameter MessageGroupId.")
            }
            guard request.deduplicationID != nil || settings.usesContentBasedDeduplication else {
                throw QueueError(
                    .invalidParameterValue,
                    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                        + "explicitly")
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func members(of sent: SentMessage) {
        member("MessageId", sent.id.description)
        member("MD5OfMessageBody", sent.bodyMD5)
        if let md5 = sent.attributesMD5 { member("MD5OfMessageAttributes", md5) }
        if let md5 = sent.systemAttributesMD5 { member("MD5OfMessageSystemAttributes", md5) }
        if let number = sent.sequenceNumber { member("SequenceNumber", number) }
    }
}
