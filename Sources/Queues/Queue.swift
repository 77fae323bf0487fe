public import Clocks
import Foundation
public import Storage
import Synchronization

/// A queue's settings: those of `AWS::SQS::Queue` that have an effect here.
public struct QueueDefinition: Codable, Sendable, Hashable {
    public var name: String
    public var arn: String
    /// How long a message is kept, 60 to 1,209,600 s.
    public var messageRetentionSeconds: Int

    public init(name: String, arn: String, messageRetentionSeconds: Int) {
        self.name = name
        self.arn = arn
        self.messageRetentionSeconds = messageRetentionSeconds
    }
}

/// One message of a queue.
public struct QueueMessage: Codable, Sendable, Hashable {
    public var messageID: String
    /// When it was sent, in milliseconds since 1970.
    public var sentTimestamp: Int64
    public var body: String
    /// What the sender keeps with the message, for as long; no receiver gets it.
    public var attachment: String?
}

/// A durable standard queue: a sent message survives kill -9 and power loss, and is kept for the retention period.
public final class Queue: Sendable {
    /// Largest message. AWS: 1 MiB since 2025.
    public static let messageBytesMax = 1_048_576

    private struct State {
        var nextNumber: UInt64
        /// All messages before this one have expired.
        var firstKept: UInt64 = 0
        var count: Int
    }

    public let definition: QueueDefinition
    private let number: UInt32
    private let database: Database
    private let writer: GroupCommitWriter
    private let time: any TimeSource
    private let makeMessageID: @Sendable () -> String
    private let state: Mutex<State>

    /// Opens the queue, creating it when it is new.
    public init(
        _ definition: QueueDefinition, database: Database, writer: GroupCommitWriter, time: any TimeSource,
        makeMessageID: @escaping @Sendable () -> String
    ) async throws {
        let catalog = Catalog(database: database, writer: writer)
        let known = try catalog.entry(.queue, definition.name, as: QueueDefinition.self)
        if let known, known.description == definition {
            number = known.number
        } else {
            number = try await catalog.put(.queue, definition.name, definition).number
        }
        self.definition = definition
        self.database = database
        self.writer = writer
        self.time = time
        self.makeMessageID = makeMessageID
        let (from, to) = Self.keyRange(number)
        var count = 0
        var last: UInt64 = 0
        try database.scan(.queues, from: from, to: to) { key, _ in
            count += 1
            last = key.bigEndianUInt64(at: 4)
            return true
        }
        state = Mutex(State(nextNumber: last + 1, count: count))
    }

    /// Messages kept, expired ones not counted.
    public func approximateNumberOfMessages() throws -> Int {
        try removeExpired()
        return state.withLock { $0.count }
    }

    /// Stores a message and returns its id once it is durable.
    ///
    /// - Parameter attachment: kept with the message; does not count against its size.
    /// - Throws: ``QueueError`` when the body is empty or larger than ``messageBytesMax``.
    @discardableResult
    public func send(_ body: String, attachment: String? = nil) async throws -> String {
        guard !body.isEmpty, body.utf8.count <= Self.messageBytesMax else {
            throw QueueError(
                "A message for queue \(definition.name) has \(body.utf8.count) bytes; send 1 to \(Self.messageBytesMax)."
            )
        }
        let message = QueueMessage(
            messageID: makeMessageID(), sentTimestamp: time.now().milliseconds, body: body, attachment: attachment)
        let value = Array(try JSONEncoder().encode(message))
        // Only pipes send, one message a lane at a time.
        try await writer.commit(
            admission: .always,
            { [self] transaction in
                // Numbered by the writer: numbers are committed in their order, so what lies before a stored message is
                // stored as well.
                let place = state.withLock { state in
                    defer { state.nextNumber += 1 }
                    return state.nextNumber
                }
                transaction.put(.queues, Self.key(number, place), value)
            },
            committed: { [self] in state.withLock { $0.count += 1 } })
        return message.messageID
    }

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

    /// Shows the messages one after the other, the oldest first, without receiving them, until `body` returns false.
    public func visit(_ body: (QueueMessage) throws -> Bool) throws {
        try removeExpired()
        let (from, to) = Self.keyRange(number)
        try database.scan(.queues, from: from, to: to) { _, value in try body(Self.message(value)) }
    }

    /// The messages with these ids, in the order of their sending. Looks through the queue.
    public func messages(ids: Set<String>) throws -> [QueueMessage] {
        try places(of: ids).map(\.message)
    }

    /// Removes a message for good. Looks through the queue.
    ///
    /// - Returns: false when there is none with this id.
    @discardableResult
    public func delete(id: String) async throws -> Bool {
        guard let place = try places(of: [id]).first?.place else { return false }
        return try await writer.commit(
            admission: .always,
            { [number] transaction in
                let key = Self.key(number, place)
                guard try transaction.get(.queues, key) != nil else { return false }
                transaction.delete(.queues, key)
                return true
            },
            committed: { [self] isDeleted in
                // One that expired meanwhile has been counted there.
                state.withLock { if isDeleted, place >= $0.firstKept { $0.count -= 1 } }
            })
    }

    private func places(of ids: Set<String>) throws -> [(place: UInt64, message: QueueMessage)] {
        try removeExpired()
        var found: [(place: UInt64, message: QueueMessage)] = []
        let (from, to) = Self.keyRange(number)
        try database.scan(.queues, from: from, to: to) { key, value in
            let message = try Self.message(value)
            if ids.contains(message.messageID) { found.append((key.bigEndianUInt64(at: 4), message)) }
            return found.count < ids.count
        }
        return found
    }

    /// Removes what is older than the retention period. Messages lie in the order of their sending, so they are the first.
    private func removeExpired() throws {
        let oldest = time.now() - .seconds(definition.messageRetentionSeconds)
        let (from, to) = Self.keyRange(number)
        var expired: [UInt64] = []
        try database.scan(.queues, from: from, to: to) { key, value in
            guard try Self.message(value).sentTimestamp < oldest.milliseconds else { return false }
            expired.append(key.bigEndianUInt64(at: 4))
            return true
        }
        guard let last = expired.last else { return }
        // Up to the last one seen and not to the end of the queue: a message may have been sent since.
        try database.deleteRange(.queues, from: from, to: Self.key(number, last + 1))
        state.withLock { state in
            // Another caller may have found the same messages at the same time: each counts once.
            state.count -= expired.count { $0 >= state.firstKept }
            state.firstKept = max(state.firstKept, last + 1)
        }
    }

    private static func message(_ value: RawSpan) throws -> QueueMessage {
        try JSONDecoder().decode(QueueMessage.self, from: Data(value.bytes()))
    }

    private static func key(_ queue: UInt32, _ message: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.appendBigEndian(queue)
        key.appendBigEndian(message)
        return key
    }

    private static func keyRange(_ queue: UInt32) -> (from: [UInt8], to: [UInt8]) {
        (key(queue, 0), key(queue + 1, 0))
    }
}

/// A request that a queue refuses.
public struct QueueError: Error, Sendable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    public let description: String
    init(_ description: String) { self.description = description }
}
