import Clocks
import EventPatterns
import Foundation
import Gateway
import Items
import Logging
import Pipes
import Storage
import Tables
import Testing

@testable import Engine

/// A replay from a real table: what it delivers while items come and go, and where it goes on.
@Suite(.timeLimit(.minutes(2))) struct TableReplayTests {
    private func replays(
        _ open: OpenPipe, position: PipeConfiguration.StartingPosition = .trimHorizon
    ) throws -> TableReplays {
        TableReplays(
            configuration: try OpenPipe.configuration(batchSize: 1, position: position),
            table: try open.store.table("Orders"), stream: try open.stream, checkpoints: open.checkpoints,
            time: open.time, logger: OpenPipe.logger)
    }

    private func current(_ open: OpenPipe) async throws -> ItemReplay? { try await replays(open).current() }

    private func work(
        _ open: OpenPipe, position: PipeConfiguration.StartingPosition = .trimHorizon
    ) throws -> PipeWork {
        let stream = try open.stream
        return .ready(
            PipeDefinition(
                configuration: try OpenPipe.configuration(batchSize: 1, position: position),
                shards: stream.lineages.map { TableShard(stream: stream, lineage: $0) }, borders: open.borders,
                itemReplays: try replays(open, position: position)))
    }

    private func controller(_ open: OpenPipe) throws -> PipeController {
        PipeController(name: "orders", work: try work(open), desired: .running, logger: OpenPipe.logger)
    }

    private func running(_ controller: PipeController, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await controller.run() }
            try await body()
            controller.shutDown()
            try await group.waitForAll()
        }
    }

    private static func isDone(_ controller: PipeController) -> Bool {
        let snapshot = controller.snapshot
        return snapshot.shards.count == 1 && snapshot.isDrained && snapshot.counts.inFlight == 0
    }

    @Test func everyItemComesOnceInItsLastStateBeforeTheStreamGoesOn() async throws {
        let open = try await OpenPipe()
        let controller = try controller(open)
        for id in ["A", "B", "C"] { for state in 1...2 { try await open.put(id, state) } }
        try await running(controller) {
            try await until("the stream is read") { Self.isDone(controller) }
            open.target.hold(true)
            try await controller.replayTable(recordsPerSecond: nil)
            try await until("the first item is sent") { open.target.batches.count == 7 }
            try await open.put("A", 3)
            open.target.hold(false)
            try await until("all is delivered") { Self.isDone(controller) }
            #expect(controller.snapshot.counts.read == 10)
            #expect(controller.snapshot.counts.delivered == 10)
        }
        #expect(open.target.batches.suffix(4) == [["A2"], ["B2"], ["C2"], ["A3"]])
        #expect(try await current(open) == nil)
    }

    /// Settled items are not done again though others have come between them, and none is left out.
    @Test func aStopForgetsNothingWhileItemsComeAndGo() async throws {
        let open = try await OpenPipe()
        let ids = (0..<40).map { "I\(10 + $0)-" }
        for id in ids { try await open.put(id, 1) }
        let controller = try controller(open)
        try await running(controller) {
            try await until("the stream is read") { Self.isDone(controller) }
            for round in 0..<5 {
                let sent = 40 + round * 6 + 3
                open.target.holdBefore(sent)
                if round == 0 { try await controller.replayTable(recordsPerSecond: nil) } else { controller.start() }
                try await until("some are sent") { open.target.batches.count == sent }
                controller.stop()
                open.target.hold(false)
                try await until("it stops") { controller.currentState == .stopped }
                #expect(controller.snapshot.shards.count == 2)
                // Between items that were read, and one of those.
                try await open.put("I\(10 + round)+", 1)
                try await open.delete(ids[30 + round])
            }
            controller.start()
            try await until("all is delivered") { Self.isDone(controller) }
            #expect(controller.snapshot.counts.inFlight == 0)
        }
        let replayed = open.target.batches.dropFirst(40).map { $0[0] }
        let counts = Dictionary(replayed.map { ($0, 1) }, uniquingKeysWith: +)
        for (place, id) in ids.enumerated() where !(30..<35).contains(place) { #expect(counts[id + "1"] == 1, "\(id)") }
    }

    /// A megabyte at a time, also of what an earlier run has read: large items fill no memory.
    @Test func largeItemsComeInPagesTheSecondTimeToo() async throws {
        let open = try await OpenPipe()
        let text = String(repeating: "t", count: 300_000)
        for id in ["A", "B", "C", "D", "E", "F"] {
            _ = try await open.store.table("Orders").put(["pk": .string(id), "t": .string(text)])
        }
        let shard = try await replays(open).begin(recordsPerSecond: nil).shard
        func sequences(after sequence: UInt64) async throws -> [UInt64] {
            try await shard.records(after: sequence, limit: 100).map(\.sequence)
        }
        let pages = [try await sequences(after: 0), try await sequences(after: 4)]
        #expect(pages == [[1, 2, 3, 4], [5, 6]])
        let again = [try await sequences(after: 0), try await sequences(after: 4), try await sequences(after: 1)]
        #expect(again == [[1, 2, 3, 4], [5, 6], [2, 3, 4, 5]])
    }

    @Test func aRestartGoesOnBehindTheLastSettledItem() async throws {
        let open = try await OpenPipe()
        for id in ["A", "B", "C", "D"] { try await open.put(id, 1) }
        let first = try controller(open)
        try await running(first) {
            try await until("the stream is read") { Self.isDone(first) }
            open.target.holdBefore(7)
            try await first.replayTable(recordsPerSecond: nil)
            try await until("the third item is sent") { open.target.batches.count == 7 }
            // What was sent is settled, and its place saved.
            first.shutDown()
            open.target.hold(false)
        }
        try await open.put("AA", 1)
        try await open.delete("B")
        let stored = try #require(try ReplayPlace(open.checkpoints, pipe: "orders").load())
        #expect(stored.checkpoint.counts.delivered == 3)
        let second = try controller(open)
        try await running(second) {
            try await until("all is delivered") { Self.isDone(second) }
            #expect(second.snapshot.counts.inFlight == 0)
            #expect(second.snapshot.counts.delivered == 10)
        }
        #expect(open.target.batches.suffix(6) == [["A1"], ["B1"], ["C1"], ["D1"], ["AA1"], ["?"]])
    }

    /// What is written while the items are delivered is behind a pipe's LATEST, and what was written before is not.
    @Test func aPipeThatHasNeverReadItsStreamTakesItsPlaceFirst() async throws {
        let open = try await OpenPipe(shards: 2)
        let ids = (0..<8).map { "I\($0)-" }
        for id in ids { try await open.put(id, 1) }
        let controller = PipeController(
            name: "orders", work: try work(open, position: .latest), desired: .stopped, logger: OpenPipe.logger)
        try await running(controller) {
            try await controller.replayTable(recordsPerSecond: nil)
            for id in ids { try await open.put(id, 2) }
            controller.start()
            try await until("all is delivered") {
                controller.snapshot.shards.count == 2 && controller.snapshot.isDrained
                    && controller.snapshot.counts.delivered == 16
            }
        }
        #expect(Set(open.target.batches.prefix(8).joined()) == Set(ids.map { "\($0)2" }))
        #expect(Set(open.target.batches.suffix(8).joined()) == Set(ids.map { "\($0)2" }))
    }

    @Test func anotherTableOfTheNameEndsTheReplay() async throws {
        let open = try await OpenPipe()
        for id in ["A", "B"] { try await open.put(id, 1) }
        _ = try await replays(open).begin(recordsPerSecond: nil)
        try await open.makeTableAnew()
        try await open.put("C", 1)
        let controller = try controller(open)
        try await running(controller) { try await until("the stream is read") { Self.isDone(controller) } }
        #expect(open.target.batches == [["C1"]])
        #expect(try await current(open) == nil)
    }

    /// A pipe that cannot run when the engine starts takes its replay up when it can.
    @Test func aReplayIsTakenUpOnceThePipeCanRun() async throws {
        let open = try await OpenPipe()
        for id in ["A", "B"] { try await open.put(id, 1) }
        let first = try controller(open)
        try await running(first) { try await until("the stream is read") { Self.isDone(first) } }
        _ = try await replays(open).begin(recordsPerSecond: nil)
        let second = PipeController(
            name: "orders", work: .missing("the table has no stream"), desired: .running, logger: OpenPipe.logger)
        try await running(second) {
            try await until("it cannot run") { second.currentState == .startFailed }
            second.update(try work(open), desired: .running)
            try await until("all is delivered") { Self.isDone(second) && second.snapshot.counts.delivered == 4 }
        }
        #expect(open.target.batches == [["A1"], ["B1"], ["A1"], ["B1"]])
    }

    @Test func aPaceThatTheStreamDoesNotWaitForIsRefused() throws {
        let error = #expect(throws: ControlError.self) { try TableReplays.check(1, 43_300) }
        #expect(
            error?.description
                == "43300 items at 1 a second take 12 hours, for which the pipe's stream waits, and half of its 24 hours is "
                + "what it may; give 2 or more, or no pace.")
        try TableReplays.check(2, 43_300)
        try TableReplays.check(1, 43_200)
    }
}
