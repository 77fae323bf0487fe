import Clocks
import Foundation
import Queues

/// The operations that look after queues: small and rare.
extension QueueOperations {
    func administer(_ operation: QueueOperation, _ request: QueueRequest, origin: String) async throws -> [UInt8] {
        switch operation {
        case .createQueue: return try await createQueue(request, origin)
        case .getQueueUrl: return try getQueueURL(request, origin)
        case .listQueues: return try listQueues(request, origin)
        case .listDeadLetterSourceQueues: return try listDeadLetterSourceQueues(request, origin)
        case .startMessageMoveTask: return try startMoveTask(request)
        case .cancelMessageMoveTask: return try cancelMoveTask(request)
        case .listMessageMoveTasks: return try listMoveTasks(request)
        default: break
        }
        let queue = try store.queue(url: request.queueURL)
        switch operation {
        case .deleteQueue: try await store.deleteQueue(queue.name)
        case .purgeQueue: try await queue.purge()
        case .getQueueAttributes: return try Self.attributes(request, queue)
        case .setQueueAttributes:
            try await store.setAttributes(
                queue.name, QueueRequest.required(request.attributes, "Attribute.Name"))
        case .listQueueTags:
            return Self.json { json in
                if !queue.definition.tags.isEmpty {
                    json.member("Tags", queue.definition.tags.sorted { $0.key < $1.key })
                }
            }
        case .tagQueue: try await store.tag(queue.name, adding: QueueRequest.required(request.tags, "Tags"))
        case .untagQueue:
            try await store.tag(
                queue.name, adding: [:], removing: QueueRequest.required(request.tagKeys, "TagKeys"))
        case .addPermission:
            try await store.addPermission(
                queue.name, label: QueueRequest.required(request.label, "Label"),
                accounts: QueueRequest.required(request.accounts, "AWSAccountIds"),
                actions: QueueRequest.required(request.actions, "Actions"))
        case .removePermission:
            try await store.removePermission(queue.name, label: QueueRequest.required(request.label, "Label"))
        default: preconditionFailure("\(operation) is answered elsewhere")
        }
        return Self.emptyAnswer
    }

    private static func json(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object(members)
        return json.bytes
    }

    // MARK: Queues

    private func createQueue(_ request: QueueRequest, _ origin: String) async throws -> [UInt8] {
        let queue = try await store.createQueue(
            QueueRequest.required(request.queueName, "QueueName"), attributes: request.attributes, tags: request.tags)
        return Self.json { $0.member("QueueUrl", url(queue, origin)) }
    }

    private func getQueueURL(_ request: QueueRequest, _ origin: String) throws -> [UInt8] {
        let name = try QueueRequest.required(request.queueName, "QueueName")
        guard request.ownerAccount ?? store.settings.accountID == store.settings.accountID else {
            throw QueueError.noSuchQueue
        }
        let queue = try store.queue(name)
        return Self.json { $0.member("QueueUrl", url(queue, origin)) }
    }

    private static func attributes(_ request: QueueRequest, _ queue: Queue) throws -> [UInt8] {
        let attributes = try queue.attributes(request.attributeNames)
        return json { json in
            if !attributes.isEmpty { json.member("Attributes", attributes.map { ($0.name, $0.value) }) }
        }
    }

    private func listQueues(_ request: QueueRequest, _ origin: String) throws -> [UInt8] {
        let (queues, next) = try Self.page(store.queues.filter { $0.name.hasPrefix(request.namePrefix) }, request)
        return Self.json { json in
            if !queues.isEmpty { json.member("QueueUrls", queues) { $0.string(url($1, origin)) } }
            if let next { json.member("NextToken", next) }
        }
    }

    private func listDeadLetterSourceQueues(_ request: QueueRequest, _ origin: String) throws -> [UInt8] {
        let sources = store.deadLetterSources(of: try store.queue(url: request.queueURL))
        let (queues, next) = try Self.page(sources, request)
        return Self.json { json in
            json.member("queueUrls", queues) { $0.string(url($1, origin)) }
            if let next { json.member("NextToken", next) }
        }
    }

    /// Most queues of one answer. AWS: 1,000.
    private static let pageCountMax = 1_000

