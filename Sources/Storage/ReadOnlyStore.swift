internal import CRocksDB

/// A store that is opened to be looked at: nothing of it changes.
final class ReadOnlyStore {
    private let handle: OpaquePointer
    private let families: [OpaquePointer?]

    /// - Parameter refusal: the error for RocksDB's words on why the store cannot be opened.
    init(_ store: String, refusal: (String) -> StorageError) throws {
        func pass(_ error: inout UnsafeMutablePointer<CChar>?) throws {
            if let message = Database.takeMessage(&error) { throw refusal(message) }
        }
        let options = rocksdb_options_create()!
        defer { rocksdb_options_destroy(options) }
        rocksdb_options_set_info_log_level(options, DatabaseSettings.infoLogLevelFatal)
        var error: UnsafeMutablePointer<CChar>?
        var count = 0
        // An older format has fewer keyspaces.
        let names = rocksdb_list_column_families(options, store, &count, &error)
        try pass(&error)
        defer { rocksdb_list_column_families_destroy(names, count) }
        let constNames = (0..<count).map { UnsafePointer(names![$0]) }
        var families = [OpaquePointer?](repeating: nil, count: count)
        let database = rocksdb_open_for_read_only_column_families(
            options, store, Int32(count), constNames, [OpaquePointer?](repeating: options, count: count), &families, 0,
            &error)
        try pass(&error)
        handle = database!
        self.families = families
    }

    deinit {
        for family in families { rocksdb_column_family_handle_destroy(family) }
        rocksdb_close(handle)
    }

    /// The number of the last change, what its log holds included.
    var latestSequence: UInt64 { rocksdb_get_latest_sequence_number(handle) }
}
