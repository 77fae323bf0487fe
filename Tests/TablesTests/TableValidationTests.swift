import Items
import Tables
import Testing

/// What a table refuses, in DynamoDB's words.
@Suite struct TableValidationTests {
    private static let definition = TableDefinition.table(
        rangeKey: .init(name: "sk", type: .number), indexes: [.byStatus, .byCustomer])

    private let store: OpenTable
    private var table: Table { store.table }

    init() async throws { store = try await OpenTable(Self.definition) }

    /// The text of a refusal; both error types are a `ValidationException` to a client.
    private func refusal(_ request: () async throws -> Void) async throws -> String? {
        do {
            try await request()
        } catch let error as ItemError {
            #expect(error.code == .validation)
            return error.message
        } catch let error as TableError {
            #expect(error.code == .validation)
            #expect(error.code.name == "ValidationException")
            return error.message
        }
        return nil
    }

    /// An item with a good key and these attributes.
    private func item(_ attributes: [String: AttributeValue]) -> Item {
        Item(attributes.merging(["pk": .string("a"), "sk": .number(1)]) { given, _ in given })
    }

    /// The item is the first of 32 levels. What is stored must be readable.
    @Test func anItemThatNestsTooDeeplyIsRefused() async throws {
        func value(_ count: Int) -> AttributeValue {
            (0..<count).reduce(AttributeValue.null) { inner, place in
                place.isMultiple(of: 2) ? .list([inner]) : .map(["m": inner])
            }
        }
        let deepest = item(["v": value(31)])
        let deeper = item(["v": value(32)])
        #expect(try await refusal { try await table.put(deepest) } == nil)
        #expect(
            try await refusal { try await table.put(deeper) }
                == "Nesting Levels have exceeded supported limits: "
                + "Attributes in the item have nested levels beyond supported limit")
        #expect(try table.all() == [deepest])
    }

    @Test(
        arguments: [
            (["pk": .string("a")], "One or more parameter values were invalid: Missing the key sk in the item"),
            (
                ["pk": .number(1), "sk": .number(1)],
                "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"
            ),
            (
                ["pk": .string("a"), "sk": .null],
                "One or more parameter values were invalid: Type mismatch for key sk expected: N actual: NULL"
            ),
            (
                ["pk": .string(""), "sk": .number(1)],
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                    + "empty string value. Key: pk"
            ),
            (
                ["pk": .string(String(repeating: "x", count: 2_049)), "sk": .number(1)],
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
            ),
        ] as [(Item, String)])
    func anItemWithABadKeyIsRefused(_ item: Item, _ message: String) async throws {
        #expect(try await refusal { try await table.put(item) } == message)
        #expect(store.stream.newestSequence == 0)
    }

    @Test(
        arguments: [
            [:], ["pk": .string("a")], ["pk": .string("a"), "sk": .string("1")],
            ["pk": .string("a"), "sk": .number(1), "more": .null], ["pk": .string("a"), "other": .number(1)],
        ] as [Item])
    func aKeyThatIsNotTheSchemasIsRefused(_ key: Item) async throws {
        let message = "The provided key element does not match the schema"
        let update = try UpdateExpression("SET a = :a", values: [":a": .null])
        #expect(try await refusal { _ = try table.item(key: key) } == message)
        #expect(try await refusal { try await table.update(key: key, update) } == message)
        #expect(try await refusal { try await table.delete(key: key) } == message)
        #expect(store.stream.newestSequence == 0)
    }

    @Test func anUpdateMustLeaveTheKeyAlone() async throws {
        let update = try UpdateExpression("SET sk = :n", values: [":n": .number(2)])
        let message =
            "One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of the key"
        #expect(try await refusal { try await table.update(key: item([:]), update) } == message)
    }

    @Test func anItemOf400KilobytesIsTheLargest() async throws {
        let empty = item(["data": .binary([])])
        let largest = item(["data": .binary([UInt8](repeating: 1, count: 409_600 - empty.sizeBytes))])
        let tooLarge = item(["data": .binary([UInt8](repeating: 1, count: 409_601 - empty.sizeBytes))])
        #expect(largest.sizeBytes == 400 * 1_024)
        try await table.put(largest)
        #expect(
            try await refusal { try await table.put(tooLarge) } == "Item size has exceeded the maximum allowed size")
        #expect(try table.item(key: item([:])) == largest)
        let grow = try UpdateExpression("SET more = :more", values: [":more": .bool(true)])
        #expect(
            try await refusal { try await table.update(key: item([:]), grow) }
                == "Item size to update has exceeded the maximum allowed size")
        #expect(try table.item(key: item([:])) == largest)
        #expect(store.stream.newestSequence == 1)
    }

    @Test(
        arguments: [
            (
                ["status": .number(1), "amount": .number(1)],
                "One or more parameter values were invalid: Type mismatch for Index Key status Expected: S Actual: N "
                    + "IndexName: byStatus"
            ),
            // The other key attribute of the index is missing, and still.
            (
                ["amount": .string("1")],
                "One or more parameter values were invalid: Type mismatch for Index Key amount Expected: N Actual: S "
                    + "IndexName: byStatus"
            ),
            (
                ["customer": .null],
                "One or more parameter values were invalid: Type mismatch for Index Key customer Expected: S Actual: NULL "
                    + "IndexName: byCustomer"
            ),
            (
                ["customer": .string("")],
                "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
                    + "The AttributeValue for a key attribute cannot contain an empty string value. "
                    + "IndexName: byCustomer, IndexKey: customer"
            ),
            (
                ["customer": .string(String(repeating: "x", count: 2_049))],
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
            ),
        ] as [([String: AttributeValue], String)])
    func aBadIndexKeyIsRefused(_ attributes: [String: AttributeValue], _ message: String) async throws {
        #expect(try await refusal { try await table.put(item(attributes)) } == message)
        #expect(try table.item(key: item([:])) == nil)
        #expect(store.stream.newestSequence == 0)
    }

    @Test func anUpdateIsCheckedForIndexKeysAsWell() async throws {
        try await table.put(item(["customer": .string("c")]))
        let update = try UpdateExpression("SET customer = :n", values: [":n": .number(1)])
        let message = try await refusal { try await table.update(key: item([:]), update) }
        #expect(message?.contains("Type mismatch for Index Key customer Expected: S Actual: N") == true)
        #expect(try table.query(index: "byCustomer", hashKey: .string("c"), limit: 10).count == 1)
    }

    @Test func aQueryOfAnIndexThatIsNotThereIsRefused() async throws {
        let message = try await refusal { _ = try table.query(index: "byColour", hashKey: .string("a"), limit: 1) }
        #expect(message == "The table does not have the specified index: byColour")
    }
}
