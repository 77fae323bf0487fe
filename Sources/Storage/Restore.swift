import Foundation

extension DataFolder {
    /// Copies a backup to a new or empty folder, which can then be opened. Every file is copied and synced; no link leads
    /// back to the backup, so neither changes with the other.
    ///
    /// - Parameter backup: what ``Database/checkpoint(to:)`` has made, or any data folder that nobody uses. It is read only.
    /// - Throws: ``StorageError`` with code `noBackup`, `unknownFormat`, `inUse`, `notEmpty`, `notWritable` or `brokenOff`.
    ///   What a failed or killed restore leaves has no format mark, so it is not opened.
    public static func restore(from backup: String, to folder: String) throws {
        let source = URL(fileURLWithPath: backup).standardizedFileURL.resolvingSymlinksInPath().path
        let target = URL(fileURLWithPath: folder).standardizedFileURL.path
        let version = try backupFormat(source)
        let sourceLock = try FileLock(reading: source + "/LOCK", folder: source)
        let files = try storeFiles(source)
        try EmptyFolder.prepare(target, for: "restored data")
        let targetLock = try FileLock(path: target + "/LOCK", folder: target)
        defer { withExtendedLifetime((sourceLock, targetLock)) {} }
        do {
            for name in ["store", "logs"] {
                try FileManager.default.createDirectory(atPath: "\(target)/\(name)", withIntermediateDirectories: false)
            }
            for name in files {
                try copy("\(source)/store/\(name)", to: "\(target)/store/\(name)")
            }
            try checkStore(target + "/store", synced: SyncedMark.sequence(in: source))
            for folder in ["/store", "/logs", ""] { try sync(target + folder) }
            // The mark comes last: only now is it a data folder.
            try FormatMark.write(version, to: target)
            try sync(target)
        } catch {
            EmptyFolder.clear(target)
            throw StorageError(
                (error as? StorageError)?.code ?? .brokenOff,
                "The backup \(source) cannot be restored to \(target) "
                    + "(\((error as? StorageError)?.message ?? reason(error))); check the backup and the disk's space.")
        }
    }

    /// The format that a backup's mark names.
    private static func backupFormat(_ source: String) throws -> Int {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: source, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw StorageError(.noBackup, "There is no folder \(source); name the folder of a backup.")
        }
        let mark: FormatMark
        do {
            mark = try FormatMark(folder: source)
        } catch let error as StorageError where !FileManager.default.fileExists(atPath: source + "/FORMAT") {
            guard error.code == .unknownFormat else { throw error }
            throw StorageError(
                .noBackup, "The folder \(source) has no FORMAT mark, so it is no whole backup; name another.")
        }
        guard case .version(let version) = mark else {
            throw StorageError(
                .noBackup, "The folder \(source) has no FORMAT mark, so it is no whole backup; name another.")
        }
        return version
    }

    /// The store's files, without what every opening writes anew.
    private static func storeFiles(_ source: String) throws -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: source + "/store")) ?? []
        guard names.contains("CURRENT") else {
            throw StorageError(
                .noBackup, "The folder \(source) holds no store, so it is no whole backup; name another.")
        }
        return names.filter { $0 != "LOCK" && $0 != "LOG" && !$0.hasPrefix("LOG.old.") }.sorted()
    }

    private static func copy(_ source: String, to target: String) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(output) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        while true {
            let count = read(input, buffer.baseAddress, buffer.count)
            guard count >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            guard count > 0 else { break }
            var written = 0
            while written < count {
                let step = write(output, buffer.baseAddress! + written, count - written)
                guard step > 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
                written += step
            }
        }
        guard fsync(output) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    /// Opens a store without writing to it, which finds files that are missing or cut short.
    ///
    /// - Parameter synced: the change that it has to reach.
    private static func checkStore(_ store: String, synced: UInt64) throws {
        try ManifestCheck.run(store: store)
        try TableFileCheck.run(store: store)
        let found = try ReadOnlyStore(store) { StorageError(.noBackup, $0) }.latestSequence
        guard found >= synced else {
            throw StorageError(.noBackup, "it ends at change \(found), and \(synced) had been written")
        }
    }
}
