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

    var times: LogTimesOfStream? {
        var (first, last): (Int64?, Int64?)
        // What reads no store throws nothing.
        try? visit(from: .time(0), backwards: false) { head, _ in
            if head.isPassedOver { return true }
            first = head.timestamp
            return false
        }
        try? visit(from: .time(.max), backwards: true) { head, _ in
            if head.isPassedOver { return true }
            last = head.timestamp
            return false
        }
        guard let first, let last else { return nil }
        return LogTimesOfStream(first: first, last: last, lastIngestion: last)
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
