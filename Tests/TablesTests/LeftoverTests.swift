import Clocks
import Items
import Storage
import Tables
import Testing

/// What a power loss brings back of something deleted. Its entry in the catalog is gone with a sync, and its keys are removed
/// without one, so they may be there again under a number that nobody has. The next start removes them, and nothing else.
@Suite(.timeLimit(.minutes(1))) struct LeftoverTests {
    private typealias Contents = [Keyspace: [[UInt8]: [UInt8]]]

    private let store: OpenTable

    init() async throws {
        store = try await OpenTable(.table(indexes: [.byStatus, .byCustomer], timeToLive: "expiresAt"))
    }

    private func openBeside() async throws -> Table {
        try await store.openBeside(.table(name: "Other", indexes: [.byCustomer], timeToLive: "expiresAt"))
    }

    /// Ten items with an entry in each index.
    private func fill(_ table: Table) async throws {
        for number in 0..<10 {
            try await table.put([
                "pk": .string("\(number)"), "customer": .string("x"), "status": .string("y"),
                "amount": .number(Number(number)), "expiresAt": .number(Number(store.time.now().seconds)),
            ])
        }
    }

    private func contents() throws -> Contents {
        var contents: Contents = [:]
        for keyspace in [Keyspace.items, .indexes, .streams] {
            try store.database.scan(keyspace, from: [], to: [0xff]) { key, value in
                contents[keyspace, default: [:]][key.bytes()] = value.bytes()
                return true
            }
        }
        return contents
    }

    private func expectNothingIsLeft(of removal: () async throws -> Void) async throws {
        let before = try contents()
        try await removal()
        let after = try contents()
        #expect(after != before)
        for keyspace in [Keyspace.items, .indexes, .streams] { #expect(after[keyspace] != nil, "\(keyspace)") }
        try await store.writer.commit { transaction in
            for (keyspace, entries) in before {
                for (key, value) in entries where after[keyspace]?[key] == nil { transaction.put(keyspace, key, value) }
            }
        }
        let broughtBack = try contents()
        #expect(broughtBack != after)
        try await store.reopen()
        let opened = try contents()
        #expect(opened == after)
        #expect(try store.store.checkConsistency().problems == [])
    }

    @Test func ofATable() async throws {
        try await fill(store.table)
        try await fill(openBeside())
        try await expectNothingIsLeft { _ = try await store.store.deleteTable("Other") }
        #expect(try store.count(.items) == 10)
        #expect(try store.count(.indexes) == 30)
    }

    /// As the crash leaves it: nothing but the catalog's entry is gone.
    @Test func ofATableWhoseEntryAloneIsGone() async throws {
        try await fill(store.table)
        try await fill(openBeside())
        try await removeEntry(of: "Other")
        #expect(try store.count(.items) == 20)
        try await store.reopen()
        #expect(store.store.tableNames == ["Orders"])
        #expect(try store.count(.items) == 10)
        #expect(try store.count(.indexes) == 30)
        #expect(try store.count(.streams) == 20)
        #expect(try store.store.checkConsistency().problems == [])
    }

    /// The catalog holds the store open, so it is gone when this returns.
    private func removeEntry(of table: String) async throws {
        let wasThere = try await Catalog(database: store.database, writer: store.writer).remove(.table, table)
        #expect(wasThere)
    }

    @Test func ofAnIndex() async throws {
        try await fill(store.table)
        var update = TableUpdate()
        update.deletedIndexes = ["byCustomer"]
        try await expectNothingIsLeft { _ = try await store.store.updateTable("Orders", update) }
        #expect(try store.count(.indexes) == 20)
    }

    @Test func ofAnOrderOfExpiry() async throws {
        try await fill(store.table)
        try await expectNothingIsLeft { try await store.store.setTimeToLive("Orders", attribute: nil) }
        #expect(try store.count(.indexes) == 20)
    }

    @Test func ofAStream() async throws {
        try await fill(openBeside())
        var update = TableUpdate()
        update.stream = .disable
        _ = try await store.store.updateTable("Other", update)
        store.time.advance(by: ChangeStream.retention + .seconds(1))
        try await fill(store.table)
        try await expectNothingIsLeft { try await store.store.trimStreams() }
        #expect(try store.count(.streams) == 10)
        #expect(store.stream.recordCount == 10)
    }
}
