import Clocks
import Functions
import Logs

/// The lines of a log file as the events of a stream. A place is the file's number and the line's beginning.
struct FileEvents: LogEvents {
    private let reader: LogReader
    /// Text that a line of this stream holds; none where all lines are its.
    private let marker: [UInt8]

    init(_ reader: LogReader, marker: String = "") {
        self.reader = reader
        self.marker = Array(marker.utf8)
    }

    // Files' numbers tell places apart.
    var identity: UInt64 { 0 }

    /// Most bytes of lines that are looked through for a stream's first event, and for its last one. Ours: a list of
    /// streams asks each of them, and other pipes of the group may have filled its files.
    private static let timesBytesMax = 1 << 20

    var times: LogTimesOfStream? {
        guard let first = edge(backwards: false), let last = edge(backwards: true), first.isEvent || last.isEvent
        else { return nil }
        return LogTimesOfStream(first: first.time, last: last.time, lastIngestion: last.time)
    }

    /// When the first or the last event was written, or the line at which looking for it ended.
    private func edge(backwards: Bool) -> (time: Int64, isEvent: Bool)? {
        var edge: (time: Int64, isEvent: Bool)?
        var lookedThrough = 0
        // What reads no store throws nothing.
        try? visit(from: .time(backwards ? .max : 0), backwards: backwards) { head, message in
            edge = (head.timestamp, !head.isPassedOver)
            lookedThrough += message.byteCount + LogLimits.eventOverheadBytes
            return head.isPassedOver && lookedThrough < Self.timesBytesMax
        }
        return edge
    }

    func visit(
        from start: LogStart, backwards: Bool, _ body: (_ head: LogEventHead, _ message: RawSpan) throws -> Bool
    ) throws {
        let start: LogReader.Start =
            switch start {
            case .time(let time): .time(Timestamp(milliseconds: min(time, .max / 1_000)))
            case .place(let place, let isIncluded):
                .line(
                    LogReader.Position(file: place.first, offset: Int(clamping: place.second)), isIncluded: isIncluded)
            }
        try reader.visit(from: start, backwards: backwards) { position, time, line in
            let head = LogEventHead(
                timestamp: time.milliseconds, ingestionTime: time.milliseconds,
                place: LogPlace(position.file, UInt64(position.offset)),
                // AWS has no events without a message.
                isPassedOver: line.isEmpty || !line.holds(marker))
            return try body(head, line.span.bytes)
        }
    }
}
