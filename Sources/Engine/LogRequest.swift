import Clocks
public import Functions
import Gateway

/// What of a function's log is asked for. Without `after`: the last `lines`, or else everything since `since`, or everything.
struct LogRequest: Decodable {
    /// Where the last answer ended.
    let after: LogReader.Position?
    /// Milliseconds since 1970.
    let since: Int64?
    /// At most ``linesMax``.
    let lines: Int?
    /// Text that lines must hold.
    let filter: String?

    /// Most of the last lines in one answer. Ours: bounded memory; a log of empty lines has a hundred million.
    static let linesMax = LogReader.pageLinesMax

    /// - Throws: `ControlError` for more lines than an answer may have.
    func page(of log: LogReader) throws(ControlError) -> LogPageReport {
        if let lines, lines > Self.linesMax {
            throw ControlError(
                "\(lines) lines are too many for one answer; ask for \(Self.linesMax) at most, or for those since a time."
            )
        }
        // Before 1970 nothing was written; and beyond what a moment holds nothing will be.
        let time = since.map { Timestamp(milliseconds: min(max($0, 0), .max / 1_000)) }
        if after == nil, let lines {
            return LogPageReport(log.last(max(0, lines), since: time, filter: filter))
        }
        if after == nil, let time {
            return LogPageReport(log.page(after: log.position(since: time) ?? log.end, filter: filter))
        }
        return LogPageReport(log.page(after: after, filter: filter))
    }
}

/// Lines of a function's log: the answer of `POST /_sluice/logs/NAME`.
public struct LogPageReport: Codable, Sendable, Hashable {
    public struct Line: Codable, Sendable, Hashable {
        /// When it was written, in milliseconds since 1970; nil for lines of before times were kept.
        public var timestamp: Int64?
        public var text: String
    }

    public var lines: [Line]
    /// What to send as `after` for what comes next; nil while nothing has been written.
    public var next: LogReader.Position?
    /// Whether there was nothing more.
    public var isAtEnd: Bool
    /// Whether lines have been thrown away between the place asked for and these; of the last lines, whether some that
    /// were asked for are left out in front of these, for their bytes.
    public var hasGap: Bool

    init(_ page: LogReader.Page) {
        lines = page.lines.map { Line(timestamp: $0.time?.milliseconds, text: $0.text) }
        next = page.next
        isAtEnd = page.isAtEnd
        hasGap = page.hasGap
    }
}
