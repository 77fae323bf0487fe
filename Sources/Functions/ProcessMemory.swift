import Foundation
import Synchronization

/// How much memory a process has used at most. Of the process alone, not of others that it has started.
///
/// Linux counts it; a look reads one small file.
final class ProcessMemory: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var peakBytes = 0
    }

    private let state = Mutex(State())

    deinit { close() }

    /// Begins to look at a process, which must be there.
    func watch(_ process: Int32) {
        let descriptor = Foundation.open("/proc/\(process)/status", O_RDONLY | O_CLOEXEC)
        state.withLock { $0.descriptor = descriptor }
    }

    /// The most that it had at any time, in bytes; after its end what was seen last.
    var peakBytes: Int {
        state.withLock { state in
            if let peak = Self.peak(state.descriptor) { state.peakBytes = peak }
            return state.peakBytes
        }
    }

    func close() {
        state.withLock { state in
            if state.descriptor >= 0 { _ = Foundation.close(state.descriptor) }
            state.descriptor = -1
        }
    }

    /// The high-water mark of the resident set; nil when the process has ended.
    private static func peak(_ descriptor: Int32) -> Int? {
        guard descriptor >= 0 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
            guard count > 0 else { return nil }
            let lines = buffer[..<count].split(separator: UInt8(ascii: "\n"))
            guard let line = lines.first(where: { $0.starts(with: "VmHWM:".utf8) }) else { return nil }
            let digits = line.drop { !(48...57).contains($0) }.prefix { (48...57).contains($0) }
            return Int(String(decoding: digits, as: UTF8.self)).map { $0 << 10 }
        }
    }
}
