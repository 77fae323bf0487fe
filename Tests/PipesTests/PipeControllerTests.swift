import Clocks
import EventPatterns
import Synchronization
import TestSupport
import Testing

@testable import Pipes

/// Stopping, starting and replaying a pipe while everything around it runs.
@Suite(.timeLimit(.minutes(1))) struct PipeControllerTests {
    private func controller(
        _ rig: PipeRig, _ configuration: PipeConfiguration, desired: PipeController.DesiredState = .running,
        isNew: Bool = false
    ) -> PipeController {
        PipeController(
            name: configuration.name, work: work(rig, configuration), desired: desired, isNew: isNew,
            logger: PipeRig.logger)
    }

    private func work(
        _ rig: PipeRig, _ configuration: PipeConfiguration, target: (any PipeTarget)? = nil
    ) -> PipeWork {
        .ready(
            PipeDefinition(
                configuration: configuration, shards: [rig.shard],
                borders: rig.borders(configuration, target: target), itemReplays: rig.itemReplays))
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
            controller.stop()
            try await rig.until("it has stopped") { controller.currentState == .stopped }
            rig.shard.append(Samples.records(6...9))
            for _ in 0..<1_000 { await Task.yield() }
            #expect(rig.target.batches.joined().max() == 5)
            #expect(controller.snapshot.counts.delivered == 5)
            #expect(controller.snapshot.shards.map(\.behind) == [4])
            #expect(controller.desiredState == .stopped)
            controller.start()
            try await rig.until("it goes on") { controller.snapshot.counts.delivered == 9 }
            #expect(controller.currentState == .running)
        }
        #expect(rig.target.batches.flatMap { $0 } == Array(1...9))
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
            controller.stop()
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
            controller.start()
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 5 }
        }
    }

    @Test func aStopBeforeTheBeginningHolds() async throws {
        let rig = PipeRig(Samples.records(1...5))
        let controller = controller(rig, try Samples.configuration())
        controller.stop()
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
            controller.stop()
            controller.start()
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 5 }
            #expect(rig.target.batches == [[1, 2, 3, 4, 5]])
        }
    }

    /// LATEST is where the stream stands when the place is taken, however long the first read takes to come.
    @Test func whatIsWrittenBehindThePlaceIsDelivered() async throws {
        let rig = PipeRig(Samples.records(1...3))
        let controller = controller(rig, try Samples.configuration(position: .latest))
        try await controller.takePlaces()
        rig.shard.append(Samples.records(4...5))
        try await running(controller) {
            try await rig.until("what came since is delivered") { controller.snapshot.counts.delivered == 2 }
        }
        #expect(rig.target.batches.flatMap { $0 } == [4, 5])
    }

    @Test func aPipeThatIsNotToRunTakesNoPlace() async throws {
        let rig = PipeRig(Samples.records(1...3))
        let controller = controller(rig, try Samples.configuration(position: .latest), desired: .stopped)
        try await controller.takePlaces()
        #expect(try rig.saved == nil)
    }

    /// What is settled beyond the place stays so while the pipe has nothing that it could run.
    @Test func whatIsSettledAheadIsNotSentAgainBehindATimeWithoutWork() async throws {
        let failing = Mutex(true)
        let rig = PipeRig([Samples.record(1, item: 1), Samples.record(2, item: 2)]) { _, batch in
            batch == [1] && failing.withLock { $0 } ? .failed(reason: "raised") : .succeeded
        }
        let configuration = try Samples.configuration(batchSize: 1, lanes: 2)
        let controller = controller(rig, configuration)
        try await running(controller) {
            try await rig.until("one fails, the other is delivered") {
                controller.snapshot.counts.delivered == 1 && rig.target.batches.contains([1])
            }
            controller.update(.missing("its queue is gone"), desired: .running)
            try await rig.until("it cannot run") { controller.currentState == .updateFailed }
            failing.withLock { $0 = false }
            controller.update(work(rig, configuration), desired: .running, isStart: true)
            try await rig.until("all is delivered") { controller.snapshot.counts.delivered == 2 }
        }
        #expect(rig.target.batches.count { $0 == [2] } == 1)
    }

    /// Nobody waits for a change that nothing is there to make any more.
    @Test func whoeverWaitsForAChangeIsToldWhenThePipeCannotGoOn() async throws {
        let held = Gate()
        let rig = PipeRig(Samples.records(1...2)) { _, _ in
            await held.wait()
            return .succeeded
        }
        let controller = controller(rig, try Samples.configuration())
        try await controller.takePlaces()
        let run = Task { try await controller.run() }
        try await rig.until("the target has the batch") { rig.target.batches.count == 1 }
        let replay = Task { try await controller.replay(Replay(from: .trimHorizon)) }
        try await rig.until("the replay waits for it") { controller.isChanging }
        rig.checkpoints.setBroken(true)
        held.open()
        await #expect(throws: StorageFailure(name: "checkpoints")) { try await run.value }
        await #expect(throws: CancellationError.self) { try await replay.value }
        await #expect(throws: CancellationError.self) { try await controller.replay(Replay(from: .trimHorizon)) }
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
    }

    /// What is written later is not hidden until its sequences come up to the place.
    @Test func aReplayFromBeyondTheNewestRecordGoesOnBehindIt() async throws {
        let rig = PipeRig(Self.records(1...6))
        let controller = controller(rig, try Samples.configuration(batchSize: 1))
        try await running(controller) {
            try await rig.until("all is delivered") { controller.snapshot.counts.delivered == 6 }
            try await controller.replay(Replay(from: .sequence(1_000)))
            rig.shard.append(Self.records(7...7))
            try await rig.until("the next is delivered") { controller.snapshot.counts.delivered == 7 }
        }
        #expect(rig.target.batches.flatMap { $0 } == Array(1...7))
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
            controller.start()
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 3 }
        }
    }

    // MARK: Update

    private static let even = #"{"eventName":["even"]}"#
    private static let odd = #"{"eventName":["odd"]}"#

    /// Records whose name says whether their sequence is even.
    private static func named(_ sequences: ClosedRange<UInt64>) -> [SourceRecord] {
        sequences.map { Samples.record($0, item: $0, name: $0.isMultiple(of: 2) ? "even" : "odd") }
    }

    @Test func aNewFilterAppliesToEveryRecordReadAfterTheUpdate() async throws {
        let rig = PipeRig(Self.named(1...6))
        let controller = controller(rig, try Samples.configuration(patterns: [Self.even]))
        try await running(controller) {
            try await rig.until("all is read") { controller.snapshot.counts.read == 6 }
            try await rig.until("all is settled") { controller.snapshot.counts.inFlight == 0 }
            controller.update(work(rig, try Samples.configuration(patterns: [Self.odd])), desired: .running)
            rig.shard.append(Self.named(7...12))
            try await rig.until("it goes on") { controller.snapshot.counts.read == 12 }
            try await rig.until("all is settled") { controller.snapshot.counts.inFlight == 0 }
            #expect(controller.snapshot.counts.delivered == 6)
            #expect(controller.snapshot.counts.filteredOut == 6)
            #expect(controller.currentState == .running)
        }
        #expect(rig.target.batches.flatMap { $0 }.sorted() == [2, 4, 6, 7, 9, 11])
    }

    /// The first record waits for its retry and holds the checkpoint back; what other lanes have handled is not sent again.
    @Test func nothingIsDeliveredTwiceForAnUpdate() async throws {
        let rig = PipeRig(Self.named(1...9)) { _, batch in
            batch.contains(1) ? .failed(reason: "not yet") : .succeeded
        }
        let controller = controller(rig, try Samples.configuration(batchSize: 1, lanes: 3))
        try await running(controller) {
            // Records 1, 4 and 7 share a lane.
            try await rig.until("the others are delivered") { controller.snapshot.counts.delivered == 6 }
            let before = controller.snapshot.counts
            let target = ScriptedTarget(time: rig.time) { _, _ in .succeeded }
            controller.update(
                work(rig, try Samples.configuration(batchSize: 1, lanes: 2), target: target), desired: .running)
            try await rig.until("all is delivered") { controller.snapshot.counts.delivered == 9 }
            #expect(target.batches.flatMap { $0 }.sorted() == [1, 4, 7])
            let counts = controller.snapshot.counts
            #expect(counts.read == 9)
            #expect(counts.inFlight == 0)
            #expect(counts.invocations == before.invocations + 3)
            #expect(try rig.saved?.sequence == 9 || controller.snapshot.shards[0].checkpoint.sequence == 9)
        }
        #expect(Set(rig.target.batches.flatMap { $0 }) == [1, 2, 3, 5, 6, 8, 9])
        #expect(try rig.saved?.counts.delivered == 9)
    }

    @Test func anUpdateWaitsForWhatIsWithTheTarget() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...2)) { call, _ in
            if call == 1 { await gate.wait() }
            return .succeeded
        }
        let controller = controller(rig, try Samples.configuration())
        try await running(controller) {
            try await rig.until("the target has the batch") { rig.target.batches.count == 1 }
            controller.update(work(rig, try Samples.configuration(batchSize: 1)), desired: .running)
            #expect(controller.currentState == .updating)
            rig.shard.append(Samples.records(3...4))
            for _ in 0..<1_000 { await Task.yield() }
            #expect(rig.target.batches == [[1, 2]])
            gate.open()
            try await rig.until("it goes on") { controller.snapshot.counts.delivered == 4 }
            #expect(rig.target.batches == [[1, 2], [3], [4]])
        }
    }

    @Test func anUpdateOfAStoppedPipeLeavesItStopped() async throws {
        let rig = PipeRig(Self.named(1...4))
        let controller = controller(rig, try Samples.configuration(), desired: .stopped)
        try await running(controller) {
            controller.update(work(rig, try Samples.configuration(patterns: [Self.odd])), desired: .stopped)
            try await rig.until("it is stopped again") { controller.currentState == .stopped }
            #expect(rig.target.batches.isEmpty)
            controller.start()
            try await rig.until("it runs") { controller.snapshot.counts.read == 4 }
            try await rig.until("all is settled") { controller.snapshot.counts.delivered == 2 }
        }
        #expect(rig.target.batches == [[1, 3]])
    }

    @Test func anUpdateMayStopAndStart() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let controller = controller(rig, try Samples.configuration())
        try await running(controller) {
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 2 }
            controller.update(work(rig, try Samples.configuration()), desired: .stopped)
            try await rig.until("it has stopped") { controller.currentState == .stopped }
            rig.shard.append(Samples.records(3...3))
            controller.update(work(rig, try Samples.configuration()), desired: .running)
            try await rig.until("it goes on") { controller.snapshot.counts.delivered == 3 }
        }
    }

    /// What a stop leaves beyond the checkpoint is kept for the next start.
    @Test func aStopAndAStartSendNothingTwice() async throws {
        let rig = PipeRig(Self.named(1...6)) { call, batch in
            batch.contains(1) && call < 6 ? .failed(reason: "not yet") : .succeeded
        }
        let controller = controller(rig, try Samples.configuration(batchSize: 1, lanes: 2))
        try await running(controller) {
            try await rig.until("the other lane is done") { controller.snapshot.counts.delivered == 3 }
            controller.stop()
            try await rig.until("it has stopped") { controller.currentState == .stopped }
            #expect(controller.snapshot.counts.delivered == 3)
            #expect(controller.snapshot.shards.map(\.behind) == [3])
            controller.start()
            _ = try await rig.advance(until: "all is delivered") { controller.snapshot.counts.delivered == 6 }
        }
        #expect(rig.target.batches.joined().filter { $0.isMultiple(of: 2) }.sorted() == [2, 4, 6])
    }

    // MARK: Coming and going

    @Test func aNewPipeSaysSoUntilItRuns() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let controller = controller(rig, try Samples.configuration(), isNew: true)
        #expect(controller.currentState == .creating)
        try await running(controller) {
            try await rig.until("it runs") { controller.currentState == .running }
        }
    }

    @Test func aDeletedPipeSettlesWhatIsWithTheTargetAndEnds() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...2)) { _, _ in
            await gate.wait()
            return .succeeded
        }
        let controller = controller(rig, try Samples.configuration())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await controller.run() }
            try await rig.until("the target has the batch") { rig.target.batches.count == 1 }
            controller.delete()
            #expect(controller.currentState == .deleting)
            #expect(controller.isDeleted)
            gate.open()
            try await group.waitForAll()
        }
        #expect(controller.currentState == .deleting)
        #expect(rig.target.batches == [[1, 2]])
        await #expect(throws: CancellationError.self) { try await controller.replay(Replay(from: .trimHorizon)) }
    }

    @Test func aPipeWithoutItsPartsSaysWhyAndRunsOnceTheyAreThere() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let controller = PipeController(
            name: "orders", work: .missing("there is no queue"), desired: .running, logger: PipeRig.logger)
        try await running(controller) {
            try await rig.until("it says so") { controller.currentState == .startFailed }
            #expect(controller.stateReason == "there is no queue")
            #expect(controller.snapshot.shards.isEmpty)
            await #expect(throws: CancellationError.self) { try await controller.replay(Replay(from: .trimHorizon)) }
            controller.stop()
            try await rig.until("it is stopped") { controller.currentState == .stopped }
            controller.update(work(rig, try Samples.configuration()), desired: .running)
            try await rig.until("it runs") { controller.snapshot.counts.delivered == 2 }
            #expect(controller.stateReason == nil)
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
