import Foundation
import Synchronization

/// How much memory a process has used at most. Of the process alone, not of others that it has started.
///
/// Linux counts it; a look reads one small file, which costs the kernel 15 µs to write.
final class ProcessMemory: Sendable {
    /// Shortest time between two looks, so that a function that is called thousands of times a second is not slowed by them.
    static let interval = Duration.milliseconds(10)

    private struct State {
        var descriptor: Int32 = -1
        var peakBytes = 0
        var nextLook = ContinuousClock.now
    }

    private let state = Mutex(State())

    deinit { close() }

    /// Begins to look at a process, which must be there.
    func watch(_ process: Int32) {
        let descriptor = Foundation.open("/proc/\(process)/status", O_RDONLY | O_CLOEXEC)
        state.withLock { $0.descriptor = descriptor }
    }

    /// The most that it had at any time until now, or until ``interval`` ago, in bytes; after its end what was seen last.
    var peakBytes: Int {
        state.withLock { state in
            let now = ContinuousClock.now
            guard now >= state.nextLook else { return state.peakBytes }
            state.nextLook = now + Self.interval
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
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4_096) { text -> Int? in
            let count = pread(descriptor, text.baseAddress, text.count - 1, 0)
            guard count > 0 else { return nil }
            text[count] = 0
            guard let label = strstr(text.baseAddress!, "VmHWM:") else { return nil }
            return strtol(label + 6, nil, 10) << 10
        }
    }
}
