import Clocks
import Items
import Storage
import Tables
import Testing

@Suite(.timeLimit(.minutes(1))) struct TransactionTests {
    private let store: OpenTable
    private let other: Table
    private var table: Table { store.table }

    init() async throws {
        store = try await OpenTable(.table(indexes: [.byCustomer]))
        other = try await store.openBeside(.table(name: "Other", rangeKey: .init(name: "sk", type: .number)))
    }

    @discardableResult
    private func transact(_ writes: [ItemWrite], token: ClientToken? = nil) async throws -> TransactionOutcome {
        try await store.store.transact(writes, token: token)
    }

    @discardableResult
    private func write(_ writes: [ItemWrite]) async throws -> [WriteResult] { try await store.store.write(writes) }

    private static func item(_ key: String, _ number: Int = 0) -> Item {
        ["pk": .string(key), "n": .number(Number(number))]
    }

    private static func key(_ key: String) -> Item { ["pk": .string(key)] }

    private func put(_ key: String, _ number: Int = 0, if condition: String? = nil) throws -> ItemWrite {
        ItemWrite(table, .put(Self.item(key, number)), condition: try condition.map { try ConditionExpression($0) })
    }

    @Test func allWritesHappenTogetherInOrder() async throws {
        try await table.put(Self.item("c", 1))
        try await table.put(Self.item("d", 1))
        let results = try await transact([
            try put("a"), ItemWrite(other, .put(["pk": .string("b"), "sk": .number(1)])),
            ItemWrite(table, .update(key: Self.key("c"), UpdateExpression("ADD n :n", values: [":n": .number(4)]))),
            ItemWrite(table, .delete(key: Self.key("d"))), try put("e"),
            ItemWrite(table, .check(key: Self.key("x")), condition: ConditionExpression("attribute_not_exists(pk)")),
        ])
        #expect(!results.isReplay)
        #expect(results.results.map(\.isChange) == [true, true, true, true, true, false])
        #expect(results.results[2].newItem == Self.item("c", 5))
        #expect(results.results[3].oldItem == Self.item("d", 1))
        #expect(try table.all().map { $0["pk"]!.string! } == ["a", "c", "e"])
        #expect(try other.all().count == 1)
        #expect(try store.changes(after: 2).map { $0.dynamodb.keys["pk"]!.string! } == ["a", "c", "d", "e"])
        #expect(other.stream!.recordCount == 1)
    }

    @Test func aRefusalLeavesNoTraceAndEachWriteHasItsReason() async throws {
        try await table.put(["pk": .string("there"), "text": .string("t")])
        let before = (try table.all(), store.stream.recordCount, store.stream.newestSequence)
        let error = await #expect(throws: TransactionCanceled.self) {
            try await transact([
                try put("new"), try put("there", if: "attribute_not_exists(pk)"),
                ItemWrite(other, .put(["pk": .string("b"), "sk": .number(1)])),
                ItemWrite(table, .check(key: Self.key("x")), condition: ConditionExpression("attribute_exists(pk)")),
                ItemWrite(
                    table, .update(key: Self.key("y"), UpdateExpression("SET a = absent"))),
                ItemWrite(
                    table,
                    .update(key: Self.key("z"), UpdateExpression("SET customer = :n", values: [":n": .number(1)]))),
            ])
        }
        let reasons = try #require(error?.reasons)
        #expect(
            reasons.map(\.code) == [
                "None", "ConditionalCheckFailed", "None", "ConditionalCheckFailed", "ValidationError",
                "ValidationError",
            ])
        #expect(reasons[0].message == nil)
        #expect(reasons[1].message == "The conditional request failed")
        #expect(try reasons[1].item?.item["text"] == .string("t"))
        #expect(reasons[3].item == nil)
        #expect(
            reasons[4].message == "The provided expression refers to an attribute that does not exist in the item")
        #expect(reasons[5].message?.contains("Type mismatch for Index Key customer") == true)
        #expect(try table.all() == before.0)
        #expect(try other.all() == [])
        #expect((store.stream.recordCount, store.stream.newestSequence) == (before.1, before.2))
        #expect(other.stream!.recordCount == 0)
    }

    @Test func aCheckWritesNothing() async throws {
        try await table.put(Self.item("a", 1))
        let exists = try ConditionExpression("n = :n", values: [":n": .number(1)])
        let outcome = try await transact([ItemWrite(table, .check(key: Self.key("a")), condition: exists)])
        #expect(outcome.results.map(\.isChange) == [false])
        #expect(store.stream.recordCount == 1)
    }

    /// Many transactions wait at once and share commits; each sees what those before it did.
    @Test func conditionsSeeWhatWasDecidedBefore() async throws {
        let taken = try await withThrowingTaskGroup(of: Bool.self) { [store = store.store] group in
            for number in 0..<100 {
                let writes = [
                    try put("seat\(number % 10)", number, if: "attribute_not_exists(pk)"), try put("ticket\(number)"),
                ]
                group.addTask { (try? await store.transact(writes, token: nil)) != nil }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(taken == 10)
        let items = try table.all()
        #expect(items.count == 20)
        for seat in items where seat["pk"]!.string!.hasPrefix("seat") {
            #expect(try table.item(key: Self.key("ticket\(seat["n"]!.number!)")) != nil)
        }
    }

    // MARK: Tokens

    @Test func aTokenMakesARequestHappenOnce() async throws {
        let store = try await OpenTable()
        let token = ClientToken("t", requestHash: 1)
        let add = ItemWrite.Change.update(
            key: Self.key("a"), try UpdateExpression("ADD n :n", values: [":n": .number(1)]))
        func transact(_ token: ClientToken) async throws -> TransactionOutcome {
            try await store.store.transact([ItemWrite(store.table, add)], token: token)
        }
        #expect(try await !transact(token).isReplay)
        let replay = try await transact(token)
        #expect(replay.isReplay)
        #expect(replay.results.isEmpty)
        try await store.reopen()
        #expect(try await transact(token).isReplay)
        let error = await #expect(throws: TableError.self) {
            _ = try await transact(ClientToken("t", requestHash: 2))
        }
        #expect(error?.code == .idempotentParameterMismatch)
        #expect(try store.table.item(key: Self.key("a"))?["n"] == .number(1))
        // Another token is another request.
        #expect(try await !transact(ClientToken("t2", requestHash: 1)).isReplay)
        #expect(try store.table.item(key: Self.key("a"))?["n"] == .number(2))
    }

    @Test func aTokenOfARefusedRequestIsNotRemembered() async throws {
        let token = ClientToken("t", requestHash: 1)
        let writes = [try put("a", if: "attribute_exists(pk)")]
        await #expect(throws: TransactionCanceled.self) { try await transact(writes, token: token) }
        try await table.put(Self.item("a"))
        #expect(try await !transact(writes, token: token).isReplay)
    }

    @Test func ofManyRequestsWithOneTokenOneHappens() async throws {
        let add = try UpdateExpression("ADD n :n", values: [":n": .number(1)])
        let write = ItemWrite(table, .update(key: Self.key("a"), add))
        let replays = try await withThrowingTaskGroup(of: Bool.self) { [store = store.store] group in
            for _ in 0..<50 {
                group.addTask { try await store.transact([write], token: ClientToken("t", requestHash: 1)).isReplay }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(replays == 49)
        #expect(try table.item(key: Self.key("a"))?["n"] == .number(1))
    }

    @Test func tokensAreForgottenAfterTenMinutes() async throws {
        let store = try await OpenTable()
        func isReplay(_ key: String, _ token: ClientToken) async throws -> Bool {
            try await store.store.transact([ItemWrite(store.table, .put(Self.item(key)))], token: token).isReplay
        }
        let token = ClientToken("t", requestHash: 1)
        #expect(try await !isReplay("a", token))
        store.time.advance(by: .seconds(600) - .microseconds(1))
        #expect(try await isReplay("a", token))
        store.time.advance(by: .microseconds(1))
        // Another request may have the token now, whether the old one has been cleared away or not.
        let newer = ClientToken("t", requestHash: 2)
        #expect(try await !isReplay("b", newer))
        // Clearing the old one away leaves the newer, and then that goes too.
        store.time.advance(by: .seconds(1))
        try await store.runMaintenance()
        #expect(try await isReplay("b", newer))
        store.time.advance(by: .seconds(601))
        try await store.runMaintenance()
        var tokens = 0
        try store.database.scan(.tokens, from: [], to: [0xff]) { _, _ in
            tokens += 1
            return true
        }
        #expect(tokens == 0)
    }

    /// By its own end it would make replays for another day.
    @Test func aTokenOfAClockThatWasAheadIsForgottenTenMinutesLater() async throws {
        let store = try await OpenTable()
        let token = ClientToken("t", requestHash: 1)
        func isReplay() async throws -> Bool {
            try await store.store.transact([ItemWrite(store.table, .put(Self.item("a")))], token: token).isReplay
        }
        #expect(try await !isReplay())
        store.time.set(by: .seconds(-86_400))
        #expect(try await isReplay())
        try await store.runMaintenance()
        store.time.advance(by: .seconds(599))
        #expect(try await isReplay())
        // Seen again, it does not begin anew.
        try await store.runMaintenance()
        store.time.advance(by: .seconds(2))
        #expect(try await !isReplay())
        #expect(try await isReplay())
        try await store.runMaintenance()
        #expect(try store.count(.tokens) == 2)
    }

    /// More of them than one job takes.
    @Test func noneOfManyTokensOfAClockThatWasAheadStays() async throws {
        let store = try await OpenTable(.table(stream: nil))
        try await withThrowingTaskGroup(of: Void.self) { [table = store.table, tables = store.store] group in
            for number in 0..<2_100 {
                let write = ItemWrite(table, .put(Self.item("\(number)")))
                let token = ClientToken("t\(number)", requestHash: UInt64(number))
                group.addTask { _ = try await tables.transact([write], token: token) }
            }
            try await group.waitForAll()
        }
        store.time.set(by: .seconds(-86_400))
        try await store.runMaintenance()
        #expect(try store.count(.tokens) == 4_200)
        // What a token came with is kept.
        func isReplay(hash: UInt64) async throws -> Bool {
            let token = ClientToken("t2099", requestHash: hash)
            return try await store.store.transact([ItemWrite(store.table, .put(Self.item("2099")))], token: token)
                .isReplay
        }
        #expect(try await isReplay(hash: 2_099))
        let error = await #expect(throws: TableError.self) { _ = try await isReplay(hash: 2_098) }
        #expect(error?.code == .idempotentParameterMismatch)
        store.time.advance(by: .seconds(601))
        try await store.runMaintenance()
        #expect(try store.count(.tokens) == 0)
    }

    // MARK: Batches

    @Test func aBatchWritesItsItemsInOneCommit() async throws {
        try await table.put(Self.item("b"))
        let results = try await write([
            try put("a"), ItemWrite(table, .delete(key: Self.key("b"))), ItemWrite(table, .delete(key: Self.key("c"))),
            ItemWrite(other, .put(["pk": .string("b"), "sk": .number(1)])),
        ])
        #expect(results.map(\.isChange) == [true, true, false, true])
        #expect(results[1].oldItem == Self.item("b"))
        #expect(try table.all() == [Self.item("a")])
        #expect(try store.changes().map(\.eventName) == [.insert, .insert, .remove])
    }

    @Test func aBatchThatIsRefusedWritesNothingAndLeavesTheCountAlone() async throws {
        try await table.put(Self.item("a"))
        let wrong = ItemWrite(table, .put(["pk": .number(1)]))
        await #expect(throws: ItemError.self) { try await write([try put("b"), wrong]) }
        // The second table goes while the batch waits for the writer.
        let gone = ItemWrite(other, .put(["pk": .string("b"), "sk": .number(1)]))
        _ = try await store.store.deleteTable("Other")
        await #expect(throws: TableError.self) { try await write([try put("b"), gone]) }
        await #expect(throws: TableError.self) {
            try await write([try put("b"), try put("a", if: "attribute_not_exists(pk)")])
        }
        #expect(try table.all() == [Self.item("a")])
        try await table.put(Self.item("c"))
        #expect(store.stream.recordCount == 2)
        #expect(try store.lineage.backlog(after: 0) == 2)
    }

    @Test func readsOfSeveralItemsAreOfOneMoment() async throws {
        try await transact([try put("a"), try put("b")])
        let found = try store.store.read([
            (table, Self.key("b")), (other, ["pk": .string("x"), "sk": .number(1)]), (table, Self.key("a")),
        ])
        #expect(try found.map { try $0?.item["pk"] } == [.string("b"), nil, .string("a")])
        let pairs = try (1...50).map { [try put("a", $0), try put("b", $0)] }
        let done = Task { [store = store.store] in
            for pair in pairs { _ = try await store.transact(pair, token: nil) }
        }
        for _ in 0..<200 {
            let pair = try store.store.read([(table, Self.key("a")), (table, Self.key("b"))])
            #expect(try pair[0]?.item["n"] == pair[1]?.item["n"])
        }
        try await done.value
    }
}
