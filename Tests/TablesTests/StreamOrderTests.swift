import Items
import Tables
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct StreamOrderTests {
    /// Many tasks change few items by all three ways of writing; the stream, played from the beginning, is the table.
    @Test func replayingTheStreamGivesTheTable() async throws {
        let store = try await OpenTable()
        let tasks = 64
        let items = 8
        let changes = try await withThrowingTaskGroup(of: Int.self) { [table = store.table] group in
            for task in 0..<tasks {
                group.addTask {
                    var generator = SeededGenerator(seed: UInt64(task))
                    var changes = 0
                    for step in 0..<12 {
                        let item = Int.random(in: 0..<items, using: &generator)
                        if try await Self.change(item, task, step, table, &generator) { changes += 1 }
                    }
                    return changes
                }
            }
            var sum = 0
            for try await changes in group { sum += changes }
            return sum
        }
        let records = try store.changes()
        #expect(records.count == changes)
        #expect(records.count > 400)
        var replayed: [Item: Item] = [:]
        for record in records {
            let change = record.dynamodb
            // Each change begins where the one before it ended: this is commit order, item by item.
            #expect(change.oldImage == replayed[change.keys])
            #expect(change.newImage != change.oldImage)
            let name: StreamRecord.EventName =
                change.oldImage == nil ? .insert : change.newImage == nil ? .remove : .modify
            #expect(record.eventName == name)
            replayed[change.keys] = change.newImage
        }
        try await store.reopen()
        for item in 0..<items {
            let key: Item = ["pk": .string("\(item)")]
            #expect(try store.table.item(key: key) == replayed[key])
        }
        #expect(try store.changes() == records)
    }

    private static func change(
        _ item: Int, _ task: Int, _ step: Int, _ table: Table, _ generator: inout SeededGenerator
    ) async throws -> Bool {
        let key: Item = ["pk": .string("\(item)")]
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return try await table.delete(key: key).isChange
        case 1:
            return try await table.put(["pk": .string("\(item)"), "by": .string("\(task)/\(step)")]).isChange
        default:
            let update = try UpdateExpression(
                "ADD #c :one SET #b = :b", names: ["#c": "count", "#b": "by"],
                values: [":one": .number(1), ":b": .string("\(task)/\(step)")])
            return try await table.update(key: key, update).isChange
        }
    }

    @Test func noUpdateIsLost() async throws {
        let store = try await OpenTable()
        let key: Item = ["pk": .string("counter")]
        try await withThrowingTaskGroup(of: Void.self) { [table = store.table] group in
            for _ in 0..<500 {
                group.addTask {
                    let add = try UpdateExpression("ADD n :one", values: [":one": .number(1)])
                    try await table.update(key: key, add)
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.table.item(key: key)?["n"] == .number(500))
        #expect(try store.changes().map(\.dynamodb.newImage?["n"]) == (1...500).map { .number(Number($0)) })
    }
}
