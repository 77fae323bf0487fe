import Clocks
import Foundation

/// When the lines of a ``LogFile`` were written: marks of sixteen bytes in a file beside it, each a place in the log and the
/// milliseconds since 1970 at which the line that begins there was added. Places rise from mark to mark.
struct LogTimes {
    /// Shortest time between two marks in logs of before: what was written within it has no mark of its own.
    private static let intervalBefore = Duration.seconds(1)
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
            // A mark for each millisecond in which something is written: a thousand a second at most, of a write each.
            if now.milliseconds == last?.milliseconds { return }
            last = now
            var mark = [UInt64(offset).bigEndian, UInt64(bitPattern: now.milliseconds).bigEndian]
            _ = write(descriptor, &mark, LogTimes.markBytes)
        }
    }

    private let marks: Data

    /// The marks of a log as they are now; none where no times are kept.
    init(log: String) {
        // Mapped: of many marks few are looked at. The file only grows.
        let url = URL(fileURLWithPath: Self.path(log))
        marks = (try? Data(contentsOf: url, options: .alwaysMapped)) ?? Data()
    }

    private var count: Int { marks.count / Self.markBytes }

    private subscript(index: Int) -> Mark {
        func number(_ place: Int) -> UInt64 { marks[place..<place + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        let place = marks.startIndex + index * Self.markBytes
        return Mark(
            offset: Int(clamping: number(place)),
            time: Timestamp(milliseconds: Int64(bitPattern: number(place + 8))))
    }

    /// The first mark; nil without marks.
    var first: Mark? { count == 0 ? nil : self[0] }

    /// When the line at a place was written; nil where that is not known. To the millisecond, or in logs of before to the
    /// second.
    func time(at offset: Int) -> Timestamp? {
        let index = firstIndex { $0.offset > offset }
        return index == 0 ? nil : self[index - 1].time
    }

    /// A place behind which every line stands that was written at a time or later, and few others; nil when no line was.
    func offset(since time: Timestamp) -> Int? {
        let index = firstIndex { $0.time > time - Self.intervalBefore }
        return index == count ? nil : self[index].offset
    }

    /// A place before which every line stands that was written before a time, and no others; nil when all were.
    func offset(before time: Timestamp) -> Int? {
        let index = firstIndex { $0.time >= time }
        return index == count ? nil : self[index].offset
    }

    /// The first mark for which something holds that holds for all behind it; the number of marks when there is none. Times
    /// rise unless the clock is set back.
    private func firstIndex(where holds: (Mark) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
