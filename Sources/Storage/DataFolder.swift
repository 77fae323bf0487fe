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
    private static let formatPrefix = "sluice data format "

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
        let isNew: Bool
        if exists {
            isNew = try Self.checkFormat(in: absolute) == .absent
        } else {
            isNew = true
            do {
                try manager.createDirectory(atPath: absolute, withIntermediateDirectories: true)
            } catch {
                throw StorageError(
                    .notWritable,
                    "The data folder \(absolute) cannot be created (\(Self.reason(error))); choose another with --data.")
            }
        }
        lock = try FileLock(path: absolute + "/LOCK", folder: absolute)
        do {
            if isNew {
                let mark = "\(Self.formatPrefix)\(Self.formatVersion)\n"
                try mark.write(toFile: absolute + "/FORMAT", atomically: true, encoding: .utf8)
            }
            try manager.createDirectory(atPath: logsPath, withIntermediateDirectories: true)
        } catch {
            throw StorageError(
                .notWritable,
                "The data folder \(absolute) cannot be written (\(Self.reason(error))); change its rights or choose another with --data."
            )
        }
    }

    private enum FormatMark { case current, absent }

    private static func checkFormat(in folder: String) throws -> FormatMark {
        let file = folder + "/FORMAT"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            let contents: [String]
            do {
                contents = try FileManager.default.contentsOfDirectory(atPath: folder)
            } catch {
                throw StorageError(
                    .notWritable,
                    "The data folder \(folder) cannot be read (\(reason(error))); change its rights or choose another with --data."
                )
            }
            guard contents.allSatisfy({ $0 == "LOCK" }) else {
                throw StorageError(
                    .unknownFormat,
                    "The folder \(folder) holds other files and no FORMAT mark, so it is no data folder; give --data an empty or new folder."
                )
            }
            return .absent
        }
        let version = text.hasPrefix(formatPrefix)
            ? Int(text.dropFirst(formatPrefix.count).trimmingCharacters(in: .whitespacesAndNewlines)) : nil
        guard let version else {
            throw StorageError(
                .unknownFormat,
                "The file \(file) does not name a data format; restore it from a backup or choose another folder with --data.")
        }
        guard version <= formatVersion else {
            throw StorageError(
                .unknownFormat,
                "The data folder \(folder) has format \(version), newer than the \(formatVersion) this build reads; use a newer Sluice or another folder."
            )
        }
        return .current
    }

    private static func reason(_ error: any Error) -> String {
        if let posix = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError {
            return String(cString: strerror(Int32(posix.code)))
        }
        return (error as NSError).localizedDescription
    }
}
