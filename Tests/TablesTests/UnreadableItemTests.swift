import Clocks
import Items
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Tables

/// Items whose bytes are damaged, or nested deeper than any reader goes: the others expire and are indexed all the same.
@Suite(.timeLimit(.minutes(1))) struct UnreadableItemTests {
    /// What maintenance has told of items that it passed over.
    private final class Told: Sendable {
        private let state = Mutex<[Int]>([])
        var counts: [Int] { state.withLock { $0 } }

        func note(_ table: String, _ count: Int) {
            #expect(table == "Orders")
            state.withLock { $0.append(count) }
        }
    }

    private let store: OpenTable
    private let told = Told()

    init() async throws { store = try await OpenTable(.table(timeToLive: "expiresAt")) }

    /// Five items that are due; two of them are then made unreadable.
    private func putItems() async throws {
        let now = store.time.now().seconds
        for key in ["a", "b", "c", "d", "e"] {
            try await store.table.put([
                "pk": .string(key), "customer": .string("x"), "expiresAt": .number(Number(now)),
            ])
        }
        let deep = String(repeating: #"{"L":["#, count: 40) + #"{"S":"x"}"# + String(repeating: "]}", count: 40)
        for (key, json) in [("b", "{"), ("d", #"{"pk":{"S":"d"},"deep":\#(deep)}"#)] {
            let primaryKey = try store.table.encodedKey(["pk": .string(key)])
            let bytes = Array(json.utf8)
            #expect(throws: ItemError.self) { _ = try Item(json: bytes) }
            try await store.writer.commit { $0.put(.items, primaryKey, bytes) }
        }
    }

    @Test func theOthersExpire() async throws {
        try await putItems()
        let removed = try await store.store.removeExpiredItems { told.note($0, $1) }
        #expect(removed == 3)
        #expect(told.counts == [2])
        // They stay, and hold the next ones up as little.
        #expect(try store.count(.items) == 2)
        try await store.table.put(["pk": .string("f"), "expiresAt": .number(Number(store.time.now().seconds))])
        #expect(try await store.store.removeExpiredItems() == 1)
        #expect(try store.count(.items) == 2)
    }

    @Test func anIndexIsBuiltOverTheOthers() async throws {
        var update = TableUpdate()
        update.createdIndexes = [.byCustomer]
        _ = try await store.store.updateTable("Orders", update)
        // Behind the change, whose answer counts items and reads them for it. The entries are what an older index lacks.
        try await putItems()
        let index = try store.table.schema.keys.indexes[0].range
        try store.database.deleteRange(.indexes, from: index.from, to: index.to)
        try await store.store.buildIndexes { told.note($0, $1) }
        #expect(told.counts == [2])
        #expect(try !store.table.schema.stored.isBuilding)
        let indexed = try store.table.all(index: "byCustomer").map { $0["pk"]!.string! }
        #expect(indexed == ["a", "c", "e"])
    }

    /// Told once, and not every ten seconds again.
    @Test func maintenanceGoesOn() async throws {
        try await putItems()
        let running = Task { [tables = store.store, told] in
            try await tables.run(unreadable: { told.note($0, $1) })
        }
        for _ in 1...3 {
            let sleeps = await comesTrue { store.time.sleeperCount == 1 }
            #expect(sleeps)
            store.time.advance(by: TableStore.maintenanceInterval)
        }
        running.cancel()
        try await running.value
        #expect(try store.count(.items) == 2)
        #expect(told.counts == [2])
    }
}
