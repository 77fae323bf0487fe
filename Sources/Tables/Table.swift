public import Clocks
import Foundation
public import Items
public import Storage

/// A durable table with its secondary indexes and its stream.
///
/// Writes go through the store's group commit: item, index entries and stream record appear together or not at all, and
/// an answered write survives kill -9 and power loss. Reads see every answered write. All methods may be called from any
/// task.
public final class Table: Sendable {
    /// What a write did.
    public struct WriteResult: Sendable {
        /// The item before; nil when there was none.
        public var old: Item?
        /// The item after; nil when it was deleted or did not exist.
        public var new: Item?
        /// Whether anything changed. A write that changes nothing writes no stream record.
        public var isChange: Bool
    }

    public let definition: TableDefinition
    /// Nil for a table without a stream.
    public let stream: ChangeStream?
    private let keys: TableKeys
    private let database: Database
    private let writer: GroupCommitWriter
    private let time: any TimeSource

    /// Opens the table, creating it when it is new.
    ///
    /// - Throws: ``TableError`` with code `definitionChanged` when the stored table has other keys, indexes or stream.
    public init(
        _ definition: TableDefinition, database: Database, writer: GroupCommitWriter, time: any TimeSource
    ) async throws {
        let catalog = Catalog(database: database, writer: writer)
        let entry: Catalog.Entry<StoredTable>
        if let known = try catalog.entry(.table, definition.name, as: StoredTable.self) {
            let wanted = StoredTable(definition, stream: known.description.stream)
            guard wanted == known.description, known.description.stream?.viewType == definition.streamViewType else {
                throw TableError(
                    .definitionChanged,
                    "The table \(definition.name) has other keys, indexes or stream settings in the data folder than in the template; choose another folder with --data or give the table another name."
                )
            }
            entry = known
        } else {
            let stream = definition.streamViewType.map { Self.newStream($0, table: definition.name, now: time.now()) }
            entry = try await catalog.put(.table, definition.name, StoredTable(definition, stream: stream))
        }
        self.definition = definition
        self.database = database
        self.writer = writer
        self.time = time
        keys = TableKeys(number: entry.number, definition: definition)
        stream = try entry.description.stream.map {
            try ChangeStream($0, number: entry.number, definition: definition, database: database)
        }
    }

    /// The item with this key, or nil.
    public func get(key: Item) throws -> Item? {
        try definition.keySchema.check(key: key)
        return try database.get(.items, try keys.primary(of: key)).map { try Item(json: $0) }
    }

    /// Stores an item in place of the one with the same key.
    ///
    /// - Throws: `ItemError` when the item or its key is invalid; ``TableError`` when the condition is not met.
    @discardableResult
    public func put(_ item: Item, condition: ConditionExpression? = nil) async throws -> WriteResult {
        let new = try encoded(item)
        return try await write(key: item, condition: condition) { _ in new }
    }

    /// Changes an item, or makes it from its key when there is none.
    @discardableResult
    public func update(
        key: Item, _ update: UpdateExpression, condition: ConditionExpression? = nil
    ) async throws -> WriteResult {
        try definition.keySchema.check(key: key)
        let keyAttributes = definition.keySchema.names
        return try await write(key: key, condition: condition) { [self] old in
            let new = try update.apply(to: old ?? key, keyAttributes: keyAttributes)
            // Taking attributes away from an item that does not exist makes none.
            if old == nil, new == key { return nil }
            return try encoded(new, refusal: "Item size to update has exceeded the maximum allowed size")
        }
    }

    /// Removes an item. Removing one that does not exist is no change.
    @discardableResult
    public func delete(key: Item, condition: ConditionExpression? = nil) async throws -> WriteResult {
        try definition.keySchema.check(key: key)
        return try await write(key: key, condition: condition) { _ in nil }
    }

