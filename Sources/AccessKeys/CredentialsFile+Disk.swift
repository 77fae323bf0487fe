import Foundation
import WholeFiles

extension CredentialsFile {
    typealias Stamp = WholeFile.Stamp

    /// Reads a file that only its owner may read.
    ///
    /// - Throws: ``CredentialsError`` for one that is not there, that others may read or change, or that is not understood.
    public static func read(_ path: String) throws(CredentialsError) -> CredentialsFile { try readStamped(path).file }

    static func readStamped(_ path: String) throws(CredentialsError) -> (file: CredentialsFile, stamp: Stamp) {
        let found: (bytes: [UInt8], stamp: Stamp)
        do { found = try WholeFile.read(path, bytesMax: sizeBytesMax, forbiddenMode: 0o077) } catch {
            throw CredentialsError(reason(error, path))
        }
        return (try CredentialsFile(json: found.bytes, path: path), found.stamp)
    }

    private static func reason(_ failure: WholeFile.Failure, _ path: String) -> String {
        let file = "The credentials file \(path)"
        return switch failure {
        case .notThere:
            "There is no credentials file \(path); make one with `sluice keys create --credentials \(path)`."
        case .system(let text): "\(file) cannot be read (\(text)); run as its owner or name another one."
        case .isNoFile: "\(file) is no file; name one."
        case .isOpen:
            "\(file) may be read or changed by others than its owner; close it to them with `chmod 600 \(path)`."
        case .tooLarge(let bytes): "\(file) has \(bytes) bytes; give one of \(sizeBytesMax) at most."
        }
    }

    /// Writes the file as a whole: whoever reads it finds the old or the new content, also after a power cut.
    ///
    /// - Throws: ``CredentialsError``.
    public func write(_ path: String) throws(CredentialsError) {
        do { try WholeFile.write(json, to: path, mode: 0o600) } catch {
            throw CredentialsError(
                "The credentials file \(path) cannot be written (\(error.text)); name one in a folder of yours.")
        }
    }

    /// Reads the file, lets `body` change it and writes it, while nobody else does the same.
    ///
    /// - Parameter isCreated: whether a file that is not there is taken as one without keys.
    /// - Throws: ``CredentialsError``.
    public static func change<Result>(
        _ path: String, isCreated: Bool = false,
        _ body: (inout CredentialsFile) throws(CredentialsError) -> Result
    ) throws(CredentialsError) -> Result {
        // The folder is locked, not the file, in whose place another one comes.
        let folder = open(WholeFile.folder(of: path), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else {
            throw CredentialsError(
                "The folder of the credentials file \(path) cannot be opened (\(WholeFile.systemText(errno))); make it first."
            )
        }
        defer { close(folder) }
        flock(folder, LOCK_EX)
        var file = CredentialsFile()
        if !isCreated || Stamp(path: path) != nil { file = try read(path) }
        let before = file
        let result = try body(&file)
        guard file.keys.count <= keysMax else {
            throw CredentialsError(
                "The credentials file \(path) has \(keysMax) keys already; take some out of it that are revoked.")
        }
        if file != before { try file.write(path) }
        return result
    }
}
