import WholeFiles

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
        do {
            // A group may have a key: programs that share a certificate do.
            return try WholeFile.read(path, bytesMax: sizeBytesMax, forbiddenMode: isSecret ? 0o027 : 0).bytes
        } catch {
            switch error {
            case .isOpen:
                throw CertificateFileError(
                    "The \(what) file \(path) may be read by everybody or changed by others than its owner; close it to them with `chmod 600 \(path)`."
                )
            case .tooLarge: throw unreadable("\(error.text) and may have \(sizeBytesMax)")
            case .isNoFile, .notThere, .system: throw unreadable(error.text)
            }
        }
    }

    /// Writes a file as a whole: whoever reads it finds the old or the new content, also after a power cut.
    static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(CertificateFileError) {
        do { try WholeFile.write(bytes, to: path, mode: mode) } catch {
            throw CertificateFileError(
                "The file \(path) cannot be written (\(error.text)); change the data folder's rights or choose another with --data."
            )
        }
    }
}
