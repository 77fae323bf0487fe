import BenchmarkSupport
import CRocksDB
import Foundation
import Storage

/// RocksDB without anything of ours around it: the measure of what is possible on a machine.
final class RawStore {
    enum Tuning: String { case defaults, sluice }

    struct Failure: Error, CustomStringConvertible { let description: String }

    static let families = ["default", "items", "indexes", "streams"]

    let handle: OpaquePointer
    let items: OpaquePointer
    let indexes: OpaquePointer
    let streams: OpaquePointer
    let readOptions: OpaquePointer = rocksdb_readoptions_create()
    let syncedWrite: OpaquePointer = rocksdb_writeoptions_create()
    private let folder: TemporaryFolder
    private let opened: [OpaquePointer]

    /// - Parameter tuning: RocksDB's defaults, or the options with which Sluice opens its own stores.
    init(_ tuning: Tuning, in parent: String?) throws {
        folder = try TemporaryFolder(in: parent)
        let (handle, opened) =
            switch tuning {
            case .defaults: try Self.openWithDefaults(folder.path + "/raw")
            case .sluice: try Self.openAsSluice(folder.path + "/data")
            }
        self.handle = handle
        self.opened = opened.map(\.handle)
        func family(_ name: String) -> OpaquePointer { opened.first { $0.name == name }!.handle }
        items = family("items")
        indexes = family("indexes")
        streams = family("streams")
        rocksdb_writeoptions_set_sync(syncedWrite, 1)
    }

    deinit {
        for family in opened { rocksdb_column_family_handle_destroy(family) }
        rocksdb_readoptions_destroy(readOptions)
        rocksdb_writeoptions_destroy(syncedWrite)
        rocksdb_close(handle)
    }

    private typealias Opened = (OpaquePointer, [(name: String, handle: OpaquePointer)])

    private static func openWithDefaults(_ path: String) throws -> Opened {
        let options = rocksdb_options_create()!
        defer { rocksdb_options_destroy(options) }
        rocksdb_options_set_create_if_missing(options, 1)
        rocksdb_options_set_create_missing_column_families(options, 1)
        return try open(path, options, families, Array(repeating: options, count: families.count))
    }

    /// Lets Sluice make a store, and takes the options that RocksDB has noted down in it.
    private static func openAsSluice(_ path: String) throws -> Opened {
        let folder = try DataFolder(path: path)
        do { _ = try Database(folder: folder) }
        let cache = rocksdb_cache_create_lru(32 << 20)!
        defer { rocksdb_cache_destroy(cache) }
        var databaseOptions: OpaquePointer?
        var count = 0
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var familyOptions: UnsafeMutablePointer<OpaquePointer?>?
        var error: UnsafeMutablePointer<CChar>?
        let environment = rocksdb_create_default_env()!
        defer { rocksdb_env_destroy(environment) }
        rocksdb_load_latest_options(
            folder.storePath, environment, false, cache, &databaseOptions, &count, &names, &familyOptions, &error)
        try check(&error)
        defer { rocksdb_load_latest_options_destroy(databaseOptions, names, familyOptions, count) }
        return try open(
            folder.storePath, databaseOptions!, (0..<count).map { String(cString: names![$0]!) },
            (0..<count).map { familyOptions![$0]! })
    }

    private static func open(
        _ path: String, _ options: OpaquePointer, _ names: [String], _ familyOptions: [OpaquePointer]
    ) throws -> Opened {
        let copies = names.map { strdup($0)! }
        defer { for copy in copies { free(copy) } }
        var handles = [OpaquePointer?](repeating: nil, count: names.count)
        var error: UnsafeMutablePointer<CChar>?
        let handle = rocksdb_open_column_families(
            options, path, Int32(names.count), copies.map { UnsafePointer($0) }, familyOptions.map { Optional($0) },
            &handles, &error)
        try check(&error)
        return (handle!, zip(names, handles).map { ($0, $1!) })
    }

    static func check(_ error: inout UnsafeMutablePointer<CChar>?) throws {
        guard let message = error else { return }
        defer { rocksdb_free(message) }
        throw Failure(description: "RocksDB says: \(String(cString: message)).")
    }
}
