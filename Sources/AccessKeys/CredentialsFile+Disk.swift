import Foundation

extension CredentialsFile {
    /// A file's state, to see whether it is another one than before.
    struct Stamp: Sendable, Hashable {
        var device: UInt64
        var number: UInt64
        var sizeBytes: Int64
        var changedSeconds: Int64
        var changedNanoseconds: Int64

        /// Nil for a file that is not there.
        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(status)
        }

        fileprivate init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            number = UInt64(truncatingIfNeeded: status.st_ino)
            sizeBytes = Int64(status.st_size)
            #if canImport(Darwin)
                (changedSeconds, changedNanoseconds) = (
                    Int64(status.st_mtimespec.tv_sec), Int64(status.st_mtimespec.tv_nsec)
                )
            #else
                (changedSeconds, changedNanoseconds) = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
            #endif
        }
    }

    /// Reads a file that only its owner may read.
    ///
    /// - Throws: ``CredentialsError`` for one that is not there, that others may read or change, or that is not understood.
    public static func read(_ path: String) throws(CredentialsError) -> CredentialsFile { try readStamped(path).file }

    static func readStamped(_ path: String) throws(CredentialsError) -> (file: CredentialsFile, stamp: Stamp) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            guard code != ENOENT else {
                throw CredentialsError(
                    "There is no credentials file \(path); make one with `sluice keys create --credentials \(path)`.")
            }
            throw CredentialsError(
                "The credentials file \(path) cannot be read (\(systemText(code))); run as its owner or name another one."
            )
        }
        defer { close(descriptor) }
        // Of what was opened, not of what the path leads to a moment later.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CredentialsError("The credentials file \(path) is no file; name one.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CredentialsError(
                "The credentials file \(path) may be read or changed by others than its owner; close it to them with `chmod 600 \(path)`."
            )
        }
        guard Int(status.st_size) <= sizeBytesMax else {
            throw CredentialsError(
                "The credentials file \(path) has \(status.st_size) bytes; give one of \(sizeBytesMax) at most.")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        let json: [UInt8]
        do { json = Array(try handle.readToEnd() ?? Data()) } catch {
            throw CredentialsError("The credentials file \(path) cannot be read (\(error)).")
        }
        return (try CredentialsFile(json: json, path: path), Stamp(status))
    }

    /// Writes the file as a whole: whoever reads it finds the old or the new content, also after a power cut.
    ///
    /// - Throws: ``CredentialsError``.
    public func write(_ path: String) throws(CredentialsError) {
        func failed(_ code: Int32) -> CredentialsError {
            CredentialsError(
                "The credentials file \(path) cannot be written (\(Self.systemText(code))); name one in a folder of yours."
            )
        }
        // In the same folder, as a rename does not lead across file systems.
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failed(errno) }
        var code: Int32 = 0
        let bytes = json
        var written = 0
        while written < bytes.count, code == 0 {
            let count = bytes[written...].withUnsafeBytes { rest in
                Foundation.write(descriptor, rest.baseAddress, rest.count)
            }
            if count >= 0 { written += count } else if errno != EINTR { code = errno }
        }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw failed(code)
        }
        // The name in the folder is durable with the folder.
        let folder = open(Self.folder(of: path), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
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
        let folder = open(Self.folder(of: path), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else {
            throw CredentialsError(
                "The folder of the credentials file \(path) cannot be opened (\(systemText(errno))); make it first.")
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

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }
}
