import Foundation

/// Whether RocksDB can begin to read a store's table files, `n.sst`.
///
/// It takes a table's properties apart before it verifies their checksum. One bit of them says that the block ends with an index
/// by hashes; with it set where there is none, an assertion ends the process instead of an error that names the file (RocksDB
/// #7670). No table has such an index there, so the bit is always clear. All else of a table file RocksDB verifies itself.
///
/// A table file ends with its properties, a checksum, the index of what is no data, a checksum and the footer: the kind of
/// checksum (1 byte), where that index begins (varint) and other places up to byte 41, version (4), magic number (8). Costs two
/// small reads a file.
enum TableFileCheck {
    private static let footerBytes = 53
    private static let magicNumber: [UInt8] = [0xF7, 0xCF, 0xF4, 0x85, 0xB7, 0x41, 0xE2, 0x88]
    /// Kind of compression and checksum, behind each block.
    private static let blockTrailerBytes = 5

    /// - Throws: ``StorageError`` with code `damaged`. A file that cannot be read, or has another format, is RocksDB's to tell of.
    static func run(store: String) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: store)) ?? []
        for name in names.sorted() where name.hasSuffix(".sst") {
            let file = "\(store)/\(name)"
            if let place = damage(in: file) { throw StorageError.damaged(file, at: place) }
        }
    }

    /// Where the bit is that should not be set; nil when it is not.
    private static func damage(in path: String) -> Int? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size > footerBytes, let footer = read(descriptor, footerBytes, at: size - footerBytes),
            footer.suffix(magicNumber.count).elementsEqual(magicNumber), let index = varint(footer[1...])
        else { return nil }
        // The properties end with how many keys they have in full, whose highest bit it is.
        let place = index - blockTrailerBytes - 1
        guard place > 0, place < size - footerBytes, let last = read(descriptor, 1, at: place) else { return nil }
        return last[0] & 0x80 == 0 ? nil : place
    }

    private static func read(_ descriptor: Int32, _ count: Int, at place: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &bytes, count, off_t(place)) == count ? bytes : nil
    }

    /// A number of seven bits a byte, the lowest first; nil beyond what a file may have.
    private static func varint(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for (position, byte) in bytes.prefix(8).enumerated() {
            value |= Int(byte & 0x7F) << (7 * position)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
