import Queues

/// The oldest messages of a queue, none of them received: the answer of `POST /_sluice/queues/NAME/peek`.
struct QueuePage: Encodable {
    struct Request: Decodable { var limit: Int? }

    struct Message: Encodable {
        var id: String
        /// Milliseconds since 1970.
        var sentTimestamp: Int64
        var groupId: String?
        var receiveCount: Int
        var body: String
    }

    var messages: [Message]
    /// Whether there are more than these.
    var hasMore: Bool

    /// - Parameter bytesMax: most bytes of bodies; one message is shown whatever its size.
    init(queue: Queue, request: Request, bytesMax: Int = PageLimit.bytesMax) throws {
        let limit = PageLimit.of(request.limit)
        var messages: [Message] = []
        var (sizeBytes, hasMore) = (0, false)
        try queue.visit { message in
            sizeBytes += message.body.utf8.count
            hasMore = messages.count == limit || !messages.isEmpty && sizeBytes > bytesMax
            guard !hasMore else { return false }
            messages.append(
                Message(
                    id: message.messageID, sentTimestamp: message.sentTimestamp, groupId: message.groupID,
                    receiveCount: message.receiveCount, body: message.body))
            return true
        }
        self.messages = messages
        self.hasMore = hasMore
    }
}
