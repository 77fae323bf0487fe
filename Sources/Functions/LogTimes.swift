import Clocks
import Foundation

/// When the lines of a ``LogFile`` were written: marks of sixteen bytes in a file beside it, each a place in the log and the
/// milliseconds since 1970 at which the line that begins there was added. Places rise from mark to mark.
///
/// A mark that cannot have been written so, as after damage to the disk, is passed over: the lines that it stood for have the
/// time of the mark before. What stands in front of the first mark has none, and is found by that one's.
struct LogTimes {
    /// Shortest time between two marks in logs of before: what was written within it has no mark of its own.
    private static let intervalBefore = Duration.seconds(1)
    private static let markBytes = 16
    /// Most damaged marks that are passed over at once: a block of a disk. Lines behind more of them are not found by their times.
    /// Ours: what a look may cost in a file of nothing else.
    private static let passedOverMax = 256

    struct Mark {
        let offset: Int
        let time: Timestamp
    }

    static func path(_ log: String) -> String { log + ".times" }

    /// Adds marks. One that cannot be written is left out, as the log itself would be.
    final class Writer: Sendable {
        // Touched under the log file's lock alone.
        private nonisolated(unsafe) var last: Timestamp?
        private nonisolated(unsafe) var descriptor: Int32 = -1
        private let path: String

        init(log: String) {
            path = LogTimes.path(log)
            open()
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        private func open() {
            descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        }

        func note(offset: Int, at now: Timestamp) {
            // A mark for each millisecond in which something is written: a thousand a second at most, of a write each.
            if now.milliseconds == last?.milliseconds { return }
            last = now
            if descriptor < 0 { open() }
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

    /// Nil for a damaged one.
    private subscript(index: Int) -> Mark? {
        func number(_ place: Int) -> UInt64 { marks[place..<place + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        let place = marks.startIndex + index * Self.markBytes
        // No clock is in the year 10000, and zeros are what a disk gives for what it has not written.
        guard let offset = Int(exactly: number(place)), let milliseconds = Int64(exactly: number(place + 8)),
            1...ControlledTime.latest.milliseconds ~= milliseconds
        else { return nil }
        return Mark(offset: offset, time: Timestamp(milliseconds: milliseconds))
    }

    /// The first of some marks that is not damaged.
    private func firstWhole(of indices: some Collection<Int>) -> (index: Int, mark: Mark)? {
        for index in indices.prefix(Self.passedOverMax) {
            if let mark = self[index] { return (index, mark) }
        }
        return nil
    }

    /// The first mark; nil without marks.
    var first: Mark? { firstWhole(of: 0..<count)?.mark }

    /// When the line at a place was written; nil where that is not known. To the millisecond, or in logs of before to the
    /// second.
    func time(at offset: Int) -> Timestamp? {
        let end = firstWhole { $0.offset > offset }?.index ?? count
        return firstWhole(of: (0..<end).reversed())?.mark.time
    }

    /// A place behind which every line stands that was written at a time or later, and few others; nil when no line was.
    func offset(since time: Timestamp) -> Int? {
        offset(of: firstWhole { $0.time > time - Self.intervalBefore })
    }

    /// A place before which every line stands that was written before a time, and no others; nil when all were.
    func offset(before time: Timestamp) -> Int? {
        offset(of: firstWhole { $0.time >= time })
    }

    /// Where the lines with a mark's time begin.
    private func offset(of found: (index: Int, mark: Mark)?) -> Int? {
        guard let found else { return nil }
        return found.index == firstWhole(of: 0..<count)?.index ? 0 : found.mark.offset
    }

    /// The first mark for which something holds that holds for all behind it. Times rise unless the clock is set back.
    private func firstWhole(where holds: (Mark) -> Bool) -> (index: Int, mark: Mark)? {
        var (low, high) = (0, count)
        var found: (index: Int, mark: Mark)?
        while low < high {
            let middle = (low + high) / 2
            guard let look = firstWhole(of: middle..<high) else {
                high = middle
                continue
            }
            if holds(look.mark) {
                found = look
                high = middle
            } else {
                low = look.index + 1
            }
        }
        return found
    }
}
