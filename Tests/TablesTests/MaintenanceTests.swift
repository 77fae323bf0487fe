import Clocks
import Items
import Storage
import TestSupport
import Testing

@testable import Tables

/// Maintenance that is told to stop, that meets other changes, or whose clock is set back.
@Suite(.timeLimit(.minutes(1))) struct MaintenanceTests {
    private static func item(_ number: Int) -> Item { ["pk": .string("\(number)"), "customer": .string("x")] }

    /// Adds so many items in one commit.
    private static func put(_ count: Int, to store: OpenTable) async throws {
        let table = store.table
        _ = try await store.store.write((0..<count).map { ItemWrite(table, .put(item($0))) })
    }

    private static func addIndex(to store: OpenTable) async throws {
        var update = TableUpdate()
        update.createdIndexes = [.byCustomer]
        _ = try await store.store.updateTable("Orders", update)
    }

    /// A task that does not begin before it is cancelled.
    private static func stopped(_ work: @escaping @Sendable () async throws -> Void) -> Task<Void, any Error> {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await work()
        }
        task.cancel()
        return task
    }

    // MARK: Stops

    @Test func aStopCutsABuildOffBetweenTwoJobs() async throws {
        let store = try await OpenTable(.table(stream: nil))
        try await Self.put(1_000, to: store)
        try await Self.addIndex(to: store)
        let gate = Gate()
        let running = Task { [tables = store.store] in
            await gate.wait()
            try await tables.run()
        }
        store.writer.look { [database = store.database] in
            guard try database.count(.indexes) > 0 else { return false }
            running.cancel()
            return true
        }
        gate.open()
        try await running.value
        // Of the first job, and of the second where that waited with the look that saw the first.
        let entries = try store.count(.indexes)
        #expect(entries == 200 || entries == 400)
        #expect(try store.table.description().indexes.map(\.isBackfilling) == [true])
        try await store.runMaintenance()
        #expect(try store.table.description().indexes.map(\.isBackfilling) == [false])
        #expect(try store.table.all(index: "byCustomer").count == 1_000)
        #expect(try store.store.checkConsistency().problems == [])
    }

    @Test func aStopCutsARemovalOfExpiredItemsOff() async throws {
        let store = try await OpenTable(.table(timeToLive: "expiresAt"))
        try await store.table.put(["pk": .string("a"), "expiresAt": .number(Number(store.time.now().seconds))])
        let removing = Self.stopped { [tables = store.store] in _ = try await tables.removeExpiredItems() }
        await #expect(throws: CancellationError.self) { try await removing.value }
        #expect(try store.count(.items) == 1)
        #expect(try await store.store.removeExpiredItems() == 1)
    }

    /// More records than are looked at in one go.
    @Test func aStopCutsATrimOffBeforeAnythingGoes() async throws {
        let store = try await OpenTable()
        let count = ShardLineage.recordsPerLook * 2 + 1
        try await Self.put(count, to: store)
        store.time.advance(by: ChangeStream.retention + .seconds(1))
        let trimming = Self.stopped { [tables = store.store] in try await tables.trimStreams() }
        await #expect(throws: CancellationError.self) { try await trimming.value }
        #expect(store.lineage.oldestKeptSequence == 1)
        #expect(try store.count(.streams) == count)

        // In one go for who is told of it, once, while all are still there.
        var forgotten: [UInt64] = []
        try await store.store.trimStreams { lineage, last in
            forgotten.append(last)
            #expect(lineage.oldestKeptSequence == 1)
        }
        #expect(forgotten == [UInt64(count)])
        #expect(store.lineage.oldestKeptSequence == UInt64(count) + 1)
        // The mark.
        #expect(try store.count(.streams) == 1)
    }

    // MARK: Changes that meet

    /// Numbers of indexes count from 0 in each table.
    @Test func aBuildThatEndsCompletesNoIndexOfAnotherTableOfTheName() async throws {
        let store = try await OpenTable(.table(stream: nil))
        try await Self.addIndex(to: store)
        let old = try store.table.schema.keys.indexes[0]
        _ = try await store.store.deleteTable("Orders")
        _ = try await store.store.createTable(.table(stream: nil))
        try await store.table.put(Self.item(1))
        try await Self.addIndex(to: store)
        let new = try store.table.schema.keys.indexes[0]
        #expect(new.number == old.number)
        // As at the end of a build that the deletion has met.
        let error = await #expect(throws: TableError.self) { try await store.store.complete(old, of: "Orders") }
        #expect(error?.code == .resourceNotFound)
        #expect(try store.table.description().indexes.map(\.isBackfilling) == [true])
        try await store.store.buildIndexes()
        #expect(try store.table.description().indexes.map(\.isBackfilling) == [false])
        #expect(try store.table.all(index: "byCustomer") == [Self.item(1)])
    }

    // MARK: The clock

    @Test func aClockThatIsSetBackHoldsNothingUp() async throws {
        let store = try await OpenTable()
        try await store.table.put(Self.item(1))
        store.time.advance(by: ChangeStream.retention + .seconds(10 * 3_600))
        let running = Task { [tables = store.store] in try await tables.run() }
        func sleeps() async -> Bool { await comesTrue { store.time.sleeperCount == 1 } }
        var isAsleep = await sleeps()
        #expect(isAsleep)
        store.time.set(by: .seconds(-5 * 3_600))
        let write = ItemWrite(store.table, .put(Self.item(2)))
        _ = try await store.store.transact([write], token: ClientToken("t", requestHash: 1))
        // Ten minutes from when the new time is seen: as behind a start.
        for time in [TableStore.maintenanceInterval, TableStore.trimInterval] {
            #expect(store.lineage.oldestKeptSequence == 1)
            #expect(try store.count(.tokens) == 2)
            store.time.advance(by: time)
            isAsleep = await sleeps()
            #expect(isAsleep)
        }
        #expect(store.lineage.oldestKeptSequence == 2)
        #expect(try store.count(.tokens) == 0)
        running.cancel()
        try await running.value
    }

    /// By a clock that is behind, what a crash left hidden is young again.
    @Test func aTrimByAClockThatIsBehindShowsNothingAgain() async throws {
        let store = try await OpenTable()
        for number in 1...3 {
            try await store.table.put(Self.item(number))
            store.time.advance(by: .seconds(3_600))
        }
        var left: [([UInt8], [UInt8])] = []
        try store.database.scan(.streams, from: [], to: [0xff]) { key, value in
            left.append((key.bytes(), value.bytes()))
            return true
        }
        let records = left
        store.time.advance(by: ChangeStream.retention)
        try await store.store.trimStreams()
        // The power goes between the mark and the removal.
        try await store.writer.commit { transaction in
            for (key, value) in records { transaction.put(.streams, key, value) }
        }
        try await store.reopen()
        store.time.set(by: .seconds(-2 * 3_600))
        try await store.store.trimStreams()
        #expect(store.lineage.oldestKeptSequence == 4)
        #expect(store.stream.recordCount == 3)
        #expect(try store.count(.streams) == 1)
    }
}
