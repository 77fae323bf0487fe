import Foundation
import Synchronization

/// The reading end of a process's stdout and stderr. Cuts it into lines for the function's log.
///
/// Whoever reads holds the lock, so lines come into the log in the order of the pipe.
final class ProcessOutput: Sendable {
    /// Longest line; a longer one is cut into several, so that a flood without line ends stays bounded. AWS: 256 KB was the
    /// longest log event for years.
    static let lineBytesMax = 256 * 1_024
    /// Most bytes taken in one go, which is what a pipe holds: a flood lets others have their turn. A process may ask Linux for a
    /// larger pipe; what it has written beyond this may then follow its answer.
    private static let pipeBytesMax = 65_536

    private struct State {
        /// Nil once the reading end is closed.
        var watch: ReadableWatch?
        /// The beginning of a line whose end has not come.
        var pending: [UInt8] = []
    }

    private let log: EnvironmentLog
    private let reader: Int32
    /// The end that the process gets.
    let writer: Int32
    private let isWriterClosed = Atomic(false)
    private let state = Mutex(State())

    init(log: EnvironmentLog) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw FunctionError(
                .system,
                "A function's output cannot be read (\(String(cString: strerror(errno)))); allow this process more open files."
            )
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        self.log = log
        reader = ends[0]
        writer = ends[1]
        try state.withLock { state in
            state.watch = try ReadableWatch(reader) { [weak self] in
                self?.state.withLock { _ = self?.read(atMost: Self.pipeBytesMax, &$0) }
            }
        }
    }

    deinit {
        closeWriter()
        state.withLock { Self.stop(&$0) }
    }

    /// Leaves the other end to the process alone, so that its end shows. Does nothing the second time.
    func closeWriter() {
        guard !isWriterClosed.exchange(true, ordering: .relaxed) else { return }
        Foundation.close(writer)
    }

    /// Returns when everything that the process has written so far is in the log. Called before an invocation's result is
    /// given back, so that a result never stands without its log lines.
    ///
    /// What is written meanwhile is not waited for: a flood holds up no answer.
    func drain() { state.withLock { takeWaiting(&$0) } }

    /// Takes the rest and closes the pipe.
    func close() {
        state.withLock { state in
            takeWaiting(&state)
            if !state.pending.isEmpty { log.append(Self.lines(of: state.pending[...])) }
            state.pending = []
            Self.stop(&state)
        }
    }

    private static func stop(_ state: inout State) {
        state.watch?.cancel()
        state.watch = nil
    }

    /// Takes what lies in the pipe now, and no more than a pipe holds.
    private func takeWaiting(_ state: inout State) {
        var rest = Self.pipeBytesMax
        while rest > 0 {
            let count = read(atMost: rest, &state)
            guard count > 0 else { return }
            rest -= count
        }
    }

    /// - Returns: how many bytes there were.
    private func read(atMost limit: Int, _ state: inout State) -> Int {
        guard state.watch != nil else { return 0 }
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let result = Foundation.read(reader, buffer.baseAddress, limit)
            // 0: all writers are gone. A watch on such a pipe would call for ever.
            if result == 0 { Self.stop(&state) }
            count = max(0, result)
        }
        take(bytes[...], &state.pending)
        return bytes.count
    }

    private func take(_ bytes: ArraySlice<UInt8>, _ pending: inout [UInt8]) {
        // What comes in one go is written in one go.
        var lines: [String] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if pending.isEmpty {
                lines += Self.lines(of: rest[..<end])
            } else {
                pending.append(contentsOf: rest[..<end])
                lines += Self.lines(of: pending[...])
                pending.removeAll(keepingCapacity: true)
            }
            rest = rest[(end + 1)...]
        }
        pending.append(contentsOf: rest)
        if pending.count > Self.lineBytesMax { pending = Array(Self.takePieces(of: pending[...], to: &lines)) }
        if !lines.isEmpty { log.append(lines) }
    }

    /// One line of the log, or several when it is too long.
    private static func lines(of line: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        let end = takePieces(of: line, to: &lines)
        return lines + [LogText.line(end)]
    }

    /// Takes pieces off a line that is too long, cut between characters.
    ///
    /// - Returns: what is left at its end.
    private static func takePieces(of line: ArraySlice<UInt8>, to lines: inout [String]) -> ArraySlice<UInt8> {
        var rest = line
        while rest.count > Self.lineBytesMax {
            var end = rest.startIndex + Self.lineBytesMax
            // A character has at most three bytes behind its first; with more of them it is none.
            for _ in 0..<3 where rest[end] & 0xC0 == 0x80 { end -= 1 }
            lines.append(LogText.line(rest[..<end]))
            rest = rest[end...]
        }
        return rest
    }
}
