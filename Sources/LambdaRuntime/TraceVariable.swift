import Glibc
import Synchronization

/// The variable `_X_AMZN_TRACE_ID`, in which AWS's tracing libraries look for the invocation's id.
///
/// `setenv` keeps every value it was ever given, and a runtime has a new one for each event. Two buffers take turns instead, so
/// that what a reader has just found stays while it reads.
enum TraceVariable {
    private static let name = "_X_AMZN_TRACE_ID"
    /// Longest text with the name and its end. Ours; AWS's have about a hundred bytes.
    private static let bytesMax = 1_024

    private struct Buffers {
        nonisolated(unsafe) var next = UnsafeMutablePointer<CChar>.allocate(capacity: TraceVariable.bytesMax)
        nonisolated(unsafe) var present = UnsafeMutablePointer<CChar>.allocate(capacity: TraceVariable.bytesMax)
    }

    private static let buffers = Mutex(Buffers())

    /// Sets it; nil and what is too long unset it.
    static func set(_ value: String?) {
        buffers.withLock { buffers in
            let text = value.map { "\(name)=\($0)" }
            guard let text, text.utf8.count < bytesMax else { return _ = unsetenv(name) }
            strcpy(buffers.next, text)
            putenv(buffers.next)
            swap(&buffers.next, &buffers.present)
        }
    }
}
