import Items

// SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference. The queue's URL goes into the body and the
// request to the endpoint, so a URL that was made before the endpoint's port was known works too.

extension AWSClient {
    /// Most entries of one batch. AWS: 10.
    public static let batchEntriesMax = 10

    /// The URL of a queue of this account.
    public func getQueueURL(of queueName: String) async throws -> String {
        var body = JSONMembers()
        body.add("QueueName", queueName)
        let answer = try await call(.sqs, "GetQueueUrl", body)
        var url: String?
        try Self.read(answer) { name, reader, json in
            guard name == "QueueUrl" else { return false }
            url = try reader.string(json)
            return true
        }
        return try Self.required(url, "QueueUrl")
    }

    @discardableResult
    public func sendMessage(_ message: OutgoingMessage, to queueURL: String) async throws -> SentMessage {
        var body = JSONMembers()
        body.add("QueueUrl", queueURL)
        message.add(to: &body)
        let answer = try await call(.sqs, "SendMessage", body)
        var sent = SentMessageReader()
        try Self.read(answer) { name, reader, json in try sent.read(name, &reader, json) }
        return try Self.required(sent.message, "MessageId")
    }

    /// Sends up to ``batchEntriesMax`` messages. An entry that SQS could not take is in `failures`; the call itself throws
    /// only when no entry was taken.
    public func sendMessageBatch(
        _ messages: [OutgoingMessage], to queueURL: String
    ) async throws -> BatchOutcome<SentMessage> {
        let entries = messages.map { message in
            var entry = JSONMembers()
            message.add(to: &entry)
            return entry
        }
        return try await batch("SendMessageBatch", queueURL, entries) { reader, json in
            var sent = SentMessageReader()
            try reader.members(json) { name, reader, json in try sent.read(name, &reader, json) }
            return (sent.entryID, sent.message)
        }
    }

    /// Receives up to ten messages; none is an empty list.
    ///
    /// - Parameters:
    ///   - queueURL: as CreateQueue and GetQueueUrl give it.
    ///   - maxNumberOfMessages: 1 to 10.
    ///   - waitTimeSeconds: 0 to 20: how long to wait for a first message; nil for the queue's own setting.
    ///   - visibilityTimeout: 0 to 43,200 seconds in which nobody else receives them; nil for the queue's own.
    ///   - systemAttributeNames: `All`, or those that are wanted.
    ///   - attributeNames: `All`, or those that are wanted.
    public func receiveMessage(
        from queueURL: String, maxNumberOfMessages: Int = 10, waitTimeSeconds: Int? = nil,
        visibilityTimeout: Int? = nil, systemAttributeNames: [String] = [], attributeNames: [String] = []
    ) async throws -> [ReceivedMessage] {
        var body = JSONMembers()
        body.add("QueueUrl", queueURL)
        body.add("MaxNumberOfMessages", maxNumberOfMessages)
        body.add("WaitTimeSeconds", waitTimeSeconds)
        body.add("VisibilityTimeout", visibilityTimeout)
        body.add("MessageSystemAttributeNames", systemAttributeNames.isEmpty ? nil : systemAttributeNames)
        body.add("MessageAttributeNames", attributeNames.isEmpty ? nil : attributeNames)
        // The queue's own wait is unknown here: at most 20 seconds.
        let answer = try await call(.sqs, "ReceiveMessage", body, wait: .seconds(waitTimeSeconds ?? 20))
        var messages: [ReceivedMessage] = []
        try Self.read(answer) { name, reader, json in
            guard name == "Messages" else { return false }
            try reader.elements(json) { reader, json in messages.append(try ReceivedMessage(&reader, json)) }
            return true
        }
        return messages
    }

    public func deleteMessage(_ receiptHandle: String, from queueURL: String) async throws {
        var body = JSONMembers()
        body.add("QueueUrl", queueURL)
        body.add("ReceiptHandle", receiptHandle)
        _ = try await call(.sqs, "DeleteMessage", body)
    }

    /// Deletes up to ``batchEntriesMax`` messages.
    @discardableResult
    public func deleteMessageBatch(
        _ receiptHandles: [String], from queueURL: String
    ) async throws -> BatchOutcome<Void> {
        let entries = receiptHandles.map { handle in
            var entry = JSONMembers()
            entry.add("ReceiptHandle", handle)
            return entry
        }
        return try await batch("DeleteMessageBatch", queueURL, entries) { reader, json in
            var id: String?
            try reader.members(json) { name, reader, json in
                guard name == "Id" else { return false }
                id = try reader.string(json)
                return true
            }
            return (id, ())
        }
    }

    /// Sets anew how long nobody else receives a message, from now on, 0 to 43,200 seconds; 0 gives it back at once.
    public func changeMessageVisibility(
        _ receiptHandle: String, of queueURL: String, timeoutSeconds: Int
    ) async throws {
        var body = JSONMembers()
        body.add("QueueUrl", queueURL)
        body.add("ReceiptHandle", receiptHandle)
        body.add("VisibilityTimeout", timeoutSeconds)
        _ = try await call(.sqs, "ChangeMessageVisibility", body)
    }

    /// - Parameter read: an entry that succeeded: the id it was given, and its value.
    private func batch<Success: Sendable>(
        _ operation: String, _ queueURL: String, _ entries: [JSONMembers],
        _ read: (inout AnswerReader, RawSpan) throws -> (id: String?, value: Success?)
    ) async throws -> BatchOutcome<Success> {
        var body = JSONMembers()
        body.add("QueueUrl", queueURL)
        let named = entries.enumerated().map { index, entry in
            var entry = entry
            entry.add("Id", String(index))
            return entry
        }
        body.add("Entries", named)
        let answer = try await call(.sqs, operation, body)
        var outcome = BatchOutcome<Success>()
        var missing = Set(entries.indices)
        try Self.read(answer) { name, reader, json in
            switch name {
            case "Successful":
                try reader.elements(json) { reader, json in
                    let (id, value) = try read(&reader, json)
                    guard let index = id.flatMap({ Int($0) }), let value, missing.remove(index) != nil else { return }
                    outcome.successes.append((index, value))
                }
            case "Failed":
                try reader.elements(json) { reader, json in
                    let failure = try BatchOutcome<Success>.Failure(&reader, json)
                    if missing.remove(failure.index) != nil { outcome.failures.append(failure) }
                }
            default: return false
            }
            return true
        }
        // Nothing may be lost because an answer did not speak of it.
        for index in missing.sorted() {
            outcome.failures.append(
                .init(
                    index: index, code: AWSError.Code.unreadableAnswer.rawValue,
                    message: "The answer does not speak of this entry.", isSenderFault: false))
        }
        return outcome
    }

    static func required<Value>(_ value: Value?, _ name: String) throws(AWSError) -> Value {
        guard let value else {
            throw AWSError(
                code: .unreadableAnswer, message: "The answer has no \(name); is the endpoint the right one?",
                status: 200)
        }
        return value
    }
}
