import Synchronization

/// What one execution environment adds to its function's log, and the end of what it has said of its present invocation.
final class EnvironmentLog: Sendable {
    /// How much of an invocation's log a caller may see. AWS: 4 KB.
    static let tailBytesMax = 4_096

    let log: FunctionLog
    private let end = Mutex<[UInt8]>([])

    init(_ log: FunctionLog) { self.log = log }

    /// Adds a line of the process.
    func append(_ line: String) {
        log.append(line)
        keep([line])
    }

    /// Adds lines of Lambda's own, with none of another invocation between them.
    func append(platform lines: [String]) {
        log.append(platform: lines)
        keep(lines)
    }

    private func keep(_ lines: [String]) {
        end.withLock { end in
            for line in lines {
                end += line.utf8.suffix(Self.tailBytesMax)
                end.append(UInt8(ascii: "\n"))
            }
            // Now and then, so that a flood of short lines is not moved line by line.
            if end.count > 4 * Self.tailBytesMax { end = end.suffix(Self.tailBytesMax) }
        }
    }

    /// Forgets what was said of the invocation before.
    func begin() { end.withLock { $0.removeAll(keepingCapacity: true) } }

    /// The last bytes since ``begin()``.
    var tail: [UInt8] { end.withLock { $0.suffix(Self.tailBytesMax) } }
}
