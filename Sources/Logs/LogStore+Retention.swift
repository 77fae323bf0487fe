import Clocks
import Storage

extension LogStore {
    /// Removes the events that their groups keep no longer. Linear in what is removed.
    ///
    /// - Throws: what the store throws.
    public func removeExpired() async throws {
        let now = now
        for group in groups where group.settings.retentionInDays != nil {
            let earliest = group.earliest(now: now)
            for stream in group.streams {
                guard let events = stream.events as? StoredEvents else { continue }
                try await removeEvents(of: events, before: earliest)
            }
        }
    }

    /// Most events that one commit removes: bounds the memory for their places and the time that other writes wait.
    private static let removedAtOnceMax = 1_000

    /// How long before the retention's end what was removed is covered by one mark. Longer than a write is under way.
    private static let coveredBeforeMilliseconds: Int64 = 60_000

    /// Removes events in one commit with what they count, so that no kill comes between the two. A deletion of their range
    /// would go past the writer, and be a write of its own.
    private func removeEvents(of events: StoredEvents, before earliest: Int64) async throws {
        var start = LogStart.time(0)
        var hasRemoved = false
        while true {
            // What is left goes after the next start.
            try Task.checkCancellation()
            var expired: [LogPlace] = []
            var sizeBytes: UInt64 = 0
            try events.visit(from: start, backwards: false) { head, message in
                guard head.timestamp < earliest, expired.count < Self.removedAtOnceMax else { return false }
                expired.append(head.place)
                sizeBytes += UInt64(message.byteCount + LogLimits.eventOverheadBytes)
                return true
            }
            guard let last = expired.last else {
                // One mark over those that are removed and counted, which each later look would pass one by one. Not over the
                // latest: an event of their time may be coming.
                if hasRemoved {
                    let end = events.key(UInt64(max(0, earliest - Self.coveredBeforeMilliseconds)), 0)
                    try database.deleteRange(.logs, from: events.key(0, 0), to: end)
                }
                return
            }
            hasRemoved = true
            let (places, removed) = (expired, sizeBytes)
            try await writer.commit(durability: .unsynced, admission: .always) { transaction in
                // A stream that was deleted meanwhile has no account.
                guard let bytes = try transaction.get(.logs, events.accountKey) else { return }
                for place in places { transaction.delete(.logs, events.key(place.first, place.second)) }
                var account = StoredEvents.Account(bytes)
                account.sizeBytes -= min(account.sizeBytes, removed)
                transaction.put(.logs, events.accountKey, account.bytes)
            }
            start = .place(last, isIncluded: false)
        }
    }
}
