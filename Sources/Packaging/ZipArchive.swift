import CZlib

/// A zip archive whose bytes depend on nothing but its entries: sorted by name, with one fixed time.
///
/// Source: PKWARE's APPNOTE.TXT 6.3.10, without extensions for more than 4 GiB.
struct ZipArchive {
    struct Entry {
        /// Its path in the archive, such as `bootstrap`.
        var name: String
        var contents: [UInt8]
        /// Its rights on Unix, such as 0o755.
        var permissions: UInt16
    }

    /// Most bytes of an archive and of an entry. Lambda's are smaller: 250 MB unpacked.
    static let bytesMax = 250_000_000

    /// The beginning of time in a zip: the first of January 1980.
    private static let date: UInt16 = 1 << 5 | 1
    private static let regularFile: UInt32 = 0o100000
    /// Version 2.0, which has deflate; made on Unix, so that the rights count.
    private static let version: UInt16 = 20
    private static let madeOnUnix: UInt16 = 3 << 8 | version
    /// Names are UTF-8.
    private static let flags: UInt16 = 1 << 11
    private static let deflated: UInt16 = 8

    /// The archive. Cost: compression at zlib's best level, about 20 MB a second.
    ///
    /// - Throws: `PackagingError` for more than 250 MB of contents.
    static func bytes(of entries: [Entry]) throws(PackagingError) -> [UInt8] {
        guard entries.reduce(0, { $0 + $1.contents.count }) <= bytesMax else {
            throw PackagingError(
                "The package holds more than \(bytesMax / 1_000_000) MB, which Lambda does not take; make it smaller.")
        }
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        let sorted = entries.sorted { $0.name < $1.name }
        for entry in sorted {
            let compressed = deflate(entry.contents)
            let offset = UInt32(archive.count)
            var head: [UInt8] = []
            head.append(number: version)
            head.append(number: flags)
            head.append(number: deflated)
            head.append(number: UInt16(0))
            head.append(number: date)
            head.append(number: checksum(entry.contents))
            head.append(number: UInt32(compressed.count))
            head.append(number: UInt32(entry.contents.count))
            head.append(number: UInt16(entry.name.utf8.count))
            head.append(number: UInt16(0))
            archive.append(number: UInt32(0x0403_4B50))
            archive += head + Array(entry.name.utf8)
            archive += compressed
            directory.append(number: UInt32(0x0201_4B50))
            directory.append(number: madeOnUnix)
            directory += head
            // No comment, the first and only disk, no internal attributes.
            for _ in 0..<3 { directory.append(number: UInt16(0)) }
            directory.append(number: (regularFile | UInt32(entry.permissions)) << 16)
            directory.append(number: offset)
            directory += Array(entry.name.utf8)
        }
        let start = UInt32(archive.count)
        archive += directory
        archive.append(number: UInt32(0x0605_4B50))
        archive.append(number: UInt32(0))
        archive.append(number: UInt16(sorted.count))
        archive.append(number: UInt16(sorted.count))
        archive.append(number: UInt32(directory.count))
        archive.append(number: start)
        archive.append(number: UInt16(0))
        return archive
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, UInt32($0.count))) }
    }

    /// Raw deflate, as a zip has it.
    private static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        // A window of 32 KB; negative means neither head nor checksum around the data.
        let started = deflateInit2_(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(started == Z_OK, "zlib has no memory for one stream")
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            bytes.withUnsafeBufferPointer { input in
                // zlib does not write to its input; its type only fails to say so.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let ended = CZlib.deflate(&stream, Z_FINISH)
                precondition(ended == Z_STREAM_END, "zlib's own bound was too small")
            }
            count = Int(stream.total_out)
        }
    }
}

extension [UInt8] {
    /// A number with its small end first.
    fileprivate mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
