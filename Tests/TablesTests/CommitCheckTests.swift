import Clocks
import Items
import Storage
import Synchronization
import Tables
import Testing

/// Writes that are refused where they would be stored.
@Suite struct CommitCheckTests {
    /// Refuses the calls with these numbers, counted from 1.
    private final class Refusals: Sendable {
        private let state: Mutex<(calls: Int, refused: Set<Int>)>
        init(_ refused: Set<Int>) { state = Mutex((0, refused)) }
        var calls: Int { state.withLock { $0.calls } }

        func check(_ table: String) throws {
            #expect(table == "Orders")
            let isRefused = state.withLock { state in
                state.calls += 1
                return state.refused.contains(state.calls)
            }
            if isRefused { throw StorageError(.engine, "refused") }
        }
    }

    private func open(_ refusals: Refusals) async throws -> OpenTable {
        try await OpenTable(
            .table(indexes: [.byCustomer], timeToLive: "expiresAt"), commitCheck: { try refusals.check($0) })
    }

    private func item(_ key: String, expires: Int64? = nil) -> Item {
        var item: Item = ["pk": .string(key), "customer": .string("x")]
        item["expiresAt"] = expires.map { .number(Number($0)) }
        return item
    }

    @Test func aRefusedChangeLeavesNothing() async throws {
        let refusals = Refusals([2])
        let store = try await open(refusals)
        try await store.table.put(item("a"))
        let error = await #expect(throws: StorageError.self) { try await store.table.put(item("b")) }
        #expect(error?.code == .engine)
        try await store.table.put(item("c"))
        #expect(try store.table.all().compactMap { $0["pk"]?.string } == ["a", "c"])
        #expect(try store.table.all(index: "byCustomer").count == 2)
        #expect(try store.changes().count == 2)
        // No hole in the count of the records.
        #expect(store.stream.recordCount == 2)
        #expect(try store.store.checkConsistency().problems == [])
    }

    @Test func oneRefusedChangeRefusesItsWholeRequest() async throws {
        let refusals = Refusals([2, 4])
        let store = try await open(refusals)
        let (store1, table) = (store.store, store.table)
        let writes = ["a", "b"].map { ItemWrite(table, .put(item($0))) }
        await #expect(throws: StorageError.self) {
            try await withCheckedThrowingContinuation { done in
                store1.write(writes) { outcome in done.resume(with: outcome.map { _ in }) }
            }
        }
        await #expect(throws: StorageError.self) {
            try await withCheckedThrowingContinuation { done in
                store1.transact(writes, token: ClientToken("t", requestHash: 1)) { outcome in
                    done.resume(with: outcome.map { _ in })
                }
            }
        }
        #expect(try store.table.all() == [])
        #expect(store.stream.recordCount == 0)
        // The token of the refused transaction is free: sent again, it is done.
        let outcome = try await withCheckedThrowingContinuation { done in
            store1.transact(writes, token: ClientToken("t", requestHash: 1)) { done.resume(with: $0) }
        }
        #expect(!outcome.isReplay)
        #expect(store.stream.recordCount == 2)
    }

    @Test func onlyClientsChangesAreAskedAbout() async throws {
        let refusals = Refusals([])
        let store = try await open(refusals)
        try await store.table.put(item("a", expires: store.time.now().seconds))
        // No change.
        try await store.table.put(item("a", expires: store.time.now().seconds))
        #expect(refusals.calls == 1)
        #expect(try await store.store.removeExpiredItems() == 1)
        #expect(refusals.calls == 1)
    }

    @Test func theNewestArrivalIsThatOfAllStreams() async throws {
        let store = try await OpenTable(shards: 4)
        #expect(try store.store.newestArrival() == nil)
        for number in 1...8 {
            store.time.advance(by: .seconds(1))
            try await store.table.put(["pk": .string("\(number)")])
        }
        #expect(try store.store.newestArrival() == store.time.now())
        store.time.advance(by: .seconds(2 * 86_400))
        try await store.store.trimStreams()
        #expect(try store.store.newestArrival() == nil)
    }
}
