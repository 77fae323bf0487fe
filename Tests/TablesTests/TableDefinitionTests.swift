import Items
import Tables
import Testing

/// What may change in a template between two starts.
@Suite struct TableDefinitionTests {
    private static let definition = TableDefinition.table(indexes: [.byCustomer])

    @Test(
        arguments: [
            .table(hashKey: .init(name: "id", type: .string), indexes: [.byCustomer]),
            .table(hashKey: .init(name: "pk", type: .binary), indexes: [.byCustomer]),
            .table(rangeKey: .init(name: "sk", type: .number), indexes: [.byCustomer]),
            .table(indexes: []),
            .table(indexes: [.byCustomer, .byStatus]),
            .table(indexes: [.init(name: "byOther", keySchema: TableDefinition.Index.byCustomer.keySchema)]),
            .table(indexes: [.init(name: "byCustomer", keySchema: TableDefinition.Index.byStatus.keySchema)]),
            .table(indexes: [.byCustomer], stream: nil),
            .table(indexes: [.byCustomer], stream: .keysOnly),
        ] as [TableDefinition])
    func otherKeysIndexesOrStreamsAreRefusedInWordsAndChangeNothing(_ other: TableDefinition) async throws {
        let store = try await OpenTable(Self.definition)
        let item: Item = ["pk": .string("a"), "customer": .string("x")]
        try await store.table.put(item)
        let error = await #expect(throws: TableError.self) { try await store.reopen(as: other) }
        #expect(error?.code == .definitionChanged)
        #expect(
            error?.message
                == "The table Orders has other keys, indexes or stream settings in the data folder than in the template; "
                + "choose another folder with --data or give the table another name.")
        try await store.reopen(as: Self.definition)
        #expect(try store.table.query(index: "byCustomer", hashKey: .string("x"), limit: 9) == [item])
        #expect(store.stream.newestSequence == 1)
    }

    @Test func aTableWithoutAStreamGetsNone() async throws {
        let store = try await OpenTable(.table(stream: nil))
        #expect(store.table.stream == nil)
        #expect(try await store.table.put(["pk": .string("a")]).isChange)
        try await store.reopen()
        #expect(store.table.stream == nil)
        let error = await #expect(throws: TableError.self) { try await store.reopen(as: .table()) }
        #expect(error?.code == .definitionChanged)
    }

    @Test func theSameDefinitionOpensTheSameTable() async throws {
        let store = try await OpenTable(Self.definition)
        try await store.table.put(["pk": .string("a")])
        try await store.openBeside(.table(name: "Other")).put(["pk": .string("b")])
        try await store.reopen(as: Self.definition)
        #expect(store.table.definition == Self.definition)
        #expect(try store.table.get(key: ["pk": .string("a")]) != nil)
        #expect(try store.table.get(key: ["pk": .string("b")]) == nil)
    }
}
