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

    private func removeEvents(of events: StoredEvents, before earliest: Int64) async throws {
        var sizeBytes: UInt64 = 0
        try events.visit(from: .time(0), backwards: false) { head, message in
            guard head.timestamp < earliest else { return false }
            sizeBytes += UInt64(message.byteCount + LogLimits.eventOverheadBytes)
            return true
        }
        guard sizeBytes > 0 else { return }
        try database.deleteRange(.logs, from: events.key(0, 0), to: events.key(UInt64(earliest), 0))
        let removed = sizeBytes
        try await writer.commit(durability: .unsynced, admission: .always) { transaction in
            // A stream that was deleted meanwhile has no account.
            guard let bytes = try transaction.get(.logs, events.accountKey) else { return }
            var account = StoredEvents.Account(bytes)
            account.sizeBytes -= min(account.sizeBytes, removed)
            transaction.put(.logs, events.accountKey, account.bytes)
        }
    }
}
