/// A place in a stream: what it means is the stream's own. It stays good for as long as the event that stands there is kept.
public struct LogPlace: Sendable, Hashable, Codable {
    public var first: UInt64
    public var second: UInt64

    public init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }
}

/// An event without its message.
public struct LogEventHead: Sendable, Hashable {
    /// When it happened, in milliseconds since 1970.
    public var timestamp: Int64
    /// When it came, in milliseconds since 1970.
    public var ingestionTime: Int64
    public var place: LogPlace
    /// Whether something stands there that is no event of the stream. It is never shown; visits tell of it because
    /// passing over it is work as well.
    public var isPassedOver: Bool

    /// - Parameters:
    ///   - timestamp: when it happened, in milliseconds since 1970.
    ///   - ingestionTime: when it came, in milliseconds since 1970.
    ///   - place: where it stands in its stream.
    ///   - isPassedOver: whether it is no event of the stream.
    public init(timestamp: Int64, ingestionTime: Int64, place: LogPlace, isPassedOver: Bool = false) {
        self.timestamp = timestamp
        self.ingestionTime = ingestionTime
        self.place = place
        self.isPassedOver = isPassedOver
    }
}

public struct LogEvent: Sendable, Hashable {
    public var head: LogEventHead
    /// UTF-8, not checked.
    public var message: [UInt8]
}

/// Where reading begins. Backwards, the time itself is not read.
///
/// By a time it begins with the first event of then or later. All that stands behind that one follows, also what has an
/// earlier time because a clock was set back.
public enum LogStart: Sendable, Hashable, Codable {
    case time(Int64)
    case place(LogPlace, isIncluded: Bool)
}

/// The events of a stream, in the order of their times; those of a file in the order of their writing, also where the
/// clock was set back.
public protocol LogEvents: Sendable {
    /// Tells this stream's places from those of others.
    var identity: UInt64 { get }
    /// When the first and the last event happened, and when the last one came; nil without events.
    ///
    /// What others write is looked through so far only. Where one of the two is not found, its time is that of the
    /// place where looking ended; where neither is, nothing is known.
    var times: LogTimesOfStream? { get throws }

    /// Visits events, and what else stands between them, until `body` returns false. The span is valid during the call
    /// only.
    func visit(
        from start: LogStart, backwards: Bool, _ body: (_ head: LogEventHead, _ message: RawSpan) throws -> Bool
    ) throws
}

/// Milliseconds since 1970.
public struct LogTimesOfStream: Sendable, Hashable {
    public var first: Int64
    public var last: Int64
    public var lastIngestion: Int64

    public init(first: Int64, last: Int64, lastIngestion: Int64) {
        self.first = first
        self.last = last
        self.lastIngestion = lastIngestion
    }
}
