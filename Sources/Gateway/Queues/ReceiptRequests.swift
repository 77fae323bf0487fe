import Items
import Queues

/// DeleteMessage and ChangeMessageVisibility, or an entry of their batches.
private struct ReceiptRequest {
    var id: String?
    private var receiptHandle: String?
    private var visibilityTimeout: Int?

    mutating func read(_ member: JSONName, _ reader: inout JSONReader) throws(ItemError) {
        switch member {
        case "Id": id = try reader.string()
        case "ReceiptHandle": receiptHandle = try reader.string()
        case "VisibilityTimeout": visibilityTimeout = try reader.int()
        default: try reader.skipValue()
        }
    }

    func handle() throws(QueueError) -> String {
        guard let receiptHandle else {
            throw QueueError(.missingParameter, "The request must contain the parameter ReceiptHandle.")
        }
        return receiptHandle
    }

    func timeout() throws(QueueError) -> Int {
        guard let visibilityTimeout else {
            throw QueueError(.missingParameter, "The request must contain the parameter VisibilityTimeout.")
        }
        return visibilityTimeout
    }

    static func single(_ body: [UInt8]) throws(ItemError) -> (url: String?, request: ReceiptRequest) {
        var reader = JSONReader(body)
        var url: String?
        var request = ReceiptRequest()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "QueueUrl": url = try reader.string()
            default: try request.read(member, &reader)
            }
        }
        return (url, request)
    }

    static func batch(
        _ body: [UInt8], _ type: StaticString
    ) throws(ItemError) -> (url: String?, GivenList<ReceiptRequest>) {
        var reader = JSONReader(body)
        var url: String?
        var requests = GivenList<ReceiptRequest>()
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "QueueUrl": url = try reader.string()
            case "Entries":
                requests = try reader.entries { reader throws(ItemError) in
                    var request = ReceiptRequest()
                    try reader.element(type) { reader, member throws(ItemError) in try request.read(member, &reader) }
                    return request
                }
            default: try reader.skipValue()
            }
        }
        return (url, requests)
    }
}

extension QueueOperations {
    func delete(_ body: [UInt8], _ reply: @escaping Reply) throws {
        let (url, request) = try ReceiptRequest.single(body)
        let queue = try store.queue(url: url)
        queue.delete([try request.handle()]) { outcome in
            reply(
                Result {
                    try outcome.get()[0].get()
                    return Self.emptyAnswer
                })
        }
    }

    func deleteBatch(_ body: [UInt8], _ reply: @escaping Reply) throws {
        let (url, given) = try ReceiptRequest.batch(body, "DeleteMessageBatchRequestEntry")
        let queue = try store.queue(url: url)
        let ids = try BatchEntries.check(given, \.id, of: "DeleteMessageBatchRequestEntry")
        let handles = given.kept.map { request in
            Result<String, QueueError> { () throws(QueueError) in try request.handle() }
        }
        queue.delete(handles.compactMap { try? $0.get() }) { outcome in
            reply(
                Result {
                    var deleted = try outcome.get()[...]
                    let results = handles.map { handle in handle.flatMap { _ in deleted.removeFirst() } }
                    return BatchEntries.answer(ids, results) { _, _ in }
                })
        }
    }

    func changeVisibility(_ body: [UInt8]) throws -> [UInt8] {
        let (url, request) = try ReceiptRequest.single(body)
        let queue = try store.queue(url: url)
        try queue.changeVisibility(try request.handle(), timeoutSeconds: try request.timeout())
        return Self.emptyAnswer
    }

    func changeVisibilityBatch(_ body: [UInt8]) throws -> [UInt8] {
        let (url, given) = try ReceiptRequest.batch(body, "ChangeMessageVisibilityBatchRequestEntry")
        let queue = try store.queue(url: url)
        let ids = try BatchEntries.check(given, \.id, of: "ChangeMessageVisibilityBatchRequestEntry")
        let results = given.kept.map { request in
            Result<Void, QueueError> { () throws(QueueError) in
                try queue.changeVisibility(try request.handle(), timeoutSeconds: try request.timeout())
            }
        }
        return BatchEntries.answer(ids, results) { _, _ in }
    }
}
