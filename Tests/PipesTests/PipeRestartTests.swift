import Clocks
import TestSupport
import Testing

@testable import Pipes

/// Stopping, cancelling and starting again: what is kept and what is sent twice.
@Suite(.timeLimit(.minutes(1))) struct PipeRestartTests {
    @Test func aRestartGoesOnBehindTheCheckpoint() async throws {
        let rig = PipeRig(Samples.records(1...10))
        let configuration = try Samples.configuration(batchSize: 4)
        let first = rig.pipe(configuration)
        try await rig.running(first) {
            try await rig.until("the first run is through") { first.snapshot.counts.delivered == 10 }
        }
        #expect(try rig.saved?.sequence == 10)
        rig.shard.append(Samples.records(11...12))
        let second = rig.pipe(configuration)
        try await rig.running(second) {
            try await rig.until("the second run is through") { second.snapshot.counts.delivered == 12 }
        }
        #expect(rig.target.batches.flatMap { $0 } == Array(1...12))
        // The accounts go on where they stood.
        let snapshot = second.snapshot
        #expect(snapshot.countsAtStart == first.snapshot.counts)
        #expect((snapshot.counts - snapshot.countsAtStart).delivered == 2)
        #expect(snapshot.counts.invocations == 4)
        #expect(snapshot.shards.map(\.readPosition) == [12])
    }

    @Test func latestBeginsBehindWhatExists() async throws {
        let rig = PipeRig(Samples.records(1...10))
        let configuration = try Samples.configuration(position: .latest)
        let first = rig.pipe(configuration)
        try await rig.running(first) {
            try await rig.until("the reader waits") { rig.shard.waitingCount == 1 }
            #expect(first.snapshot.counts.read == 0)
        }
        #expect(try rig.saved?.sequence == 10)
        // Written while the pipe was stopped: the position was chosen at the first start, not at this one.
        rig.shard.append(Samples.records(11...12))
        let second = rig.pipe(configuration)
        try await rig.running(second) {
            try await rig.until("what came later is delivered") { second.snapshot.counts.delivered == 2 }
        }
        #expect(rig.target.batches == [[11, 12]])
    }

    @Test func trimHorizonBeginsAtTheOldest() async throws {
        let rig = PipeRig(Samples.records(7...9))
        let pipe = rig.pipe(try Samples.configuration(position: .trimHorizon))
        try await rig.running(pipe) {
            try await rig.until("all is delivered") { pipe.snapshot.counts.delivered == 3 }
        }
        #expect(rig.target.batches == [[7, 8, 9]])
    }

    @Test func aGracefulStopWaitsForTheTargetAndSaves() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...10)) { call, _ in
            if call == 2 { await gate.wait() }
            return .succeeded
        }
        let pipe = rig.pipe(try Samples.configuration(batchSize: 4))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await pipe.run()
                return true
            }
            try await rig.until("the second call is running") { rig.target.batches.count == 2 }
            pipe.stop()
            for _ in 0..<200 { await Task.yield() }
            #expect(pipe.snapshot.counts.delivered == 4, "the second call is still running")
            gate.open()
            try await group.waitForAll()
        }
        #expect(rig.target.batches == [[1, 2, 3, 4], [5, 6, 7, 8]], "nothing new is sent")
        #expect(pipe.snapshot.counts.delivered == 8)
        #expect(try rig.saved?.sequence == 8)
        #expect(try rig.saved?.counts.inFlight == 0)
    }

    @Test func aStopDoesNotWaitForARetry() async throws {
        let rig = PipeRig(Samples.records(1...2)) { _, _ in .failed(reason: "raised") }
        let pipe = rig.pipe(try Samples.configuration())
        try await rig.running(pipe) {
            try await rig.until("the retry waits") { rig.time.sleeperCount == 1 }
        }
        #expect(rig.target.batches.count == 1)
        #expect(rig.time.sleeperCount == 0)
        #expect(try rig.saved?.sequence == 0)
    }

    @Test func aPipeThatIsStoppedBeforeItRunsEndsAtOnce() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let pipe = rig.pipe(try Samples.configuration())
        pipe.stop()
        try await pipe.run()
        #expect(rig.target.batches == [])
    }

    @Test func cancellingLeavesTheCheckpointConsistent() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...10)) { call, _ in
            if call == 3 { await gate.wait() }
            return .succeeded
        }
        let configuration = try Samples.configuration(batchSize: 4)
        let first = rig.pipe(configuration)
        let run = Task { try await first.run() }
        try await rig.until("the third call is running") { rig.target.batches.count == 3 }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        let saved = try #require(try rig.saved)
        #expect([0, 4, 8].contains(saved.sequence), "only settled records are behind it")
        #expect(saved.counts.delivered == Int(saved.sequence))
        #expect(saved.counts.inFlight == 0)

        gate.open()
        let second = rig.pipe(configuration)
        try await rig.running(second) {
            try await rig.until("the rest is delivered") { second.snapshot.counts.delivered == 10 }
        }
        // At least once: what the checkpoint had not passed is sent again, and in order.
        #expect(rig.target.batches.dropFirst(3).flatMap { $0 } == Array(saved.sequence + 1...10))
        #expect(try rig.saved?.sequence == 10)
    }

    /// Saving at each step would cost a write a batch; the clock decides.
    @Test func checkpointsAreSavedNowAndThen() async throws {
        let rig = PipeRig(Samples.records(1...200))
        let pipe = rig.pipe(try Samples.configuration(batchSize: 1))
        try await rig.running(pipe) {
            try await rig.until("all is delivered") { pipe.snapshot.counts.delivered == 200 }
            try await rig.until("the saver pauses") { rig.time.sleeperCount == 1 }
            // The first place, and the first step; the clock has not moved since.
            #expect(rig.checkpoints.saves.count == 2)
            rig.time.advance(by: CheckpointSaver.interval)
            try await rig.until("the rest is saved") { rig.checkpoints.saves.last?.sequence == 200 }
        }
        #expect(rig.checkpoints.saves.map(\.sequence) == rig.checkpoints.saves.map(\.sequence).sorted())
        #expect(rig.checkpoints.saves.allSatisfy { $0.counts.inFlight == 0 })
        #expect(rig.checkpoints.saves.count == 3)
    }
}
