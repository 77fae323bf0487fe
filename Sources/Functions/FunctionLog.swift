import Foundation
import Synchronization

/// A function's log: what its processes write to stdout and stderr, line by line, in one file of the data folder.
///
/// The file is bounded: at ``bytesMax`` it becomes `NAME.log.1`, in place of an older one.
public final class FunctionLog: Sendable {
    /// Size at which a log file is put aside.
    public static let bytesMax = 64 << 20
    /// Lines kept in memory: those written before there is a file, and the last ones for error messages.
    static let recentMax = 64

    private struct State {
        var path: String?
        var descriptor: Int32 = -1
        var bytes = 0
        var unwritten: [String] = []
        var recent: [String] = []
    }

    private let state = Mutex(State())

    public init() {}

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    /// Sends this and all later lines to a file, opened for appending.
    public func open(path: String) throws {
        try state.withLock { state in
            state.path = path
            try Self.openFile(&state)
            let lines = state.unwritten
            state.unwritten = []
            for line in lines { Self.write(line, &state) }
        }
    }

    func append(_ line: String) {
        state.withLock { state in
            state.recent.append(line)
            if state.recent.count > Self.recentMax { state.recent.removeFirst() }
            if state.path == nil {
                if state.unwritten.count < Self.recentMax { state.unwritten.append(line) }
            } else {
                Self.write(line, &state)
            }
        }
    }

    /// The last line that says something, for an error message.
    var lastLine: String? { state.withLock { $0.recent.last { !$0.isEmpty } } }

    private static func openFile(_ state: inout State) throws {
        guard let path = state.path else { return }
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FunctionError(
                .system, "The log \(path) cannot be written (\(String(cString: strerror(errno)))); change its rights.")
        }
        state.descriptor = descriptor
        state.bytes = Int(lseek(descriptor, 0, SEEK_END))
    }

    private static func write(_ line: String, _ state: inout State) {
        if state.bytes > bytesMax, let path = state.path {
            close(state.descriptor)
            state.descriptor = -1
            rename(path, path + ".1")
            try? openFile(&state)
        }
        let bytes = Array((line + "\n").utf8)
        // A log that cannot be written must not stop orders: the disk's trouble shows in the store, which can.
        state.bytes += max(0, Foundation.write(state.descriptor, bytes, bytes.count))
    }
}
