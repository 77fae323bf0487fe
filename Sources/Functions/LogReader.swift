public import Clocks
import Foundation

/// Reads the lines of a ``LogFile``, also while it is written, and through the moment when it is put aside.
public struct LogReader: Sendable {
    /// A place in a log: in which of its files, and where there. It stays good when the file is put aside, and in another
    /// process.
    public struct Position: Sendable, Hashable, Codable {
        /// What tells the file from all that come before and after it.
        public var file: UInt64
        public var offset: Int

        public init(file: UInt64, offset: Int) {
            self.file = file
            self.offset = offset
        }
    }

    public struct Line: Sendable, Hashable {
        /// When it was written; nil where no time was kept. To the millisecond, or in logs of before to the second.
        public var time: Timestamp?
        public var text: String

        public init(time: Timestamp?, text: String) {
            self.time = time
            self.text = text
        }
    }

    /// What stands in the log behind a place.
    public struct Page: Sendable, Hashable {
        public var lines: [Line] = []
        /// Where to go on; nil while there is no log yet.
        public var next: Position?
        /// Whether there was nothing more.
        public var isAtEnd = true
        /// Whether lines between the place asked for and these have been put aside and replaced; of the last lines,
        /// whether some that were asked for are left out in front of these, for their bytes.
        public var hasGap = false

        public init() {}
    }

    /// Most lines in one page.
    public static let pageLinesMax = 10_000
    /// Most bytes of lines in one page, and most bytes of log that are looked through for them.
    static let pageBytesMax = 1 << 20
    static let scanBytesMax = 64 << 20
    /// The last lines have the bytes of so many pages at most: no page follows with those in front of them.
    static let lastPagesMax = 8
    private static let chunkBytes = 1 << 20

    private let path: String
    private let pageBytesMax: Int

    /// - Parameter path: the log's; it need not exist yet.
    public init(path: String, pageBytesMax: Int? = nil) {
        self.path = path
        self.pageBytesMax = pageBytesMax ?? Self.pageBytesMax
    }

    /// The next lines in the order of their writing. A line is whole: one that is still being written is not shown.
    ///
    /// - Parameters:
    ///   - position: where the last page ended; nil for the beginning.
    ///   - filter: text that lines must hold; nil for all lines.
    public func page(after position: Position?, filter: String? = nil) -> Page {
        let filter = filter.map { Array($0.utf8) } ?? []
        return page(after: position) { $0.holds(filter) }
    }

    /// The next lines that `isWanted`.
    public func page(after position: Position?, where isWanted: (ArraySlice<UInt8>) -> Bool) -> Page {
        var page = Page()
        let files = files()
        page.next = position
        guard !files.isEmpty else { return page }
        var (index, offset) = (0, 0)
        if let position {
            if let known = files.firstIndex(where: { $0.number == position.file }) {
                (index, offset) = (known, position.offset)
            } else {
                page.hasGap = true
            }
        }
        var (kept, scanned) = (0, 0)
        func isFull() -> Bool {
            kept >= pageBytesMax || page.lines.count >= Self.pageLinesMax || scanned >= Self.scanBytesMax
        }
        while true {
            let file = files[index]
            // Read when the first line is shown.
            lazy var times = LogTimes(log: file.path)
            let end = file.lines(from: offset, chunkBytes: Self.chunkBytes) { start, line in
                scanned += line.count + 1
                if isWanted(line) {
                    kept += line.count + 1
                    page.lines.append(Line(time: times.time(at: start), text: String(decoding: line, as: UTF8.self)))
                }
                return !isFull()
            }
            page.next = Position(file: file.number, offset: end.offset)
            if end.isComplete, index + 1 == files.count { return page }
            guard end.isComplete, !isFull() else {
                page.isAtEnd = false
                return page
            }
            (index, offset) = (index + 1, 0)
        }
    }

    /// The last lines, and the place behind them: at least one, and no more than ``lastPagesMax`` pages hold. Looks
    /// through the log from its end on until it has them, or through what was written since a time.
    public func last(_ count: Int, since time: Timestamp? = nil, filter: String? = nil) -> Page {
        let since = time.flatMap { position(since: $0) }
        if time != nil, since == nil { return self.page(after: end) }
        let filter = filter.map { Array($0.utf8) } ?? []
        var page = Page()
        let files = files()
        // Where it ends at the latest.
        var (oldest, first) = (0, 0)
        if let since, let known = files.firstIndex(where: { $0.number == since.file }) {
            (oldest, first) = (known, since.offset)
        }
        var kept = 0
        for index in files.indices.dropFirst(oldest).reversed() {
            let file = files[index]
            let times = LogTimes(log: file.path)
            let isPassed = file.linesBackwards(before: file.size, chunkBytes: Self.visitChunkBytes) { start, line in
                page.next = page.next ?? Position(file: file.number, offset: start + line.count + 1)
                guard page.lines.count < count, index > oldest || start >= first else { return false }
                guard line.holds(filter) else { return true }
                kept += line.count + 1
                page.hasGap = !page.lines.isEmpty && kept > Self.lastPagesMax * pageBytesMax
                guard !page.hasGap else { return false }
                page.lines.append(Line(time: times.time(at: start), text: String(decoding: line, as: UTF8.self)))
                return page.lines.count < count
            }
            page.next = page.next ?? Position(file: file.number, offset: 0)
            guard isPassed else { break }
        }
        page.lines.reverse()
        return page
    }

