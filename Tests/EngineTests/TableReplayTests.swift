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
    private func replays(_ open: OpenPipe) throws -> TableReplays {
        TableReplays(
            pipe: "orders", table: try open.store.table("Orders"), stream: try open.stream,
            checkpoints: open.checkpoints, time: open.time)
    }

    private func controller(_ open: OpenPipe, batchSize: Int = 1) throws -> PipeController {
        let stream = try open.stream
        return PipeController(
            name: "orders",
            work: .ready(
                PipeDefinition(
                    configuration: try OpenPipe.configuration(batchSize: batchSize),
                    shards: stream.lineages.map { TableShard(stream: stream, lineage: $0) }, borders: open.borders,
                    itemReplays: try replays(open))),
            desired: .running, logger: OpenPipe.logger)
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
        #expect(try replays(open).current() == nil)
    }

    /// Settled items are not done again though others have come between them, and none is left out.
    @Test func aStopForgetsNothingWhileItemsComeAndGo() async throws {
        let open = try await OpenPipe()
        let ids = (0..<40).map { "I\(10 + $0)-" }
        for id in ids { try await open.put(id, 1) }
        let controller = try controller(open)
        try await running(controller) {
            try await until("the stream is read") { Self.isDone(controller) }
            try await controller.replayTable(recordsPerSecond: nil)
            for round in 0..<5 {
                let sent = 40 + round * 6 + 3
                try await until("some are sent") { open.target.batches.count >= sent }
                controller.stop()
                try await until("it stops") { controller.currentState == .stopped }
                // Between items that were read, and one of those.
                try await open.put("I\(10 + round)+", 1)
                try await open.delete(ids[30 + round])
                controller.start()
            }
            try await until("all is delivered") { Self.isDone(controller) }
            #expect(controller.snapshot.counts.inFlight == 0)
        }
        let replayed = open.target.batches.dropFirst(40).map { $0[0] }
        let counts = Dictionary(replayed.map { ($0, 1) }, uniquingKeysWith: +)
        for (place, id) in ids.enumerated() where !(30..<35).contains(place) { #expect(counts[id + "1"] == 1, "\(id)") }
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

    @Test func aPaceThatTheStreamDoesNotWaitForIsRefused() throws {
        let error = #expect(throws: ControlError.self) { try TableReplays.check(1, 43_300) }
        #expect(
            error?.description
                == "43300 items at 1 a second take 12 hours, for which the pipe's stream waits, and it holds records for "
                + "24 hours; give 2 or more, or no pace.")
        try TableReplays.check(2, 43_300)
        try TableReplays.check(1, 43_200)
    }
}
