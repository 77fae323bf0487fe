import Foundation

/// An advisory lock on a file, held by this process until the value is released. The kernel drops it when the process
/// dies, however it dies, so a killed engine never leaves a folder locked.
final class FileLock: Sendable {
    private let descriptor: Int32

    init(path: String, folder: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StorageError(
                .notWritable,
                "The data folder \(folder) cannot be written (\(String(cString: strerror(errno)))); change its rights or choose another with --data."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else {
                let reason = String(cString: strerror(errno))
                close(descriptor)
                throw StorageError(
                    .notWritable, "The data folder \(folder) cannot be locked (\(reason)); choose another with --data.")
            }
            var holder = [UInt8](repeating: 0, count: 32)
            let count = pread(descriptor, &holder, holder.count, 0)
            close(descriptor)
            let process = count > 0 ? "process " + String(decoding: holder[..<count], as: UTF8.self) : "another process"
            throw StorageError(
                .inUse,
                "The data folder \(folder) is in use by \(process); stop that one or choose another folder with --data."
            )
        }
        self.descriptor = descriptor
        let own = Array(String(getpid()).utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, own, own.count, 0)
    }

    /// Holds off a process that would use the folder, and writes nothing: for a folder that is read, be it on a medium
    /// that cannot be written. A folder without the file has never been opened, so there is nothing to hold.
    ///
    /// - Returns: nil when there is no such file.
    init?(reading path: String, folder: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StorageError(.inUse, "The folder \(folder) is in use; stop the process that uses it first.")
        }
        self.descriptor = descriptor
    }

    deinit {
        // Closing alone would leave the lock to a child process that has been forked and has not begun its program yet.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