    /// A place behind which every line stands that was written at a time or later, and of older ones at most a second's;
    /// nil when there is none.
    public func position(since time: Timestamp) -> Position? {
        for file in files() {
            if let offset = LogTimes(log: file.path).offset(since: time) {
                return Position(file: file.number, offset: offset)
            }
        }
        return nil
    }

    /// The place behind all that has been written; nil while there is no log yet.
    public var end: Position? {
        files().last.map { Position(file: $0.number, offset: $0.size) }
    }

    /// The log's files, the older one first.
    func files() -> [LogPart] {
        // The newer one is opened first: when it is put aside in between, it is found a second time and not missed.
        let newer = LogPart(path)
        let older = LogPart(path + ".1")
        return [older?.number == newer?.number ? nil : older, newer].compactMap { $0 }
    }
}

/// One of a log's files, open.
final class LogPart {
    let path: String
    let number: UInt64
    let size: Int
    private let descriptor: Int32

    /// - Returns: nil where there is no file, or none with lines.
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        fstat(descriptor, &status)
        self.path = path
        size = Int(status.st_size)
        // The numbers of files that are gone are given again; the moment of a file's first line is not.
        let beginning = FileHandle(forReadingAtPath: LogTimes.path(path)).flatMap { try? $0.read(upToCount: 16) }
        number = (beginning ?? Data()).reduce(UInt64(status.st_ino)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        // A place in a file without lines would not be known again.
        guard size > 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// When something was last written to it.
    var modified: Timestamp {
        var status = stat()
        fstat(descriptor, &status)
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return Timestamp(seconds: Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    /// Visits the whole lines that begin before a place, the last one first, until `body` returns false.
    ///
    /// - Parameter end: the beginning of a line, or the end of the file.
    /// - Returns: whether all lines were visited.
    func linesBackwards(
        before end: Int, chunkBytes: Int, _ body: (_ start: Int, ArraySlice<UInt8>) throws -> Bool
    ) rethrows -> Bool {
        var end = min(end, size)
        var count = chunkBytes
        while end > 0 {
            let start = max(0, end - count)
            let chunk = [UInt8](unsafeUninitializedCapacity: end - start) { buffer, filled in
                filled = max(0, pread(descriptor, buffer.baseAddress, end - start, off_t(start)))
            }
            // What lies before the first line's end belongs to a line that begins further in front.
            let first = start == 0 ? 0 : chunk.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
            guard let first, first < chunk.count || start == 0 else {
                count *= 2
                continue
            }
            var lineEnd = chunk.lastIndex(of: UInt8(ascii: "\n")) ?? first
            while lineEnd > first || lineEnd == first && first < chunk.count && chunk[first] == UInt8(ascii: "\n") {
                let before = chunk[first..<lineEnd].lastIndex(of: UInt8(ascii: "\n"))
                let lineStart = before.map { $0 + 1 } ?? first
                guard try body(start + lineStart, chunk[lineStart..<lineEnd]) else { return false }
                guard let before else { break }
                lineEnd = before
            }
            end = start + first
            count = chunkBytes
        }
        return true
    }

    /// Visits the whole lines from a place on until `body` returns false.
    ///
    /// - Returns: the place behind the last line visited, and whether that is the end.
    func lines(
        from start: Int, chunkBytes: Int, _ body: (_ start: Int, ArraySlice<UInt8>) -> Bool
    ) -> (offset: Int, isComplete: Bool) {
        var offset = start
        var pending: [UInt8] = []
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: chunkBytes) { buffer, count in
                count = max(0, pread(descriptor, buffer.baseAddress, chunkBytes, off_t(offset + pending.count)))
            }
            guard !chunk.isEmpty else { return (offset, true) }
            pending += chunk
            var rest = pending[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let (line, place) = (rest[..<end], offset)
                offset += line.count + 1
                rest = rest[(end + 1)...]
                guard body(place, line) else { return (offset, rest.isEmpty && offset >= size) }
            }
            pending = Array(rest)
        }
    }
}

extension ArraySlice<UInt8> {
    /// Whether some text stands in a line; the empty one does.
    public func holds(_ text: [UInt8]) -> Bool {
        guard let first = text.first else { return true }
        guard count >= text.count else { return false }
        return withUnsafeBytes { line in
            text.withUnsafeBytes { text in
                var start = 0
                let last = line.count - text.count
                while start <= last {
                    guard let found = memchr(line.baseAddress! + start, Int32(first), last - start + 1) else {
                        return false
                    }
                    start = line.baseAddress!.distance(to: UnsafeRawPointer(found))
                    if memcmp(line.baseAddress! + start, text.baseAddress!, text.count) == 0 { return true }
                    start += 1
                }
                return false
            }
        }
    }
}
