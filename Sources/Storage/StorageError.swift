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
        /// RocksDB refused an operation: a full or failing disk, damaged files.
        public static let engine = Code(name: "engine")
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

    public var description: String { message }
}
