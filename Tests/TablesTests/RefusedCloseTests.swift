import Items
import Testing

@testable import Tables

/// A stream whose closing is refused: it is open as before, and no write misses its record.
@Suite struct RefusedCloseTests {
    private struct Refusal: Error {}

    @Test func writesBehindARefusedCloseHaveTheirRecords() async throws {
        let store = try await OpenTable()
        let stream = try #require(store.table.stream)
        try await store.table.put(["pk": .string("before")])
        await #expect(throws: Refusal.self) {
            try await store.store.change("Orders") { _, _ in
                _ = stream.rolledOver(at: OpenTable.start, ends: true)
                throw Refusal()
            }
        }
        #expect(stream.isEnabled)
        try await store.table.put(["pk": .string("after")])
        #expect(stream.recordCount == 2)
    }

    @Test func aClosingThatIsCommittedStays() async throws {
        let store = try await OpenTable()
        let stream = try #require(store.table.stream)
        var update = TableUpdate()
        update.stream = .disable
        _ = try await store.store.updateTable("Orders", update)
        await #expect(throws: TableError.self) { try await store.store.updateTable("Orders", update) }
        try await store.table.put(["pk": .string("after")])
        #expect(!stream.isEnabled)
        #expect(stream.recordCount == 0)
    }
}
