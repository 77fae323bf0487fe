import Queues

/// SQS's operations, by their names.
enum QueueOperation: String, CaseIterable {
    case addPermission = "AddPermission"
    case cancelMessageMoveTask = "CancelMessageMoveTask"
    case changeMessageVisibility = "ChangeMessageVisibility"
    case changeMessageVisibilityBatch = "ChangeMessageVisibilityBatch"
    case createQueue = "CreateQueue"
    case deleteMessage = "DeleteMessage"
    case deleteMessageBatch = "DeleteMessageBatch"
    case deleteQueue = "DeleteQueue"
    case getQueueAttributes = "GetQueueAttributes"
    case getQueueUrl = "GetQueueUrl"
    case listDeadLetterSourceQueues = "ListDeadLetterSourceQueues"
    case listMessageMoveTasks = "ListMessageMoveTasks"
    case listQueueTags = "ListQueueTags"
    case listQueues = "ListQueues"
    case purgeQueue = "PurgeQueue"
    case receiveMessage = "ReceiveMessage"
    case removePermission = "RemovePermission"
    case sendMessage = "SendMessage"
    case sendMessageBatch = "SendMessageBatch"
    case setQueueAttributes = "SetQueueAttributes"
    case startMessageMoveTask = "StartMessageMoveTask"
    case tagQueue = "TagQueue"
    case untagQueue = "UntagQueue"
}

/// Answers SQS's operations. Requests and answers are JSON; the query protocol is translated at the border.
struct QueueOperations: Sendable {
    /// The body of an answer, empty where SQS answers nothing, or what ``ServiceError/init(ofQueues:)`` tells of.
    typealias Reply = @Sendable (Result<[UInt8], any Error>) -> Void

    let store: QueueStore

    /// Answers one request; `reply` is called exactly once, from any thread.
    func answer(_ operation: String, _ request: DynamoDBService.Request, reply: @escaping Reply) {
        let body = request.body
        // Here, because only the services know what their errors are called.
        let reply: Reply = { result in reply(result.mapError { ServiceError(ofQueues: $0) }) }
        guard let operation = QueueOperation(rawValue: operation) else {
            reply(.failure(ServiceError(.ofQueues("UnknownOperationException"), nil)))
            return
        }
        switch operation {
        case .sendMessage: attempt(reply) { try send(body, traceHeader: request.traceHeader, reply) }
        case .sendMessageBatch: attempt(reply) { try sendBatch(body, traceHeader: request.traceHeader, reply) }
        case .receiveMessage: attempt(reply) { try receive(body, request.whenClientEnds, reply) }
        case .deleteMessage: attempt(reply) { try delete(body, reply) }
        case .deleteMessageBatch: attempt(reply) { try deleteBatch(body, reply) }
        case .changeMessageVisibility: reply(Result { try changeVisibility(body) })
        case .changeMessageVisibilityBatch: reply(Result { try changeVisibilityBatch(body) })
        default:
            // The border to callback code. It is not cancelled when the client goes away: what is written is written.
            Task {
                do {
                    // Queues' URLs begin with what the client calls this server.
                    let origin = "\(request.isSecure ? "https" : "http")://\(request.host)"
                    reply(.success(try await administer(operation, QueueRequest(body), origin: origin)))
                } catch {
                    reply(.failure(error))
                }
            }
        }
    }

    private func attempt(_ reply: Reply, _ start: () throws -> Void) {
        do {
            try start()
        } catch {
            reply(.failure(error))
        }
    }

    /// An answer without members.
    static let emptyAnswer = Array("{}".utf8)

    func url(_ queue: Queue, _ origin: String) -> String {
        QueueURL.text(queue.name, account: store.settings.accountID, origin: origin)
    }
}
