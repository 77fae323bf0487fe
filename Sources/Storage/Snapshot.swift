internal import CRocksDB

/// The store as it was at one moment. Reads that belong together, such as an index entry and the item that it points to,
/// see the same state, whatever is committed in between.
///
/// Holding one keeps old versions of changed keys on disk, so it is for one answer and not for longer.
public struct Snapshot: ~Copyable {
    private let database: Database
    private let snapshot: OpaquePointer
    private let readOptions: OpaquePointer

    init(_ database: Database) {
        self.database = database
        snapshot = rocksdb_create_snapshot(database.handle)
        readOptions = rocksdb_readoptions_create()
        rocksdb_readoptions_set_snapshot(readOptions, snapshot)
    }

    deinit {
        rocksdb_readoptions_destroy(readOptions)
        rocksdb_release_snapshot(database.handle, snapshot)
    }

    /// As ``Database/get(_:_:)``.
    public func get(_ keyspace: Keyspace, _ key: [UInt8]) throws -> [UInt8]? {
        try database.get(keyspace, key, readOptions)
    }

    /// As ``Database/scan(_:from:to:backwards:_:)``.
    public func scan(
        _ keyspace: Keyspace, from lower: [UInt8], to upper: [UInt8], backwards: Bool = false,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try database.scan(keyspace, from: lower, to: upper, backwards: backwards, at: snapshot, body)
    }
}
