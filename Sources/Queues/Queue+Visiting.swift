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
        try visitStored { record, stored in try body(QueueMessage(record, stored)) }
    }

    /// The messages with these ids, in the order of their coming. Looks through the queue.
    public func messages(ids: Set<String>) throws -> [QueueMessage] {
        var found: [QueueMessage] = []
        try find(ids) { record, stored in found.append(try QueueMessage(record, stored)) }
        return found
    }

    /// When the messages with these ids were sent, in milliseconds since 1970, in the order of their coming. Looks through the
    /// queue.
    public func sentTimestamps(ids: Set<String>) throws -> [(id: String, sentTimestamp: Int64)] {
        var found: [(id: String, sentTimestamp: Int64)] = []
        try find(ids) { record, stored in found.append((MessageID(stored.span.bytes).description, record.sentAt)) }
        return found
    }

    /// Removes a message for good. Looks through the queue.
    ///
    /// - Returns: false when there is none with this id.
    @discardableResult
    public func delete(id: String) async throws -> Bool {
        var found: UInt64?
        try find([id]) { record, _ in found = record.place }
        guard let place = found else { return false }
        return try await writer.commit(
            line: line, admission: .always,
            { [self] transaction in
                guard core.withLock({ $0.state.beginLeaving(place: place) }) else { return false }
                remove(place, in: transaction)
                return true
            },
            committed: { [self] isDeleted in if isDeleted { finishDeleting([place]) } })
    }

    /// Looks for messages by their ids, which stand in front of what is stored: the rest of all others is not read.
    private func find(_ ids: Set<String>, _ body: (MessageRecord, [UInt8]) throws -> Void) throws {
        var wanted = Set(ids.compactMap { MessageID($0) })
        guard !wanted.isEmpty else { return }
        try visitStored { record, stored in
            guard stored.count >= MessageID.byteCount else { throw MessageContents.damaged }
            if wanted.remove(MessageID(stored.span.bytes)) != nil { try body(record, stored) }
            return !wanted.isEmpty
        }
    }

    /// Shows what is stored of each message: its record and its contents.
    private func visitStored(_ body: (MessageRecord, [UInt8]) throws -> Bool) throws {
        removeExpired()
        let oldest = core.withLock { now - $0.state.retention }
        try database.scan(.queues, from: keys.records.from, to: keys.records.to) { key, value in
            let place = key.bigEndianUInt64(at: QueueKeys.prefixBytes)
            let record = try MessageRecord(value, place: place, isGrouped: false)
            // Its removal may be on the way.
            guard record.sentAt >= oldest, let stored = try database.get(.queues, keys.contents(place)) else {
                return true
            }
            return try body(record, stored)
        }
    }
}

extension QueueMessage {
    fileprivate init(_ record: MessageRecord, _ stored: [UInt8]) throws {
        let contents = try MessageContents(stored.span.bytes)
        self.init(
            messageID: contents.id.description, sentTimestamp: record.sentAt,
            body: String(decoding: contents.body, as: UTF8.self), attachment: contents.attachment,
            traceHeader: contents.traceHeader, groupID: contents.groupID, receiveCount: Int(record.receiveCount))
    }
}
