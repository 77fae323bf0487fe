import Clocks
import EventPatterns
import TestSupport
import Testing

@testable import Pipes

/// A replay from the table: its items come first, then the stream goes on.
@Suite(.timeLimit(.minutes(1))) struct ItemReplayTests {
    /// Items of the table, with sequences that no record of the stream has.
    private static let items = (101...105).map { Samples.record($0, item: $0) }

    private func controller(_ rig: PipeRig, _ configuration: PipeConfiguration) -> PipeController {
        PipeController(
            name: configuration.name,
            work: .ready(
                PipeDefinition(
                    configuration: configuration, shards: [rig.shard], borders: rig.borders(configuration),
                    itemReplays: rig.itemReplays)),
            desired: .running, logger: PipeRig.logger)
    }

    private func running(_ controller: PipeController, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await controller.run() }
            try await body()
            controller.shutDown()
            try await group.waitForAll()
        }
    }

    private func delivered(_ count: Int, _ controller: PipeController, _ rig: PipeRig) async throws {
        try await rig.until("\(count) are delivered") {
            controller.snapshot.counts.delivered == count && controller.snapshot.isDrained
                && controller.snapshot.shards.count == 1
        }
    }

    @Test func theItemsComeBeforeWhatTheStreamHasNext() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...3), items: Self.items) { _, batch in
            if batch.contains(101) { await gate.wait() }
            return .succeeded
        }
        let controller = controller(rig, try Samples.configuration(batchSize: 2))
        try await running(controller) {
            try await delivered(3, controller, rig)
            try await controller.replayTable(recordsPerSecond: nil)
            #expect([.starting, .running].contains(controller.currentState))
            try await rig.until("the first items are sent") { rig.target.batches.last == [101, 102] }
            rig.shard.append(Samples.records(4...5))
            #expect(controller.currentState == .running)
            #expect(controller.snapshot.shards.map(\.shardID) == [rig.shard.shardID, "table"])
            #expect(!controller.snapshot.isDrained)
            gate.open()
            try await delivered(10, controller, rig)
            #expect(controller.snapshot.counts.read == 10)
            #expect(controller.snapshot.counts.inFlight == 0)
        }
        #expect(rig.target.batches.flatMap { $0 } == [1, 2, 3, 101, 102, 103, 104, 105, 4, 5])
        #expect(try rig.saved?.counts.delivered == 10)
        #expect(rig.itemReplays.current() == nil)
        // Items were not written when they were read: they tell nothing of the way from a write.
        #expect(rig.observer.entries.count == 5)
    }

    @Test func aStopInTheMiddleGoesOnWhereItStood() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...2), items: Self.items) { _, batch in
            if batch.contains(103) { await gate.wait() }
            return .succeeded
        }
        let controller = controller(rig, try Samples.configuration(batchSize: 1))
        try await running(controller) {
            try await delivered(2, controller, rig)
            try await controller.replayTable(recordsPerSecond: nil)
            try await rig.until("the third item is sent") { rig.target.batches.last == [103] }
            controller.stop()
            #expect(controller.currentState == .stopping)
            gate.open()
            try await rig.until("it has stopped") { controller.currentState == .stopped }
            #expect(controller.snapshot.counts.delivered == 5)
            controller.start()
            try await delivered(7, controller, rig)
        }
        #expect(rig.target.batches.flatMap { $0 } == [1, 2, 101, 102, 103, 104, 105])
    }

    /// One lane is stuck while the other has settled items behind: those are not done again.
    @Test func whatIsSettledAheadOfTheStopIsNotDoneAgain() async throws {
        let gate = Gate()
        let items = (101...106).map { Samples.record($0, item: $0 == 101 ? 0 : 1) }
        let rig = PipeRig(items: items) { _, batch in
            if batch.contains(101) { await gate.wait() }
            return .failed(reason: "raised")
        }
        let controller = controller(rig, try Samples.configuration(batchSize: 1, lanes: 2, retries: 0))
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: nil)
            try await rig.until("the second lane is done") { controller.snapshot.counts.deadLettered == 5 }
            controller.stop()
            gate.open()
            try await rig.until("it has stopped") { controller.currentState == .stopped }
            controller.start()
            try await rig.until("the stream goes on") { controller.snapshot.shards.count == 1 }
            #expect(controller.snapshot.counts.deadLettered == 6)
            #expect(controller.snapshot.counts.read == 6)
        }
        #expect(rig.target.batches.flatMap { $0 }.sorted() == Array(101...106))
    }

    @Test func aRestartGoesOnWithIt() async throws {
        let gate = Gate()
        let rig = PipeRig(Samples.records(1...2), items: Self.items) { call, _ in
            if call == 4 { await gate.wait() }
            return .succeeded
        }
        let configuration = try Samples.configuration(batchSize: 1)
        let first = controller(rig, configuration)
        try await running(first) {
            try await delivered(2, first, rig)
            try await first.replayTable(recordsPerSecond: nil)
            try await rig.until("the second item is sent") { rig.target.batches.count == 4 }
            first.shutDown()
            gate.open()
        }
        let second = controller(rig, configuration)
        try await running(second) { try await delivered(7, second, rig) }
        #expect(rig.target.batches.flatMap { $0 } == [1, 2, 101, 102, 103, 104, 105])
    }

    @Test func itemsThatFailForGoodAreDeadLettered() async throws {
        let rig = PipeRig(items: Self.items) { _, batch in
            batch.contains(103) ? .failed(reason: "raised") : .succeeded
        }
        let controller = controller(rig, try Samples.configuration(batchSize: 1, retries: 0))
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: nil)
            try await delivered(4, controller, rig)
            #expect(controller.snapshot.counts.deadLettered == 1)
        }
        #expect(rig.queue.bodies.count == 1)
    }

    /// The last items are given up without a lane that is left to say so.
    @Test func itemsThatAreDroppedEndItAsWell() async throws {
        let rig = PipeRig(items: Self.items) { _, _ in .failed(reason: "raised") }
        let controller = controller(rig, try Samples.configuration(retries: 0, deadLetters: false))
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: nil)
            try await rig.until("the stream goes on") { controller.snapshot.shards.count == 1 }
            #expect(controller.snapshot.counts.dropped == 5)
        }
    }

    @Test func whatTheFilterDropsIsCounted() async throws {
        let rig = PipeRig(items: Self.items)
        let controller = controller(rig, try Samples.configuration(patterns: [#"{"eventName":["REMOVE"]}"#]))
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: nil)
            try await rig.until("the stream goes on") { controller.snapshot.shards.count == 1 }
            #expect(controller.snapshot.counts.filteredOut == 5)
        }
        #expect(rig.target.batches.isEmpty)
    }

    @Test func anEmptyTableEndsItAtOnce() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let controller = controller(rig, try Samples.configuration())
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: nil)
            try await delivered(2, controller, rig)
        }
        #expect(rig.itemReplays.current() == nil)
    }

    @Test func anotherOneBeginsAnewAndKeepsTheAccounts() async throws {
        let gate = Gate()
        let rig = PipeRig(items: Self.items) { call, _ in
            if call == 2 { await gate.wait() }
            return .succeeded
        }
        let controller = controller(rig, try Samples.configuration(batchSize: 1))
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: nil)
            try await rig.until("the second item is sent") { rig.target.batches.count == 2 }
            async let again: Void = controller.replayTable(recordsPerSecond: nil)
            gate.open()
            try await again
            try await rig.until("the stream goes on") { controller.snapshot.shards.count == 1 }
            #expect(controller.snapshot.counts.delivered == rig.target.batches.count)
        }
        #expect(rig.target.batches.flatMap { $0 }.suffix(5) == Array(101...105))
        #expect(try rig.saved?.counts.delivered == rig.target.batches.count)
    }

    @Test func itCannotOutrunItsPace() async throws {
        let rig = PipeRig(items: (101...140).map { Samples.record($0, item: $0) })
        let controller = controller(rig, try Samples.configuration())
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: 10)
            let taken = try await rig.advance(until: "all is delivered") {
                controller.snapshot.counts.delivered == 40
            }
            #expect(taken >= .seconds(3.9))
            #expect(taken < .seconds(6))
        }
    }

    @Test func anUpdateInTheMiddleGoesOnWithTheNewFilter() async throws {
        let gate = Gate()
        let rig = PipeRig(items: Self.items) { _, batch in
            if batch.contains(102) { await gate.wait() }
            return .succeeded
        }
        let controller = controller(rig, try Samples.configuration(batchSize: 1))
        let none = try Samples.configuration(patterns: [#"{"eventName":["REMOVE"]}"#])
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: nil)
            try await rig.until("the second item is sent") { rig.target.batches.last == [102] }
            controller.update(
                .ready(
                    PipeDefinition(
                        configuration: none, shards: [rig.shard], borders: rig.borders(none),
                        itemReplays: rig.itemReplays)), desired: .running)
            gate.open()
            try await rig.until("the stream goes on") {
                controller.currentState == .running && controller.snapshot.shards.count == 1
            }
            #expect(controller.snapshot.counts.delivered == 2)
            #expect(controller.snapshot.counts.filteredOut == 3)
        }
        #expect(rig.target.batches == [[101], [102]])
    }
}
