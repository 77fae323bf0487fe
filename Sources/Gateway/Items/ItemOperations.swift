import Items
import Tables

/// DynamoDB's operations on items, by their names.
enum ItemOperation: String, CaseIterable {
    case putItem = "PutItem"
    case getItem = "GetItem"
    case updateItem = "UpdateItem"
    case deleteItem = "DeleteItem"
    case query = "Query"
    case scan = "Scan"
    case batchGetItem = "BatchGetItem"
    case batchWriteItem = "BatchWriteItem"
    case transactGetItems = "TransactGetItems"
    case transactWriteItems = "TransactWriteItems"
    case executeStatement = "ExecuteStatement"
}

/// Answers DynamoDB's operations on items.
struct ItemOperations: Sendable {
    /// The body of an answer, or `ItemError`, `TableError`, `TransactionCanceled` or `StorageError`.
    typealias Reply = @Sendable (Result<[UInt8], any Error>) -> Void

    let store: TableStore
    /// Most bytes of items in one BatchGetItem answer; the item that goes over stays unprocessed. AWS: 16 MB.
    var batchGetBytesMax = 16 << 20
    /// Most bytes of all items of one transaction. AWS: 4 MB.
    var transactionBytesMax = 4 << 20

    /// Answers one request; `reply` is called exactly once, from any thread.
    ///
    /// Reading the request, checking it and a single read happen before this returns; writes are answered from the
    /// writer's thread, pages and batches from a task or, where they are long, a thread of ``LongReads``.
    ///
    /// - Parameter account: is told what the request does; nil where nothing is counted.
    func answer(
        _ operation: ItemOperation, body: [UInt8], account: RequestAccount? = nil, reply: @escaping Reply
    ) {
        switch operation {
        case .putItem: put(body, account, reply)
        case .updateItem: update(body, account, reply)
        case .deleteItem: delete(body, account, reply)
        case .batchWriteItem: batchWrite(body, account, reply)
        case .transactWriteItems: transactWrite(body, account, reply)
        case .executeStatement: Task { executeStatement(body, account, reply) }
        case .getItem: reply(Result { try get(body, account) })
        case .query: Task { read(reply) { try query(body, account, mayTakeLong: $0) } }
        case .scan: Task { read(reply) { try scan(body, account, mayTakeLong: $0) } }
        case .batchGetItem: Task { read(reply) { try batchGet(body, account, mayTakeLong: $0) } }
        case .transactGetItems: Task { read(reply) { try transactGet(body, account, mayTakeLong: $0) } }
        }
    }

    /// Answers with what `work` reads. Many reads are brief and done at once; one that proves to be long begins anew on a thread
    /// of ``LongReads``, which costs a long one no more than 64 KB and an item read in vain.
    func read(_ reply: @escaping Reply, _ work: @escaping @Sendable (_ mayTakeLong: Bool) throws -> [UInt8]) {
        do {
            reply(.success(try work(false)))
        } catch is LongRead {
            LongReads.items.perform { reply(Result { try work(true) }) }
        } catch {
            reply(.failure(error))
        }
    }

    /// An answer without members.
    static let emptyAnswer = Array("{}".utf8)

    /// The definition of a table, and that of one of its indexes.
    /// - Throws: `TableError` for an index that is not there.
    static func index(_ name: String?, of definition: TableDefinition) throws(TableError) -> TableDefinition.Index? {
        guard let name else { return nil }
        guard let index = definition.indexes.first(where: { $0.name == name }) else {
            throw TableError(.validation, "The table does not have the specified index: \(name)")
        }
        return index
    }
}
