import Clocks
import Items
import Tables
import Testing

/// What may change in a template between two starts.
@Suite struct TableDefinitionTests {
    private static let definition = TableDefinition.table(indexes: [.byCustomer])

    @Test(
        arguments: [
            (.table(hashKey: .init(name: "id", type: .string), indexes: [.byCustomer]), "other keys"),
            (.table(hashKey: .init(name: "pk", type: .binary), indexes: [.byCustomer]), "other keys"),
            (.table(rangeKey: .init(name: "sk", type: .number), indexes: [.byCustomer]), "other keys"),
            (
                .table(indexes: [.init(name: "byCustomer", keySchema: TableDefinition.Index.byStatus.keySchema)]),
                "another index byCustomer"
            ),
            (
                .table(indexes: [
                    .init(
                        name: "byCustomer", keySchema: TableDefinition.Index.byCustomer.keySchema, projection: .keysOnly
                    )
                ]), "another index byCustomer"
            ),
            (
                .table(indexes: [
                    .byCustomer,
                    .init(
                        name: "local",
                        keySchema: KeySchema(
                            hashKey: .init(name: "pk", type: .string), rangeKey: .init(name: "at", type: .number)),
                        isGlobal: false),
                ]), "fewer local indexes (local is not there)"
            ),
            (.table(indexes: [.byCustomer], stream: .keysOnly), "a stream of another view type"),
        ] as [(TableDefinition, String)])
    func whatIsNotChangedInPlaceIsRefusedInWordsAndChangesNothing(
        _ other: TableDefinition, _ what: String
    ) async throws {
        let store = try await OpenTable(Self.definition)
        let item: Item = ["pk": .string("a"), "customer": .string("x")]
        try await store.table.put(item)
        let error = await #expect(throws: TableError.self) { try await store.reopen(as: other) }
        #expect(error?.code == .definitionChanged)
        #expect(
            error?.message
                == "The table Orders has \(what) in the data folder than in the template; "
                + "choose another folder with --data or give the table another name.")
        try await store.reopen(as: Self.definition)
        #expect(try store.table.definition == Self.definition)
        #expect(try store.table.query(index: "byCustomer", hashKey: .string("x"), limit: 9) == [item])
        #expect(store.stream.newestSequence == 1)
    }

    @Test func whatIsMissingIsAdded() async throws {
        let store = try await OpenTable(.table(stream: nil))
        #expect(store.table.stream == nil)
        let item: Item = [
            "pk": .string("a"), "customer": .string("x"), "status": .string("new"), "amount": .number(1),
            "expiresAt": .number(Number(OpenTable.start.seconds + 60)),
        ]
        #expect(try await store.table.put(item).isChange)
        try await store.reopen()
        #expect(store.table.stream == nil)
        let wanted = TableDefinition.table(indexes: [.byCustomer, .byStatus], timeToLive: "expiresAt")
        try await store.reopen(as: wanted)
        #expect(try store.table.definition == wanted)
        try await store.store.buildIndexes()
        #expect(try store.table.query(index: "byCustomer", hashKey: .string("x"), limit: 9) == [item])
        #expect(try store.table.query(index: "byStatus", hashKey: .string("new"), limit: 9) == [item])
        // The stream begins where it was turned on.
        #expect(try store.changes() == [])
        store.time.advance(by: .seconds(60))
        #expect(try await store.store.removeExpiredItems() == 1)
        #expect(try store.changes().map(\.eventName) == [.remove])
    }

    /// Items whose new attribute holds a past time would be gone at once.
    @Test func timeToLiveOnAnotherAttributeIsRefusedAndRemovesNothing() async throws {
        let (old, new) = (TableDefinition.table(timeToLive: "expiresAt"), TableDefinition.table(timeToLive: "until"))
        let store = try await OpenTable(old)
        let item: Item = [
            "pk": .string("a"), "expiresAt": .number(Number(OpenTable.start.seconds + 3_600)),
            "until": .number(Number(OpenTable.start.seconds - 3_600)),
        ]
        try await store.table.put(item)
        let refused = TableDefinition.table(indexes: [.byCustomer], timeToLive: "until")
        let error = await #expect(throws: TableError.self) { try await store.reopen(as: refused) }
        #expect(error?.code == .definitionChanged)
        #expect(
            error?.message
                == "The table Orders has time to live on another attribute (expiresAt) in the data folder than in the "
                + "template; start once more with expiresAt, turn time to live off with UpdateTimeToLive, and then "
                + "start with until.")
        try await store.runMaintenance()
        #expect(try store.table.definition == old)
        #expect(try store.table.all() == [item])
        // The remedy.
        try await store.reopen(as: old)
        try await store.store.setTimeToLive("Orders", attribute: nil)
        try await store.reopen(as: new)
        try await store.store.buildIndexes()
        #expect(try await store.store.removeExpiredItems() == 1)
    }

    @Test func whatTheTableHasBeyondTheTemplateStays() async throws {
        let more = TableDefinition.table(indexes: [.byCustomer, .byStatus], timeToLive: "expiresAt")
        let store = try await OpenTable(more)
        let arn = store.stream.arn
        try await store.reopen(as: .table(stream: nil))
        #expect(try store.table.definition == more)
        #expect(store.stream.arn == arn)
    }

    @Test func theSameDefinitionOpensTheSameTable() async throws {
        let store = try await OpenTable(Self.definition)
        try await store.table.put(["pk": .string("a")])
        try await store.openBeside(.table(name: "Other")).put(["pk": .string("b")])
        try await store.reopen(as: Self.definition)
        #expect(try store.table.definition == Self.definition)
        #expect(try store.table.item(key: ["pk": .string("a")]) != nil)
        #expect(try store.table.item(key: ["pk": .string("b")]) == nil)
    }
}
