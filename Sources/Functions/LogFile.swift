public import Clocks
import Foundation
import Synchronization

/// A file that lines are added to, bounded: when it is full it becomes `NAME.1`, in place of an older one. Where the next one
/// cannot be opened, lines are lost until it can.
///
/// Lines carry no time of their own. Where one is asked for, `NAME.times` marks, once a millisecond at most, when the
/// line at a place in the file was written; it goes where its file goes. ``LogReader`` reads both.
public final class LogFile: Sendable {
    /// Size at which a file is put aside.
    public static let bytesMax = 64 << 20

    private struct State {
        var descriptor: Int32 = -1
        var bytes = 0
        var times: LogTimes.Writer?
    }

    private let path: String
    private let bytesMax: Int
    private let time: (any TimeSource)?
    private let state: Mutex<State>

    /// Opens the file for appending.
    ///
    /// - Parameters:
    ///   - bytesMax: the file is put aside once it is larger.
    ///   - time: tells when lines are written; nil keeps no times.
    /// - Throws: ``FunctionError`` with code `system`.
    public init(path: String, bytesMax: Int = LogFile.bytesMax, time: (any TimeSource)? = nil) throws {
        self.path = path
        self.bytesMax = bytesMax
        self.time = time
        state = Mutex(try Self.open(path, keepsTimes: time != nil))
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    /// Adds a line. A log that cannot be written must not stop orders: the disk's trouble shows in the store, which can.
    public func append(_ line: String) { append(contentsOf: CollectionOfOne(line)) }

    /// Adds lines in one go: nothing stands between them.
    public func append(contentsOf lines: some Sequence<String>) {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += line.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        state.withLock { state in
            if state.bytes > bytesMax {
                close(state.descriptor)
                rename(path, path + ".1")
                rename(LogTimes.path(path), LogTimes.path(path + ".1"))
                state = State()
            }
            if state.descriptor < 0, let opened = try? Self.open(path, keepsTimes: time != nil) { state = opened }
            guard state.descriptor >= 0 else { return }
            if let time { state.times?.note(offset: state.bytes, at: time.now()) }
            state.bytes += max(0, write(state.descriptor, bytes, bytes.count))
        }
    }

    private static func open(_ path: String, keepsTimes: Bool) throws -> State {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FunctionError(
                .system, "The log \(path) cannot be written (\(String(cString: strerror(errno)))); change its rights.")
        }
        return State(
            descriptor: descriptor, bytes: Int(lseek(descriptor, 0, SEEK_END)),
            times: keepsTimes ? LogTimes.Writer(log: path) : nil)
    }
}
