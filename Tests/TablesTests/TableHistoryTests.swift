import Items
import Tables
import Testing

/// What a stream tells of one item.
@Suite struct TableHistoryTests {
    @Test func theNewestRecordsAreToldAsFarAsThereIsRoom() async throws {
        let store = try await OpenTable()
        for number in 0..<10 {
            try await store.table.put(["pk": .string("a"), "n": .number(Number(number))])
            try await store.table.put(["pk": .string("b"), "a": .string("a")])
        }
        func found(limit: Int = 100, bytesMax: Int = .max) throws -> (records: [StoredStreamRecord], isCut: Bool) {
            let found = try #require(
                try store.table.streamRecords(hashKey: .string("a"), limit: limit, bytesMax: bytesMax))
            return (found.records, found.isCut)
        }
        let all = try found()
        let sequences = all.records.map(\.sequence)
        #expect(sequences.count == 10 && !all.isCut)
        #expect(sequences == sequences.sorted())

        for limit in [1, 3, 10] {
            let last = try found(limit: limit)
            #expect(last.records.map(\.sequence) == Array(sequences.suffix(limit)))
            #expect(last.isCut == (limit < 10))
            let sizeBytes = last.records.reduce(0) { $0 + $1.json.count }
            for bytesMax in [sizeBytes, sizeBytes + 1] {
                #expect(try found(bytesMax: bytesMax).records.map(\.sequence) == Array(sequences.suffix(limit)))
            }
        }
        let one = try found(bytesMax: 1)
        #expect(one.records.map(\.sequence) == Array(sequences.suffix(1)) && one.isCut)
    }
}
