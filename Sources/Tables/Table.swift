import Clocks
import Foundation
public import Items
import Storage
import Synchronization

/// A durable table with its secondary indexes and its stream.
///
/// Writes go through the store's group commit: item, index entries and stream record appear together or not at all, and
/// an answered write survives kill -9 and power loss. Reads see every answered write and never wait for one. All methods
/// may be called from any thread.
public final class Table: Sendable {
    public let name: String
    public let arn: String
    let database: Database
    private let writer: GroupCommitWriter
    /// Where its writes wait.
    let line: WriterLine
    private let time: any TimeSource
    /// Nil once the table is deleted.
    private let current: Mutex<TableSchema?>
    let statistics = TableStatistics()
    /// The latest stream of a table, also a disabled one.
    let latestStream: @Sendable (StoredTable) -> ChangeStream?
    let commitCheck: CommitCheck?
    let expiredCount = Atomic(0)

    init(
        _ schema: TableSchema, arn: String, latestStream: @escaping @Sendable (StoredTable) -> ChangeStream?,
        database: Database, writer: GroupCommitWriter, time: any TimeSource, commitCheck: CommitCheck?
    ) {
        name = schema.definition.name
        self.arn = arn
        self.latestStream = latestStream
        self.database = database
        self.writer = writer
        line = .table(schema.number)
        self.time = time
        self.commitCheck = commitCheck
        current = Mutex(schema)
    }

    /// The table as it is now.
    ///
    /// - Throws: ``TableError`` with code `resourceNotFound` once the table is deleted.
    var schema: TableSchema {
        get throws(TableError) {
            guard let schema = current.withLock({ $0 }) else { throw .noSuchTable }
            return schema
        }
    }

    /// Takes note of a committed change; nil for the table's end.
    func publish(_ schema: TableSchema?) { current.withLock { $0 = schema } }

    /// The definition as it is now.
    public var definition: TableDefinition {
        get throws(TableError) { try schema.definition }
    }

    /// Items that were removed because their time was over, since the store was opened.
    public var expiredItemCount: Int { expiredCount.load(ordering: .relaxed) }

    /// Nil for a table without a stream.
    public var stream: ChangeStream? { current.withLock { $0 }?.stream }

    /// The key attributes of an item.
    public func key(of item: Item) throws -> Item { try schema.definition.keySchema.key(of: item) }

    /// The encoded key: equal bytes for equal keys, of this table only.
    public func encodedKey(_ key: Item) throws -> [UInt8] {
        let schema = try schema
        try schema.definition.keySchema.check(key: key)
        return try schema.keys.primary(of: key)
    }

    // MARK: Writes

    /// Writes one item. The completion is called on the writer's thread once the write is durable, or at once when the
    /// request itself is wrong.
    public func write(
        _ change: ItemWrite.Change, condition: ConditionExpression? = nil,
        completion: @escaping @Sendable (Result<WriteResult, any Error>) -> Void
    ) {
        do {
            let prepared = try PreparedWrite(ItemWrite(self, change, condition: condition))
            let arrival = time.now()
            writer.commit(
                line: line,
                work: { transaction in
                    let evaluated = try prepared.evaluate(in: transaction)
                    return (evaluated.result, try evaluated.perform(in: transaction, arrival: arrival))
                },
                completion: { (outcome: Result<(WriteResult, AppendedRecord?), any Error>) in
                    completion(
                        outcome.map { result, record in
                            record?.announce()
                            return result
                        })
                })
        } catch {
            completion(.failure(error))
        }
    }

    private func write(_ change: ItemWrite.Change, _ condition: ConditionExpression?) async throws -> WriteResult {
        try await withCheckedThrowingContinuation { continuation in
            write(change, condition: condition) { continuation.resume(with: $0) }
        }
    }

    /// Stores an item in place of the one with the same key.
    ///
    /// - Throws: `ItemError` when the item or its key is invalid; ``TableError`` when the condition is not met.
    @discardableResult
    public func put(_ item: Item, condition: ConditionExpression? = nil) async throws -> WriteResult {
        try await write(.put(item), condition)
    }

    /// Changes an item, or makes it from its key when there is none.
    @discardableResult
    public func update(
        key: Item, _ update: UpdateExpression, condition: ConditionExpression? = nil
    ) async throws -> WriteResult {
        try await write(.update(key: key, update), condition)
    }

    /// Removes an item. Removing one that does not exist is no change.
    @discardableResult
    public func delete(key: Item, condition: ConditionExpression? = nil) async throws -> WriteResult {
        try await write(.delete(key: key), condition)
    }

    // MARK: Reads

    /// The item with this key, or nil. One point read, which blocks for as long as the disk takes.
    public func get(key: Item) throws -> StoredItem? {
        try database.get(.items, try encodedKey(key)).map(StoredItem.init(json:))
    }
}
