import Foundation

// One of these defines `stat` for the compiler, once another module is imported beside Foundation: which one is its own affair.
#if canImport(CDispatch)
    import CDispatch
#endif
#if canImport(CoreFoundation)
    import CoreFoundation
#endif

/// Small files, such as keys and certificates, that are read and written as a whole.
public enum WholeFile {
    /// Why a file cannot be read or written.
    public enum Failure: Error, Sendable, Hashable {
        case notThere
        /// In the system's words.
        case system(String)
        case isNoFile
        /// Others may do with it what they may not.
        case isOpen
        case tooLarge(bytes: Int)

        /// As a part of a sentence.
        public var text: String {
            switch self {
            case .notThere: WholeFile.systemText(ENOENT)
            case .system(let text): text
            case .isNoFile: "it is no file"
            case .isOpen: "others may read or change it"
            case .tooLarge(let bytes): "it has \(bytes) bytes"
            }
        }
    }

    /// A file's state, to see whether it is another one than before.
    public struct Stamp: Sendable, Hashable {
        private var device: UInt64
        private var number: UInt64
        private var sizeBytes: Int64
        private var changedSeconds: Int64
        private var changedNanoseconds: Int64

        /// Nil for a file that is not there.
        public init?(path: String) {
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

    /// - Parameters:
    ///   - bytesMax: largest file that is read.
    ///   - forbiddenMode: rights that nobody may have to it, such as `0o077`.
    public static func read(
        _ path: String, bytesMax: Int, forbiddenMode: UInt32 = 0
    ) throws(Failure) -> (bytes: [UInt8], stamp: Stamp) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            throw code == ENOENT ? Failure.notThere : Failure.system(systemText(code))
        }
        defer { close(descriptor) }
        // Of what was opened, not of what the path leads to a moment later.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .isNoFile }
        guard UInt32(status.st_mode) & forbiddenMode == 0 else { throw .isOpen }
        guard Int(status.st_size) <= bytesMax else { throw .tooLarge(bytes: Int(status.st_size)) }
        do {
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
            return (Array(try handle.readToEnd() ?? Data()), Stamp(status))
        } catch {
            throw .system("\(error)")
        }
    }

    /// Writes a file: whoever reads it finds the old or the new content, also after a power cut.
    ///
    /// - Parameter mode: the rights that it gets, whatever the mask of new files says.
    /// - Throws: `system`.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(Failure) {
        // In the same folder, as a rename does not lead across file systems.
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
        guard descriptor >= 0 else { throw .system(systemText(errno)) }
        var code: Int32 = 0
        var written = 0
        while written < bytes.count, code == 0 {
            let count = bytes[written...].withUnsafeBytes { rest in
                Foundation.write(descriptor, rest.baseAddress, rest.count)
            }
            if count >= 0 { written += count } else if errno != EINTR { code = errno }
        }
        if code == 0, fchmod(descriptor, mode_t(mode)) != 0 { code = errno }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw .system(systemText(code))
        }
        // The name in the folder is durable with the folder.
        let folder = open(Self.folder(of: path), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// The folder that a path leads through last.
    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The system's words for `errno`.
    public static func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }
}
