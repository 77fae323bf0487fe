import Clocks
import Foundation
import Items
import Storage
import Synchronization
import Testing

@testable import Tables

/// What maintenance does in one of the writer's jobs: of items near the limit of 400 KB, three are a megabyte.
@Suite(.timeLimit(.minutes(1))) struct JobSizeTests {
    private static let large = String(repeating: "x", count: 400_000)

    private static func largeItem(_ number: Int, expires: Int64) -> Item {
        [
            "pk": .string("\(number)"), "customer": .string("x"), "expiresAt": .number(Number(expires)),
            "text": .string(large),
        ]
    }

    /// How much is left to do, before the first job and behind each.
    private final class Stages: Sendable {
        private let state = Mutex<[Int]>([])
        var all: [Int] { state.withLock { $0 } }

        func note(_ left: Int) { state.withLock { if $0.last != left { $0.append(left) } } }
    }

    private static func stages(
        of work: () async throws -> Void, with writer: GroupCommitWriter, left: @escaping @Sendable () throws -> Int
    ) async throws -> [Int] {
        let stages = Stages()
        writer.look {
            let count = try left()
            stages.note(count)
            return count == 0
        }
        try await work()
        // One more group, in which what the last job has left is seen.
        try await writer.commit { _ in }
        return stages.all
    }

    @Test func largeItemsExpireByTheMegabyte() async throws {
        let store = try await OpenTable(.table(timeToLive: "expiresAt"))
        let now = store.time.now().seconds
        for number in 0..<12 { try await store.table.put(Self.largeItem(number, expires: now)) }
        let stages = try await Self.stages(
            of: { _ = try await store.store.removeExpiredItems() }, with: store.writer,
            left: { [database = store.database] in try database.count(.items) })
        #expect(stages == [12, 9, 6, 3, 0])
        #expect(try store.store.checkConsistency().problems == [])
    }

    @Test func largeItemsAreIndexedByTheMegabyte() async throws {
        let store = try await OpenTable(.table(stream: nil))
        for number in 0..<12 { try await store.table.put(Self.largeItem(number, expires: 0)) }
        var update = TableUpdate()
        update.createdIndexes = [.byCustomer]
        _ = try await store.store.updateTable("Orders", update)
        let stages = try await Self.stages(
            of: { try await store.store.buildIndexes() }, with: store.writer,
            left: { [database = store.database] in try 12 - database.count(.indexes) })
        #expect(stages == [12, 9, 6, 3, 0])
        #expect(try store.table.all(index: "byCustomer").count == 12)
    }

    @Test func largeRecordsOfAnOlderLayoutAreMovedByTheMegabyte() async throws {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/layout-1"
        let path = OpenTable.newPath()
        try FileManager.default.copyItem(atPath: fixture, toPath: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let database = try Database(folder: DataFolder(path: path))
        let writer = GroupCommitWriter(database: database)
        // Keys of layout 1 are a byte shorter than today's.
        @Sendable func oldKeys() throws -> [[UInt8]] {
            var keys: [[UInt8]] = []
            try database.scan(.streams, from: [], to: [0xff]) { key, _ in
                if key.byteCount == 12 { keys.append(key.bytes()) }
                return true
            }
            return keys
        }
        // Behind the fixture's eight small records.
        let table = try #require(try oldKeys().last).prefix(4)
        let large = [UInt8](repeating: 0, count: 16) + Self.large.utf8
        try await writer.commit { transaction in
            for sequence in 9...20 as ClosedRange<UInt64> {
                var key = Array(table)
                key.appendBigEndian(sequence)
                transaction.put(.streams, key, large)
            }
        }
        let stages = try await Self.stages(
            of: { try await LayoutMigration.run(database, writer: writer, now: OpenTable.start) }, with: writer,
            left: { try oldKeys().count })
        #expect(stages == [20, 9, 6, 3, 0])
    }
}
