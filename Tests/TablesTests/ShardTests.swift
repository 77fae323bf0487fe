import Clocks
import Foundation
import Items
import Storage
import TestSupport
import Testing

@testable import Tables

/// Lineages, shards and what is trimmed of them.
@Suite(.timeLimit(.minutes(1))) struct ShardTests {
    private let store: OpenTable
    private var stream: ChangeStream { store.stream }

    init() async throws { store = try await OpenTable(shards: 4) }

    private func put(_ numbers: ClosedRange<Int>, items: Int = 20) async throws {
        for number in numbers {
            try await store.table.put(["pk": .string("\(number % items)"), "n": .number(Number(number))])
        }
    }

    /// Which lineage has an item's records, by the item.
    private func places() throws -> [Item: Set<Int>] {
        var places: [Item: Set<Int>] = [:]
        for (place, lineage) in stream.lineages.enumerated() {
            for record in try lineage.records(after: 0, limit: .max) {
                let keys = try JSONDecoder().decode(StreamRecord.self, from: Data(record.json)).dynamodb.keys
                places[keys, default: []].insert(place)
            }
        }
        return places
    }

    @Test func anItemStaysInItsLineageAndSequencesRiseOverAll() async throws {
        try await put(1...40)
        let before = try places()
        #expect(Set(before.values.joined()) == [0, 1, 2, 3])
        store.time.advance(by: ChangeStream.shardDuration)
        try await store.store.rollOverShards()
        try await put(41...80)
        try await store.reopen()
        try await put(81...120)
        store.time.advance(by: ChangeStream.shardDuration)
        try await store.store.rollOverShards()
        try await put(121...160)
        let after = try places()
        #expect(after.keys == before.keys)
        #expect(after.values.allSatisfy { $0.count == 1 })
        #expect(after == before)
        let sequences = try stream.records(after: 0, limit: .max).map(\.sequence)
        #expect(sequences.count == 160)
        #expect(try store.changes().map(\.dynamodb.newImage?["n"]) == (1...160).map { .number(Number($0)) })
        #expect(Set(sequences).count == 160)
        #expect(stream.recordCount == 160)
    }

    @Test func shardsRollOverEveryFourHours() async throws {
        let first = stream.shards
        #expect(first.count == 4)
        #expect(first.allSatisfy { $0.parentID == nil && $0.endingSequenceNumber == nil })
        #expect(Set(first.map(\.id)) == Set(stream.lineages.map(\.id)))
        try await put(1...30)
        store.time.advance(by: ChangeStream.shardDuration - .microseconds(1))
        try await store.store.rollOverShards()
        #expect(stream.shards == first)
        store.time.advance(by: .microseconds(1))
        try await store.store.rollOverShards()
        let second = stream.shards
        #expect(second.count == 8)
        for child in second.suffix(4) {
            let parent = try #require(second.prefix(4).first { $0.id == child.parentID })
            #expect(child.endingSequenceNumber == nil)
            #expect(try #require(parent.endingSequenceNumber) < child.startingSequenceNumber)
            #expect(parent.startingSequenceNumber <= parent.endingSequenceNumber!)
        }
        try await store.reopen()
        #expect(stream.shards == second)
        // The clock of the next one begins with the roll-over.
        store.time.advance(by: ChangeStream.shardDuration - .microseconds(1))
        try await store.store.rollOverShards()
        #expect(stream.shards == second)
        store.time.advance(by: .microseconds(1))
        try await store.store.rollOverShards()
        #expect(stream.shards.count == 12)
        #expect(Set(stream.shards.map(\.id)).count == 12)
    }

    /// Clients page through the shards in the order of their ids, and look for a child behind its parent.
    @Test func childrenStandBehindTheirParentsWhateverTheClockSays() {
        let hour = Duration.seconds(3_600)
        for step in 1...3 { stream.publish(stream.rolledOver(at: OpenTable.start - hour * step)) }
        let shards = stream.shards
        #expect(shards.count == 16)
        for (place, shard) in shards.enumerated() where shard.parentID != nil {
            #expect(shards[..<place].contains { $0.id == shard.parentID }, "\(shard.id)")
        }
        // Once the clock is beyond them, ids are times again.
        let later = OpenTable.start + hour
        stream.publish(stream.rolledOver(at: later))
        #expect(stream.shards.suffix(4).allSatisfy { $0.id.hasPrefix("shardId-0000000\(later.milliseconds)-") })
    }

    @Test func theShardOfARecordIsTheOneThatHoldsIt() async throws {
        try await put(1...20)
        store.time.advance(by: ChangeStream.shardDuration)
        try await store.store.rollOverShards()
        try await put(21...40)
        for lineage in stream.lineages {
            for record in try lineage.records(after: 0, limit: .max) {
                let shard = try #require(
                    stream.shards.first { $0.id == stream.shardID(of: record.sequence, in: lineage) })
                let number = SequenceNumber.text(record.sequence)
                #expect(shard.startingSequenceNumber <= number)
                #expect(shard.endingSequenceNumber.map { number <= $0 } ?? true)
                #expect((shard.parentID == nil) == (shard.id == lineage.id))
            }
        }
    }

    @Test func closedShardsGoWithTheirRecords() async throws {
        try await put(1...20)
        for _ in 1...6 {
            store.time.advance(by: ChangeStream.shardDuration)
            try await store.store.rollOverShards()
        }
        let all = stream.shards
        #expect(all.count == 28)
        store.time.advance(by: ChangeStream.shardDuration)
        // Records stay 24 hours; so do the shards that were closed 24 hours ago to the microsecond.
        try await store.store.trimStreams()
        #expect(stream.shards == all)
        store.time.advance(by: .microseconds(1))
        try await store.store.trimStreams()
        #expect(stream.shards == all.filter { $0.parentID != nil })
        try await store.reopen()
        #expect(stream.shards.count == 24)
        // What is left names parents that are gone, and lineages keep their first names.
        #expect(stream.lineages.map(\.id).allSatisfy { id in !stream.shards.contains { $0.id == id } })
    }

    // MARK: Trimming

    @Test func recordsOlderThanADayAreTrimmed() async throws {
        try await put(1...3)
        store.time.advance(by: .seconds(10))
        try await put(4...6)
        store.time.advance(by: ChangeStream.retention - .seconds(10))
        func sequences() throws -> [UInt64] { try stream.records(after: 0, limit: 99).map(\.sequence) }
        // The first are a day old to the microsecond: records stay 24 hours.
        try await store.store.trimStreams()
        #expect(try sequences() == Array(1...6))
        store.time.advance(by: .microseconds(1))
        try await store.store.trimStreams()
        #expect(try sequences() == [4, 5, 6])
        try await store.reopen()
        #expect(try sequences() == [4, 5, 6])
        try await put(7...7)
        #expect(try sequences() == [4, 5, 6, 7])
        #expect(stream.recordCount == 7)
    }

    @Test func countAndSequenceGoOnWhenNothingIsLeft() async throws {
        try await store.store.trimStreams()
        try await put(1...9)
        store.time.advance(by: ChangeStream.retention + .seconds(1))
        try await store.store.trimStreams()
        try await store.store.trimStreams()
        for _ in 1...2 {
            #expect(try stream.records(after: 0, limit: 9).isEmpty)
            #expect((stream.newestSequence, stream.recordCount) == (9, 9))
            #expect(try stream.lineages.allSatisfy { try $0.backlog(after: 0) == 0 })
            try await store.reopen()
        }
        try await put(10...12)
        #expect(try stream.records(after: 0, limit: 9).map(\.sequence) == [10, 11, 12])
        #expect(stream.recordCount == 12)
    }

    @Test func trimmingLeavesOtherStreamsAlone() async throws {
        store.time.advance(by: ChangeStream.retention)
        let other = try await store.openBeside(.table(name: "Other"))
        try await put(1...3)
        store.time.advance(by: .seconds(1))
        try await other.put(["pk": .string("a")])
        store.time.advance(by: ChangeStream.retention)
        try await store.store.trimStreams()
        #expect(try stream.records(after: 0, limit: 9).isEmpty)
        #expect(try other.stream!.records(after: 0, limit: 9).count == 1)
    }

    /// The power goes between the mark and the removal: the records are hidden, counted, and removed the next time.
    @Test func aTrimThatWasCutOffIsTakenUpAgain() async throws {
        try await put(1...30)
        // The folder before, in which the mark alone is then written.
        let marks = try await OpenTable(copyOf: store)
        store.time.advance(by: .seconds(100))
        marks.time.advance(by: .seconds(100))
        try await put(31...40)
        for number in 31...40 {
            try await marks.table.put(["pk": .string("\(number % 20)"), "n": .number(Number(number))])
        }
        store.time.advance(by: ChangeStream.retention - .seconds(50))
        try await store.store.trimStreams()
        var written: [([UInt8], [UInt8])] = []
        try store.database.scan(.streams, from: [], to: [0xff]) { key, value in
            let key = key.withUnsafeBytes { [UInt8]($0) }
            if key.suffix(8).allSatisfy({ $0 == 0 }) { written.append((key, value.withUnsafeBytes { [UInt8]($0) })) }
            return true
        }
        #expect(written.count == 4)
        let cut = written
        try await marks.writer.commit { transaction in
            for (key, value) in cut { transaction.put(.streams, key, value) }
        }
        try await marks.reopen()
        for _ in 1...2 {
            #expect(
                try marks.stream.records(after: 0, limit: 99).map(\.sequence)
                    == stream.records(after: 0, limit: 99).map(\.sequence))
            #expect(marks.stream.recordCount == 40)
            for (one, other) in zip(marks.stream.lineages, stream.lineages) {
                for sequence: UInt64 in 0...41 {
                    #expect(try one.backlog(after: sequence) == other.backlog(after: sequence))
                }
            }
            marks.time.advance(by: ChangeStream.retention - .seconds(50))
            try await marks.store.trimStreams()
        }
        var left = 0
        try marks.database.scan(.streams, from: [], to: [0xff]) { _, _ in
            left += 1
            return true
        }
        #expect(try left == 4 + marks.stream.records(after: 0, limit: 99).count)
        #expect(try marks.stream.records(after: 0, limit: 99).isEmpty)
    }

    /// After random writes, trims, roll-overs and restarts each lineage counts what lies behind each place.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func theBacklogIsExact(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let start = store.time.now()
        var written: [(sequence: UInt64, lineage: Int, arrival: Timestamp)] = []
        var oldest = start
        for step in 0..<60 {
            switch generator.below(8) {
            case 0: store.time.advance(by: .seconds(3_600 * generator.below(9)))
            case 1:
                try await store.store.trimStreams()
                oldest = store.time.now() - ChangeStream.retention
            case 2: try await store.store.rollOverShards()
            case 3: try await store.reopen()
            default:
                let newest = written.last?.sequence ?? 0
                try await put(step...step + 2, items: 7)
                for (place, lineage) in stream.lineages.enumerated() {
                    written += try lineage.records(after: newest, limit: 9).map { ($0.sequence, place, $0.arrival) }
                }
                written.sort { $0.sequence < $1.sequence }
            }
            let newest = written.last?.sequence ?? 0
            for (place, lineage) in stream.lineages.enumerated() {
                let own = written.filter { $0.lineage == place }
                #expect(lineage.recordCount == own.count, "seed \(seed), step \(step)")
                // Every place now and then, the ends always.
                for sequence in step % 6 == 5 ? Array(0...newest + 1) : [0, newest / 2, newest, newest + 1] {
                    let expected = own.count { $0.sequence > sequence && $0.arrival >= oldest }
                    #expect(try lineage.backlog(after: sequence) == expected, "seed \(seed), step \(step), \(sequence)")
                }
            }
        }
        #expect(written.count > 50)
    }

    @Test func aPlaceIsFoundByTheTimeOfArrival() async throws {
        for number in 1...30 {
            try await put(number...number)
            store.time.advance(by: .seconds(10))
        }
        for lineage in stream.lineages {
            let records = try lineage.records(after: 0, limit: .max)
            #expect(try lineage.firstArrival(after: 0) == records.first?.arrival)
            #expect(try lineage.firstArrival(after: lineage.newestSequence) == nil)
            for seconds in stride(from: Int64(-5), through: 310, by: 5) {
                let time = OpenTable.start + .seconds(seconds)
                let expected = records.last { $0.arrival < time }?.sequence ?? 0
                #expect(try lineage.sequence(before: time) == expected, "\(seconds) s")
            }
        }
    }
}
