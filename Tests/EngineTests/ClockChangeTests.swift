import Clocks
import Foundation
import Pipes
import Queues
import Tables
import Testing

@testable import Engine

/// Somebody sets the machine's clock while a pipe is at work on a real table.
@Suite(.timeLimit(.minutes(2))) struct ClockChangeTests {
    private static let hour = Duration.seconds(3_600)

    /// The record is an hour old by the new clock, and so it is given up; one that is written then is young.
    @Test func forwardTheAgeOfARecordIsThatOfTheNewClock() async throws {
        let open = try await OpenPipe()
        open.target.fail(["A1"])
        try await open.put("A", 1)
        let pipe = try open.pipe(over: open.stream, age: .seconds(60))
        try await open.running(pipe) {
            try await until("it has failed once and waits") {
                pipe.snapshot.shards[0].lastFailure != nil && open.time.sleeperCount > 0
            }
            open.time.set(by: Self.hour)
            try await open.put("B", 1)
            _ = try await open.pass(until: "all is settled") { pipe.snapshot.isDrained }
        }
        #expect(pipe.snapshot.counts.deadLettered == 1)
        #expect(pipe.snapshot.counts.delivered == 1)
        let letters = try open.queue.peek(limit: 10)
        #expect(letters.count == 1)
        #expect(letters[0].body.contains("RecordAgeExceeded"))
    }

    /// A pause before a retry lasts no longer than the longest one, whatever the clock says.
    @Test func backARetryWaitsHalfAMinuteAtMost() async throws {
        let open = try await OpenPipe()
        open.target.fail(["A1"])
        try await open.put("A", 1)
        let pipe = try open.pipe(over: open.stream, age: .seconds(60))
        try await open.running(pipe) {
            try await until("it has failed once and waits") {
                pipe.snapshot.shards[0].lastFailure != nil && open.time.sleeperCount > 0
            }
            open.target.fail([])
            open.time.set(by: .zero - Self.hour)
            try await open.put("A", 2)
            // Until the target has it: what is written behind that takes the disk's time, in which this clock runs on.
            let waited = try await open.pass(until: "the retry comes") { open.target.batches.count > 1 }
            #expect(waited < .seconds(31), "\(waited)")
            _ = try await open.pass(until: "all is settled") { pipe.snapshot.isDrained }
        }
        #expect(open.target.batches == [["A1"], ["A1"], ["A2"]], "in order, though A2 arrived before A1 by the clock")
        #expect(pipe.snapshot.counts.deadLettered == 0)
    }

    @Test(arguments: [hour, .zero - hour]) func anOpenWindowClosesAfterItsTimeOrTwice(change: Duration) async throws {
        let open = try await OpenPipe()
        let pipe = try open.pipe(over: open.stream, window: .seconds(5))
        try await open.put("A", 1)
        try await open.running(pipe) {
            try await until("it is read") { pipe.snapshot.counts.read == 1 && open.time.sleeperCount > 0 }
            open.time.set(by: change)
            let waited = try await open.pass(until: "all is settled") { pipe.snapshot.isDrained }
            #expect(waited <= (change > .zero ? .seconds(6) : .seconds(11)), "\(waited)")
        }
        #expect(open.target.batches == [["A1"]])
    }

    /// A day and an hour forward: the stream forgets its records and begins another shard. What the pipe has in its hands it
    /// keeps; what it has not read is gone, as after a day.
    @Test func forwardTheRetentionTakesWhatIsNotRead() async throws {
        let open = try await OpenPipe()
        let pipe = try open.pipe(over: open.stream, batchSize: 1)
        open.target.hold(true)
        try await open.put("A", 1)
        try await open.put("A", 2)
        try await open.running(pipe) {
            try await until("both are read, one is sent") {
                pipe.snapshot.counts.read == 2 && open.target.batches.count == 1
            }
            open.time.set(by: .seconds(25 * 3_600))
            try await open.store.rollOverShards()
            try await open.store.trimStreams()
            open.target.hold(false)
            try await until("both are settled") { pipe.snapshot.counts.delivered == 2 }
        }
        #expect(open.target.batches == [["A1"], ["A2"]])

        // Written while no pipe runs, and forgotten before one does.
        try await open.put("B", 1)
        open.time.set(by: .seconds(25 * 3_600))
        try await open.store.trimStreams()
        try await open.put("C", 1)
        let next = try open.pipe(over: open.stream, batchSize: 1)
        try await open.running(next) { try await until("the rest is settled") { next.snapshot.isDrained } }
        #expect(open.target.batches.last == ["C1"])
        #expect(next.snapshot.counts.read == 3)
    }

    /// Back before the table was made: nothing is trimmed or rolled over, and orders go on in their order.
    @Test func backEverythingGoesOn() async throws {
        let open = try await OpenPipe()
        let pipe = try open.pipe(over: open.stream, batchSize: 1)
        try await open.put("A", 1)
        open.time.set(by: .seconds(-48 * 3_600))
        try await open.store.rollOverShards()
        try await open.store.trimStreams()
        try await open.put("A", 2)
        try await open.running(pipe) { try await until("all is settled") { pipe.snapshot.isDrained } }
        #expect(open.target.batches == [["A1"], ["A2"]])
        #expect(try open.stream.shards.count == 1)
    }
}