    /// A page of queues and the token of the next, which there is only when the request sets MaxResults, as on AWS.
    private static func page(
        _ queues: [Queue], _ request: QueueRequest
    ) throws(QueueError) -> (queues: [Queue], next: String?) {
        var rest = queues[...]
        if let token = request.nextToken {
            guard let name = Data(base64Encoded: token).flatMap({ String(data: $0, encoding: .utf8) }) else {
                throw QueueError(.invalidParameterValue, "Invalid or expired next token.")
            }
            rest = rest.drop { !name.utf8.lexicographicallyPrecedes($0.name.utf8) }
        }
        guard let limit = request.maxResults else { return (Array(rest.prefix(pageCountMax)), nil) }
        guard (1...pageCountMax).contains(limit) else {
            throw QueueError(
                .invalidParameterValue,
                "Value \(limit) for parameter MaxResults is invalid. Reason: Must be an integer from 1 to 1000.")
        }
        let page = Array(rest.prefix(limit))
        let next = rest.count > limit ? page.last.map { Data($0.name.utf8).base64EncodedString() } : nil
        return (page, next)
    }

    // MARK: Move tasks

    private func startMoveTask(_ request: QueueRequest) throws -> [UInt8] {
        let task = try store.startMoveTask(
            sourceARN: QueueRequest.required(request.sourceARN, "SourceArn"), destinationARN: request.destinationARN,
            rate: request.rate)
        return Self.json { $0.member("TaskHandle", TaskHandle(task).text) }
    }

    private func cancelMoveTask(_ request: QueueRequest) throws -> [UInt8] {
        let handle = try TaskHandle(QueueRequest.required(request.taskHandle, "TaskHandle"))
        let moved = try store.cancelMoveTask(handle.taskID, sourceARN: handle.sourceARN)
        return Self.json { $0.member("ApproximateNumberOfMessagesMoved", moved) }
    }

    private func listMoveTasks(_ request: QueueRequest) throws -> [UInt8] {
        let limit = request.maxResults ?? 1
        guard (1...10).contains(limit) else {
            throw QueueError(
                .invalidParameterValue,
                "Value \(limit) for parameter MaxResults is invalid. Reason: Must be between 1 and 10, if provided.")
        }
        let tasks = try store.moveTasks(sourceARN: QueueRequest.required(request.sourceARN, "SourceArn"))
        return Self.json { json in
            json.member("Results", tasks.prefix(limit)) { json, task in
                let progress = task.progress
                json.object { json in
                    // Only what can be cancelled has a handle.
                    if progress.status == .running { json.member("TaskHandle", TaskHandle(task).text) }
                    json.member("Status", progress.status.rawValue)
                    json.member("SourceArn", task.sourceARN)
                    if let arn = task.destinationARN { json.member("DestinationArn", arn) }
                    if let rate = task.rate { json.member("MaxNumberOfMessagesPerSecond", rate) }
                    json.member("ApproximateNumberOfMessagesMoved", progress.movedCount)
                    json.member("ApproximateNumberOfMessagesToMove", task.toMoveCount)
                    if let reason = progress.failureReason { json.member("FailureReason", reason) }
                    json.member("StartedTimestamp", Int(task.startedAt.milliseconds))
                }
            }
        }
    }
}

/// The opaque text of a move task: its id and its source, in base64.
private struct TaskHandle: Codable {
    let taskID: String
    let sourceARN: String

    init(_ task: MoveTask) { (taskID, sourceARN) = (task.id, task.sourceARN) }

    init(_ text: String) throws {
        guard let data = Data(base64Encoded: text), let handle = try? JSONDecoder().decode(Self.self, from: data) else {
            throw QueueError(.invalidParameterValue, "Value for parameter TaskHandle is invalid.")
        }
        self = handle
    }

    var text: String {
        // Two texts can be written.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ((try? encoder.encode(self)) ?? Data()).base64EncodedString()
    }
}

extension JSONWriter {
    /// An object of texts.
    fileprivate mutating func member(_ name: String, _ texts: some Sequence<(key: String, value: String)>) {
        member(name) { json in for (name, value) in texts { json.member(name, value) } }
    }

    fileprivate mutating func member(_ name: String, _ texts: [(String, String)]) {
        member(name) { json in for (name, value) in texts { json.member(name, value) } }
    }
}
