import Synchronization

/// What one execution environment adds to its function's log, and the end of what it has said of its present invocation.
final class EnvironmentLog: Sendable {
    /// How much of an invocation's log a caller may see. AWS: 4 KB.
    static let tailBytesMax = 4_096

    private struct State {
        var end: [UInt8] = []
        /// The line that begins the invocation, until there is another one to write it with.
        var unwritten: String?
    }

    let log: FunctionLog
    private let observer: (any FunctionObserver)?
    private let state = Mutex(State())

    init(_ log: FunctionLog, observer: (any FunctionObserver)?) {
        self.log = log
        self.observer = observer
    }

    /// Begins an invocation with a line that is written with the next one, or by ``flush()``: most invocations say one more thing,
    /// and what they say then takes one write.
    func begin(_ line: String) {
        state.withLock { state in
            state.end.removeAll(keepingCapacity: true)
            state.unwritten = line
            Self.keep([line], in: &state.end)
        }
    }

    /// Adds lines of the process.
    func append(_ lines: [String]) {
        state.withLock { state in
            log.append(lines, after: state.unwritten.take())
            Self.keep(lines, in: &state.end)
        }
        if let observer { for line in lines { observer.wrote(line) } }
    }

    /// Adds lines of Lambda's own, with none of another invocation between them.
    func append(platform lines: [String]) {
        state.withLock { state in
            log.append(platform: (state.unwritten.take().map { [$0] } ?? []) + lines)
            Self.keep(lines, in: &state.end)
        }
    }

    /// Writes what was held back.
    func flush() { state.withLock { flush(&$0) } }

    // The lock is held while a line is written, so that lines stand in the order in which they came.
    private func flush(_ state: inout State) {
        if let begin = state.unwritten.take() { log.append(platform: [begin]) }
    }

    private static func keep(_ lines: [String], in end: inout [UInt8]) {
        for line in lines {
            end += line.utf8.count > tailBytesMax ? Array(line.utf8.suffix(tailBytesMax)) : Array(line.utf8)
            end.append(UInt8(ascii: "\n"))
        }
        // Now and then, so that a flood of short lines is not moved line by line.
        if end.count > 4 * tailBytesMax { end = end.suffix(tailBytesMax) }
    }

    /// The last bytes since ``begin(_:)``.
    var tail: [UInt8] { state.withLock { $0.end.suffix(Self.tailBytesMax) } }
}
