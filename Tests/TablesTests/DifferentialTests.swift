import Items
import Tables
import TestSupport
import Testing

/// The table against a dictionary: after each of many random writes both hold the same, by key, by hash key and by index,
/// and the stream has told exactly the changes.
@Suite(.timeLimit(.minutes(1))) struct DifferentialTests {
    private struct Key: Hashable, Comparable {
        var hash: String
        var range: Int

        var item: Item { ["pk": .string(hash), "sk": .number(Number(range))] }

        static func < (left: Key, right: Key) -> Bool { (left.hash, left.range) < (right.hash, right.range) }
    }

    private static let hashes = ["a", "b", "ab"]
    private static let ranges = [-1, 0, 7]
    private static let statuses = ["new", "paid"]
    private static let customers = ["x", "y"]

    @Test(arguments: [1, 2, 3] as [UInt64])
    func theTableIsADictionary(seed: UInt64) async throws {
        let store = try await OpenTable(
            .table(rangeKey: .init(name: "sk", type: .number), indexes: [.byStatus, .byCustomer]))
        var generator = SeededGenerator(seed: seed)
        var model: [Key: Item] = [:]
        var told = 0
        for step in 0..<250 {
            let key = Key(
                hash: Self.hashes.randomElement(using: &generator)!,
                range: Self.ranges.randomElement(using: &generator)!)
            let before = model[key]
            model[key] = try await Self.write(key, before, store.table, &generator)
            if model[key] != before {
                told += 1
                let change = try #require(try store.changes(after: UInt64(told - 1)).first).dynamodb
                #expect(change.keys == key.item, "seed \(seed), step \(step)")
                #expect([change.oldImage, change.newImage] == [before, model[key]], "seed \(seed), step \(step)")
            }
            #expect(store.stream.newestSequence == UInt64(told), "seed \(seed), step \(step)")
            if step % 50 == 49 { try await store.reopen() }
            if step % 25 == 24 {
                #expect(try store.store.checkConsistency().problems == [], "seed \(seed), step \(step)")
                #expect(try Set(store.table.all()) == Set(model.values), "seed \(seed), step \(step)")
                #expect(store.stream.recordCount == told, "seed \(seed), step \(step)")
                #expect(try store.lineage.backlog(after: UInt64(told / 2)) == told - told / 2)
            }
            try Self.compare(store.table, model, "seed \(seed), step \(step)")
        }
        #expect(told > 100)
    }

    /// One random write; returns the item that must be there then.
    private static func write(
        _ key: Key, _ old: Item?, _ table: Table, _ generator: inout SeededGenerator
    ) async throws -> Item? {
        let status = AttributeValue.string(statuses.randomElement(using: &generator)!)
        let amount = AttributeValue.number(Number(Int.random(in: 0...2, using: &generator)))
        var new = old ?? key.item
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1:
            new = key.item
            if Bool.random(using: &generator) { new["status"] = status }
            if Bool.random(using: &generator) { new["amount"] = amount }
            if Bool.random(using: &generator) { new["customer"] = .string(customers.randomElement(using: &generator)!) }
            let result = try await table.put(new)
            #expect(result.oldItem == old)
        case 2:
            try await table.delete(key: key.item)
            return nil
        case 3:
            new["status"] = status
            try await table.update(
                key: key.item, UpdateExpression("SET #s = :s", names: ["#s": "status"], values: [":s": status]))
        case 4:
            try await table.update(key: key.item, UpdateExpression("REMOVE customer, amount"))
            guard old != nil else { return nil }
            new["customer"] = nil
            new["amount"] = nil
        default:
            // Stopped by its condition when there is no item.
            let update = try UpdateExpression("SET amount = :a", values: [":a": amount])
            _ = try? await table.update(key: key.item, update, condition: ConditionExpression("attribute_exists(pk)"))
            guard old != nil else { return nil }
            new["amount"] = amount
        }
        return new
    }

    private static func compare(_ table: Table, _ model: [Key: Item], _ place: String) throws {
        let all = model.sorted { $0.key < $1.key }
        for hash in hashes {
            for range in ranges {
                let key = Key(hash: hash, range: range)
                #expect(try table.item(key: key.item) == model[key], "\(place)")
            }
            #expect(
                try table.query(hashKey: .string(hash), limit: 99) == all.filter { $0.key.hash == hash }.map(\.value),
                "\(place)")
        }
        for status in statuses {
            let expected = all.filter { $0.value["status"] == .string(status) && $0.value["amount"] != nil }
                .sorted { ($0.value["amount"]!.number!, $0.key) < ($1.value["amount"]!.number!, $1.key) }
            #expect(
                try table.query(index: "byStatus", hashKey: .string(status), limit: 99) == expected.map(\.value),
                "\(place)")
        }
        for customer in customers {
            let expected = all.filter { $0.value["customer"] == .string(customer) }.map(\.value)
            #expect(try table.query(index: "byCustomer", hashKey: .string(customer), limit: 99) == expected, "\(place)")
        }
    }
}
