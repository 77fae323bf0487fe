internal import CRocksDB
import Foundation

/// The keyspaces of the store. One RocksDB column family each: they share the log, so one batch spans them all.
public enum Keyspace: Int, CaseIterable, Sendable {
    /// What tables, streams, queues and pipes exist.
    case catalog
    /// Items by table and primary key.
    case items
    /// Secondary index entries.
    case indexes
    /// Stream records by shard and sequence number.
    case streams
    /// Queue messages.
    case queues
    /// Pipe checkpoints.
    case checkpoints
    /// Client tokens of transactions that were answered.
    case tokens
    /// What metrics there are, and their points of a minute by day.
    case metrics
    /// Log events by group, stream and time.
    case logs

    var columnFamilyName: String { self == .catalog ? "default" : "\(self)" }
}

/// An open RocksDB store. All C calls of the project are in this module.
///
/// Thread safety: every method may be called from any thread; RocksDB serialises writes itself.
public final class Database: @unchecked Sendable {
    // The pointers are set once in `init`, never change, and RocksDB's handles are safe to share between threads.
    let handle: OpaquePointer
    let families: [OpaquePointer]
    let readOptions: OpaquePointer
    // Holds the folder's lock for as long as the store is open, whatever the caller does with its own reference.
    let folder: DataFolder
    let settings: DatabaseSettings
    private let syncedMark: SyncedMark?
    private let syncedWrite: OpaquePointer
    private let unsyncedWrite: OpaquePointer
    /// Past the log: lost when the process dies.
    private let unloggedWrite: OpaquePointer

    /// Opens the store of a data folder, creating it when it is new.
    ///
    /// - Throws: ``StorageError`` with code `damaged` when the files are damaged or answered writes are missing, `full` or
    ///   `engine` when the disk refuses.
    public init(folder: DataFolder) throws {
        let settings = DatabaseSettings()
        self.folder = folder
        self.settings = settings
        (handle, families) = try Self.open(folder, settings)
        syncedMark = SyncedMark(folder: folder.path)
        readOptions = rocksdb_readoptions_create()
        syncedWrite = rocksdb_writeoptions_create()
        rocksdb_writeoptions_set_sync(syncedWrite, 1)
        unsyncedWrite = rocksdb_writeoptions_create()
        unloggedWrite = rocksdb_writeoptions_create()
        rocksdb_writeoptions_disable_WAL(unloggedWrite, 1)
    }

    deinit {
        for family in families { rocksdb_column_family_handle_destroy(family) }
        rocksdb_readoptions_destroy(readOptions)
        rocksdb_writeoptions_destroy(syncedWrite)
        rocksdb_writeoptions_destroy(unsyncedWrite)
        rocksdb_writeoptions_destroy(unloggedWrite)
        rocksdb_close(handle)
    }

    func family(_ keyspace: Keyspace) -> OpaquePointer { families[keyspace.rawValue] }

    /// The value stored under `key`, or nil. One point read, one copy.
    public func get(_ keyspace: Keyspace, _ key: [UInt8]) throws -> [UInt8]? { try get(keyspace, key, readOptions) }