    /// The items whose hash key has this value, in the order of the range key.
    ///
    /// - Parameter index: a secondary index, or nil for the table's own key.
    public func query(index: String? = nil, hashKey: AttributeValue, limit: Int) throws -> [Item] {
        var items: [Item] = []
        guard limit > 0 else { return [] }
        if let index {
            guard let range = try keys.indexRange(index, hashKey: hashKey) else {
                throw TableError(.validation, "The table does not have the specified index: \(index)")
            }
            // Entries and items of one moment: an item that moves meanwhile is shown once, and with the key asked for.
            let snapshot = database.snapshot()
            try snapshot.scan(.indexes, from: range.from, to: range.to) { _, primaryKey in
                if let json = try snapshot.get(.items, primaryKey.bytes()) { items.append(try Item(json: json)) }
                return items.count < limit
            }
        } else {
            let range = try keys.primaryRange(hashKey: hashKey)
            try database.scan(.items, from: range.from, to: range.to) { _, json in
                items.append(try Item(json: json))
                return items.count < limit
            }
        }
        return items
    }

    private func encoded(
        _ item: Item, refusal: String = "Item size has exceeded the maximum allowed size"
    ) throws -> (item: Item, json: [UInt8]) {
        guard item.sizeBytes <= Item.itemSizeBytesMax else { throw TableError(.validation, refusal) }
        try keys.checkIndexKeys(of: item)
        return (item, item.json)
    }

    /// The one way of every write: read the old item, check, change, and add index entries and the stream record.
    private func write(
        key: Item, condition: ConditionExpression?,
        _ change: @escaping @Sendable (_ old: Item?) throws -> (item: Item, json: [UInt8])?
    ) async throws -> WriteResult {
        let arrival = time.now()
        let primaryKey = try keys.primary(of: key)
        let keyAttributes = try definition.keySchema.key(of: key)
        let (keys, stream) = (keys, stream)
        typealias Committed = (result: WriteResult, sequence: UInt64?)
        let committed: Committed = try await writer.commit(
            { transaction in
                let old = try transaction.get(.items, primaryKey).map { (item: try Item(json: $0), json: $0) }
                if let condition, !condition.evaluate(old?.item) { throw TableError.conditionalCheckFailed }
                let new = try change(old?.item)
                guard old?.json != new?.json else {
                    return (WriteResult(old: old?.item, new: new?.item, isChange: false), nil)
                }
                if let new {
                    transaction.put(.items, primaryKey, new.json)
                } else {
                    transaction.delete(.items, primaryKey)
                }
                keys.moveIndexEntries(
                    from: old?.item, to: new?.item, primaryKey: primaryKey, in: transaction)
                let sequence = stream?.append(
                    StreamRecordEncoder.Change(keys: keyAttributes, old: old, new: new),
                    itemKey: StableHash.of(primaryKey), arrival: arrival, to: transaction)
                return (WriteResult(old: old?.item, new: new?.item, isChange: true), sequence)
            },
            committed: { committed in
                if let sequence = committed.sequence { stream?.announce(sequence) }
            })
        return committed.result
    }

    /// A stream's label is its time of creation; a shard's id has that time in milliseconds and eight hex digits.
    private static func newStream(
        _ viewType: TableDefinition.StreamViewType, table: String, now: Timestamp
    ) -> StoredTable.Stream {
        let milliseconds = String(now.milliseconds)
        // The fraction as text: `Date` keeps a binary one, whose digits often end one millisecond short.
        let seconds = Date(timeIntervalSince1970: Double(now.seconds)).formatted(Date.ISO8601FormatStyle()).dropLast()
        let label = "\(seconds).\(milliseconds.suffix(3))"
        let suffix = String(StableHash.of("\(table)/\(label)".utf8) & 0xffff_ffff, radix: 16)
        return StoredTable.Stream(
            viewType: viewType, label: label,
            shardID: "shardId-\(String(repeating: "0", count: 20 - milliseconds.count))\(milliseconds)-"
                + String(repeating: "0", count: 8 - suffix.count) + suffix)
    }
}
