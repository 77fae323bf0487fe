import Clocks
import Storage
import Synchronization

/// An event as a client sends it.
public struct NewLogEvent: Sendable, Hashable {
    /// Milliseconds since 1970.
    public var timestamp: Int64
    public var message: String

    public init(timestamp: Int64, message: String) {
        self.timestamp = timestamp
        self.message = message
    }
}

/// Which events of a PutLogEvents were not taken: the first ones up to an index, and the last ones from one on.
public struct RejectedLogEvents: Sendable, Hashable {
    /// Behind the last that is more than 14 days old.
    public var tooOldEnd: Int?
    /// Behind the last that is older than the group keeps events.
    public var expiredEnd: Int?
    /// The first that is more than two hours ahead.
    public var tooNewStart: Int?

    /// The events that are taken.
    func taken(of count: Int) -> Range<Int> {
        let start = max(tooOldEnd ?? 0, expiredEnd ?? 0)
        return start..<max(start, tooNewStart ?? count)
    }

    var isEmpty: Bool { self == RejectedLogEvents() }
}

extension LogStore {
    /// Adds events to a stream, in the order of their times. They survive kill -9 and power loss when this returns.
    ///
    /// - Returns: what was rejected, nil when all was taken, and the number of the stream's next event.
    /// - Throws: ``LogsError`` with code `invalidParameter` for events that are not in order, or too many bytes, or over too long
    ///   a time; with `resourceNotFound`; what the store throws.
    public func putEvents(
        _ events: [NewLogEvent], stream name: String, inGroup groupName: String
    ) async throws -> (rejected: RejectedLogEvents?, next: UInt64) {
        let group = try group(groupName)
        guard try group.stream(name).isStored else { throw Self.isOwned(name) }
        try Self.check(events)
        let now = now
        var rejected = RejectedLogEvents()
        func countOlder(than time: Int64) -> Int? {
            let count = events.prefix { $0.timestamp < time }.count
            return count == 0 ? nil : count
        }
        rejected.tooOldEnd = countOlder(than: now.milliseconds - LogLimits.ageMaxMilliseconds)
        let expiredEnd = group.settings.retentionInDays.flatMap { _ in countOlder(than: group.earliest(now: now)) }
        if expiredEnd ?? 0 > rejected.tooOldEnd ?? 0 { rejected.expiredEnd = expiredEnd }
        rejected.tooNewStart = events.firstIndex { $0.timestamp > now.milliseconds + LogLimits.aheadMaxMilliseconds }
        let taken = events[rejected.taken(of: events.count)]
        if let first = taken.first, let last = taken.last,
            last.timestamp - first.timestamp > LogLimits.putSpanMilliseconds
        {
            throw LogsError(
                .invalidParameter,
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
        }
        let next = try await write(Array(taken), stream: name, inGroup: groupName, ingestion: UInt64(now.milliseconds))
        return (rejected.isEmpty ? nil : rejected, next)
    }

    private static func check(_ events: [NewLogEvent]) throws(LogsError) {
        var sizeBytes = 0
        var previous = Int64.min
        for event in events {
            sizeBytes += event.message.utf8.count + LogLimits.eventOverheadBytes
            guard event.timestamp >= previous else {
                throw LogsError(
                    .invalidParameter,
                    "Log events in a single PutLogEvents request must be in chronological order.")
            }
            previous = event.timestamp
        }
        guard sizeBytes <= LogLimits.putBytesMax else {
            throw LogsError(
                .invalidParameter, "Upload too large: \(sizeBytes) bytes exceeds limit of \(LogLimits.putBytesMax)")
        }
    }

    private func write(
        _ events: [NewLogEvent], stream name: String, inGroup groupName: String, ingestion: UInt64
    ) async throws -> UInt64 {
        try await writer.commit { [self] transaction -> UInt64 in
            guard let group = known.withLock({ $0[groupName] }) else { throw LogsError.noSuchGroup }
            guard let stream = group.streams[name] else { throw LogsError.noSuchStream }
            let stored = StoredEvents(database: database, group: group.number, stream: stream.number)
            var account = try transaction.get(.logs, stored.accountKey).map { StoredEvents.Account($0) } ?? .init()
            for event in events {
                var value: [UInt8] = []
                value.appendBigEndian(ingestion)
                value += event.message.utf8
                transaction.put(.logs, stored.key(UInt64(event.timestamp), account.next), value)
                account.next += 1
                account.sizeBytes += UInt64(event.message.utf8.count + LogLimits.eventOverheadBytes)
                account.lastIngestion = ingestion
            }
            if !events.isEmpty { transaction.put(.logs, stored.accountKey, account.bytes) }
            return account.next
        }
    }
}
