import Foundation

/// The folder that holds everything Sluice keeps: its format mark, its lock, the store and the functions' logs.
///
///     FORMAT   the layout's version, one line
///     LOCK     held while a process uses the folder
///     store/   RocksDB
///     logs/    one file per function
public final class DataFolder: Sendable {
    /// The layout this build reads and writes.
    public static let formatVersion = 1

    public let path: String
    public var storePath: String { path + "/store" }
    public var logsPath: String { path + "/logs" }
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
        let mark = try FormatMark(folder: absolute)
        do {
            if mark == .absent { try FormatMark.write(to: absolute) }
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

    /// Creates the folder and what is missing above it. Each new name is synced: an answered write survives power loss
    /// only if the way to its file does.
    private static func createDurably(_ folder: String) throws {
        let manager = FileManager.default
        var missing: [String] = []
        var place = folder
        while !manager.fileExists(atPath: place), place != "/" {
            missing.append(place)
            place = (place as NSString).deletingLastPathComponent
        }
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
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
