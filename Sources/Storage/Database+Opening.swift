internal import CRocksDB
import Foundation

extension Database {
    /// Opens a folder's store, and makes sure that everything is in it that has been answered.
    ///
    /// After a crash the log may end within an entry, and RocksDB then leaves that entry out, and whatever stands behind it. It
    /// does the same for an entry that was damaged later. So the log is first taken as whole, which costs nothing when it is;
    /// when it is not, the store is looked at without a change before the end is cut off, for what RocksDB has opened it has
    /// tidied up as well.
    static func open(
        _ folder: DataFolder, _ settings: DatabaseSettings
    ) throws -> (handle: OpaquePointer, families: [OpaquePointer]) {
        let synced = SyncedMark.sequence(in: folder.path)
        try tryDisk(folder)
        let logs = try logFiles(folder, synced: synced)
        try ManifestCheck.run(store: folder.storePath)
        try TableFileCheck.run(store: folder.storePath)
        var opened: (handle: OpaquePointer, families: [OpaquePointer])
        do {
            opened = try open(folder, settings, recovery: rocksdb_absolute_consistency_recovery)
        } catch let error as StorageError where error.code == .damaged {
            let found = try ReadOnlyStore(folder.storePath) { openRefusal($0, folder) }.latestSequence
            guard found >= synced else { throw lacksWrites(folder, logs, found: found, synced: synced) }
            opened = try open(folder, settings, recovery: rocksdb_point_in_time_recovery)
        }
        let found = rocksdb_get_latest_sequence_number(opened.handle)
        guard found >= synced else {
            for family in opened.families { rocksdb_column_family_handle_destroy(family) }
            rocksdb_close(opened.handle)
            throw lacksWrites(folder, logs, found: found, synced: synced)
        }
        return opened
    }

    private static func open(
        _ folder: DataFolder, _ settings: DatabaseSettings, recovery: Int
    ) throws -> (handle: OpaquePointer, families: [OpaquePointer]) {
        rocksdb_options_set_wal_recovery_mode(settings.databaseOptions, Int32(recovery))
        let keyspaces = Keyspace.allCases
        var opened = [OpaquePointer?](repeating: nil, count: keyspaces.count)
        let names = keyspaces.map { strdup($0.columnFamilyName)! }
        defer { for name in names { free(name) } }
        let constNames = names.map { UnsafePointer<CChar>?($0) }
        let options = keyspaces.map { Optional(settings.options(for: $0)) }
        var error: UnsafeMutablePointer<CChar>?
        let database = rocksdb_open_column_families(
            settings.databaseOptions, folder.storePath, Int32(keyspaces.count), constNames, options, &opened, &error)
        if let message = takeMessage(&error) { throw openRefusal(message, folder) }
        return (database!, opened.map { $0! })
    }

    /// Room that an opening takes at least, above all for RocksDB's own log: some 10 KB of settings a keyspace.
    private static let openingBytes = 1 << 20

    /// Makes sure that the disk takes what an opening writes. RocksDB, built with assertions as Debian does, ends the process
    /// when it cannot write the settings to its own log, instead of saying why.
    private static func tryDisk(_ folder: DataFolder) throws {
        let file = folder.path + "/TRIAL"
        let descriptor = Foundation.open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer {
            close(descriptor)
            unlink(file)
        }
        var failure = descriptor < 0 ? errno : posix_fallocate(descriptor, 0, off_t(openingBytes))
        // Where there is no such call.
        if failure == EOPNOTSUPP || failure == EINVAL { failure = 0 }
        if failure == 0, pwrite(descriptor, [UInt8](repeating: 0, count: 4_096), 4_096, 0) != 4_096 {
            failure = errno == 0 ? EIO : errno
        }
        if failure != 0 { throw openRefusal("IO error: \(String(cString: strerror(failure))): \(file)", folder) }
    }

    /// The names of the store's log files.
    ///
    /// - Throws: ``StorageError`` for a store without the file that names its parts. RocksDB would take it for a new one, and
    ///   remove what is left of the old one.
    private static func logFiles(_ folder: DataFolder, synced: UInt64) throws -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.storePath)) ?? []
        if !names.contains("CURRENT") {
            let part = names.sorted().first { $0.hasSuffix(".sst") || $0.hasSuffix(".log") }
            guard part == nil, synced == 0 else {
                throw StorageError(
                    .damaged,
                    "The store in \(folder.storePath) has lost its file CURRENT"
                        + "\(part.map { " and has others, such as \($0)" } ?? ""); restore the folder from a backup.")
            }
        }
        return names.filter { $0.hasSuffix(".log") }.sorted()
    }

    private static func lacksWrites(
        _ folder: DataFolder, _ logs: [String], found: UInt64, synced: UInt64
    ) -> StorageError {
        StorageError(
            .damaged,
            "The store in \(folder.storePath) has lost answered writes: it ends at change \(found), and \(synced) were "
                + "on the disk, so a file is damaged or missing, likely of its log "
                + "(\(logs.isEmpty ? "no file" : logs.joined(separator: ", "))); restore the folder from a backup, or remove "
                + "\(SyncedMark.path(in: folder.path)) to go on without those writes.")
    }

    static func openRefusal(_ message: String, _ folder: DataFolder) -> StorageError {
        let what = "The store in \(folder.storePath) cannot be opened"
        if message.contains("No space left on device") {
            return StorageError(
                .full, "\(what) because the disk is full (\(message)); make room there and start again.")
        }
        return StorageError(
            message.hasPrefix("Corruption") ? .damaged : .engine,
            "\(what) (\(message)); check the disk, and restore the folder from a backup or choose another with --data.")
    }
}
