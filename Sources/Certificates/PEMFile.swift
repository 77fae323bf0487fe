import Foundation

// One of these defines `stat` for the compiler, once swift-certificates is imported beside Foundation: which one is its own affair.
#if canImport(CDispatch)
    import CDispatch
#endif
#if canImport(CoreFoundation)
    import CoreFoundation
#endif

/// Files with certificates and keys.
enum PEMFile {
    /// Largest file, bytes: a certificate with all those that lead to its authority has some 10,000.
    static let sizeBytesMax = 1 << 20

    /// - Parameters:
    ///   - what: `certificate` or `key`, for messages.
    ///   - isSecret: whether a file that everybody may read is refused.
    static func read(_ path: String, what: String, isSecret: Bool) throws(CertificateFileError) -> [UInt8] {
        func unreadable(_ reason: String) -> CertificateFileError {
            CertificateFileError(
                "The \(what) file \(path) cannot be read (\(reason)); name a PEM file that sluice may read.")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(systemText(errno)) }
        defer { close(descriptor) }
        // Of what was opened, not of what the path leads to a moment later.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw unreadable("it is no file")
        }
        // A group may have one: programs that share a certificate do.
        guard !isSecret || status.st_mode & 0o027 == 0 else {
            throw CertificateFileError(
                "The \(what) file \(path) may be read by everybody or changed by others than its owner; close it to them with `chmod 600 \(path)`."
            )
        }
        guard Int(status.st_size) <= sizeBytesMax else {
            throw unreadable("it has \(status.st_size) bytes and may have \(sizeBytesMax)")
        }
        do {
            return Array(
                try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data())
        } catch {
            throw unreadable("\(error)")
        }
    }

    /// Writes a file as a whole: whoever reads it finds the old or the new content.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(CertificateFileError) {
        func failed(_ code: Int32) -> CertificateFileError {
            CertificateFileError(
                "The file \(path) cannot be written (\(systemText(code))); change the data folder's rights or choose another with --data."
            )
        }
        let temporary = "\(path).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failed(errno) }
        var code: Int32 = 0
        var written = 0
        while written < bytes.count, code == 0 {
            let count = bytes[written...].withUnsafeBytes { rest in
                Foundation.write(descriptor, rest.baseAddress, rest.count)
            }
            if count >= 0 { written += count } else if errno != EINTR { code = errno }
        }
        // Whatever the mask of new files says.
        if code == 0, fchmod(descriptor, mode) != 0 { code = errno }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw failed(code)
        }
    }

    static func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }
}
