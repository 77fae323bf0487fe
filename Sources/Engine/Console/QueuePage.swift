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

    init(queue: Queue, request: Request) throws {
        let limit = PageLimit.of(request.limit)
        let found = try queue.peek(limit: limit + 1)
        hasMore = found.count > limit
        messages = found.prefix(limit).map {
            Message(
                id: $0.messageID, sentTimestamp: $0.sentTimestamp, groupId: $0.groupID, receiveCount: $0.receiveCount,
                body: $0.body)
        }
    }
}