    func get(_ keyspace: Keyspace, _ key: [UInt8], _ readOptions: OpaquePointer) throws -> [UInt8]? {
        var error: UnsafeMutablePointer<CChar>?
        let slice = key.withUnsafeBytes { key in
            rocksdb_get_pinned_cf(
                handle, readOptions, family(keyspace), key.baseAddress?.assumingMemoryBound(to: CChar.self), key.count,
                &error)
        }
        try check(&error, "read")
        guard let slice else { return nil }
        defer { rocksdb_pinnableslice_destroy(slice) }
        var count = 0
        let bytes = rocksdb_pinnableslice_value(slice, &count)
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// Visits the entries with `lower <= key < upper` in key order (or backwards) until `body` returns false.
    ///
    /// The spans are valid during the call only. The scan sees the store as it was when it began.
    public func scan(
        _ keyspace: Keyspace, from lower: [UInt8], to upper: [UInt8], backwards: Bool = false,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try scan(keyspace, from: lower, to: upper, backwards: backwards, at: nil, body)
    }

    func scan(
        _ keyspace: Keyspace, from lower: [UInt8], to upper: [UInt8], backwards: Bool, at snapshot: OpaquePointer?,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        try withBounds(lower, upper) { options in
            if let snapshot { rocksdb_readoptions_set_snapshot(options, snapshot) }
            let iterator = rocksdb_create_iterator_cf(handle, options, family(keyspace))!
            defer { rocksdb_iter_destroy(iterator) }
            if backwards { rocksdb_iter_seek_to_last(iterator) } else { rocksdb_iter_seek_to_first(iterator) }
            try visit(iterator, backwards: backwards, body)
        }
    }

    /// Read options that keep iterators between the bounds, for the time of the call.
    func withBounds(_ lower: [UInt8], _ upper: [UInt8], _ body: (OpaquePointer) throws -> Void) throws {
        let options = rocksdb_readoptions_create()!
        defer { rocksdb_readoptions_destroy(options) }
        // RocksDB keeps pointers to the bounds, so they must outlive the iterators.
        try lower.withUnsafeBytes { lower in
            try upper.withUnsafeBytes { upper in
                let lowerStart = lower.baseAddress?.assumingMemoryBound(to: CChar.self)
                let upperStart = upper.baseAddress?.assumingMemoryBound(to: CChar.self)
                rocksdb_readoptions_set_iterate_lower_bound(options, lowerStart, lower.count)
                rocksdb_readoptions_set_iterate_upper_bound(options, upperStart, upper.count)
                try body(options)
            }
        }
    }

    /// Visits the entries from where the iterator stands until its end or until `body` returns false.
    func visit(
        _ iterator: OpaquePointer, backwards: Bool, _ body: (_ key: RawSpan, _ value: RawSpan) throws -> Bool
    ) throws {
        while rocksdb_iter_valid(iterator) != 0 {
            var keyCount = 0
            var valueCount = 0
            let key = rocksdb_iter_key(iterator, &keyCount)!
            let value = rocksdb_iter_value(iterator, &valueCount)!
            let goOn = try body(
                RawSpan(_unsafeStart: key, byteCount: keyCount), RawSpan(_unsafeStart: value, byteCount: valueCount))
            guard goOn else { return }
            if backwards { rocksdb_iter_prev(iterator) } else { rocksdb_iter_next(iterator) }
        }
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_iter_get_error(iterator, &error)
        try check(&error, "scan")
    }

    /// The store as it is now, for several reads.
    public func snapshot() -> Snapshot { Snapshot(self) }

    /// Deletes the keys with `lower <= key < upper` at a cost that does not grow with their number.
    ///
    /// Goes past the writer, so it stands in no group: what is written to the range at the same time may or may not stay.
    ///
    /// - Parameter durability: `unsynced` may be forgotten by a power loss, and then the keys are there again.
    public func deleteRange(
        _ keyspace: Keyspace, from lower: [UInt8], to upper: [UInt8],
        durability: GroupCommitWriter.Durability = .unsynced
    ) throws {
        try logged("delete", count: 1, sync: durability == .synced) { options, error in
            lower.withUnsafeBytes { lower in
                upper.withUnsafeBytes { upper in
                    rocksdb_delete_range_cf(
                        handle, options, family(keyspace),
                        lower.baseAddress?.assumingMemoryBound(to: CChar.self), lower.count,
                        upper.baseAddress?.assumingMemoryBound(to: CChar.self), upper.count, &error)
                }
            }
        }
    }

    /// Writes a batch in one step: all of it or nothing. With `sync`, it survives power loss once this returns.
    ///
    /// When the disk is full, RocksDB refuses this write and all that follow, goes on reading, looks every five seconds
    /// whether there is room for a write buffer again, and then takes writes. Other faults last until the store is opened
    /// again. A write that was refused cannot be read before that; whether it is there after is not known.
    func write(_ batch: OpaquePointer, sync: Bool) throws {
        try logged("write", count: Int(rocksdb_writebatch_count(batch)), sync: sync) { options, error in
            rocksdb_write(handle, options, batch, &error)
        }
    }

    /// Makes a change that goes to the log.
    ///
    /// - Parameters:
    ///   - operation: a noun for what is tried.
    ///   - count: how many keys or ranges it concerns.
    private func logged(
        _ operation: String, count: Int, sync: Bool,
        _ change: (_ options: OpaquePointer, inout UnsafeMutablePointer<CChar>?) -> Void
    ) throws {
        try fillBuffer(operation)
        // The change's last number, or a lower one when somebody else writes at the same time.
        let last = rocksdb_get_latest_sequence_number(handle) + UInt64(count)
        var error: UnsafeMutablePointer<CChar>?
        change(sync ? syncedWrite : unsyncedWrite, &error)
        try check(&error, operation)
        if sync { syncedMark?.write(last) }
    }

    /// Puts into the catalog's write buffer what changes nothing: the removal of a key that nobody has.
    ///
    /// Behind a full disk, RocksDB begins a new log by emptying the write buffers. With nothing in them it keeps the log that
    /// failed, and the next write to that ends the process by an assertion (RocksDB 7.8, built with assertions as Debian does).
    /// They may become empty in the very write that fails, where it finds the log at its bound: so a write that needs none goes
    /// before each that needs the log, and it is this one that begins another.
    private func fillBuffer(_ operation: String) throws {
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_delete_cf(handle, unloggedWrite, family(.catalog), "", 0, &error)
        try check(&error, operation)
    }

    /// - Parameter operation: a noun for what was tried.
    func check(_ error: inout UnsafeMutablePointer<CChar>?, _ operation: String) throws {
        guard let message = Self.takeMessage(&error) else { return }
        throw Self.refusal(message, operation)
    }

    static func refusal(_ message: String, _ operation: String) -> StorageError {
        if message.contains("No space left on device") {
            return StorageError(
                .full,
                "The store refused a \(operation) because the disk is full (\(message)); make room, and writes go on.")
        }
        if message.hasPrefix("Corruption") {
            return StorageError(
                .damaged,
                "The store refused a \(operation) because a file is damaged (\(message)); restore the data folder from a backup."
            )
        }
        return StorageError(
            .engine,
            "The store refused a \(operation) (\(message)); check the disk's space and health, then restart.")
    }

    /// Takes an error string out of RocksDB's hands and frees it.
    static func takeMessage(_ error: inout UnsafeMutablePointer<CChar>?) -> String? {
        guard let pointer = error else { return nil }
        defer {
            rocksdb_free(pointer)
            error = nil
        }
        return String(cString: pointer)
    }
}
