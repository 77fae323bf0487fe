import Clocks
import Foundation
import Items
import Testing

@testable import Tables

/// GetShardIterator and GetRecords.
@Suite(.timeLimit(.minutes(1))) struct ShardIteratorTests {
    private let store: OpenTable
    private var stream: ChangeStream { store.stream }

    init() async throws { store = try await OpenTable(.table(timeToLive: "expiresAt")) }

    private func put(_ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            try await store.table.put(["pk": .string("\(number % 3)"), "n": .number(Number(number))])
        }
    }

    private func iterator(_ position: ChangeStream.IteratorPosition, shard: Int = 0) throws -> String {
        try store.store.shardIterator(
            streamARN: stream.arn, shardID: stream.shards[shard].id, position)
    }

    private func read(_ iterator: String, limit: Int = 1_000) throws -> (sequences: [UInt64], next: String?) {
        let page = try store.store.records(shardIterator: iterator, limit: limit)
        return (try page.json.map(sequence), page.nextShardIterator)
    }

    private func sequence(_ json: [UInt8]) throws -> UInt64 {
        struct Record: Decodable {
            struct Change: Decodable { var SequenceNumber: String }
            var dynamodb: Change
        }
        let text = try JSONDecoder().decode(Record.self, from: Data(json)).dynamodb.SequenceNumber
        return try #require(Tables.SequenceNumber.sequence(text))
    }

    private func number(_ sequence: UInt64) -> String { SequenceNumber.text(sequence) }

    private func refusal(_ request: () throws -> Void) -> TableError? {
        #expect(throws: TableError.self) { try request() }
    }

    @Test func iteratorsPointToFourKindsOfPlaces() async throws {
        try await put(1...5)
        #expect(try read(iterator(.trimHorizon)).sequences == [1, 2, 3, 4, 5])
        #expect(try read(iterator(.at(sequenceNumber: number(3)))).sequences == [3, 4, 5])
        #expect(try read(iterator(.after(sequenceNumber: number(3)))).sequences == [4, 5])
        #expect(try read(iterator(.after(sequenceNumber: number(5)))).sequences == [])
        let latest = try iterator(.latest)
        #expect(try read(latest).sequences == [])
        try await put(6...7)
        #expect(try read(latest).sequences == [6, 7])
    }

    @Test func aReaderFollowsTheShardPageByPage() async throws {
        try await put(1...7)
        var (iterator, seen) = (try iterator(.trimHorizon), [UInt64]())
        for expected in [3, 3, 1, 0] {
            let page = try read(iterator, limit: 3)
            #expect(page.sequences.count == expected)
            seen += page.sequences
            iterator = try #require(page.next)
        }
        try await put(8...8)
        #expect(try read(iterator).sequences == [8])
        #expect(seen == Array(1...7))
    }

    @Test func aClosedShardEndsAndItsChildBeginsBehindIt() async throws {
        try await put(1...4)
        let before = try iterator(.latest)
        store.time.advance(by: .seconds(1))
        try await put(5...5)
        store.time.advance(by: ChangeStream.shardDuration)
        try await store.store.rollOverShards()
        try await put(6...8)
        #expect(stream.shards.count == 2)
        let old = try read(iterator(.trimHorizon))
        #expect(old.sequences == [1, 2, 3, 4, 5])
        #expect(old.next == nil)
        // A page that its limit ends goes on, and the one behind the last record ends.
        let limited = try read(iterator(.trimHorizon), limit: 5)
        #expect(limited.sequences.count == 5)
        let end = try read(try #require(limited.next))
        #expect((end.sequences, end.next) == ([], nil))
        #expect(try read(iterator(.latest)).next == nil)
        #expect(refusal { _ = try read(before) }?.code == .expiredIterator)
        // The cut has a sequence number too.
        let new = try read(iterator(.trimHorizon, shard: 1))
        #expect(new.sequences == [7, 8, 9])
        #expect(new.next != nil)
        #expect(stream.shards[0].endingSequenceNumber == number(6))
        #expect(stream.shards[1].startingSequenceNumber == number(7))
        for wrong in [6, 7] as [UInt64] {
            let shard = wrong == 6 ? 1 : 0
            let error = refusal { _ = try iterator(.at(sequenceNumber: number(wrong)), shard: shard) }
            #expect(error?.code == .validation)
            #expect(error?.message.hasPrefix("Invalid SequenceNumber") == true)
        }
    }

    /// A page looks at the shard, then scans; a roll-over and a write may come between.
    @Test func aShardThatIsClosedMeanwhileGivesNoRecordOfItsChild() async throws {
        try await put(1...3)
        let open = stream.stored.lineages[0][0]
        store.time.advance(by: ChangeStream.shardDuration)
        try await store.store.rollOverShards()
        let place = ShardIterator(streamARN: stream.arn, shardID: open.id, next: 1, issuedAt: store.time.now())
        func readAsOpen(limit: Int) throws -> (sequences: [UInt64], next: String?) {
            let page = try stream.records(
                place, of: open, in: store.lineage, limit: limit, now: store.time.now())
            return (try page.json.map(sequence), page.nextShardIterator)
        }
        // Nothing shows that this is all: more may have come between the scan and the roll-over.
        let unsure = try readAsOpen(limit: 1_000)
        #expect(unsure.sequences == [1, 2, 3])
        let end = try read(try #require(unsure.next))
        #expect((end.sequences, end.next) == ([], nil))
        // The child's first record lies behind the cut, which has a number too.
        try await put(5...5)
        for limit in [4, 1_000] {
            let page = try readAsOpen(limit: limit)
            #expect(page.sequences == [1, 2, 3])
            #expect(page.next == nil)
        }
        let full = try readAsOpen(limit: 3)
        #expect(full.sequences == [1, 2, 3])
        #expect(full.next != nil)
        #expect(try read(iterator(.trimHorizon, shard: 1)).sequences == [5])
    }

    @Test func whatIsTrimmedIsRefusedAndTheHorizonMoves() async throws {
        try await put(1...3)
        store.time.advance(by: ChangeStream.retention)
        try await put(4...5)
        let early = try iterator(.at(sequenceNumber: number(2)))
        store.time.advance(by: .seconds(60))
        try await store.store.trimStreams()
        let error = refusal { _ = try read(early) }
        #expect(error?.code == .trimmedDataAccess)
        #expect(error?.code.name == "TrimmedDataAccessException")
        #expect(refusal { _ = try iterator(.at(sequenceNumber: number(3))) }?.code == .trimmedDataAccess)
        #expect(refusal { _ = try iterator(.after(sequenceNumber: number(1))) }?.code == .trimmedDataAccess)
        #expect(try read(iterator(.trimHorizon)).sequences == [4, 5])
        #expect(try read(iterator(.at(sequenceNumber: number(4)))).sequences == [4, 5])
    }

    @Test func iteratorsExpireAfterFifteenMinutes() async throws {
        let iterator = try iterator(.trimHorizon)
        store.time.advance(by: .seconds(15 * 60))
        let next = try #require(try read(iterator).next)
        store.time.advance(by: .microseconds(1))
        let error = refusal { _ = try read(iterator) }
        #expect(error?.code == .expiredIterator)
        #expect(error?.code.name == "ExpiredIteratorException")
        // The one that a page gives lives from then on.
        #expect(try read(next).sequences == [])
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let shard = refusal {
            _ = try store.store.shardIterator(streamARN: stream.arn, shardID: "shardId-1", .latest)
        }
        #expect(shard?.code == .resourceNotFound)
        #expect(shard?.message.contains("Shard: shardId-1 in Stream: \(stream.arn) not found") == true)
        let unknown = refusal { _ = try store.store.shardIterator(streamARN: "arn:x", shardID: "s", .latest) }
        #expect(unknown?.code == .resourceNotFound)
    }

    /// Whatever a client sends as an iterator is answered.
    @Test func textThatIsNoIteratorIsRefused() async throws {
        let good = try iterator(.trimHorizon)
        let (arn, shard) = (stream.arn, stream.shards[0].id)
        func text(_ fields: String) -> String { "\(arn)|1|\(Data(fields.utf8).base64EncodedString())" }
        let now = store.time.now().microseconds
        #expect(try read(text("\(shard) 1 \(now)")).sequences == [])
        for wrong in [
            "", "x", "||", "\(arn)|1|", "\(arn)|1|!!!", "\(arn)|2|\(good.split(separator: "|")[2])", good + "|",
            "|" + good,
            text("\(shard) 1"), text("\(shard) 1 x"), text("\(shard) -1 \(now)"), text("\(shard) 1 \(now) 1"),
            text("\(shard) 1 \(Int64.min)"), text("\(shard) 1 -1"), text("\(shard) 18446744073709551616 \(now)"),
            // The same places, written in another way.
            text("\(shard) +1 \(now)"), text("\(shard) 01 \(now)"), text("\(shard)  1 \(now)"),
        ] {
            let error = refusal { _ = try read(wrong) }
            #expect(error?.code == .validation, "\(wrong)")
            #expect(error?.message == "Invalid ShardIterator", "\(wrong)")
        }
        #expect(refusal { _ = try read(text("\(shard) 0 \(now)")) }?.code == .trimmedDataAccess)
        #expect(try read(text("\(shard) \(UInt64.max) \(now)")).sequences == [])
        #expect(refusal { _ = try read(text("\(shard) 1 0")) }?.code == .expiredIterator)
        #expect(try read(text("\(shard) 1 \(Int64.max)")).sequences == [])
        #expect(refusal { _ = try read(text("x 1 \(now)")) }?.code == .resourceNotFound)
    }

    @Test(arguments: ["", "1", "abc", "99999999999999999999999999999999999999"])
    func textThatIsNoSequenceNumberIsRefused(_ text: String) {
        let error = refusal { _ = try iterator(.at(sequenceNumber: text)) }
        #expect(error?.code == .validation)
    }

    @Test func aPageHasAThousandRecordsAndAMegabyteAtMost() async throws {
        for start in stride(from: 0, to: 1_200, by: 100) {
            try await withThrowingTaskGroup(of: Void.self) { [table = store.table] group in
                for number in start..<start + 100 {
                    group.addTask { try await table.put(["pk": .string("\(number)")]) }
                }
                try await group.waitForAll()
            }
        }
        let page = try read(iterator(.trimHorizon), limit: ChangeStream.recordsCountMax)
        #expect(page.sequences == Array(1...1_000))
        // Records of a little more than 300,000 bytes: three of them stay below 1,048,576.
        for number in 1...4 {
            try await store.table.put([
                "pk": .string("large\(number)"), "data": .string(String(repeating: "x", count: 300_000)),
            ])
        }
        let large = try read(iterator(.at(sequenceNumber: number(1_199))))
        #expect(large.sequences == [1_199, 1_200, 1_201, 1_202, 1_203])
        #expect(try read(try #require(large.next)).sequences == [1_204])
    }

    /// Two images of 400 KB, written with escapes, are more than a page takes; such a record goes alone.
    @Test func aRecordLargerThanAPageGoesAlone() async throws {
        let data = String(repeating: "\u{1}", count: 400_000)
        try await store.table.put(["pk": .string("a"), "data": .string(data)])
        try await store.table.put(["pk": .string("a"), "data": .string(data + "x")])
        let first = try store.store.records(shardIterator: iterator(.trimHorizon), limit: 1_000)
        #expect(first.json.count == 1)
        #expect(first.json[0].count > ChangeStream.recordsBytesMax)
        #expect(try read(try #require(first.nextShardIterator)).sequences == [2])
    }

    @Test func theBytesAreThoseOfGetRecords() async throws {
        try await store.table.put(["pk": .string("a"), "expiresAt": .number(Number(OpenTable.start.seconds))])
        #expect(try await store.store.removeExpiredItems() == 1)
        let stored = try stream.records(after: 0, limit: 9).map { String(decoding: $0.json, as: UTF8.self) }
        let page = try store.store.records(shardIterator: iterator(.trimHorizon), limit: 9)
        let answers = page.json.map { String(decoding: $0, as: UTF8.self) }
        let source = #","eventSourceARN":"\#(stream.arn)"}"#
        #expect(stored.allSatisfy { $0.hasSuffix(source) })
        #expect(answers[0] == stored[0].dropLast(source.count) + "}")
        #expect(
            stored[1].hasSuffix(
                #"},"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}"# + source))
        #expect(
            answers[1]
                == stored[1].dropLast(source.count).replacing(#""type""#, with: #""Type""#)
                .replacing(#""principalId""#, with: #""PrincipalId""#) + "}")
    }

    @Test func recordsWrittenUnderAnotherRegionAreCutInTheRightPlace() async throws {
        try await store.table.put(["pk": .string("a")])
        store.settings.region = "ap-southeast-2"
        try await store.reopen()
        #expect(stream.arn.contains("ap-southeast-2"))
        let page = try store.store.records(shardIterator: iterator(.trimHorizon), limit: 9)
        let answer = String(decoding: try #require(page.json.first), as: UTF8.self)
        #expect(answer.hasSuffix(#""StreamViewType":"NEW_AND_OLD_IMAGES"}}"#))
    }
}
