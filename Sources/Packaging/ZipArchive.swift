import CArchive

/// A zip archive whose bytes depend on nothing but its entries: sorted by name, with one fixed time.
struct ZipArchive {
    struct Entry {
        /// Its path in the archive, such as `bootstrap`.
        var name: String
        var contents: [UInt8]
        /// Its rights on Unix, such as 0o755.
        var permissions: UInt16
    }

    /// Most bytes of all entries together. Lambda's limit: 250 MB unpacked.
    static let bytesMax = 250_000_000
    /// Room for what is not contents, and for contents that grow by compression.
    private static let overheadBytesMax = 1 << 20
    private static let regularFile: UInt32 = 0o100000

    /// The archive. Cost: compression at zlib's best level, about 20 MB a second.
    ///
    /// - Throws: `PackagingError` for more than 250 MB of contents, and in libarchive's words.
    static func bytes(of entries: [Entry]) throws(PackagingError) -> [UInt8] {
        let contentBytes = entries.reduce(0) { $0 + $1.contents.count }
        guard contentBytes <= bytesMax else {
            throw PackagingError(
                "The package holds more than \(bytesMax / 1_000_000) MB, which Lambda does not take; make it smaller.")
        }
        guard let archive = archive_write_new() else { throw PackagingError("There is no memory for a zip.") }
        defer { archive_write_free(archive) }
        // Where libarchive writes must not move while it does.
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: contentBytes + contentBytes / 1_000 + overheadBytesMax, alignment: 1)
        defer { room.deallocate() }
        var used = 0
        func check(_ status: Int) throws(PackagingError) {
            guard status < Int(ARCHIVE_OK) else { return }
            let reason = archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
            throw PackagingError("The zip cannot be made (\(reason)); free some memory.")
        }
        try check(Int(archive_write_set_format_zip(archive)))
        try check(Int(archive_write_set_options(archive, "zip:compression=deflate,zip:compression-level=9")))
        try check(Int(archive_write_open_memory(archive, room.baseAddress, room.count, &used)))
        for entry in entries.sorted(by: { $0.name < $1.name }) {
            let header = archive_entry_new()
            defer { archive_entry_free(header) }
            archive_entry_set_pathname_utf8(header, entry.name)
            archive_entry_set_mode(header, regularFile | UInt32(entry.permissions))
            archive_entry_set_size(header, Int64(entry.contents.count))
            // Before a zip's first year in every time zone, so it is written as the first moment of that year.
            archive_entry_set_mtime(header, 0, 0)
            try check(Int(archive_write_header(archive, header)))
            try check(entry.contents.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) })
        }
        try check(Int(archive_write_close(archive)))
        return [UInt8](room[..<used])
    }
}
