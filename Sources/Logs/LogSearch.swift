import Clocks
public import LogPatterns

/// What FilterLogEvents asks for.
public struct LogSearchRequest: Sendable {
    /// The streams to look through; nil for those that the prefix names.
    public var streamNames: [String]?
    public var streamNamePrefix = ""
    /// Milliseconds since 1970, both included.
    public var startTime: Int64?
    public var endTime: Int64?
    /// Nil for all events.
    public var pattern: LogPattern?
    /// Where the page before ended.
    public var after: LogSearchPlace?
    /// 1 to 10,000.
    public var limit = LogLimits.pageCountMax

    public init() {}
}

/// A place in the order of a group's events: by time, then by stream, then as they stand in the stream.
///
/// Where a clock was set back, an event counts as of the latest time in front of it in its stream. So places rise along
/// a stream whatever its times do, and whoever goes on behind one in its stream misses nothing. In other streams a search
/// goes on by time, which a file of lines finds only where times rise.
public struct LogSearchPlace: Sendable, Hashable, Codable {
    var timestamp: Int64
    var stream: String
    var place: LogPlace

    /// Whether this one comes first, of places in different streams or at different times.
    func precedes(_ other: LogSearchPlace) -> Bool { (timestamp, stream) < (other.timestamp, other.stream) }
}

public struct FoundLogEvent: Sendable {
    public var event: LogEvent
    public var streamName: String
    /// 56 digits: the same whenever the event is found, and no other's.
    public var id: String
    var searchPlace: LogSearchPlace
}

public struct LogSearchPage: Sendable {
    public var events: [FoundLogEvent] = []
    /// Where to go on; nil when all has been looked through.
    public var next: LogSearchPlace?
}

extension LogStore {
    /// Looks through the streams of a group for events, in the order of their times. Bounded in what it looks through and in what
    /// it finds: a page may be empty, and others follow.
    ///
    /// - Throws: ``LogsError`` with code `resourceNotFound` for the group and for a stream that is named; what the store throws.
    public func search(group name: String, _ request: LogSearchRequest) throws -> LogSearchPage {
        let group = try group(name)
        var streams = group.streams.filter { $0.name.hasPrefix(request.streamNamePrefix) }
        if let names = request.streamNames.map(Set.init) {
            for name in names { _ = try group.stream(name) }
            streams = streams.filter { names.contains($0.name) }
        }
        var search = LogSearch(
            request, from: max(request.startTime ?? 0, group.earliest(now: now)),
            bytesMax: max(LogLimits.searchBytesOfStreamMin, LogLimits.searchBytesMax / max(1, streams.count)))
        for stream in streams { try search.look(through: stream) }
        return search.page
    }
}

/// Gathers the first events of several streams that a pattern matches.
private struct LogSearch {
    private let request: LogSearchRequest
    private let from: Int64
    private let bytesMax: Int
    private(set) var page = LogSearchPage()

    /// - Parameter bytesMax: most bytes of each stream that are looked through.
    init(_ request: LogSearchRequest, from: Int64, bytesMax: Int) {
        self.request = request
        self.from = from
        self.bytesMax = bytesMax
    }

    /// Events behind `page.next` are for another page: there is no need to look for them.
    mutating func look(through stream: LogStream) throws {
        var found: [FoundLogEvent] = []
        var (lookedThrough, sizeBytes) = (0, 0)
        var last: LogSearchPlace?
        // The latest time so far.
        var latest: Int64 = request.after.map { $0.stream == stream.name ? $0.timestamp : .min } ?? .min
        try stream.events.visit(from: start(in: stream.name), backwards: false) { head, message in
            latest = max(latest, head.timestamp)
            let place = LogSearchPlace(timestamp: latest, stream: stream.name, place: head.place)
            guard head.timestamp <= request.endTime ?? .max, page.next.map({ place.precedes($0) }) ?? true else {
                return false
            }
            // What is passed over counts as well: a place that a client has written may lie far in front of the range.
            lookedThrough += message.byteCount + LogLimits.eventOverheadBytes
            if !head.isPassedOver, head.timestamp >= from, request.pattern?.matches(message) ?? true {
                sizeBytes += message.byteCount + LogLimits.eventOverheadBytes
                found.append(
                    FoundLogEvent(
                        event: LogEvent(head: head, message: message.withUnsafeBytes { Array($0) }),
                        streamName: stream.name, id: Self.id(head, stream.events.identity), searchPlace: place))
            }
            let isEnough =
                lookedThrough >= bytesMax || found.count >= request.limit || sizeBytes >= LogLimits.pageBytesMax
            if isEnough { last = place }
            return !isEnough
        }
        page.events = (page.events + found).sorted { $0.searchPlace.precedes($1.searchPlace) }
        if let last { cut(behind: last) }
        var size = 0
        let fits = page.events.prefix { event in
            size += event.event.message.count + LogLimits.eventOverheadBytes
            return size <= LogLimits.pageBytesMax
        }
        let count = min(max(1, fits.count), request.limit)
        if count < page.events.count { cut(behind: page.events[count - 1].searchPlace, count: count) }
    }

    private mutating func cut(behind place: LogSearchPlace, count: Int? = nil) {
        page.events =
            count.map { Array(page.events.prefix($0)) } ?? page.events.filter { !place.precedes($0.searchPlace) }
        page.next = place
    }

    private func start(in stream: String) -> LogStart {
        guard let after = request.after else { return .time(from) }
        if after.stream == stream { return .place(after.place, isIncluded: false) }
        // A client may have written the place, with any time in it.
        return .time(max(from, stream < after.stream ? min(after.timestamp, .max - 1) + 1 : after.timestamp))
    }

    private static func id(_ head: LogEventHead, _ identity: UInt64) -> String {
        "3\(head.timestamp.digits(15))\(mixed(head.place.first, identity).digits(20))\(head.place.second.digits(20))"
    }

    /// SplitMix64, so that streams' places do not meet.
    private static func mixed(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var bits = first &+ second &* 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }
}
