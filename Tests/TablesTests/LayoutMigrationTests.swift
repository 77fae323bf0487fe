import Clocks
import Foundation
import Items
import Storage
import Tables
import Testing

/// The folder of an earlier Sluice, kept as a fixture: table Orders (orderId S, timestamp N, index customerId-index) with six
/// orders and eight stream records in one shard.
@Suite(.timeLimit(.minutes(1))) struct LayoutMigrationTests {
    private static let shardID = "shardId-00000001795639506686-c2d00e2f"
    private static let streamARN =
        "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-11-25T20:45:06.686"
    private static let now = Timestamp(seconds: 1_795_639_600)

    /// A copy of the fixture, open.
    private final class Folder {
        let path = OpenTable.newPath()
        let folder: DataFolder
        let database: Database
        var writer: GroupCommitWriter
        let time = ManualTime(start: now)

        init() throws {
            let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/layout-1"
            try FileManager.default.copyItem(atPath: fixture, toPath: path)
            folder = try DataFolder(path: path)
            database = try Database(folder: folder)
            writer = GroupCommitWriter(database: database)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func migrate() async throws { try await LayoutMigration.run(database, writer: writer, now: time.now()) }

        func open() async throws -> TableStore {
            try await TableStore(database: database, writer: writer, time: time, settings: .init(shardsPerStream: 4))
        }

        func contents() throws -> [[UInt8]: [UInt8]] {
            var contents: [[UInt8]: [UInt8]] = [:]
            for keyspace in Keyspace.allCases {
                try database.scan(keyspace, from: [], to: [0xff]) { key, value in
                    contents[Array("\(keyspace)".utf8) + key.bytes()] = value.bytes()
                    return true
                }
            }
            return contents
        }

        /// The records as layout 1 has them: under the table's number and the sequence.
        func oldRecords() throws -> [(key: [UInt8], value: [UInt8])] {
            var records: [(key: [UInt8], value: [UInt8])] = []
            try database.scan(.streams, from: [], to: [0xff]) { key, value in
                records.append((key.bytes(), value.bytes()))
                return true
            }
            return records
        }
    }

    private static func eventIDs(_ records: some Sequence<[UInt8]>) throws -> [String] {
        try records.map { try JSONDecoder().decode(StreamRecord.self, from: Data($0)).eventID }
    }

    @Test func theTableItsIndexAndItsStreamComeThrough() async throws {
        let folder = try Folder()
        #expect(folder.folder.foundFormat == 1)
        let old = try folder.oldRecords()
        #expect(old.count == 8)
        try await folder.migrate()
        try folder.folder.finishMigration()
        let store = try await folder.open()

        #expect(store.tableNames == ["Orders"])
        let table = try store.table("Orders")
        let description = try table.description()
        #expect(description.itemCount == 6)
        #expect(description.status == .active)
        #expect(
            description.definition.keySchema
                == KeySchema(
                    hashKey: .init(name: "orderId", type: .string), rangeKey: .init(name: "timestamp", type: .number)))
        #expect(try Set(table.all().map { $0["orderId"]!.string! }) == ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"])
        for item in try table.all() { #expect(try table.item(key: table.key(of: item)) == item) }
        for customer in ["0", "1"] {
            let found = try table.query(index: "customerId-index", hashKey: .string(customer), limit: 9)
            #expect(try Set(found) == Set(table.all().filter { $0["customerId"] == .string(customer) }))
            #expect(found.count == 3)
        }
        #expect(try store.checkConsistency().problems == [])

        let stream = try #require(table.stream)
        #expect(stream.arn == Self.streamARN)
        #expect(stream.lineages.map(\.id) == [Self.shardID])
        #expect(stream.shards.map(\.id) == [Self.shardID])
        let records = try stream.lineages[0].records(after: 0, limit: 99)
        #expect(records.map(\.sequence) == Array(1...8))
        // The bytes are the same, ids and sequence numbers with them.
        #expect(records.map(\.json) == old.map { Array($0.value.dropFirst(16)) })
        #expect(try Set(Self.eventIDs(records.map(\.json))).count == 8)
        #expect(stream.recordCount == 8)
        #expect(try stream.lineages[0].backlog(after: 3) == 5)
        let iterator = try store.shardIterator(streamARN: stream.arn, shardID: Self.shardID, .trimHorizon)
        #expect(try store.records(shardIterator: iterator, limit: 99).json.count == 8)

        // And life goes on.
        try await table.delete(key: table.key(of: table.all()[0]))
        #expect(try stream.lineages[0].records(after: 8, limit: 9).map(\.sequence) == [9])
        #expect(try store.checkConsistency().problems == [])
    }

    @Test func aSecondRunChangesNothing() async throws {
        let folder = try Folder()
        try await folder.migrate()
        let once = try folder.contents()
        folder.time.advance(by: .seconds(60))
        try await folder.migrate()
        #expect(try folder.contents() == once)
    }

    /// Cut off by the end of the writer after more and more commits, then begun again.
    @Test func aMigrationThatIsCutOffIsCompletedLater() async throws {
        var places: Set<Int> = []
        for commits in 0..<12 {
            let folder = try Folder()
            let last = try #require(try folder.oldRecords().last)
            // More records than one job moves.
            try await folder.writer.commit { transaction in
                for sequence in 9...1_600 as ClosedRange<UInt64> {
                    transaction.put(.streams, Self.key(last.key, sequence), last.value)
                }
            }
            let cut = GroupCommitWriter(database: folder.database)
            let (database, time) = (folder.database, folder.time.now())
            let running = Task { try await LayoutMigration.run(database, writer: cut, now: time) }
            for _ in 0..<commits { try await cut.commit { $0.put(.tokens, [1], []) } }
            await cut.close()
            _ = await running.result
            places.insert(try folder.oldRecords().count { $0.key.count == 12 })
            try await folder.migrate()
            let stream = try #require(try await folder.open().streams.first)
            #expect(stream.recordCount == 1_600)
            #expect(try stream.lineages[0].records(after: 0, limit: .max).map(\.sequence) == Array(1...1_600))
            #expect(try stream.lineages[0].backlog(after: 700) == 900)
        }
        // The cuts were where the records are moved, too.
        #expect(places.contains(1_600))
    }

    private static func key(_ pattern: [UInt8], _ sequence: UInt64) -> [UInt8] {
        var key = Array(pattern[..<4])
        key.appendBigEndian(sequence)
        return key
    }

    /// The first records had been trimmed: those that are left keep their places in the count.
    @Test(arguments: [false, true])
    func whatHadBeenTrimmedStaysCounted(isCutOff: Bool) async throws {
        let folder = try Folder()
        let old = try folder.oldRecords()
        try await folder.writer.commit { transaction in
            for record in old.prefix(3) { transaction.delete(.streams, record.key) }
        }
        if isCutOff {
            // As after the first job: the table is still of layout 1, and part of the records has been moved.
            let table = try #require(
                try folder.contents().first { $0.key.starts(with: "catalog".utf8 + Array("table/".utf8)) })
            try await folder.migrate()
            let key = Array(table.key.dropFirst("catalog".utf8.count))
            let moved = try folder.oldRecords().filter { $0.key.count == 13 }
            #expect(moved.count == 6)
            try await folder.writer.commit { transaction in
                transaction.put(.catalog, key, table.value)
                for (moved, old) in zip(moved.suffix(2), old.suffix(2)) {
                    transaction.delete(.streams, moved.key)
                    transaction.put(.streams, old.key, old.value)
                }
            }
        }
        try await folder.migrate()
        let store = try await folder.open()
        let stream = try #require(store.streams.first)
        #expect(stream.recordCount == 8)
        #expect(try stream.lineages[0].records(after: 0, limit: 99).map(\.sequence) == [4, 5, 6, 7, 8])
        #expect(try stream.lineages[0].backlog(after: 0) == 5)
        #expect(try stream.lineages[0].backlog(after: 6) == 2)
        let trimmed = ChangeStream.IteratorPosition.at(sequenceNumber: SequenceNumber.text(3))
        let error = #expect(throws: TableError.self) {
            _ = try store.shardIterator(streamARN: stream.arn, shardID: Self.shardID, trimmed)
        }
        #expect(error?.code == .trimmedDataAccess)
    }
}
