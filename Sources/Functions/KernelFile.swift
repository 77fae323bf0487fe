import Foundation

/// A file of `/proc`.
enum KernelFile {
    private static let chunkBytes = 16_384

    /// All of it; empty when it is not there, or not for us.
    ///
    /// Such a file has no size, and the kernel gives it in pieces: a short read is not its end, as Foundation takes it for.
    static func bytes(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: chunkBytes) { buffer, count in
                count = max(0, read(descriptor, buffer.baseAddress, chunkBytes))
            }
            guard !piece.isEmpty else { return bytes }
            bytes += piece
        }
    }
}
