import Clocks
import Foundation

/// When the lines of a ``LogFile`` were written: marks of sixteen bytes in a file beside it, each a place in the log and the
/// milliseconds since 1970 at which the line that begins there was added. Places rise from mark to mark.
struct LogTimes {
    /// Shortest time between two marks. Ours: people ask for seconds.
    static let interval = Duration.seconds(1)
    private static let markBytes = 16

    struct Mark {
        let offset: Int
        let time: Timestamp
    }

    static func path(_ log: String) -> String { log + ".times" }

    /// Adds marks. One that cannot be written is left out, as the log itself would be.
    final class Writer: Sendable {
        // Touched under the log file's lock alone.
        private nonisolated(unsafe) var last: Timestamp?
        private let descriptor: Int32

        init(log: String) {
            descriptor = open(LogTimes.path(log), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        func note(offset: Int, at now: Timestamp) {
            // A clock that was set back gets a mark at once.
            if let last, now >= last, now - last < LogTimes.interval { return }
            last = now
            var mark = [UInt64(offset).bigEndian, UInt64(bitPattern: now.milliseconds).bigEndian]
            _ = write(descriptor, &mark, LogTimes.markBytes)
        }
    }

    private let marks: Data

    /// The marks of a log as they are now; none where no times are kept.
    init(log: String) {
        marks = FileManager.default.contents(atPath: Self.path(log)) ?? Data()
    }

    private var count: Int { marks.count / Self.markBytes }

    private subscript(index: Int) -> Mark {
        func number(_ place: Int) -> UInt64 { marks[place..<place + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        let place = marks.startIndex + index * Self.markBytes
        return Mark(
            offset: Int(clamping: number(place)),
            time: Timestamp(milliseconds: Int64(bitPattern: number(place + 8))))
    }

    /// When the line at a place was written, to the second; nil where that is not known.
    func time(at offset: Int) -> Timestamp? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].offset <= offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : self[low - 1].time
    }

    /// A place behind which every line stands that was written at a time or later, and few others; nil when no line was.
    func offset(since time: Timestamp) -> Int? {
        // What was written within a mark's second has no mark of its own.
        (0..<count).first { self[$0].time > time - Self.interval }.map { self[$0].offset }
    }
}
