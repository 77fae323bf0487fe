internal import CRocksDB

/// The reads and writes of one group commit. Reads see what earlier jobs of the same group have written.
///
/// Lives on the writer's thread and for one job only; it must not be kept.
public final class Transaction {
    private let database: Database
    let batch: OpaquePointer
    /// Writes since the last save point: a job that failed before it wrote anything needs no rollback.
    private(set) var writesSinceSavePoint = 0

    init(database: Database) {
        self.database = database
        // Overwriting keys in the index keeps reads of keys written twice in one group right.
        batch = rocksdb_writebatch_wi_create(0, 1)
    }

    deinit { rocksdb_writebatch_wi_destroy(batch) }

    var isEmpty: Bool { rocksdb_writebatch_wi_count(batch) == 0 }

    /// The value under `key` as this group sees it.
    public func get(_ keyspace: Keyspace, _ key: [UInt8]) throws -> [UInt8]? {
        var error: UnsafeMutablePointer<CChar>?
        var count = 0
        let value = key.withUnsafeBytes { key in
            rocksdb_writebatch_wi_get_from_batch_and_db_cf(
                batch, database.handle, database.readOptions, database.family(keyspace),
                key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count, &count, &error)
        }
        try database.check(&error, "read")
        guard let value else { return nil }
        defer { rocksdb_free(value) }
        return [UInt8](UnsafeRawBufferPointer(start: value, count: count))
    }

    /// As ``get(_:_:)``, with the value shown to `body` instead of copied for the caller.
    public func withValue<Answer>(
        _ keyspace: Keyspace, _ key: [UInt8], _ body: (RawSpan) throws -> Answer
    ) throws -> Answer? {
        try get(keyspace, key).map { try body($0.span.bytes) }
    }

    /// Visits the entries with `lower <= key < upper` as this group sees them, in key order or backwards, until `body`
    /// returns false. The transaction must not be written to in `body`.
    public func scan(
        _ keyspace: Keyspace, from lower: [UInt8], to upper: [UInt8], backwards: Bool = false,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try database.withBounds(lower, upper) { options in
            let base = rocksdb_create_iterator_cf(database.handle, options, database.family(keyspace))!
            // Owns the base iterator. The bounds bind that one only, so the batch's keys are held against them here.
            let iterator = rocksdb_writebatch_wi_create_iterator_with_base_cf(batch, base, database.family(keyspace))!
            defer { rocksdb_iter_destroy(iterator) }
            if backwards {
                upper.withUnsafeBytes {
                    rocksdb_iter_seek_for_prev(
                        iterator, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
                }
            } else {
                lower.withUnsafeBytes {
                    rocksdb_iter_seek(iterator, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
                }
            }
            try database.visit(iterator, backwards: backwards) { key, value in
                if backwards, !key.precedes(upper) { return true }
                guard backwards ? !key.precedes(lower) : key.precedes(upper) else { return false }
                return try body(key, value)
            }
        }
    }

    public func put(_ keyspace: Keyspace, _ key: [UInt8], _ value: [UInt8]) {
        writesSinceSavePoint += 1
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                rocksdb_writebatch_wi_put_cf(
                    batch, database.family(keyspace), key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count,
                    value.baseAddress?.assumingMemoryBound(to: CChar.self), value.count)
            }
        }
    }

    public func delete(_ keyspace: Keyspace, _ key: [UInt8]) {
        writesSinceSavePoint += 1
        key.withUnsafeBytes { key in
            rocksdb_writebatch_wi_delete_cf(
                batch, database.family(keyspace), key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count)
        }
    }

    func setSavePoint() {
        writesSinceSavePoint = 0
        rocksdb_writebatch_wi_set_save_point(batch)
    }

    func rollBackToSavePoint() {
        guard writesSinceSavePoint > 0 else { return }
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_writebatch_wi_rollback_to_save_point(batch, &error)
        precondition(error == nil, "every job begins with a save point")
    }
}
