import Clocks
import Items
import Tables
import Testing

@Suite struct ChangeStreamTests {
    private let store: OpenTable
    private var stream: ChangeStream { store.stream }

    init() async throws { store = try await OpenTable() }

    private func put(_ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            try await store.table.put(["pk": .string("\(number % 3)"), "n": .number(Number(number))])
        }
    }

    private func sequences(after sequence: UInt64 = 0, limit: Int = 1_000) throws -> [UInt64] {
        try stream.records(after: sequence, limit: limit).map(\.sequence)
    }

    @Test func recordsComeInOrderBehindAPlaceAndUpToALimit() async throws {
        #expect(stream.newestSequence == 0)
        #expect(try sequences() == [])
        try await put(1...10)
        #expect(stream.newestSequence == 10)
        #expect(try sequences() == Array(1...10))
        #expect(try sequences(after: 4, limit: 3) == [5, 6, 7])
        #expect(try sequences(after: 9) == [10])
        #expect(try sequences(after: 10) == [])
        #expect(try sequences(after: .max) == [])
        #expect(try sequences(limit: 0) == [])
        #expect(try store.changes().map(\.dynamodb.newImage?["n"]) == (1...10).map { .number(Number($0)) })
    }

    @Test func theNewestRecordsComeNewestFirstAndOnlyThoseThatAreHeld() async throws {
        try await put(1...5)
        let all = try sequences()
        func newest(_ limit: Int) throws -> [UInt64] { try store.lineage.newestRecords(limit: limit).map(\.sequence) }
        #expect(try newest(3) == all.suffix(3).reversed())
        #expect(try newest(100) == all.reversed())
        #expect(try newest(0).isEmpty)
        #expect(try store.lineage.newestRecords(before: all[3], limit: 2).map(\.sequence) == [all[2], all[1]])
        #expect(try store.lineage.newestSequence(before: .max) == all[4])
        #expect(try store.lineage.newestSequence(before: all[4]) == all[3])
        #expect(try store.lineage.newestSequence(before: all[0]) == nil)
        #expect(
            try store.lineage.newestRecords(limit: 1).first?.json
                == store.lineage.records(after: all[3], limit: 1).first?.json)
        store.time.advance(by: ChangeStream.retention + .seconds(1))
        try await put(6...6)
        try await store.store.trimStreams()
        #expect(try newest(100).count == 1)
        #expect(try store.lineage.newestSequence(before: all[4] + 1) == nil)
    }

    @Test func recordsOfOneItemHaveOneKeyAndOthersAnother() async throws {
        try await put(1...9)
        let keys = try stream.records(after: 0, limit: 9).map(\.itemKey)
        #expect(Set(keys).count == 3)
        for place in 0..<6 { #expect(keys[place] == keys[place + 3]) }
        try await store.reopen()
        #expect(try stream.records(after: 0, limit: 9).map(\.itemKey) == keys)
    }

    @Test func sequenceNumbersHave21DigitsAndRise() async throws {
        try await put(1...12)
        let numbers = try store.changes().map(\.dynamodb.sequenceNumber)
        #expect(numbers.first == "100000000000000000001")
        #expect(numbers.allSatisfy { $0.wholeMatch(of: /1[0-9]{20}/) != nil })
        #expect(numbers == numbers.sorted())
        #expect(Set(numbers).count == 12)
        #expect(numbers.map { SequenceNumber.sequence($0) } == (1...12).map { UInt64($0) })
    }

    @Test func theSequenceGoesOnOverReopening() async throws {
        try await put(1...5)
        let (arn, shards, records) = (stream.arn, stream.shards, try stream.records(after: 0, limit: 9).map(\.json))
        store.time.advance(by: .seconds(60))
        try await store.reopen()
        #expect((stream.arn, stream.shards) == (arn, shards))
        #expect(try stream.records(after: 0, limit: 9).map(\.json) == records)
        #expect(stream.newestSequence == 5)
        try await put(6...6)
        #expect(try sequences() == Array(1...6))
    }

    @Test(
        arguments: [
            "", "1", "10000000000000000001", "1000000000000000000001", "200000000000000000001", "1+0000000000000000001",
            "1-0000000000000000001", "10000000000000000000a", "199999999999999999999",
        ])
    func aTextThatNamesNoPlaceIsNone(_ text: String) { #expect(SequenceNumber.sequence(text) == nil) }

    @Test(arguments: [0, 1, 42, UInt64.max])
    func aSequenceNumberComesBack(_ sequence: UInt64) {
        #expect(SequenceNumber.text(sequence).utf8.count == 21)
        #expect(SequenceNumber.sequence(SequenceNumber.text(sequence)) == sequence)
    }
}
