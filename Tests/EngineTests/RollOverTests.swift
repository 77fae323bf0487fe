import Clocks
import Foundation
import Pipes
import Queues
import Tables
import Testing

@testable import Engine

/// Shards that close while a pipe is at work on them.
@Suite(.timeLimit(.minutes(2))) struct RollOverTests {
    /// Four hours pass, and the stream's shard is followed by a child.
    private func rollOver(_ open: OpenPipe) async throws {
        open.time.advance(by: ChangeStream.shardDuration)
        try await open.store.rollOverShards()
    }

    /// An order's records on both sides of the roll-over, one batch with the target while it happens.
    @Test func aShardThatClosesUnderABatchCostsNothing() async throws {
        let open = try await OpenPipe()
        let pipe = try open.pipe(over: open.stream)
        open.target.hold(true)
        try await open.put("A", 1)
        try await open.running(pipe) {
            try await until("the first record is sent") { open.target.batches == [["A1"]] }
            try await open.put("A", 2)
            try await open.put("B", 1)
            try await rollOver(open)
            try await open.put("A", 3)
            try await open.put("B", 2)
            try await until("all is read") { pipe.snapshot.counts.read == 5 }
            #expect(open.target.batches == [["A1"]], "the next of A waits for the one before")
            open.target.hold(false)
            try await until("all is settled") { pipe.snapshot.isDrained }
        }
        #expect(open.target.batches == [["A1"], ["A2", "B1"], ["A3", "B2"]], "a batch holds records of one shard")
        #expect(pipe.snapshot.counts.delivered == 5)
        #expect(try open.stream.shards.count == 2)

        // The next run begins in the second shard, and has nothing to repeat.
        let next = try open.pipe(over: open.stream)
        try await open.put("A", 4)
        try await open.running(next) { try await until("the rest is settled") { next.snapshot.isDrained } }
        #expect(open.target.batches.last == ["A4"])
        #expect(next.snapshot.counts.read == 6)
    }

    /// A dead letter points into one shard, the one that holds its records.
    @Test func aDeadLetterNamesTheShardOfItsRecords() async throws {
        struct Letter: Decodable {
            struct Batch: Decodable {
                let shardId: String
                let startSequenceNumber: String
                let endSequenceNumber: String
                let batchSize: Int
            }
            let DDBStreamBatchInfo: Batch
        }
        let open = try await OpenPipe()
        open.target.fail(["A1", "A3"])
        for state in 1...2 { try await open.put("A", state) }
        try await rollOver(open)
        for state in 3...5 { try await open.put("A", state) }
        let pipe = try open.pipe(over: open.stream, retries: 0)
        try await open.running(pipe) { try await until("all is settled") { pipe.snapshot.isDrained } }
        #expect(open.target.batches == [["A1", "A2"], ["A3", "A4", "A5"]])
        let letters = try open.queue.peek(limit: 10).map {
            try JSONDecoder().decode(Letter.self, from: Data($0.body.utf8)).DDBStreamBatchInfo
        }
        let shards = try open.stream.shards
        #expect(letters.map(\.shardId) == shards.map(\.id))
        #expect(letters.map(\.batchSize) == [2, 3])
        #expect(letters[0].endSequenceNumber < shards[0].endingSequenceNumber!)
        #expect(letters[1].startSequenceNumber == shards[1].startingSequenceNumber)
    }
}
