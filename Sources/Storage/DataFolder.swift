import Foundation
import Synchronization

/// The folder that holds everything Sluice keeps: its format mark, its lock, the store and the functions' logs.
///
///     FORMAT   the layout's version, one line
///     LOCK     held while a process uses the folder
///     SYNCED   how far the store is known to be on the disk
///     store/   RocksDB
///     logs/    one file per function
public final class DataFolder: Sendable {
    /// The layout this build writes. It opens older ones, and the layer above rewrites what has changed:
    ///
    /// 1. items, indexes, stream records, queues and checkpoints
    /// 2. the same with tables that are created and deleted, their streams, and client tokens
    /// 3. the same with queues that have settings, and messages that are received
    /// 4. the same with metrics and log groups; nothing of layout 3 is rewritten
    public static let formatVersion = 4

    /// The layout that the folder had when it was opened. Less than ``formatVersion`` means: to be rewritten, and then
    /// marked with ``finishMigration()``.
    public let foundFormat: Int
    /// The layout that the mark names now.
    var markedFormat: Int { mark.load(ordering: .relaxed) }
    private let mark: Atomic<Int>

    public let path: String
    public var storePath: String { path + "/store" }
    public var logsPath: String { Self.logsPath(in: path) }
    /// Where the logs of a data folder are.
    public static func logsPath(in folder: String) -> String { folder + "/logs" }
    private let lock: FileLock

    /// Opens or creates the folder and locks it for this process.
    ///
    /// Nothing is written before the format mark has been read and the lock is held, so a refused folder stays as it was.
    public init(path: String) throws {
        let manager = FileManager.default
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        self.path = absolute
        var isDirectory: ObjCBool = false
        let exists = manager.fileExists(atPath: absolute, isDirectory: &isDirectory)
        if exists, !isDirectory.boolValue {
            throw StorageError(
                .notWritable, "The data folder \(absolute) is a file; give --data a folder or a path that is free.")
        }
        if exists { _ = try FormatMark(folder: absolute) }
        do {
            if !exists { try Self.createDurably(absolute) }
        } catch {
            throw StorageError(
                .notWritable,
                "The data folder \(absolute) cannot be created (\(Self.reason(error))); choose another with --data.")
        }
        lock = try FileLock(path: absolute + "/LOCK", folder: absolute)
        // Read again under the lock: another process may have made the folder its own in between.
        let found = try FormatMark(folder: absolute)
        if case .version(let version) = found { foundFormat = version } else { foundFormat = Self.formatVersion }
        mark = Atomic(foundFormat)
        do {
            if case .absent = found { try FormatMark.write(foundFormat, to: absolute) }
            for folder in [storePath, logsPath] {
                try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            try Self.sync(absolute)
        } catch {
            throw StorageError(
                .notWritable,
                "The data folder \(absolute) cannot be written (\(Self.reason(error))); "
                    + "change its rights or choose another with --data.")
        }
    }

    /// Opens a folder that exists already and locks it for this process.
    public convenience init(opening path: String) throws {
        guard FileManager.default.fileExists(atPath: path + "/FORMAT") else {
            throw StorageError(
                .unknownFormat,
                "There is no data folder at \(URL(fileURLWithPath: path).standardizedFileURL.path); name one with --data."
            )
        }
        try self.init(path: path)
    }

    /// Marks the folder as one of this build's layout, once all of it is rewritten and on the disk. An interrupted
    /// migration keeps the old mark and begins again at the next start.
    public func finishMigration() throws {
        do {
            try FormatMark.write(Self.formatVersion, to: path)
            try Self.sync(path)
        } catch {
            throw StorageError(
                .notWritable,
                "The data folder \(path) cannot be marked as format \(Self.formatVersion) (\(Self.reason(error))); "
                    + "check the disk's space and start again.")
        }
        mark.store(Self.formatVersion, ordering: .relaxed)
    }

    /// What a new folder lets others do: nothing, since orders are in it. One that exists keeps its rights.
    private static let rights = 0o700

    /// Creates the folder and what is missing above it, for their owner alone. Each new name is synced: an answered write
    /// survives power loss only if the way to its file does.
    static func createDurably(_ folder: String) throws {
        let manager = FileManager.default
        var missing: [String] = []
        var place = folder
        while !manager.fileExists(atPath: place), place != "/" {
            missing.append(place)
            place = (place as NSString).deletingLastPathComponent
        }
        try manager.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: rights])
        for place in missing { try sync((place as NSString).deletingLastPathComponent) }
    }

    /// Brings a folder's or file's contents to the disk.
    static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    static func reason(_ error: any Error) -> String {
        if let posix = error as? POSIXError { return String(cString: strerror(posix.code.rawValue)) }
        if let posix = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError {
            return String(cString: strerror(Int32(posix.code)))
        }
        return (error as NSError).localizedDescription
    }
}
