import Foundation

/// How far the store is known to be on the disk: the sequence number of the last synced write, in the file `SYNCED` of a data
/// folder.
///
/// RocksDB takes the first entry of its log that it cannot read for the place where a crash has cut the log, and leaves out all
/// that follows. Behind the last sync that is right. Before it, answered writes would be gone without a word. The mark tells
/// the two apart: a store that ends before its mark has lost what it had promised to keep.
///
/// It is written behind each sync and never synced itself. So it is exact after kill -9, may lag behind after a power loss by as
/// long as the kernel holds back a page (half a minute), and never says more than is on the disk.
final class SyncedMark: @unchecked Sendable {
    // Unchecked: the descriptor never changes, and each write is one call that names its place.
    private let descriptor: Int32

    static func path(in folder: String) -> String { folder + "/SYNCED" }

    /// What the mark of a folder says; 0 for a mark that is absent or cannot be read, which promises nothing.
    static func sequence(in folder: String) -> UInt64 {
        guard let bytes = FileManager.default.contents(atPath: path(in: folder)).map({ [UInt8]($0) }), bytes.count == 16
        else { return 0 }
        let sequence = UInt64(bigEndianBytes: bytes[..<8])
        return bytes == contents(sequence) ? sequence : 0
    }

    /// Opens the mark for writing and leaves what it says.
    ///
    /// - Returns: nil when the folder cannot take it, as on a full disk: without it less is promised, and nothing else.
    init?(folder: String) {
        descriptor = open(Self.path(in: folder), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Says that everything up to a sequence number is on the disk. When it cannot be said, less is promised.
    func write(_ sequence: UInt64) {
        let bytes = Self.contents(sequence)
        _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// The number and, against torn and damaged marks, another that follows from it.
    private static func contents(_ sequence: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        bytes.appendBigEndian(sequence)
        bytes.appendBigEndian(~sequence &* 0x9E37_79B9_7F4A_7C15)
        return bytes
    }
}
