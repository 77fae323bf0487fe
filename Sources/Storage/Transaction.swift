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

    /// Whether a job has written to the catalog.
    private(set) var changesCatalog = false
    private var takeBacks: [() -> Void] = []
    private var takeBacksAtSavePoint = 0

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

    public func put(_ keyspace: Keyspace, _ key: [UInt8], _ value: [UInt8]) {
        beforeWrite(keyspace)
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
        beforeWrite(keyspace)
        writes.note(keyspace, key, .delete)
        key.withUnsafeBytes { key in
            rocksdb_writebatch_delete_cf(
                batch, database.family(keyspace), key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count)
        }
    }

    /// Runs `action` on the writer's thread if what the job writes does not come to be: because the job fails, or because
    /// the commit is refused. For what the job counts outside of the store. The last action runs first.
    public func whenTakenBack(_ action: @escaping () -> Void) { takeBacks.append(action) }

    /// The commit was refused.
    func takeBack() { takeBack(to: 0) }

    private func takeBack(to count: Int) {
        while takeBacks.count > count { takeBacks.removeLast()() }
    }

    private func beforeWrite(_ keyspace: Keyspace) {
        // Stays when the job is taken back: then the group is committed on its own for nothing, which happens seldom.
        if keyspace == .catalog { changesCatalog = true }
        guard !hasSavePoint else { return }
        rocksdb_writebatch_set_save_point(batch)
        hasSavePoint = true
    }

    func setSavePoint() {
        hasSavePoint = false
        writes.setSavePoint()
        takeBacksAtSavePoint = takeBacks.count
    }

    func rollBackToSavePoint() {
        takeBack(to: takeBacksAtSavePoint)
        guard hasSavePoint else { return }
        hasSavePoint = false
        writes.rollBackToSavePoint()
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_writebatch_rollback_to_save_point(batch, &error)
        precondition(error == nil, "every job that writes begins with a save point")
    }
}
