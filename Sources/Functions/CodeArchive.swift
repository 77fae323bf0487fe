import CArchive
import Foundation

/// A function's code in a zip.
public enum CodeArchive {
    /// Most bytes that the files of a zip may have in all. AWS: 250 MB (Lambda's developer guide, on quotas).
    static let unpackedBytesMax = 250 << 20

    /// Unpacks a zip into a folder, which is made when it is new.
    ///
    /// - Parameter label: what messages call it.
    ///
    /// - Throws: ``FunctionError`` with code `badPackage`; the folder may then hold a part of the files.
    public static func unpack(_ zip: [UInt8], named label: String, into folder: String) throws {
        func bad(_ reason: String) -> FunctionError {
            FunctionError(
                .badPackage, "The package \(label) cannot be unpacked: \(reason); make a zip with the code at its root."
            )
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // The reader reads where the bytes are for as long as it is there.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: zip.count, alignment: 1)
        defer { bytes.deallocate() }
        bytes.copyBytes(from: zip)
        guard let archive = archive_read_new(), let disk = archive_write_disk_new() else { throw bad("no memory") }
        defer {
            archive_read_free(archive)
            archive_write_free(disk)
        }
        func problem(_ archive: OpaquePointer) -> FunctionError {
            bad(archive_error_string(archive).map { String(cString: $0) } ?? "it is damaged")
        }
        archive_read_support_format_zip(archive)
        archive_write_disk_set_options(
            disk, ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_SECURE_SYMLINKS)
        guard archive_read_open_memory(archive, bytes.baseAddress, bytes.count) == ARCHIVE_OK else {
            throw problem(archive)
        }
        var unpackedBytes = 0
        while true {
            var entry: OpaquePointer?
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF { return }
            guard status >= ARCHIVE_WARN, let entry else { throw problem(archive) }
            let name = archive_entry_pathname_utf8(entry).map { String(cString: $0) } ?? ""
            guard !name.isEmpty, !name.hasPrefix("/") else { throw bad("it has a file without a relative path") }
            archive_entry_update_pathname_utf8(entry, "\(folder)/\(name)")
            guard archive_write_header(disk, entry) >= ARCHIVE_WARN else { throw problem(disk) }
            while let block = try nextBlock() {
                unpackedBytes += block.count
                guard unpackedBytes <= unpackedBytesMax else { throw bad("its files have more than 250 MB") }
                guard archive_write_data_block(disk, block.start, block.count, block.offset) >= ARCHIVE_WARN else {
                    throw problem(disk)
                }
            }
            guard archive_write_finish_entry(disk) >= ARCHIVE_WARN else { throw problem(disk) }
        }

        func nextBlock() throws -> (start: UnsafeRawPointer?, count: Int, offset: Int64)? {
            var (start, count, offset) = (nil as UnsafeRawPointer?, 0, 0 as Int64)
            let status = archive_read_data_block(archive, &start, &count, &offset)
            if status == ARCHIVE_EOF { return nil }
            guard status >= ARCHIVE_WARN else { throw problem(archive) }
            return (start, count, offset)
        }
    }
}
