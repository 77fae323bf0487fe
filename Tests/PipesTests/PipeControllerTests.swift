import Clocks
import Logging
import Synchronization
import Testing

@testable import Pipes

/// Stopping, starting and replaying a pipe while everything around it runs.
@Suite(.timeLimit(.minutes(1))) struct PipeControllerTests {
    /// Remembers the desired states in the order in which they were saved.
    private final class SavedStates: Sendable {
        private let states = Mutex<[PipeController.DesiredState]>([])
        var all: [PipeController.DesiredState] { states.withLock { $0 } }
        func save(_ state: PipeController.DesiredState) { states.withLock { $0.append(state) } }
    }

    private let saved = SavedStates()

    private func controller(
        _ rig: PipeRig, _ configuration: PipeConfiguration, desired: PipeController.DesiredState = .running,
        shards: [MemoryShard]? = nil
    ) -> PipeController {
        PipeController(
            configuration: configuration, shards: shards ?? [rig.shard], checkpoints: rig.checkpoints, desired: desired,
            save: { [saved] in saved.save($0) },
            make: { pace in rig.pipe(configuration, shards: shards, pace: pace) })
    }

    private func running(
        _ controller: PipeController, _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await controller.run() }
            try await body()
            controller.shutDown()
            try await group.waitForAll()
        }
    }

    @Test func aStoppedPipeTakesNothingAndGoesOnWhereItStood() async throws {
        let rig = PipeRig(Samples.records(1...5))
        let controller = controller(rig, try Samples.configuration())
        try await running(controller) {
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 5 }
            #expect(controller.currentState == .running)
            try await controller.stop()
            try await rig.until("it has stopped") { controller.currentState == .stopped }
            rig.shard.append(Samples.records(6...9))
            for _ in 0..<1_000 { await Task.yield() }
            #expect(rig.target.batches.joined().max() == 5)
            #expect(controller.snapshot.counts.delivered == 5)
            #expect(controller.snapshot.shards.map(\.behind) == [4])
            #expect(controller.desiredState == .stopped)
            try await controller.start()
            try await rig.until("it goes on") { controller.snapshot.counts.delivered == 9 }
            #expect(controller.currentState == .running)
        }
        #expect(rig.target.batches.flatMap { $0 } == Array(1...9))
        #expect(saved.all == [.stopped, .running])
    }

    @Test func aStopWaitsForWhatIsWithTheTarget() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...2)) { _, _ in
            await gate.wait()
            return .succeeded
        }
        let controller = controller(rig, try Samples.configuration())
        try await running(controller) {
            try await rig.until("the target has the batch") { rig.target.batches.count == 1 }
            try await controller.stop()
            #expect(controller.currentState == .stopping)
            gate.open()
            try await rig.until("it has stopped") { controller.currentState == .stopped }
            #expect(try rig.saved?.sequence == 2)
        }
    }

    @Test func aPipeThatIsToBeStoppedDoesNotBegin() async throws {
        let rig = PipeRig(Samples.records(1...5))
        let controller = controller(rig, try Samples.configuration(), desired: .stopped)
        try await running(controller) {
            try await controller.start()
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 5 }
        }
        #expect(saved.all == [.running])
    }

    @Test func aStopBeforeTheBeginningHolds() async throws {
        let rig = PipeRig(Samples.records(1...5))
        let controller = controller(rig, try Samples.configuration())
        try await controller.stop()
        try await running(controller) {
            for _ in 0..<1_000 { await Task.yield() }
            #expect(rig.target.batches.isEmpty)
            #expect(controller.currentState == .stopped)
        }
    }

    /// The wish to stop does not stick to the run that comes after it.
    @Test func aStoppedPipeThatIsStoppedAgainRunsAtItsNextStart() async throws {
        let rig = PipeRig(Samples.records(1...5))
        let controller = controller(rig, try Samples.configuration(), desired: .stopped)
        try await running(controller) {
            try await controller.stop()
            try await controller.start()
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 5 }
            #expect(rig.target.batches == [[1, 2, 3, 4, 5]])
        }
    }

    // MARK: Replay

    private static func records(_ sequences: ClosedRange<UInt64>) -> [SourceRecord] {
        sequences.map { Samples.record($0, arrival: Samples.start + .seconds(Int64($0))) }
    }

    @Test(
        arguments: [
            (.trimHorizon, 1), (.sequence(4), 4), (.sequence(0), 1), (.time(Samples.start + .seconds(3)), 3),
            (.time(Samples.start + .milliseconds(3_500)), 4), (.time(Samples.start), 1),
        ] as [(Replay.Position, UInt64)])
    func aReplayDeliversFromItsPlaceOn(position: Replay.Position, first: UInt64) async throws {
        let rig = PipeRig(Self.records(1...6))
        let controller = controller(rig, try Samples.configuration(batchSize: 1))
        try await running(controller) {
            try await rig.until("all is delivered") { controller.snapshot.counts.delivered == 6 }
            try await controller.replay(Replay(from: position))
            let all = 6 + Int(6 - first + 1)
            try await rig.until("it is delivered again") { controller.snapshot.counts.delivered == all }
            #expect(controller.snapshot.counts.read == all)
        }
        #expect(rig.target.batches.flatMap { $0 } == Array(1...6) + Array(first...6))
        #expect(saved.all.isEmpty)
    }

    @Test func aReplayFromTheFutureSkipsWhatThereIs() async throws {
        let rig = PipeRig(Self.records(1...6))
        let controller = controller(rig, try Samples.configuration(), desired: .stopped)
        try await running(controller) {
            try await controller.replay(Replay(from: .time(Samples.start + .seconds(100))))
            #expect(try rig.saved?.sequence == 6)
            #expect(controller.currentState == .stopped)
            #expect(rig.target.batches.isEmpty)
        }
    }

    @Test func aReplayedPipeCannotOutrunItsPace() async throws {
        let rig = PipeRig(Self.records(1...40))
        let controller = controller(rig, try Samples.configuration())
        try await running(controller) {
            try await rig.until("all is delivered") { controller.snapshot.counts.delivered == 40 }
            try await controller.replay(Replay(from: .trimHorizon, recordsPerSecond: 10))
            let taken = try await rig.advance(until: "all is delivered again") {
                controller.snapshot.counts.delivered == 80
            }
            #expect(taken >= .seconds(3.9))
            #expect(taken < .seconds(6))
            // What is new is read at once.
            rig.shard.append(Self.records(41...60))
            try await rig.until("what is new is delivered") { controller.snapshot.counts.delivered == 100 }
        }
    }

    @Test func aReplayAfterTheEndIsRefused() async throws {
        let rig = PipeRig()
        let controller = controller(rig, try Samples.configuration())
        try await running(controller) {}
        await #expect(throws: CancellationError.self) { try await controller.replay(Replay(from: .trimHorizon)) }
    }

    @Test func aStoreThatCannotBeReadRefusesTheReplayAndNothingMore() async throws {
        let rig = PipeRig(Self.records(1...3))
        let controller = controller(rig, try Samples.configuration(), desired: .stopped)
        try await running(controller) {
            rig.checkpoints.setBroken(true)
            await #expect(throws: StorageFailure.self) { try await controller.replay(Replay(from: .trimHorizon)) }
            rig.checkpoints.setBroken(false)
            try await controller.start()
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 3 }
        }
    }

    // MARK: What is shown

    @Test func theLastFailureAndTheLanesAreShown() async throws {
        let rig = PipeRig(Samples.records(1...3)) { call, _ in call == 1 ? .failed(reason: "raised") : .succeeded }
        let controller = controller(rig, try Samples.configuration(lanes: 2))
        try await running(controller) {
            try await rig.until("it fails") { controller.snapshot.shards[0].lastFailure != nil }
            let shard = controller.snapshot.shards[0]
            #expect(shard.lastFailure?.reason == "raised")
            #expect(shard.lastFailure?.attempts == 1)
            #expect(shard.lastFailure?.sequences == 1...3)
            #expect(shard.laneCount == 2)
            #expect(shard.firstUnsettledArrival == Samples.start)
            _ = try await rig.advance(until: "the retry succeeds") { controller.snapshot.counts.delivered == 3 }
            #expect(controller.snapshot.shards[0].firstUnsettledArrival == nil)
        }
    }
}
