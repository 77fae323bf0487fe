import Clocks
import Foundation
import Testing

@testable import Pipes

/// A dead letter's message, field by field.
@Suite(.timeLimit(.minutes(1))) struct DeadLetterTests {
    /// 2026-01-02T03:04:05.678Z
    private let now = Timestamp(milliseconds: 1_767_323_045_678)

    private func json(_ text: String) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }

    private func fields(_ body: String) throws -> [String: Any] {
        try #require(try json(body)["DDBStreamBatchInfo"] as? [String: Any])
    }

    @Test func theMessageIsAWSs() async throws {
        // Arrivals have fractions, the message has whole seconds, rounded down.
        let first = Timestamp(milliseconds: 1_767_323_040_999)
        let last = Timestamp(milliseconds: 1_767_323_041_250)
        let records = [
            Samples.record(1, arrival: first), Samples.record(5, arrival: first), Samples.record(9, arrival: last),
        ]
        let rig = PipeRig(records, start: now) { _, _ in .failed(reason: "raised") }
        let pipe = rig.pipe(try Samples.configuration(retries: 0))
        try await rig.running(pipe) {
            try await rig.until("the records are given up") { pipe.snapshot.counts.deadLettered == 3 }
        }
        let body = try #require(rig.queue.bodies.first)
        #expect(rig.queue.bodies.count == 1, "one message a batch, not a record")
        let expected = """
            {
              "context": {
                "partnerResourceArn": "arn:aws:pipes:eu-west-1:123456789012:pipe/orders",
                "condition": "RetryAttemptsExhausted"
              },
              "version": "1.0",
              "timestamp": "2026-01-02T03:04:05.678Z",
              "DDBStreamBatchInfo": {
                "shardId": "shardId-00000001700000000000-0a1b2c3d",
                "startSequenceNumber": "100000000000000000001",
                "endSequenceNumber": "100000000000000000009",
                "approximateArrivalOfFirstRecord": "2026-01-02T03:04:00Z",
                "approximateArrivalOfLastRecord": "2026-01-02T03:04:01Z",
                "batchSize": 3,
                "streamArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2026-01-01T00:00:00.000"
              }
            }
            """
        #expect(try json(body) == json(expected))
        #expect(!body.contains(#"\/"#), "slashes as AWS writes them")
        #expect(!body.contains("Padding"), "no record contents")
        #expect(try rig.saved?.sequence == 9)
    }

    @Test func aRecordTooOldIsGivenUpForItsAge() async throws {
        let rig = PipeRig([Samples.record(1, arrival: now - .seconds(61))], start: now)
        let pipe = rig.pipe(try Samples.configuration(age: .seconds(60)))
        try await rig.running(pipe) {
            try await rig.until("the record is given up") { pipe.snapshot.counts.deadLettered == 1 }
        }
        #expect(rig.target.batches == [], "without having been tried")
        let context = try #require(try json(rig.queue.bodies[0])["context"] as? [String: String])
        #expect(context["condition"] == "RecordAgeExceeded")
        #expect(try fields(rig.queue.bodies[0])["batchSize"] as? Int == 1)
    }

    /// With bisect each poison lies alone in the queue: start and end are the record itself.
    @Test func bisectLeavesOneRecordInEachMessage() async throws {
        let poison: Set<UInt64> = [3, 7]
        let rig = PipeRig(Samples.records(1...8)) { _, batch in
            poison.isDisjoint(with: batch) ? .succeeded : .failed(reason: "raised")
        }
        let pipe = rig.pipe(try Samples.configuration(retries: 1, bisects: true))
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "all is settled") {
                pipe.snapshot.isDrained && rig.queue.bodies.count == 2
            }
        }
        for (body, sequence) in zip(rig.queue.bodies, poison.sorted()) {
            let fields = try fields(body)
            #expect(fields["startSequenceNumber"] as? String == Samples.sequenceNumber(sequence))
            #expect(fields["endSequenceNumber"] as? String == Samples.sequenceNumber(sequence))
            #expect(fields["batchSize"] as? Int == 1)
            #expect(rig.target.batches.filter { $0 == [sequence] }.count == 2, "one try and one retry alone")
        }
        #expect(pipe.snapshot.counts.delivered == 6)
        #expect(pipe.snapshot.counts.deadLettered == 2)
    }

    @Test func withoutAQueueRecordsAreDroppedAndCounted() async throws {
        let rig = PipeRig(Samples.records(1...3)) { _, batch in batch == [2] ? .failed(reason: "raised") : .succeeded }
        let pipe = rig.pipe(try Samples.configuration(batchSize: 1, retries: 0, deadLetters: false))
        try await rig.running(pipe) {
            try await rig.until("all is settled") { pipe.snapshot.isDrained && pipe.snapshot.counts.read == 3 }
        }
        #expect(pipe.snapshot.counts.dropped == 1)
        #expect(pipe.snapshot.counts.delivered == 2)
        #expect(rig.queue.bodies == [])
    }

    private func letter(_ now: Timestamp) -> DeadLetter {
        DeadLetter(
            records: Samples.records(1...1), condition: .retryAttemptsExhausted, pipeARN: Samples.arn,
            shard: MemoryShard(), now: now)
    }

    /// No millisecond is lost to the rounding of fractions.
    @Test func everyMillisecondIsWrittenExactly() {
        for millisecond in Int64(0)..<1_000 {
            let text = letter(Timestamp(milliseconds: 1_767_323_045_000 + millisecond)).timestamp
            let digits = String(1_000 + millisecond).dropFirst()
            if text != "2026-01-02T03:04:05.\(digits)Z" {
                Issue.record("\(text) for millisecond \(millisecond)")
                return
            }
        }
    }

    /// The same letter is the same text, in every process: members are sorted.
    @Test func theTextIsStable() {
        #expect(
            letter(now).body == #"{"DDBStreamBatchInfo":{"approximateArrivalOfFirstRecord":"2023-11-14T22:13:20Z","#
                + #""approximateArrivalOfLastRecord":"2023-11-14T22:13:20Z","batchSize":1,"#
                + #""endSequenceNumber":"100000000000000000001","shardId":"shardId-00000001700000000000-0a1b2c3d","#
                + #""startSequenceNumber":"100000000000000000001","streamArn":"#
                + #""arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2026-01-01T00:00:00.000"},"#
                + #""context":{"condition":"RetryAttemptsExhausted","partnerResourceArn":"\#(Samples.arn)"},"#
                + #""timestamp":"2026-01-02T03:04:05.678Z","version":"1.0"}"#)
    }

    // MARK: What is kept beside the message

    @Test func theRecordsAndTheirLastFailureAreKept() async throws {
        let rig = PipeRig(Samples.records(1...2, item: 7)) { call, _ in .failed(reason: "raised \(call)") }
        let pipe = rig.pipe(try Samples.configuration(retries: 1))
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "the records are given up") { pipe.snapshot.counts.deadLettered == 2 }
        }
        let dead = try #require(rig.queue.records.first)
        #expect(dead.pipe == "orders")
        #expect(dead.shardID == rig.shard.shardID)
        #expect(dead.records.map(\.sequence) == [1, 2])
        #expect(dead.records.allSatisfy { $0.itemKey == 7 })
        #expect(dead.records.map { Array($0.json) } == Samples.records(1...2).map(\.json))
        #expect(dead.attempts == 2)
        #expect(dead.lastError == "raised 2")
        #expect(dead.requestID == "call 2")
        let stages = PipeStages(pipe.configuration, rig.borders(pipe.configuration), sourceARN: rig.shard.streamARN)
        #expect(await stages.invoke(dead).outcome == .failed(reason: "raised 3"))
        #expect(rig.target.batches == [[1, 2], [1, 2], [1, 2]], "what is kept can be sent again")
        let copy = try JSONDecoder().decode(DeadRecords.self, from: JSONEncoder().encode(dead))
        #expect(copy == dead)
    }

    /// Too old at the first look: nobody failed, so no failure of somebody else's is told.
    @Test func recordsThatWereNeverTriedHaveNoFailure() async throws {
        let old = Samples.record(5, arrival: Samples.start)
        let rig = PipeRig([old], start: Samples.start + .seconds(100))
        let pipe = rig.pipe(try Samples.configuration(age: .seconds(60)))
        try await rig.running(pipe) {
            try await rig.until("it is given up") { pipe.snapshot.counts.deadLettered == 1 }
        }
        let dead = try #require(rig.queue.records.first)
        #expect(dead.attempts == 0)
        #expect(dead.lastError == nil)
        #expect(dead.requestID == nil)
    }
}
