public import Clocks

/// Line by line in both directions, each with its place and its time.
extension LogReader {
    /// Where a visit begins.
    public enum Start: Sendable, Hashable {
        /// The first line that was written at a time or later; backwards, the last that was written before it. All that
        /// stands behind that one follows, also what has an earlier time because the clock was set back.
        case time(Timestamp)
        /// The line that begins at a place, or the one next to it.
        case line(Position, isIncluded: Bool)
    }

    static let visitChunkBytes = 1 << 18

    /// Visits lines until `body` returns false. Where no time was kept, a line has that of the next one with a time, or of the
    /// file's last change.
    ///
    /// From a line that has been thrown away, a visit begins with the first that is there; backwards there is none.
    public func visit(
        from start: Start, backwards: Bool,
        _ body: (_ place: Position, _ time: Timestamp, _ line: ArraySlice<UInt8>) throws -> Bool
    ) throws {
        let files = files()
        var hasBegun = false
        for file in backwards ? files.reversed() : files {
            let times = LogTimes(log: file.path)
            var found = Self.range(of: file, times, files, start, backwards)
            // What follows is visited as it stands, whatever its times.
            if hasBegun { found = (backwards ? file.size : 0, nil) }
            guard let range = found else { continue }
            func visit(_ offset: Int, _ line: ArraySlice<UInt8>) throws -> Bool {
                if range.skipped == offset { return true }
                let time = times.time(at: offset) ?? times.first?.time ?? file.modified
                // The place by time is somewhat in front of the first line.
                if !hasBegun, !backwards, case .time(let earliest) = start, time < earliest { return true }
                hasBegun = true
                return try body(Position(file: file.number, offset: offset), time, line)
            }
            if backwards {
                guard try file.linesBackwards(before: range.bound, chunkBytes: Self.visitChunkBytes, visit) else {
                    return
                }
            } else {
                var isCut = false
                var failure: (any Error)?
                _ = file.lines(from: range.bound, chunkBytes: Self.visitChunkBytes) { offset, line in
                    do { isCut = !(try visit(offset, line)) } catch { failure = error }
                    return !isCut && failure == nil
                }
                if let failure { throw failure }
                if isCut { return }
            }
        }
    }

    /// Where in a file a visit begins, and the line that it passes over; nil for a file that it leaves out.
    private static func range(
        of file: LogPart, _ times: LogTimes, _ files: [LogPart], _ start: Start, _ backwards: Bool
    ) -> (bound: Int, skipped: Int?)? {
        switch start {
        case .time(let time):
            if backwards { return (times.offset(before: time) ?? file.size, nil) }
            // Without marks all its lines have the time of its last change.
            if times.first == nil { return file.modified < time ? nil : (0, nil) }
            return times.offset(since: time).map { ($0, nil) }
        case .line(let place, let isIncluded):
            guard let index = files.firstIndex(where: { $0.number == place.file }) else {
                return backwards ? nil : (0, nil)
            }
            let isItsFile = files[index].number == file.number
            if isItsFile, backwards {
                let end = file.lines(from: place.offset, chunkBytes: visitChunkBytes) { _, _ in false }.offset
                return (isIncluded ? end : place.offset, nil)
            }
            if isItsFile { return (place.offset, isIncluded ? nil : place.offset) }
            let isOlder = files[..<index].contains { $0.number == file.number }
            return isOlder == backwards ? (backwards ? file.size : 0, nil) : nil
        }
    }

    /// When the first line was written; nil while there is none.
    public var beginning: Timestamp? { files().first.map { LogTimes(log: $0.path).first?.time ?? $0.modified } }

    /// Bytes in the log's files.
    public var sizeBytes: Int { files().reduce(0) { $0 + $1.size } }
}
