import Clocks
public import Items
import Storage

/// One write of one item, as a client asks for it.
public struct ItemWrite: Sendable {
    public enum Change: Sendable {
        /// Stores an item in place of the one with the same key.
        case put(Item)
        /// Changes an item, or makes it from its key when there is none; one that only takes away makes none.
        case update(key: Item, UpdateExpression)
        /// Removes an item. Removing one that does not exist is no change.
        case delete(key: Item)
        /// Changes nothing: a transaction's ConditionCheck.
        case check(key: Item)
    }

    public let table: Table
    public let change: Change
    public let condition: ConditionExpression?

    public init(_ table: Table, _ change: Change, condition: ConditionExpression? = nil) {
        self.table = table
        self.change = change
        self.condition = condition
    }
}

/// What a write did.
public struct WriteResult: Sendable {
    /// The item before; nil when there was none.
    public var old: StoredItem?
    /// The item after; nil when it was deleted or did not exist.
    public var new: StoredItem?
    /// Whether anything changed. A write that changes nothing writes no stream record.
    public var isChange: Bool
}

/// A write that is right in itself. Made on the caller's thread, so that the writer's has the less to do.
struct PreparedWrite: Sendable {
    enum Change: Sendable {
        case put(StoredItem)
        case update(UpdateExpression)
        case delete
        case check
    }

    let table: Table
    let change: Change
    let condition: ConditionExpression?
    /// What is wrong with the update whatever the item: told before a condition is looked at, but in a transaction along
    /// with what is wrong with its other writes.
    private(set) var refusal: (any Error)?
    let origin: StreamRecordEncoder.Origin
    let key: Item
    let primaryKey: [UInt8]
    /// Equal for all records of the item.
    let itemKey: UInt64
    /// Equal for all items with the same hash key: they share a shard, as they share a partition on AWS.
    let partitionKey: UInt64

    /// - Throws: `ItemError` or ``TableError`` when the item or its key is invalid.
    init(_ write: ItemWrite, origin: StreamRecordEncoder.Origin = .client) throws {
        let schema = try write.table.schema
        table = write.table
        condition = write.condition
        self.origin = origin
        let keySchema = schema.definition.keySchema
        switch write.change {
        case .put(let item):
            // Not every item was read from JSON as a whole: a statement has levels of its own around its parameters'. What
            // nests too deeply could be stored and never be read.
            try item.checkNesting()
            key = try keySchema.key(of: item)
            change = .put(try Self.encoded(item, schema, refusal: "Item size has exceeded the maximum allowed size"))
        case .update(let key, let update):
            try keySchema.check(key: key)
            // Here already: a condition that is not met does not make it right.
            try update.checkLeaves(keySchema.names)
            do {
                try schema.keys.checkIndexKeys(of: update)
                try update.checkKeyPaths(keySchema.names, indexKeys: schema.definition.indexKeyNames)
            } catch { refusal = error }
            self.key = key
            change = .update(update)
        case .delete(let key):
            try keySchema.check(key: key)
            self.key = key
            change = .delete
        case .check(let key):
            try keySchema.check(key: key)
            self.key = key
            change = .check
        }
        primaryKey = try schema.keys.primary(of: key)
        itemKey = StableHash.of(primaryKey)
        partitionKey = StableHash.of(try schema.keys.partition(of: key))
    }

    private static func encoded(_ item: Item, _ schema: TableSchema, refusal: String) throws -> StoredItem {
        guard item.sizeBytes <= Item.itemSizeBytesMax else { throw TableError.validation(refusal) }
        try schema.keys.checkIndexKeys(of: item)
        return StoredItem(item)
    }

    /// Reads the old item, checks the condition, and computes the new item. Writes nothing.
    func evaluate(in transaction: Transaction) throws -> EvaluatedWrite {
        if let refusal { throw refusal }
        let schema = try table.schema
        var old = try transaction.get(.items, primaryKey).map(StoredItem.init(json:))
        if let condition {
            let stored = try old?.read()
            old = stored?.stored
            guard condition.evaluate(stored?.item) else { throw TableError.conditionalCheckFailed(old) }
        }
        let new: StoredItem?
        switch change {
        case .put(let item): new = item
        case .delete: new = nil
        case .check: new = old
        // DynamoDB's one exception from "an update makes the item": scylladb/scylladb#5862 recorded it on AWS.
        case .update(let update) where old == nil && !update.createsItem: new = nil
        case .update(let update):
            let stored = try old?.read()
            old = stored?.stored
            let item = try update.apply(to: stored?.item ?? key, keyAttributes: schema.definition.keySchema.names)
            new = try Self.encoded(item, schema, refusal: UpdateExpression.sizeRefusal)
        }
        let isChange = old?.json != new?.json
        // Index entries, the record's size and the capacity look inside: read the bytes once for all.
        if isChange { old = try old?.read().stored }
        return EvaluatedWrite(
            prepared: self, schema: schema, result: WriteResult(old: old, new: new, isChange: isChange))
    }
}

/// A write that will happen.
struct EvaluatedWrite {
    let prepared: PreparedWrite
    let schema: TableSchema
    let result: WriteResult

    /// Writes item, index entries and stream record to the transaction.
    ///
    /// - Returns: the record, to be announced after the commit; nil when there is none.
    /// - Throws: what the table's ``CommitCheck`` throws.
    func perform(in transaction: Transaction, arrival: Timestamp) throws -> AppendedRecord? {
        guard result.isChange else { return nil }
        if let commitCheck = prepared.table.commitCheck, prepared.origin == .client {
            try commitCheck(prepared.table.name)
        }
        if let new = result.new {
            transaction.put(.items, prepared.primaryKey, new.json)
        } else {
            transaction.delete(.items, prepared.primaryKey)
        }
        try schema.keys.moveIndexEntries(
            from: result.old, to: result.new, primaryKey: prepared.primaryKey, in: transaction)
        return try schema.stream?.append(
            StreamRecordEncoder.Change(keys: prepared.key, old: result.old, new: result.new, origin: prepared.origin),
            itemKey: prepared.itemKey, partitionKey: prepared.partitionKey, arrival: arrival, to: transaction)
    }
}
