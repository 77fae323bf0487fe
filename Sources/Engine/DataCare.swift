import Clocks
import Foundation
import Storage
public import Tables

/// What looks after a data folder that no engine uses at the moment.
public enum DataCare {
    /// What a check has found.
    public struct CheckReport: Sendable, Codable {
        /// A keyspace of the store and what reading every block of it found.
        public struct Keyspace: Sendable, Codable {
            public var name: String
            public var entries: Int
            public var bytes: Int
        }

        public var dataPath: String
        public var format: Int
        public var keyspaces: [Keyspace]
        /// Nil when the store itself is damaged: then what it holds is not looked at.
        public var tables: ConsistencyReport?
        /// The first damage of the store's files; nil when all checksums are right.
        public var damage: String?

        public var isSound: Bool { damage == nil && tables?.problemCount == 0 }
    }

    /// Reads every block and verifies its checksum, then holds items, index entries and stream records against each other.
    ///
    /// - Parameter progress: told the number of keys walked, every few thousand.
    /// - Throws: `StorageError` when the folder is in use, is no data folder, or is of an older format.
    public static func check(dataPath: String, progress: (Int) -> Void) async throws -> CheckReport {
        let folder = try DataFolder(opening: dataPath)
        guard folder.foundFormat == DataFolder.formatVersion else {
            throw EngineError(
                "The data folder \(folder.path) has the older format \(folder.foundFormat); `sluice up` brings it into "
                    + "this version's, then check it again.")
        }
        let database = try Database(folder: folder)
        let checksums = database.verifyChecksums()
        var report = CheckReport(
            dataPath: folder.path, format: folder.foundFormat,
            keyspaces: checksums.parts.map {
                .init(name: "\($0.keyspace)", entries: $0.entryCount, bytes: $0.sizeBytes)
            }, damage: checksums.damage)
        guard checksums.damage == nil else { return report }
        let writer = GroupCommitWriter(database: database)
        let tables = try await TableStore(database: database, writer: writer, time: SystemTime())
        report.tables = try tables.checkConsistency(progress: progress)
        await writer.close()
        return report
    }

    /// Copies a data folder that no engine uses.
    ///
    /// - Returns: the backup's full path and its size in bytes.
    /// - Throws: `StorageError`; ``isInUse(_:)`` tells when an engine must be asked instead.
    public static func backup(dataPath: String, to path: String) throws -> (path: String, bytes: Int) {
        try Database(folder: DataFolder(opening: dataPath)).checkpoint(to: path)
        return size(ofBackup: path)
    }

    /// Whether an error says that an engine runs on the folder.
    public static func isInUse(_ error: any Error) -> Bool { (error as? StorageError)?.code == .inUse }

    /// Copies a backup to a new or empty folder.
    public static func restore(from backup: String, to dataPath: String) throws -> (path: String, bytes: Int) {
        try DataFolder.restore(from: backup, to: dataPath)
        return size(ofBackup: dataPath)
    }

    static func size(ofBackup path: String) -> (path: String, bytes: Int) {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL
        let files = FileManager.default.enumerator(at: absolute, includingPropertiesForKeys: [.fileSizeKey])
        var bytes = 0
        while let file = files?.nextObject() as? URL {
            bytes += (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
        }
        return (absolute.path, bytes)
    }
}
