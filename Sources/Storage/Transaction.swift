internal import CRocksDB

/// The reads and writes of one group commit. Reads see what earlier jobs of the same group have written.
///
/// Lives on the writer's thread and for one job only; it must not be kept.
public final class Transaction {
    private let database: Database
    let batch: OpaquePointer
    private var writes = GroupWrites()
    /// A job that has written nothing needs no save point and no rollback.
    private var hasSavePoint = false

    init(database: Database) {
        self.database = database
        batch = rocksdb_writebatch_create()
    }

    deinit { rocksdb_writebatch_destroy(batch) }

    var isEmpty: Bool { rocksdb_writebatch_count(batch) == 0 }

    /// The value under `key` as this group sees it.
    public func get(_ keyspace: Keyspace, _ key: [UInt8]) throws -> [UInt8]? {
        switch writes.write(keyspace, key) {
        case .put(let value): value
        case .delete: nil
        case nil: try database.get(keyspace, key)
        }
    }

    /// As ``get(_:_:)``, with the value shown to `body` where it lies instead of copied.
    public func withValue<Answer>(
        _ keyspace: Keyspace, _ key: [UInt8], _ body: (RawSpan) throws -> Answer
    ) throws -> Answer? {
        switch writes.write(keyspace, key) {
        case .put(let value): try body(value.span.bytes)
        case .delete: nil
        case nil: try database.withValue(keyspace, key, body)
        }
    }

    public func put(_ keyspace: Keyspace, _ key: [UInt8], _ value: [UInt8]) {
        beforeWrite()
        writes.note(keyspace, key, .put(value))
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                rocksdb_writebatch_put_cf(
                    batch, database.family(keyspace), key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count,
                    value.baseAddress?.assumingMemoryBound(to: CChar.self), value.count)
            }
        }
    }

    public func delete(_ keyspace: Keyspace, _ key: [UInt8]) {
        beforeWrite()
        writes.note(keyspace, key, .delete)
        key.withUnsafeBytes { key in
            rocksdb_writebatch_delete_cf(
                batch, database.family(keyspace), key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count)
        }
    }

    private func beforeWrite() {
        guard !hasSavePoint else { return }
        rocksdb_writebatch_set_save_point(batch)
        hasSavePoint = true
    }

    func setSavePoint() {
        hasSavePoint = false
        writes.setSavePoint()
    }

    func rollBackToSavePoint() {
        guard hasSavePoint else { return }
        hasSavePoint = false
        writes.rollBackToSavePoint()
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_writebatch_rollback_to_save_point(batch, &error)
        precondition(error == nil, "every job that writes begins with a save point")
    }
}

extension Transaction {
    /// Visits the entries with `lower <= key < upper` as this group sees them, in key order or backwards, until `body`
    /// returns false. What `body` writes the scan does not see. The group's own writes to the keyspace are looked through
    /// first, so the cost is linear in those and in the entries visited.
    public func scan(
        _ keyspace: Keyspace, from lower: [UInt8], to upper: [UInt8], backwards: Bool = false,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        var own = writes.range(keyspace, from: lower, to: upper)
        if backwards { own.reverse() }
        var next = 0
        var isStopped = false
        func show(_ entry: (key: [UInt8], write: GroupWrites.Write)) throws {
            next += 1
            guard case .put(let value) = entry.write else { return }
            isStopped = try !body(entry.key.span.bytes, value.span.bytes)
        }
        try database.scan(keyspace, from: lower, to: upper, backwards: backwards) { key, value in
            while next < own.count {
                let order = key.order(own[next].key)
                // The store's own entry counts only when the group has not written that key.
                if order == 0 {
                    try show(own[next])
                    return !isStopped
                }
                guard backwards ? order < 0 : order > 0 else { break }
                try show(own[next])
                if isStopped { return false }
            }
            isStopped = try !body(key, value)
            return !isStopped
        }
        while next < own.count, !isStopped { try show(own[next]) }
    }
}
