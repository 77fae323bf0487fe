import Items
import Tables
import Testing

@Suite(.timeLimit(.minutes(1))) struct TableIndexTests {
    private let store: OpenTable
    private var table: Table { store.table }

    init() async throws {
        store = try await OpenTable(
            .table(rangeKey: .init(name: "sk", type: .number), indexes: [.byStatus, .byCustomer]))
    }

    private func put(_ hash: String, _ range: Int, _ more: [String: AttributeValue] = [:]) async throws {
        try await table.put(
            Item(more.merging(["pk": .string(hash), "sk": .number(Number(range))]) { given, _ in given }))
    }

    private func names(_ items: [Item]) -> [String] { items.map { "\($0["pk"]!.string!)\($0["sk"]!.number!)" } }

    @Test func itemsOfAHashKeyComeInTheOrderOfTheRangeKey() async throws {
        for range in [10, -5, 2, 0, -50, 100] { try await put("a", range) }
        // Neighbours in the store: a longer hash key, one with a zero byte, the next letter.
        for hash in ["aa", "a\u{0}", "b"] { try await put(hash, 1) }
        #expect(names(try table.query(hashKey: .string("a"), limit: 99)) == ["a-50", "a-5", "a0", "a2", "a10", "a100"])
        #expect(names(try table.query(hashKey: .string("a"), limit: 2)) == ["a-50", "a-5"])
        #expect(names(try table.query(hashKey: .string("aa"), limit: 99)) == ["aa1"])
        #expect(try table.query(hashKey: .string("c"), limit: 99) == [])
    }

    @Test func anIndexHoldsTheItemsThatHaveAllItsKeys() async throws {
        try await put("a", 1, ["status": .string("new"), "amount": .number(20)])
        try await put("b", 1, ["status": .string("new"), "amount": .number(3)])
        try await put("c", 1, ["status": .string("newer"), "amount": .number(1)])
        try await put("d", 1, ["status": .string("new")])
        try await put("e", 1, ["amount": .number(1), "customer": .string("x")])
        #expect(names(try table.query(index: "byStatus", hashKey: .string("new"), limit: 9)) == ["b1", "a1"])
        #expect(names(try table.query(index: "byStatus", hashKey: .string("new"), limit: 1)) == ["b1"])
        #expect(names(try table.query(index: "byCustomer", hashKey: .string("x"), limit: 9)) == ["e1"])
        try await put("b", 1, ["status": .string("newer"), "amount": .number(3)])
        try await table.delete(key: ["pk": .string("a"), "sk": .number(1)])
        #expect(names(try table.query(index: "byStatus", hashKey: .string("new"), limit: 9)) == [])
        #expect(names(try table.query(index: "byStatus", hashKey: .string("newer"), limit: 9)) == ["c1", "b1"])
    }

    @Test func itemsWithEqualIndexKeysAreAllThere() async throws {
        for range in 0..<20 { try await put("a", range, ["customer": .string("x")]) }
        #expect(
            names(try table.query(index: "byCustomer", hashKey: .string("x"), limit: 99)) == (0..<20).map { "a\($0)" })
    }

    @Test func tablesOfOneStoreAreApart() async throws {
        try await put("a", 1, ["customer": .string("x")])
        let definition = TableDefinition.table(
            name: "Returns", rangeKey: .init(name: "sk", type: .number), indexes: [.byCustomer])
        let returns = try await store.openBeside(definition)
        #expect(try returns.item(key: ["pk": .string("a"), "sk": .number(1)]) == nil)
        #expect(try returns.query(hashKey: .string("a"), limit: 9) == [])
        #expect(try returns.query(index: "byCustomer", hashKey: .string("x"), limit: 9) == [])
        try await returns.put(["pk": .string("a"), "sk": .number(1), "kind": .string("return")])
        try await returns.delete(key: ["pk": .string("a"), "sk": .number(1)])
        #expect(try table.item(key: ["pk": .string("a"), "sk": .number(1)])?["customer"] == .string("x"))
        #expect(store.stream.newestSequence == 1)
        #expect(returns.stream?.newestSequence == 2)
    }

    /// Items move within the index and between hash keys while it is read: each answer must be one that was true at some
    /// moment.
    @Test func aQueryDuringWritesShowsOneMoment() async throws {
        let items = 32
        for range in 0..<items { try await put("a", range, ["status": .string("even"), "amount": .number(0)]) }
        try await withThrowingTaskGroup(of: Void.self) { [table] group in
            for range in 0..<items {
                group.addTask {
                    for step in 1...15 {
                        try await table.put([
                            "pk": .string("a"), "sk": .number(Number(range)), "amount": .number(Number(step)),
                            // Every third item stays under one status and moves within it only.
                            "status": .string(range % 3 != 0 && step % 2 == 1 ? "odd" : "even"),
                        ])
                    }
                }
            }
            group.addTask {
                while try table.item(key: ["pk": .string("a"), "sk": .number(0)])?["amount"] != .number(15) {
                    for status in ["even", "odd"] {
                        let found = try table.query(index: "byStatus", hashKey: .string(status), limit: 1_000)
                        #expect(found.allSatisfy { $0["status"] == .string(status) })
                        #expect(Set(found.map { $0["sk"] }).count == found.count)
                        let staying = found.filter { Int($0["sk"]!.number!.int64!) % 3 == 0 }.count
                        #expect(staying == (status == "even" ? (items + 2) / 3 : 0))
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
