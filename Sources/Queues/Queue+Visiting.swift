import Storage
import Synchronization

/// Messages are looked at and deleted without being received: what `sluice dlq` and the engine's reports need.
extension Queue {
    /// The oldest messages, without receiving them.
    public func peek(limit: Int) throws -> [QueueMessage] {
        var messages: [QueueMessage] = []
        guard limit > 0 else { return [] }
        try visit { message in
            messages.append(message)
            return messages.count < limit
        }
        return messages
    }

    /// Shows the messages one after the other, in the order of their coming, without receiving them, until `body` returns
    /// false.
    public func visit(_ body: (QueueMessage) throws -> Bool) throws {
        try visitPlaces { _, message in try body(message) }
    }

    /// The messages with these ids, in the order of their coming. Looks through the queue.
    public func messages(ids: Set<String>) throws -> [QueueMessage] {
        var found: [QueueMessage] = []
        guard !ids.isEmpty else { return [] }
        try visit { message in
            if ids.contains(message.messageID) { found.append(message) }
            return found.count < ids.count
        }
        return found
    }

    /// Removes a message for good. Looks through the queue.
    ///
    /// - Returns: false when there is none with this id.
    @discardableResult
    public func delete(id: String) async throws -> Bool {
        var place: UInt64?
        try visitPlaces { candidate, message in
            if message.messageID == id { place = candidate }
            return place == nil
        }
        guard let place else { return false }
        return try await writer.commit(
            line: line, admission: .always,
            { [self] transaction in
                guard core.withLock({ $0.state.beginLeaving(place: place) }) else { return false }
                remove(place, in: transaction)
                return true
            },
            committed: { [self] isDeleted in if isDeleted { finishDeleting([place]) } })
    }

    private func visitPlaces(_ body: (UInt64, QueueMessage) throws -> Bool) throws {
        removeExpired()
        let oldest = core.withLock { now - $0.state.retention }
        try database.scan(.queues, from: keys.records.from, to: keys.records.to) { key, value in
            let place = key.bigEndianUInt64(at: QueueKeys.prefixBytes)
            let record = try MessageRecord(value, place: place, isGrouped: false)
            // Its removal may be on the way.
            guard record.sentAt >= oldest, let bytes = try database.get(.queues, keys.contents(place)) else {
                return true
            }
            let contents = try MessageContents(bytes.span.bytes)
            return try body(
                place,
                QueueMessage(
                    messageID: contents.id.description, sentTimestamp: record.sentAt,
                    body: String(decoding: contents.body, as: UTF8.self), attachment: contents.attachment,
                    traceHeader: contents.traceHeader, groupID: contents.groupID, receiveCount: Int(record.receiveCount)
                ))
        }
    }
}
