import Items
import Queues

/// What ReceiveMessage asks for besides the messages.
private struct MessageSelection: Sendable {
    /// Names of system attributes, by both parameters that there are for it.
    var systemAttributes: Set<String> = []
    /// Names of message attributes that are asked for as they are.
    private var attributes: Set<Substring> = []
    /// Beginnings of names, of `PREFIX.*`; an empty one, of `All` and `.*`, stands for all.
    private var prefixes: Set<Substring> = []

    private static let systemNames: Set = [
        "All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
        "SequenceNumber", "MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
    ]

    func check() throws(QueueError) {
        if let name = systemAttributes.subtracting(Self.systemNames).min() {
            throw QueueError(.invalidAttributeName, "Unknown Attribute \(name).")
        }
    }

    func shows(_ systemAttribute: String) -> Bool {
        systemAttributes.contains(systemAttribute) || systemAttributes.contains("All")
    }

    mutating func ask(for names: [String]) {
        for name in names {
            if name == "All" {
                prefixes.insert("")
            } else if name.hasSuffix(".*") {
                prefixes.insert(name.dropLast(2))
            } else {
                attributes.insert(name[...])
            }
        }
    }

    /// Costs the lengths of the attributes' names, however many were asked for.
    func shown(_ all: [MessageAttribute]) -> [MessageAttribute] {
        guard !attributes.isEmpty || !prefixes.isEmpty else { return [] }
        return all.filter { attribute in
            let name = attribute.name
            return attributes.contains(name[...]) || prefixes.contains(name[...])
                || name.indices.contains { prefixes.contains(name[..<$0]) }
        }
    }
}

extension QueueOperations {
    func receive(_ body: [UInt8], _ whenClientEnds: GatewayServer.ClientEnd, _ reply: @escaping Reply) throws {
        var reader = JSONReader(body)
        var url: String?
        var request = ReceiveRequest()
        var selection = MessageSelection()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "QueueUrl": url = try reader.string()
            case "MaxNumberOfMessages": request.maxNumberOfMessages = try reader.int()
            case "VisibilityTimeout": request.visibilityTimeoutSeconds = try reader.int()
            case "WaitTimeSeconds": request.waitSeconds = try reader.int()
            case "AttributeNames", "MessageSystemAttributeNames":
                selection.systemAttributes.formUnion(try reader.strings())
            case "MessageAttributeNames": selection.ask(for: try reader.strings())
            // Taken without effect: a receive that is repeated after a lost answer finds other messages.
            case "ReceiveRequestAttemptId": _ = try reader.string()
            default: try reader.skipValue()
            }
        }
        try Self.check(request)
        try selection.check()
        let account = store.settings.accountID
        let queue = try store.queue(url: url)
        let poll = queue.receive(request) { [selection] outcome in
            reply(
                outcome.map { messages in
                    guard !messages.isEmpty else { return Self.emptyAnswer }
                    var json = JSONWriter()
                    json.reserve(messages.reduce(64) { $0 + $1.body.utf8.count + 512 })
                    json.object { json in
                        json.member("Messages", messages) { json, message in
                            json.object { $0.members(of: message, selection, sender: account) }
                        }
                    }
                    return json.bytes
                })
        }
        // Nobody would read what a receive got that waits on.
        if let poll { whenClientEnds { queue.abandon(poll) } }
    }

    private static func check(_ request: ReceiveRequest) throws(QueueError) {
        func refusal(_ value: Int, _ parameter: String, _ range: String) -> QueueError {
            QueueError(
                .invalidParameterValue,
                "Value \(value) for parameter \(parameter) is invalid. Reason: \(range), if provided.")
        }
        guard (1...Queue.batchCountMax).contains(request.maxNumberOfMessages) else {
            throw refusal(request.maxNumberOfMessages, "MaxNumberOfMessages", "Must be between 1 and 10")
        }
        if let timeout = request.visibilityTimeoutSeconds, !(0...43_200).contains(timeout) {
            throw refusal(timeout, "VisibilityTimeout", "Must be between 0 and 43200")
        }
        if let wait = request.waitSeconds, !(0...20).contains(wait) {
            throw refusal(wait, "WaitTimeSeconds", "Must be >= 0 and <= 20")
        }
    }
}

extension JSONWriter {
    fileprivate mutating func members(of message: ReceivedMessage, _ selection: MessageSelection, sender: String) {
        member("MessageId", message.id.description)
        member("ReceiptHandle", message.receiptHandle)
        member("MD5OfBody", message.bodyMD5)
        member("Body", message.body)
        let system: [(String, String?)] =
            selection.systemAttributes.isEmpty
            ? []
            : [
                ("SenderId", sender), ("SentTimestamp", String(message.sentTimestamp)),
                ("ApproximateReceiveCount", String(message.receiveCount)),
                ("ApproximateFirstReceiveTimestamp", String(message.firstReceiveTimestamp)),
                ("SequenceNumber", message.sequenceNumber), ("MessageDeduplicationId", message.deduplicationID),
                ("MessageGroupId", message.groupID), ("AWSTraceHeader", message.traceHeader),
                ("DeadLetterQueueSourceArn", message.deadLetterQueueSourceARN),
            ]
        let shownSystem = system.filter { $0.1 != nil && selection.shows($0.0) }
        if !shownSystem.isEmpty {
            member("Attributes") { json in
                for (name, value) in shownSystem { json.member(name, value ?? "") }
            }
        }
        let shown = selection.shown(message.attributes)
        guard !shown.isEmpty else { return }
        member("MD5OfMessageAttributes", ReceivedMessage.md5(of: shown))
        member("MessageAttributes") { json in
            for attribute in shown {
                json.member(attribute.name) { json in
                    json.member("DataType", attribute.type)
                    switch attribute.value {
                    case .string(let text): json.member("StringValue", text)
                    case .binary(let bytes):
                        var text = [UInt8(ascii: "\"")]
                        Base64.append(bytes, to: &text)
                        text.append(UInt8(ascii: "\""))
                        json.member("BinaryValue", raw: text)
                    }
                }
            }
        }
    }
}
