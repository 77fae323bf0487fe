import Clocks
import Foundation
import Items
import Tables
import Testing

/// A table's items as records of its stream.
@Suite struct ItemRecordsTests {
    private static func json(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test(arguments: [TableDefinition.StreamViewType.newAndOldImages, .newImage, .oldImage, .keysOnly])
    func anItemIsTheRecordOfItsInsertion(viewType: TableDefinition.StreamViewType) async throws {
        let open = try await OpenTable(.table(stream: viewType))
        try await open.table.put(["pk": .string("A"), "amount": .number(Number(5))])
        var inserted = try Self.json(try #require(try open.lineage.records(after: 0, limit: 1).first).json)
        let records = try open.table.itemRecords(of: open.stream, seed: 7)
        let read = try #require(
            try records.page(after: [], firstSequence: 1, limit: 10, now: open.time.now()).first)
        let item = try Self.json(read.json)
        #expect((item["eventID"] as? String)?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(item["eventID"] as? String != inserted["eventID"] as? String)
        inserted["eventID"] = item["eventID"]
        #expect(item as NSDictionary == inserted as NSDictionary)
        #expect(try read.itemKey == open.lineage.records(after: 0, limit: 1).first?.itemKey)
    }

    /// Of 300 KB each: a page ends with the record that reaches a megabyte, and a read of the stream before it.
    @Test func readsEndByTheirBytesToo() async throws {
        let open = try await OpenTable(.table(stream: .newImage))
        let data = String(repeating: "x", count: 300_000)
        for id in ["A", "B", "C", "D", "E"] { try await open.table.put(["pk": .string(id), "data": .string(data)]) }
        let items = try open.table.itemRecords(of: open.stream, seed: 7)
        #expect(try items.page(after: [], firstSequence: 1, limit: 10, now: open.time.now()).count == 4)
        let first = try open.lineage.records(after: 0, limit: 10)
        #expect(first.count == 3)
        #expect(try open.lineage.records(after: first[2].sequence, limit: 10).count == 2)
        #expect(try open.lineage.records(after: 0, limit: .max).count == 5)
    }

    @Test func pagesFollowEachOtherByTheKey() async throws {
        let open = try await OpenTable(.table())
        let other = try await open.openBeside(.table(name: "Other"))
        try await other.put(["pk": .string("X")])
        for id in ["B", "A", "D", "C", "E"] { try await open.table.put(["pk": .string(id)]) }
        let records = try open.table.itemRecords(of: open.stream, seed: 7)
        #expect(try await records.count() == 5)
        var key: [UInt8] = []
        var ids: [String] = []
        while let last = try records.page(
            after: key, firstSequence: UInt64(ids.count + 1), limit: 2, now: open.time.now()
        ).map({ record in
            let change = try JSONDecoder().decode(StreamRecord.self, from: Data(record.json)).dynamodb
            if case .string(let id) = change.keys["pk"] { ids.append(id) }
            // Twenty digits and the count.
            #expect(change.sequenceNumber.hasSuffix("\(ids.count)"))
            return record.key
        }).last {
            key = last
            // Behind the place, and so never read; before it, and so not again.
            if ids.count == 4 { try await open.table.delete(key: ["pk": .string("E")]) }
            if ids.count == 2 { try await open.table.put(["pk": .string("AA")]) }
        }
        #expect(ids == ["A", "B", "C", "D"])
    }

    @Test func anEventIDIsTheItemsAndTheSeeds() async throws {
        let open = try await OpenTable(.table())
        for id in 1...200 { try await open.table.put(["pk": .string("\(id)")]) }
        func ids(_ seed: UInt64, from sequence: UInt64 = 1) throws -> [String] {
            try open.table.itemRecords(of: open.stream, seed: seed)
                .page(after: [], firstSequence: sequence, limit: 1_000, now: open.time.now())
                .map { String(decoding: $0.json[12..<44], as: UTF8.self) }
        }
        let first = try ids(1)
        #expect(Set(first).count == 200)
        #expect(try ids(1, from: 77) == first)
        #expect(Set(try ids(2)).isDisjoint(with: first))
    }

    @Test func anItemThatIsGoneHasNoRecord() async throws {
        let open = try await OpenTable(.table())
        try await open.table.put(["pk": .string("A")])
        let records = try open.table.itemRecords(of: open.stream, seed: 7)
        let key = try #require(try records.page(after: [], firstSequence: 1, limit: 1, now: open.time.now()).first).key
        #expect(try records.record(key, sequence: 1, now: open.time.now())?.key == key)
        try await open.table.delete(key: ["pk": .string("A")])
        #expect(try records.record(key, sequence: 1, now: open.time.now()) == nil)
    }
}
