internal import CRocksDB

/// What ``Database/verifyChecksums()`` has found.
public struct ChecksumReport: Sendable {
    public struct Part: Sendable {
        public var keyspace: Keyspace
        /// Entries read, up to the damage if there is one.
        public var entryCount = 0
        /// Bytes of their keys and values.
        public var sizeBytes = 0
        /// The first damage, in RocksDB's words, which name the file and the place in it. Nil when all is well.
        public var damage: String?
    }

    /// One for each keyspace.
    public var parts: [Part]

    /// The first damage found, or nil.
    public var damage: String? { parts.lazy.compactMap(\.damage).first }
}

extension Database {
    /// Bytes read ahead: the walk reads files from beginning to end.
    private static let verifyReadaheadBytes = 2 << 20

    /// Reads every entry of every keyspace from the disk and checks the checksums on the way. Reads and writes go on
    /// meanwhile. Linear in the size of the store.
    ///
    /// What a deleted range covers is passed over: no read can come across it.
    public func verifyChecksums() -> ChecksumReport {
        // A block that lies in memory would be taken from there, whatever has become of it on the disk.
        settings.emptyBlockCache()
        return ChecksumReport(parts: Keyspace.allCases.map(verify))
    }

    private func verify(_ keyspace: Keyspace) -> ChecksumReport.Part {
        let options = rocksdb_readoptions_create()!
        defer { rocksdb_readoptions_destroy(options) }
        rocksdb_readoptions_set_verify_checksums(options, 1)
        // The walk must not push out of memory what others read.
        rocksdb_readoptions_set_fill_cache(options, 0)
        rocksdb_readoptions_set_readahead_size(options, Self.verifyReadaheadBytes)
        let iterator = rocksdb_create_iterator_cf(handle, options, family(keyspace))!
        defer { rocksdb_iter_destroy(iterator) }
        var part = ChecksumReport.Part(keyspace: keyspace)
        rocksdb_iter_seek_to_first(iterator)
        while rocksdb_iter_valid(iterator) != 0 {
            var keyCount = 0
            var valueCount = 0
            _ = rocksdb_iter_key(iterator, &keyCount)
            _ = rocksdb_iter_value(iterator, &valueCount)
            part.entryCount += 1
            part.sizeBytes += keyCount + valueCount
            rocksdb_iter_next(iterator)
        }
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_iter_get_error(iterator, &error)
        part.damage = Self.takeMessage(&error)
        return part
    }
}
