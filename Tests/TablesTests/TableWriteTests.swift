import Items
import Tables
import Testing

@Suite struct TableWriteTests {
    private static let key: Item = ["pk": .string("o-1")]
    private static let new: Item = ["pk": .string("o-1"), "status": .string("NEW"), "count": .number(1)]
    private static let paid: Item = ["pk": .string("o-1"), "status": .string("PAID")]

    private let store: OpenTable
    private var table: Table { store.table }

    init() async throws { store = try await OpenTable() }

    /// Expects DynamoDB's refusal, no change of the item and no stream record.
    private func expectConditionalFailure(_ write: () async throws -> WriteResult) async throws {
        let before = (try table.item(key: Self.key), store.stream.newestSequence)
        let error = await #expect(throws: TableError.self) { _ = try await write() }
        #expect(error?.code == .conditionalCheckFailed)
        #expect(error?.code.name == "ConditionalCheckFailedException")
        #expect(error?.message == "The conditional request failed")
        #expect(try table.item(key: Self.key) == before.0)
        #expect(store.stream.newestSequence == before.1)
        #expect(try store.changes().count == Int(before.1))
    }

    @Test func anItemIsPutReadReplacedAndDeleted() async throws {
        #expect(try table.item(key: Self.key) == nil)
        let first = try await table.put(Self.new)
        #expect((first.oldItem, first.newItem, first.isChange) == (nil, Self.new, true))
        #expect(try table.item(key: Self.key) == Self.new)
        let second = try await table.put(Self.paid)
        #expect((second.oldItem, second.newItem, second.isChange) == (Self.new, Self.paid, true))
        try await store.reopen()
        #expect(try table.item(key: Self.key) == Self.paid)
        let third = try await table.delete(key: Self.key)
        #expect((third.oldItem, third.newItem, third.isChange) == (Self.paid, nil, true))
        try await store.reopen()
        #expect(try table.item(key: Self.key) == nil)
    }

    @Test func whatChangesNothingWritesNoRecord() async throws {
        #expect(try await !table.delete(key: Self.key).isChange)
        try await table.put(Self.new)
        // The same item, its attributes in another order and its number in another form.
        let again: Item = ["count": .number(try Number("1.0")), "status": .string("NEW"), "pk": .string("o-1")]
        let put = try await table.put(again)
        #expect((put.oldItem, put.newItem, put.isChange) == (Self.new, Self.new, false))
        let update = try await table.update(
            key: Self.key,
            UpdateExpression("SET #s = :s REMOVE absent", names: ["#s": "status"], values: [":s": .string("NEW")]))
        #expect((update.oldItem, update.newItem, update.isChange) == (Self.new, Self.new, false))
        #expect(try store.changes().map(\.eventName) == [.insert])
    }

    @Test func anUpdateChangesAnItemOrMakesIt() async throws {
        let count = try UpdateExpression("ADD #c :one", names: ["#c": "count"], values: [":one": .number(1)])
        let made = try await table.update(key: Self.key, count)
        #expect((made.oldItem, made.newItem) == (nil, ["pk": .string("o-1"), "count": .number(1)]))
        let changed = try await table.update(key: Self.key, count)
        #expect((changed.oldItem, changed.newItem) == (made.newItem, ["pk": .string("o-1"), "count": .number(2)]))
        #expect(try table.item(key: Self.key) == changed.newItem)
        #expect(try store.changes().map(\.eventName) == [.insert, .modify])
    }

    /// DynamoDB's one exception from "an update makes the item": scylladb/scylladb#5862 recorded it on AWS.
    @Test func anUpdateThatOnlyTakesAwayMakesNoItem() async throws {
        let result = try await table.update(
            key: Self.key,
            UpdateExpression("REMOVE a DELETE tags :tags", values: [":tags": .stringSet(["x"])]))
        #expect((result.oldItem, result.newItem, result.isChange) == (nil, nil, false))
        #expect(try table.item(key: Self.key) == nil)
        #expect(try store.changes() == [])
    }

    @Test func conditionsLetAWritePassOrStopIt() async throws {
        let isNew = try ConditionExpression("attribute_not_exists(pk)")
        let isOld = try ConditionExpression("attribute_exists(pk)")
        let pay = try UpdateExpression("SET #s = :s", names: ["#s": "status"], values: [":s": .string("PAID")])
        let ifNew = try ConditionExpression("#s = :s", names: ["#s": "status"], values: [":s": .string("NEW")])

        try await expectConditionalFailure { try await table.put(Self.new, condition: isOld) }
        try await expectConditionalFailure { try await table.update(key: Self.key, pay, condition: ifNew) }
        try await expectConditionalFailure { try await table.delete(key: Self.key, condition: isOld) }
        try await table.put(Self.new, condition: isNew)
        try await expectConditionalFailure { try await table.put(Self.paid, condition: isNew) }
        #expect(try await table.update(key: Self.key, pay, condition: ifNew).newItem?["status"] == .string("PAID"))
        try await expectConditionalFailure { try await table.update(key: Self.key, pay, condition: ifNew) }
        try await expectConditionalFailure { try await table.delete(key: Self.key, condition: ifNew) }
        // A condition that is not met counts even when the write would change nothing.
        try await expectConditionalFailure { try await table.put(table.item(key: Self.key)!, condition: isNew) }
        #expect(try await table.delete(key: Self.key, condition: isOld).isChange)
        #expect(try store.changes().map(\.eventName) == [.insert, .modify, .remove])
    }

    @Test func ofManyWhoTakeTheSameThingOneGetsIt() async throws {
        let isNew = try ConditionExpression("attribute_not_exists(pk)")
        let winners = await withTaskGroup(of: Int?.self) { [table] group in
            for number in 0..<64 {
                group.addTask {
                    let item: Item = ["pk": .string("o-1"), "by": .number(Number(number))]
                    return (try? await table.put(item, condition: isNew)) == nil ? nil : number
                }
            }
            var winners: [Int] = []
            for await case let winner? in group { winners.append(winner) }
            return winners
        }
        #expect(winners.count == 1)
        #expect(try table.item(key: Self.key)?["by"] == .number(Number(winners[0])))
    }

    @Test func aRefusedUpdateChangesNothing() async throws {
        try await table.put(Self.new)
        let error = await #expect(throws: ItemError.self) {
            try await table.update(
                key: Self.key,
                UpdateExpression(
                    "SET a = :a ADD #s :n", names: ["#s": "status"], values: [":a": .null, ":n": .number(1)]))
        }
        #expect(error?.code == .validation)
        #expect(try table.item(key: Self.key) == Self.new)
        #expect(try store.changes().count == 1)
    }
}
