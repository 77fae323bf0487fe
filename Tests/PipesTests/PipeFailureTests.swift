import Clocks
import TestSupport
import Testing

@testable import Pipes

/// What happens when the pipe's own borders fail: it ends with their error, and loses nothing.
@Suite(.timeLimit(.minutes(1))) struct PipeFailureTests {
    /// Runs a pipe that ends by itself, with a bound for one that does not.
    ///
    /// - Parameter body: what the test does meanwhile.
    private func run(
        _ pipe: Pipe, _ rig: PipeRig, _ body: () async throws -> Void = {}
    ) async throws {
        let ended = Gate()
        let run = Task {
            defer { ended.open() }
            try await pipe.run()
        }
        do {
            try await body()
            try await rig.until("the pipe ends") { ended.isOpen }
        } catch {
            run.cancel()
        }
        try await run.value
    }

    @Test func aReadThatFailsEndsThePipe() async throws {
        let rig = PipeRig(Samples.records(1...2))
        rig.shard.fail(StorageFailure(name: "stream"))
        let pipe = rig.pipe(try Samples.configuration())
        await #expect(throws: StorageFailure(name: "stream")) { try await run(pipe, rig) }
        #expect(try rig.saved?.sequence == 0)
    }

    @Test func aCheckpointThatCannotBeSavedEndsThePipe() async throws {
        let rig = PipeRig(Samples.records(1...2))
        try await rig.checkpoints.save(Checkpoint(), pipe: "orders", shardID: rig.shard.shardID)
        rig.checkpoints.setBroken(true)
        let pipe = rig.pipe(try Samples.configuration())
        await #expect(throws: StorageFailure(name: "checkpoints")) { try await run(pipe, rig) }
        #expect(try rig.saved == Checkpoint())
    }

    @Test func aFirstPlaceThatCannotBeSavedEndsThePipe() async throws {
        let rig = PipeRig(Samples.records(1...2))
        rig.checkpoints.setBroken(true)
        let pipe = rig.pipe(try Samples.configuration())
        await #expect(throws: StorageFailure(name: "checkpoints")) { try await run(pipe, rig) }
        #expect(rig.target.batches == [], "nothing is sent from a place that is not kept")
    }

    /// A dead letter that cannot be stored is not lost: its record is tried and given up again at the next start.
    @Test func aDeadLetterThatCannotBeStoredEndsThePipe() async throws {
        let rig = PipeRig(Samples.records(1...2)) { _, batch in
            batch == [2] ? .failed(reason: "raised") : .succeeded
        }
        rig.queue.setBroken(true)
        let configuration = try Samples.configuration(batchSize: 1, retries: 0)
        let broken = rig.pipe(configuration)
        await #expect(throws: StorageFailure(name: "queue")) { try await run(broken, rig) }
        #expect(try rig.saved.map { $0.sequence < 2 } == true)
        #expect(broken.snapshot.counts.deadLettered == 0)

        rig.queue.setBroken(false)
        let mended = rig.pipe(configuration)
        try await rig.running(mended) {
            try await rig.until("the record is given up") { mended.snapshot.counts.deadLettered == 1 }
        }
        #expect(rig.queue.bodies.count == 1)
        #expect(try rig.saved?.sequence == 2)
    }

    /// A queue that is gone or full refuses the dead letter: it is sent again with growing pauses, its records stay
    /// unsettled, their lane waits, and the other lanes go on.
    @Test func aDeadLetterThatIsRefusedIsSentAgainUntilItIsTaken() async throws {
        let records = [Samples.record(1, item: 0), Samples.record(2, item: 1), Samples.record(3, item: 0)]
        let rig = PipeRig(records) { _, batch in
            batch == [1] ? .failed(reason: "raised") : .succeeded
        }
        rig.queue.refuse("the queue is gone")
        let pipe = rig.pipe(try Samples.configuration(batchSize: 1, lanes: 2, retries: 0))
        try await rig.running(pipe) {
            let wait = try await rig.advance(until: "the letter is refused six times") { rig.queue.refusalCount == 6 }
            #expect(wait > .seconds(3), "250 ms, 500 ms, 1 s and so on, each at least by half: \(wait)")
            let snapshot = pipe.snapshot
            #expect(rig.target.batches.sorted { $0[0] < $1[0] } == [[1], [2]], "3 is behind 1, 2 is not")
            #expect(snapshot.counts.delivered == 1)
            #expect(snapshot.counts.deadLettered == 0)
            #expect(snapshot.counts.inFlight == 2)
            #expect(snapshot.shards[0].checkpoint.sequence == 0)
            #expect(snapshot.shards[0].busyLaneCount == 1)
            #expect(
                snapshot.shards[0].lastFailure?.reason
                    == "the dead-letter queue does not take the records: the queue is gone")
            rig.queue.refuse(nil)
            _ = try await rig.advance(until: "all is settled") { pipe.snapshot.isDrained }
        }
        #expect(rig.queue.bodies.count == 1)
        #expect(rig.queue.records[0].lastError == "raised", "the function's words, not the queue's")
        #expect(rig.target.batches.last == [3])
        #expect(try rig.saved?.sequence == 3)
    }

    /// A stop does not wait for a queue that refuses: the records are given up again at the next start.
    @Test func aStopDoesNotWaitForAQueueThatRefuses() async throws {
        let rig = PipeRig(Samples.records(1...2)) { _, batch in
            batch == [2] ? .failed(reason: "raised") : .succeeded
        }
        rig.queue.refuse("the queue is full")
        let configuration = try Samples.configuration(batchSize: 1, retries: 0)
        let refused = rig.pipe(configuration)
        try await rig.running(refused) {
            try await rig.until("the letter is refused") { rig.queue.refusalCount == 1 }
        }
        #expect(try rig.saved?.sequence == 1)
        rig.queue.refuse(nil)
        let next = rig.pipe(configuration)
        try await rig.running(next) {
            try await rig.until("the record is given up") { next.snapshot.counts.deadLettered == 1 }
        }
        #expect(rig.target.batches == [[1], [2], [2]])
        #expect(try rig.saved?.sequence == 2)
    }

    /// One shard's failure ends the pipe as a whole, also while another shard's call is running.
    @Test func aFailingShardEndsTheOthers() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...2)) { _, _ in
            await gate.wait()
            return .succeeded
        }
        let other = MemoryShard(shardID: "shardId-2")
        let pipe = rig.pipe(try Samples.configuration(), shards: [rig.shard, other])
        await #expect(throws: StorageFailure(name: "stream")) {
            try await run(pipe, rig) {
                try await rig.until("a call is running") { rig.target.batches.count == 1 }
                other.fail(StorageFailure(name: "stream"))
                other.append(Samples.records(1...1))
            }
        }
        #expect(try rig.saved?.sequence == 0)
    }
}
