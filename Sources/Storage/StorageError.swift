/// What went wrong below the tables: the folder, the disk, the format.
public struct StorageError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        fileprivate let name: String
        /// Another process holds the data folder.
        public static let inUse = Code(name: "inUse")
        /// The folder cannot be created, read or written.
        public static let notWritable = Code(name: "notWritable")
        /// The folder was written by a newer Sluice, or is no data folder at all.
        public static let unknownFormat = Code(name: "unknownFormat")
        /// RocksDB refused an operation, and none of the codes below says why: a failing disk, say.
        public static let engine = Code(name: "engine")
        /// The disk is full. Nothing answered is lost, and reads go on.
        public static let full = Code(name: "full")
        /// A file of the store does not hold what was written to it.
        public static let damaged = Code(name: "damaged")
        /// The place for a backup or a restored folder holds something already.
        public static let notEmpty = Code(name: "notEmpty")
        /// What is to be restored is no whole backup.
        public static let noBackup = Code(name: "noBackup")
        /// A backup or a restore broke off: what it has written has no mark and is no data folder.
        public static let brokenOff = Code(name: "brokenOff")
        /// More writes wait than ``GroupCommitWriter/waitingMax``.
        public static let overloaded = Code(name: "overloaded")
        /// The writer has been shut down.
        public static let closed = Code(name: "closed")
    }

    public var code: Code
    /// One sentence: the thing, the place, the remedy.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A file of the store that was found to be damaged before RocksDB has seen it.
    static func damaged(_ file: String, at place: Int) -> StorageError {
        StorageError(
            .damaged, "The store's file \(file) is damaged at byte \(place); restore the folder from a backup.")
    }

    public var description: String { message }
}
