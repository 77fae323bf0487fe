import Clocks

/// What GetLogEvents asks for.
public struct LogPageRequest: Sendable {
    /// Milliseconds since 1970; the first is included, the second is not.
    public var startTime: Int64?
    public var endTime: Int64?
    public var token: LogToken?
    public var startsFromHead = false
    /// 1 to 10,000.
    public var limit = LogLimits.pageCountMax

    public init() {}
}

/// Events of one stream, in the order of their times, and how to go on from them.
public struct LogPage: Sendable {
    public var events: [LogEvent]
    public var backward: LogToken
    public var forward: LogToken
}

extension LogStore {
    /// A page of a stream's events: the first ones, or the last ones, or those next to another page's. At the end of
    /// the stream the token that leads there is handed back. Bounded in what it looks through: a page may be empty, and
    /// others follow for as long as its token is another one.
    ///
    /// - Throws: ``LogsError`` with code `resourceNotFound`; what the store throws.
    public func page(ofStream name: String, inGroup groupName: String, _ request: LogPageRequest) throws -> LogPage {
        let group = try group(groupName)
        let stream = try group.stream(name)
        let from = max(request.startTime ?? 0, group.earliest(now: now))
        let end = max(request.endTime ?? .max, from)
        let isBackwards = request.token?.isBackwards ?? !request.startsFromHead
        let start = request.token?.start ?? .time(isBackwards ? end : from)
        var events: [LogEvent] = []
        var (sizeBytes, lookedThrough) = (0, 0)
        var begin: LogPlace?
        // Between which places the page lies; none where nothing more is to come.
        var (nearest, farthest): (LogPlace?, LogPlace?)
        try stream.events.visit(from: start, backwards: isBackwards) { head, message in
            if isBackwards ? head.timestamp < from : head.timestamp >= end { return false }
            begin = begin ?? head.place
            let bytes = message.byteCount + LogLimits.eventOverheadBytes
            // What is passed over counts as well: a token may lead far in front of the range, and what others write may
            // stand between. Where the clock was set back, the range goes on behind events that lie in front of it.
            lookedThrough += bytes
            let isInFront = isBackwards ? head.timestamp >= end : head.timestamp < from
            if !isInFront, !head.isPassedOver {
                guard events.isEmpty || sizeBytes + bytes <= LogLimits.pageBytesMax else { return false }
                events.append(LogEvent(head: head, message: message.withUnsafeBytes { Array($0) }))
                sizeBytes += bytes
                nearest = nearest ?? head.place
                farthest = head.place
            }
            guard lookedThrough < LogLimits.searchBytesMax else {
                nearest = nearest ?? begin
                farthest = head.place
                return false
            }
            return events.count < request.limit
        }
        if isBackwards { events.reverse() }
        guard let nearest, let farthest else {
            // Nothing there yet: what comes to the range comes behind its beginning.
            let token = request.token ?? LogToken(.time(from), isBackwards: isBackwards)
            let (backward, forward) = isBackwards ? (token, token.reversed) : (token.reversed, token)
            return LogPage(events: [], backward: backward, forward: forward)
        }
        let (first, last) = isBackwards ? (farthest, nearest) : (nearest, farthest)
        return LogPage(
            events: events, backward: LogToken(.place(first, isIncluded: false), isBackwards: true),
            forward: LogToken(.place(last, isIncluded: false), isBackwards: false))
    }
}
