import Foundation
import Synchronization

/// A file that lines are added to, bounded: when it is full it becomes `NAME.1`, in place of an older one.
public final class LogFile: Sendable {
    /// Size at which a file is put aside.
    public static let bytesMax = 64 << 20

    private struct State {
        var descriptor: Int32 = -1
        var bytes = 0
    }

    private let path: String
    private let bytesMax: Int
    private let state: Mutex<State>

    /// Opens the file for appending.
    ///
    /// - Parameter bytesMax: the file is put aside once it is larger.
    /// - Throws: ``FunctionError`` with code `system`.
    public init(path: String, bytesMax: Int = LogFile.bytesMax) throws {
        self.path = path
        self.bytesMax = bytesMax
        state = Mutex(try Self.open(path))
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    /// Adds a line. A log that cannot be written must not stop orders: the disk's trouble shows in the store, which can.
    public func append(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        state.withLock { state in
            if state.bytes > bytesMax {
                close(state.descriptor)
                rename(path, path + ".1")
                state = (try? Self.open(path)) ?? State()
            }
            state.bytes += max(0, write(state.descriptor, bytes, bytes.count))
        }
    }

    private static func open(_ path: String) throws -> State {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FunctionError(
                .system, "The log \(path) cannot be written (\(String(cString: strerror(errno)))); change its rights.")
        }
        return State(descriptor: descriptor, bytes: Int(lseek(descriptor, 0, SEEK_END)))
    }
}
