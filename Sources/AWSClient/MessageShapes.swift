import Items

// Messages as SQS's JSON has them.

extension OutgoingMessage {
    func add(to body: inout JSONMembers) {
        body.add("MessageBody", self.body)
        body.add("DelaySeconds", delaySeconds)
        body.add("MessageGroupId", groupID)
        body.add("MessageDeduplicationId", deduplicationID)
        body.add("MessageAttributes", attributes)
        body.add("MessageSystemAttributes", systemAttributes)
    }

    private var systemAttributes: [String: MessageAttributeValue] {
        guard let traceHeader else { return [:] }
        return ["AWSTraceHeader": .string(traceHeader)]
    }
}

extension JSONMembers {
    /// Nothing for none.
    fileprivate mutating func add(_ name: String, _ attributes: [String: MessageAttributeValue]) {
        guard !attributes.isEmpty else { return }
        var map = JSONMembers()
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            var attribute = JSONMembers()
            attribute.add("DataType", value.dataType)
            switch value.content {
            case .text(let text): attribute.add("StringValue", text)
            case .binary(let bytes):
                var text: [UInt8] = []
                Base64.append(bytes, to: &text)
                attribute.add("BinaryValue", String(decoding: text, as: UTF8.self))
            }
            map.add(name, attribute)
        }
        add(name, map)
    }
}

/// The answer to a message, alone or as a batch's entry.
struct SentMessageReader {
    var entryID: String?
    private var messageID: String?
    private var sequenceNumber: String?

    var message: SentMessage? { messageID.map { SentMessage(messageID: $0, sequenceNumber: sequenceNumber) } }

    mutating func read(_ name: String, _ reader: inout AnswerReader, _ json: RawSpan) throws -> Bool {
        switch name {
        case "Id": entryID = try reader.string(json)
        case "MessageId": messageID = try reader.string(json)
        case "SequenceNumber": sequenceNumber = try reader.string(json)
        default: return false
        }
        return true
    }
}

extension BatchOutcome.Failure {
    init(_ reader: inout AnswerReader, _ json: RawSpan) throws {
        self.init(index: -1, code: "", message: nil, isSenderFault: false)
        try reader.members(json) { name, reader, json in
            switch name {
            case "Id": index = Int(try reader.string(json)) ?? -1
            case "Code": code = try reader.string(json)
            case "Message": message = try reader.string(json)
            case "SenderFault": isSenderFault = try reader.bool(json)
            default: return false
            }
            return true
        }
    }
}

extension ReceivedMessage {
    init(_ reader: inout AnswerReader, _ json: RawSpan) throws {
        self.init(messageID: "", receiptHandle: "", body: "", systemAttributes: [:], attributes: [:])
        try reader.members(json) { name, reader, json in
            switch name {
            case "MessageId": messageID = try reader.string(json)
            case "ReceiptHandle": receiptHandle = try reader.string(json)
            case "Body": body = try reader.string(json)
            case "Attributes": systemAttributes = try reader.strings(json)
            case "MessageAttributes":
                try reader.members(json) { name, reader, json in
                    attributes[name] = try MessageAttributeValue(&reader, json)
                    return true
                }
            default: return false
            }
            return true
        }
    }
}

extension MessageAttributeValue {
    fileprivate init(_ reader: inout AnswerReader, _ json: RawSpan) throws {
        self.init(dataType: "", content: .text(""))
        try reader.members(json) { name, reader, json in
            switch name {
            case "DataType": dataType = try reader.string(json)
            case "StringValue": content = .text(try reader.string(json))
            case "BinaryValue":
                content = .binary(try Base64.decode(Array(try reader.string(json).utf8).span.bytes))
            default: return false
            }
            return true
        }
    }
}
