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
    /// A page of a stream's events: the first ones, or the last ones, or those next to another page's. At the end of the stream
    /// the token that leads there is handed back.
    ///
    /// - Throws: ``LogsError`` with code `resourceNotFound`; what the store throws.
    public func page(ofStream name: String, inGroup groupName: String, _ request: LogPageRequest) throws -> LogPage {
        let group = try group(groupName)
        let stream = try group.stream(name)
        let from = max(request.startTime ?? 0, group.earliest(now: now))
        let end = max(request.endTime ?? .max, from)
        let isBackwards = request.token?.isBackwards ?? !request.startsFromHead
        let edge = LogStart.time(isBackwards ? end : from)
        var start = request.token?.start ?? edge
        if request.token != nil {
            // A token may lead in front of the range, which then begins as without one: nothing between is looked at.
            var isInFront = false
            try stream.events.visit(from: start, backwards: isBackwards) { head, _ in
                isInFront = isBackwards ? head.timestamp >= end : head.timestamp < from
                return false
            }
            if isInFront { start = edge }
        }
        var events: [LogEvent] = []
        var sizeBytes = 0
        try stream.events.visit(from: start, backwards: isBackwards) { head, message in
            if isBackwards ? head.timestamp < from : head.timestamp >= end { return false }
            if head.isPassedOver { return true }
            // Where the clock was set back, something may still lie in front of the range.
            if isBackwards ? head.timestamp >= end : head.timestamp < from { return true }
            let bytes = message.byteCount + LogLimits.eventOverheadBytes
            guard events.isEmpty || sizeBytes + bytes <= LogLimits.pageBytesMax else { return false }
            events.append(LogEvent(head: head, message: message.withUnsafeBytes { Array($0) }))
            sizeBytes += bytes
            return events.count < request.limit
        }
        if isBackwards { events.reverse() }
        guard let first = events.first, let last = events.last else {
            // Nothing there yet: what comes to the range comes behind its beginning.
            let token = request.token ?? LogToken(.time(from), isBackwards: isBackwards)
            let (backward, forward) = isBackwards ? (token, token.reversed) : (token.reversed, token)
            return LogPage(events: [], backward: backward, forward: forward)
        }
        return LogPage(
            events: events, backward: LogToken(.place(first.head.place, isIncluded: false), isBackwards: true),
            forward: LogToken(.place(last.head.place, isIncluded: false), isBackwards: false))
    }
}
