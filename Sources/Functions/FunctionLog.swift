import Clocks
import Synchronization

/// A function's log: what its processes write to stdout and stderr, and what Lambda says of each invocation, line by line,
/// in one ``LogFile`` of the data folder.
public final class FunctionLog: Sendable {
    /// Lines kept in memory until there is a file.
    static let unwrittenMax = 64
    /// Most characters kept of the last line, for error messages.
    private static let lastLineMax = 256

    private struct State {
        var file: LogFile?
        var unwritten: [String] = []
        var lastLine: String?
    }

    private let state = Mutex(State())

    public init() {}

    /// Sends this and all later lines to a file, opened for appending.
    public func open(path: String) throws {
        // The machine's clock, which the processes see as well.
        let file = try LogFile(path: path, time: SystemTime())
        state.withLock { state in
            state.file = file
            file.append(contentsOf: state.unwritten)
            state.unwritten = []
        }
    }

    /// Adds lines of a process.
    ///
    /// - Parameter beginning: a line of Lambda's own before them.
    func append(_ lines: [String], after beginning: String? = nil) {
        state.withLock { state in
            if let line = lines.last(where: { !$0.isEmpty }) {
                state.lastLine = line.utf8.count > Self.lastLineMax ? String(line.prefix(Self.lastLineMax)) : line
            }
            Self.add((beginning.map { [$0] } ?? []) + lines, to: &state)
        }
    }

    /// Adds lines of Lambda's own, with none of another invocation between them.
    func append(platform lines: [String]) {
        state.withLock { Self.add(lines, to: &$0) }
    }

    private static func add(_ lines: some Sequence<String>, to state: inout State) {
        if let file = state.file {
            file.append(contentsOf: lines)
        } else {
            state.unwritten += lines.prefix(unwrittenMax - state.unwritten.count)
        }
    }

    /// The last line of a process that says something, for an error message.
    var lastLine: String? { state.withLock { $0.lastLine } }
}
