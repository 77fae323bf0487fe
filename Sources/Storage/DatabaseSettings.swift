internal import CRocksDB

/// Every RocksDB option of the project, in one place.
final class DatabaseSettings {
    /// Blocks kept in memory, for all keyspaces together. A start on an empty folder must stay under 80 MB in all.
    static let blockCacheBytes = 32 << 20
    /// Size at which a keyspace's write buffer goes to disk. Two of them may exist while one is flushed.
    static let writeBufferBytes = 16 << 20
    /// Bounds the write-ahead log, and so the time that a start takes after kill -9: 0.14 to 0.40 s with 19 to 32 MB in the
    /// log, and up to 0.99 s where 64 MB are allowed, at no measurable difference in the rate of writes.
    static let logBytesMax: UInt64 = 32 << 20
    /// Size of a block of stream records, which are read one after the other: a quarter as many blocks as with RocksDB's
    /// 4 KB, and so as many fewer entries in the index that is held in memory.
    static let streamBlockBytes = 16 << 10
    /// Bits per key of the bloom filters that keep point reads of absent items off the disk (about 1 % false hits).
    static let bloomBitsPerKey = 10.0
    /// Flushed buffers of a keyspace after which merging begins.
    static let mergeTrigger: Int32 = 8
    /// Part of the items' write buffer that is a bloom filter: most keys that are looked up before a write are new.
    static let itemBufferBloomRatio = 0.05
    /// RocksDB's own log: few and small files, so that a data folder stays about data.
    static let infoLogFilesMax = 2
    static let infoLogBytesMax = 1 << 20
    /// RocksDB's level for its log: 0 debug, 1 info, 2 warn, 3 error, 4 fatal. Built with assertions, as Debian does, it
    /// ends the process when its own log cannot be written on a full disk. All that it would say there it returns as well.
    static let infoLogLevelFatal: Int32 = 4

    let databaseOptions: OpaquePointer
    private let cache: OpaquePointer
    private var perKeyspace: [Keyspace: OpaquePointer] = [:]
    private var tables: [OpaquePointer] = []

    init() {
        databaseOptions = rocksdb_options_create()
        cache = rocksdb_cache_create_lru(Self.blockCacheBytes)
        rocksdb_options_set_create_if_missing(databaseOptions, 1)
        rocksdb_options_set_create_missing_column_families(databaseOptions, 1)
        // Two cores: one background thread compacts while the writer and the pipes have the rest.
        rocksdb_options_set_max_background_jobs(databaseOptions, 2)
        rocksdb_options_set_keep_log_file_num(databaseOptions, Self.infoLogFilesMax)
        rocksdb_options_set_max_log_file_size(databaseOptions, Self.infoLogBytesMax)
        rocksdb_options_set_info_log_level(databaseOptions, Self.infoLogLevelFatal)
        // Not set, as single runs showed no gain in processor time: compression of the log, wal_bytes_per_sync, recycled log
        // files, no concurrent writes to buffers. Uncompressed first levels and larger buffers gave no higher rate over HTTP.
        // Hints where a stream's record belongs in its buffer spare a little, and end the process by an assertion of RocksDB
        // 7.8 when a stream is trimmed.
        rocksdb_options_set_max_total_wal_size(databaseOptions, Self.logBytesMax)
        // What is written past the log is worth nothing, and would have all buffers go to disk at each end.
        Self.set("avoid_flush_during_shutdown=true", of: databaseOptions)
        for keyspace in Keyspace.allCases { perKeyspace[keyspace] = makeOptions(keyspace) }
    }

    deinit {
        for options in perKeyspace.values { rocksdb_options_destroy(options) }
        for table in tables { rocksdb_block_based_options_destroy(table) }
        rocksdb_options_destroy(databaseOptions)
        rocksdb_cache_destroy(cache)
    }

    func options(for keyspace: Keyspace) -> OpaquePointer { perKeyspace[keyspace]! }

    /// Drops every block that nobody reads at this moment.
    func emptyBlockCache() {
        rocksdb_cache_set_capacity(cache, 0)
        rocksdb_cache_set_capacity(cache, Self.blockCacheBytes)
    }

    private func makeOptions(_ keyspace: Keyspace) -> OpaquePointer {
        let options = rocksdb_options_create()!
        // Runs of like size are merged, instead of each into a level ten times as large: the log's bound makes many small
        // runs, and orders come at random keys, so levels were rewritten again and again. In the third million of orders in
        // process 155 µs of processor time an order with levels, 97 with runs. Runs that do not overlap, such as a
        // stream's, are moved as they are.
        Self.set(
            "compaction_style=kCompactionStyleUniversal;compaction_options_universal={allow_trivial_move=true}",
            of: options)
        let table = rocksdb_block_based_options_create()!
        tables.append(table)
        rocksdb_block_based_options_set_block_cache(table, cache)
        if keyspace == .items {
            rocksdb_block_based_options_set_filter_policy(
                table, rocksdb_filterpolicy_create_bloom_full(Self.bloomBitsPerKey))
            rocksdb_options_set_memtable_whole_key_filtering(options, 1)
            rocksdb_options_set_memtable_prefix_bloom_size_ratio(options, Self.itemBufferBloomRatio)
        }
        if keyspace == .streams { rocksdb_block_based_options_set_block_size(table, Self.streamBlockBytes) }
        rocksdb_options_set_block_based_table_factory(options, table)
        rocksdb_options_set_level0_file_num_compaction_trigger(options, Self.mergeTrigger)
        rocksdb_options_set_write_buffer_size(options, Self.writeBufferBytes)
        // Records and items are JSON: LZ4 halves them at little processor time.
        rocksdb_options_set_compression(options, Int32(rocksdb_lz4_compression))
        return options
    }

    /// Sets options that the C interface has no functions for.
    private static func set(_ text: String, of options: OpaquePointer) {
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_get_options_from_string(options, text, options, &error)
        precondition(error == nil, "RocksDB knows the options \(text)")
    }
}
