public import Clocks
import Foundation
public import Storage

/// Brings the queues of an older layout into today's.
///
/// Before layout 3 a message was one JSON text under the queue's number and its own, and a queue had a retention period and no
/// other settings. Every step may be repeated, so a migration that was cut off begins again.
public enum QueueMigration {
    private static let messagesPerJob = 500

    /// Rewrites what is older than layout 3. The caller marks the folder afterwards.
    ///
    /// - Throws: `StorageError` when the store cannot be read or written.
    public static func run(_ database: Database, writer: GroupCommitWriter, now: Timestamp) async throws {
        let catalog = Catalog(database: database, writer: writer)
        for (name, entry) in try catalog.entries(.queue, as: QueueOfAnyLayout.self) {
            try await moveMessages(of: entry.number, database, writer)
            guard let old = entry.description.old else { continue }
            var settings = QueueSettings()
            settings.messageRetentionSeconds = old.messageRetentionSeconds
            // Last: a queue in its new form is done with.
            try await catalog.put(
                .queue, name,
                QueueOfAnyLayout(QueueDefinition(name: name, settings: settings, createdAt: now)))
        }
    }

    private static func moveMessages(
        of queue: UInt32, _ database: Database, _ writer: GroupCommitWriter
    ) async throws {
        let keys = QueueKeys(number: queue)
        // A key of 12 bytes begins with the queue's number and a place below 2^56: no other entry is so short.
        var from = keys.all.from
        while true {
            var messages: [(key: [UInt8], value: [UInt8])] = []
            try database.scan(.queues, from: from, to: keys.all.to) { key, value in
                if key.byteCount == 12 { messages.append((key.bytes(), value.bytes())) }
                return messages.count < messagesPerJob
            }
            guard let last = messages.last else { return }
            from = last.key + [0]
            let moved = messages
            try await writer.commit(admission: .always) { transaction in
                for (key, value) in moved {
                    let place = UInt64(bigEndianBytes: key[4...])
                    let old = try JSONDecoder().decode(OldMessage.self, from: Data(value))
                    // Ids were UUIDs from the beginning.
                    var contents = MessageContents(
                        id: MessageID(old.messageID) ?? MessageID(UInt64(queue), place), body: Array(old.body.utf8))
                    contents.attachment = old.attachment
                    let record = MessageRecord(place: place, sentAt: old.sentTimestamp)
                    transaction.put(.queues, keys.record(place), record.encoded)
                    transaction.put(.queues, keys.contents(place), contents.encoded)
                    transaction.delete(.queues, key)
                }
            }
        }
    }
}

private struct OldMessage: Decodable {
    let messageID: String
    let sentTimestamp: Int64
    let body: String
    let attachment: String?
}

/// A queue's entry, read where it is of an older layout and written as today's. One type for both, because replacing an
/// entry reads the old one for its number.
private struct QueueOfAnyLayout: Codable, Sendable {
    struct Old: Codable, Sendable {
        let messageRetentionSeconds: Int
    }

    let old: Old?
    private let definition: QueueDefinition?

    init(_ definition: QueueDefinition) { (old, self.definition) = (nil, definition) }

    init(from decoder: any Decoder) throws {
        old = try? Old(from: decoder)
        definition = old == nil ? try QueueDefinition(from: decoder) : nil
    }

    func encode(to encoder: any Encoder) throws {
        if let definition { try definition.encode(to: encoder) } else { try old?.encode(to: encoder) }
    }
}
