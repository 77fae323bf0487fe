import Clocks
import Foundation
import Queues
import Storage
import Testing

/// The folder of an earlier Sluice, kept as a fixture: queue copies with three messages of a pipe, queue failures with three
/// dead letters and their records, both kept for 14 days.
@Suite(.timeLimit(.minutes(1))) struct QueueMigrationTests {
    private static let fixture =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/layout-2"
    private static let now = Timestamp(seconds: 1_795_670_600)

    private final class Folder {
        let path = NSTemporaryDirectory() + "sluice-queues-\(UUID().uuidString)"
        let folder: DataFolder
        let database: Database
        let writer: GroupCommitWriter

        init() throws {
            try FileManager.default.copyItem(atPath: fixture, toPath: path)
            folder = try DataFolder(path: path)
            database = try Database(folder: folder)
            writer = GroupCommitWriter(database: database)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func migrate() async throws { try await QueueMigration.run(database, writer: writer, now: now) }

        func open() throws -> QueueStore {
            try QueueStore(database: database, writer: writer, time: ManualTime(start: now))
        }

        func contents() throws -> [[UInt8]: [UInt8]] {
            var contents: [[UInt8]: [UInt8]] = [:]
            for keyspace in [Keyspace.queues, .catalog] {
                try database.scan(keyspace, from: [], to: [0xFF]) { key, value in
                    contents[key.bytes()] = value.bytes()
                    return true
                }
            }
            return contents
        }
    }

    @Test func messagesAndDeadLettersComeThrough() async throws {
        let folder = try Folder()
        #expect(folder.folder.foundFormat == 2)
        try await folder.migrate()
        let store = try folder.open()
        #expect(store.queues.map(\.name) == ["copies", "failures"])
        #expect(store.queues.map { $0.counts().visible } == [3, 3])
        #expect(store.queues.allSatisfy { $0.definition.settings.messageRetentionSeconds == 1_209_600 })
        let failures = try store.queue("failures").peek(limit: 10)
        #expect(failures[0].messageID == "20342ce2-0e0d-4855-b816-32495f61b4d6")
        #expect(failures[0].sentTimestamp / 1_000 == 1_795_670_561)
        #expect(failures.allSatisfy { $0.body.contains("RetryAttemptsExhausted") })
        #expect(failures.allSatisfy { $0.attachment?.contains("records") == true })
        let received = try await store.queue("copies").receive()
        #expect(received.count == 3)
        #expect(received.allSatisfy { $0.body.contains(#""eventName":"INSERT""#) })
        // Numbered behind what was there.
        try await store.queue("copies").delete(received[2])
        _ = try await store.queue("copies").send("new")
        #expect(try store.queue("copies").peek(limit: 10).map(\.body).last == "new")
    }

    @Test func aMigrationThatIsRepeatedChangesNothing() async throws {
        let folder = try Folder()
        try await folder.migrate()
        let once = try folder.contents()
        try await folder.migrate()
        #expect(try folder.contents() == once)
    }

    /// Cut off after some of the messages, as after a crash.
    @Test func aMigrationThatWasCutOffGoesOn() async throws {
        let folder = try Folder()
        var first: (key: [UInt8], value: [UInt8])?
        try folder.database.scan(.queues, from: [], to: [0xFF]) { key, value in
            first = (key.bytes(), value.bytes())
            return false
        }
        let old = try #require(first)
        try await folder.migrate()
        // The first message as it was, beside what has been moved.
        let place = UInt64(bigEndianBytes: old.key[4...])
        try await folder.writer.commit { transaction in
            transaction.put(.queues, old.key, old.value)
            for kind in [0, 1] as [UInt8] {
                var key = Array(old.key[..<4]) + [kind]
                key.appendBigEndian(place)
                transaction.delete(.queues, key)
            }
        }
        try await folder.migrate()
        #expect(try folder.open().queues.map { $0.counts().visible } == [3, 3])
    }
}
