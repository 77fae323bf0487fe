import Foundation

/// Whether the file that lists the store's tables, `MANIFEST-n`, holds what was written to it.
///
/// RocksDB passes over an entry whose length or kind is damaged as over one that a crash has cut, and what the entry told is
/// then missing: table files, and with them answered writes. A crash cuts the last entry only, and what it leaves of it is no
/// entry. So nothing that reads as an entry may come behind one that does not, nor may a cut entry become whole by another
/// length or kind.
///
/// The format is RocksDB's log format: blocks of 32 KB; entries of checksum (4 bytes), length (2), kind (1) and contents; an
/// entry that does not fit into a block is in parts, each with such a head. The file is small: it is begun anew at each opening.
enum ManifestCheck {
    private static let blockBytes = 32 << 10
    private static let headBytes = 7
    /// What a disk writes as one.
    private static let sectorBytes = 512
    /// Whole, first, middle, last.
    private static let kinds: ClosedRange<UInt8> = 1...4

    /// - Throws: ``StorageError`` with code `damaged`. A file that cannot be read is RocksDB's to tell of.
    static func run(store: String) throws {
        guard let current = try? String(contentsOfFile: store + "/CURRENT", encoding: .utf8) else { return }
        let file = "\(store)/\(current.trimmingCharacters(in: .newlines))"
        guard let contents = FileManager.default.contents(atPath: file) else { return }
        if let place = damage(in: [UInt8](contents)) { throw StorageError.damaged(file, at: place) }
    }

    /// Where an entry begins that is damaged and not cut; nil when there is none.
    static func damage(in file: [UInt8]) -> Int? {
        var place = 0
        while place + headBytes <= file.count {
            let blockEnd = min((place / blockBytes + 1) * blockBytes, file.count)
            // The rest of a block that has no room for a head.
            if blockEnd - place < headBytes {
                place = blockEnd
                continue
            }
            let length = Int(file[place + 4]) | Int(file[place + 5]) << 8
            let end = place + headBytes + length
            if end <= blockEnd, isEntry(file, place, length, file[place + 6]) {
                place = end
                continue
            }
            if lacksSector(file, from: place, to: min(max(end, place + headBytes), file.count)) { return nil }
            let rest = blockEnd - place - headBytes
            let wasWhole = kinds.contains { kind in
                isEntry(file, place, rest, kind) || end <= blockEnd && isEntry(file, place, length, kind)
            }
            return wasWhole || hasEntry(file, behind: place) ? place : nil
        }
        return nil
    }

    /// Whether zeros stand where an entry should, up to or from the border of a sector: what a power loss leaves of one that was
    /// not synced, whatever has come to the disk behind it. No flipped bit makes that.
    private static func lacksSector(_ file: [UInt8], from place: Int, to end: Int) -> Bool {
        stride(from: place / sectorBytes * sectorBytes, to: end, by: sectorBytes).contains { sector in
            let part = max(sector, place)..<min(sector + sectorBytes, file.count)
            return part.count >= 2 * headBytes && file[part].allSatisfy { $0 == 0 }
        }
    }

    private static func hasEntry(_ file: [UInt8], behind place: Int) -> Bool {
        var next = place + 1
        while next + headBytes < file.count {
            let blockEnd = min((next / blockBytes + 1) * blockBytes, file.count)
            let length = blockEnd - next < headBytes ? 0 : Int(file[next + 4]) | Int(file[next + 5]) << 8
            if length > 0, next + headBytes + length <= blockEnd, kinds.contains(file[next + 6]),
                isEntry(file, next, length, file[next + 6])
            {
                return true
            }
            next += 1
        }
        return false
    }

    private static func isEntry(_ file: [UInt8], _ place: Int, _ length: Int, _ kind: UInt8) -> Bool {
        guard kinds.contains(kind) else { return false }
        var checksum = crc(~0, kind)
        for byte in file[(place + headBytes)..<(place + headBytes + length)] { checksum = crc(checksum, byte) }
        checksum = ~checksum
        // As stored: turned and shifted, so that a checksum of checksums is none.
        let masked = (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
        return (0..<4).allSatisfy { file[place + $0] == UInt8(truncatingIfNeeded: masked >> (8 * UInt32($0))) }
    }

    private static func crc(_ checksum: UInt32, _ byte: UInt8) -> UInt32 {
        table[Int(UInt8(truncatingIfNeeded: checksum) ^ byte)] ^ checksum >> 8
    }

    /// CRC-32C, a byte at a time.
    private static let table: [UInt32] = (0..<256).map { number in
        (0..<8).reduce(UInt32(number)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }
}
