import Foundation

/// What a folder's `FORMAT` file says.
enum FormatMark {
    /// The layout's version, 1 up to ``DataFolder/formatVersion``.
    case version(Int)
    /// The folder is empty: it is to become a data folder.
    case absent

    private static let prefix = "sluice data format "
    private static let name = "FORMAT"
    /// The mark before it gets its name, so that a crash leaves either no mark or a whole one.
    private static let newName = "FORMAT.new"

    /// Reads the mark and writes nothing.
    ///
    /// - Throws: ``StorageError`` for a folder that this build cannot use.
    init(folder: String) throws {
        let file = "\(folder)/\(Self.name)"
        let contents: [String]
        do {
            contents = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw StorageError(
                .notWritable,
                "The data folder \(folder) cannot be read (\(DataFolder.reason(error))); "
                    + "change its rights or choose another with --data.")
        }
        guard contents.contains(Self.name) else {
            // A start that was killed early leaves these two.
            guard contents.allSatisfy({ $0 == "LOCK" || $0 == Self.newName }) else {
                throw StorageError(
                    .unknownFormat,
                    "The folder \(folder) holds other files and no FORMAT mark, so it is no data folder; "
                        + "give --data an empty or new folder.")
            }
            self = .absent
            return
        }
        guard let version = Self.version(try? String(contentsOfFile: file, encoding: .utf8)) else {
            throw StorageError(
                .unknownFormat,
                "The file \(file) does not name a data format; "
                    + "restore it from a backup or choose another folder with --data.")
        }
        guard version <= DataFolder.formatVersion else {
            throw StorageError(
                .unknownFormat,
                "The data folder \(folder) has format \(version), newer than the \(DataFolder.formatVersion) this build "
                    + "reads; use a newer Sluice or another folder.")
        }
        self = .version(version)
    }

    private static func version(_ text: String?) -> Int? {
        guard let text, text.hasPrefix(prefix) else { return nil }
        let version = Int(text.dropFirst(prefix.count).trimmingCharacters(in: .whitespacesAndNewlines))
        return version.flatMap { $0 >= 1 ? $0 : nil }
    }

    /// Marks a folder as one of the given layout. A crash leaves the old mark or the new one. The caller syncs the folder.
    static func write(_ version: Int, to folder: String) throws {
        let file = "\(folder)/\(newName)"
        try "\(prefix)\(version)\n".write(toFile: file, atomically: false, encoding: .utf8)
        try DataFolder.sync(file)
        guard rename(file, "\(folder)/\(name)") == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }
}
