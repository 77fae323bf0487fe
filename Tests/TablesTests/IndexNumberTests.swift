import Items
import Testing

@testable import Tables

/// The numbers of indexes and of orders of expiry, which are never given again and run out.
@Suite(.timeLimit(.minutes(1))) struct IndexNumberTests {
    @Test func whatWouldTakeOneBeyondTheLastIsRefused() async throws {
        let store = try await OpenTable()
        try await store.store.change("Orders") { schema, _ in
            var stored = schema.stored
            stored.nextIndexNumber = .max - 1
            return TableStore.TableChange(stored: stored, stream: schema.stream)
        }
        // The last one.
        try await store.store.setTimeToLive("Orders", attribute: "until")
        var update = TableUpdate()
        update.createdIndexes = [.byCustomer]
        let index = await #expect(throws: TableError.self) {
            _ = try await store.store.updateTable("Orders", update)
        }
        #expect(index?.code == .limitExceeded)
        #expect(index?.message.contains("65535 times; create it anew") == true, "\(index?.message ?? "")")
        try await store.store.setTimeToLive("Orders", attribute: nil)
        let expiry = await #expect(throws: TableError.self) {
            try await store.store.setTimeToLive("Orders", attribute: "until")
        }
        #expect(expiry?.code == .limitExceeded)
        #expect(try store.table.definition.indexes.isEmpty)
        #expect(try store.table.definition.timeToLiveAttribute == nil)
        try await store.table.put(["pk": .string("a")])
        #expect(try store.table.all().count == 1)
    }
}
