import Foundation
import Items
import Queues
import Tables
import Testing

@testable import Engine

/// What a trace costs the engine, whatever there is to tell.
@Suite(.timeLimit(.minutes(1))) struct TraceBoundTests {
    private let house: PipelineHouse

    init() throws { house = try PipelineHouse() }

    private static func trace(
        _ engine: RunningEngine, _ id: String, showsValues: Bool = false
    ) async throws -> ItemTrace {
        let answer = try await ControlService(engine).perform(
            ["tables", "Orders", "trace"], Array(#"{"hashKey":"\#(id)","showsValues":\#(showsValues)}"#.utf8))
        return try JSONDecoder().decode(ItemTrace.self, from: Data(try #require(answer)))
    }

    @Test func theLastChangesAreToldAndThatThereAreMore() async throws {
        try await house.run(shards: 1) { engine in
            let table = try engine.tables.table("Orders")
            for number in 0..<(PageLimit.max + 30) {
                _ = try await table.put(["p": .string("A"), "n": .number(Number(number))])
            }
            let newest = try #require(table.stream).lineages[0].newestSequence
            let trace = try await Self.trace(engine, "A")
            #expect(trace.records.count == PageLimit.max)
            #expect(trace.records.last?.sequenceNumber == SequenceNumber.text(newest))
            #expect(trace.isCut && !trace.isComplete)

            _ = try await table.put(["p": .string("B")])
            let other = try await Self.trace(engine, "B")
            #expect(other.records.count == 1)
            #expect(!other.isCut && other.isComplete)
        }
    }

    @Test func changesAreBoundedInBytes() async throws {
        try await house.run(shards: 1) { engine in
            let table = try engine.tables.table("Orders")
            let filler = String(repeating: "x", count: 400_000)
            for number in 0..<25 {
                _ = try await table.put([
                    "p": .string("A"), "n": .number(Number(number)), "filler": .string(filler),
                ])
            }
            let trace = try await Self.trace(engine, "A")
            #expect(trace.records.count == PageLimit.bytesMax / 400_000)
            #expect(trace.isCut)
        }
    }

    @Test func deadLettersAndMessagesAreBoundedInNumber() async throws {
        try await house.run(shards: 1) { engine in
            let table = try engine.tables.table("Orders")
            _ = try await table.put(["p": .string("A")])
            let lineage = try #require(table.stream?.lineages.first)
            let record = try #require(try lineage.records(after: 0, limit: 1).first)
            let json = Data(record.json).base64EncodedString()
            let kept =
                #"{"pipe":"flow","shardID":"s","records":[{"sequence":\#(record.sequence),"itemKey":0,"json":"\#(json)"}],"attempts":1}"#
            let queue = try engine.queues.queue("second")
            for _ in 0..<(PageLimit.max + 5) {
                _ = try await queue.send(OutgoingMessage("a dead letter", attachment: kept))
                _ = try await queue.send(OutgoingMessage(#"["A"]"#))
            }
            let trace = try await Self.trace(engine, "A")
            #expect(trace.deadLetters.count == PageLimit.max)
            #expect(trace.messages.count == PageLimit.max)
            #expect(trace.isCut && trace.isComplete, "its changes are all there")
        }
    }

    @Test func messagesThatAreShownAreBoundedInBytes() async throws {
        try await house.run(shards: 1) { engine in
            _ = try await engine.tables.table("Orders").put(["p": .string("A")])
            let queue = try engine.queues.queue("second")
            let body = #"["A"]"# + String(repeating: "x", count: 1_000_000)
            for _ in 0..<10 { _ = try await queue.send(OutgoingMessage(body)) }
            let shown = try await Self.trace(engine, "A", showsValues: true)
            #expect(shown.messages.count == PageLimit.bytesMax / 1_000_000)
            #expect(shown.isCut)
            let hidden = try await Self.trace(engine, "A")
            #expect(hidden.messages.count == 10)
            #expect(!hidden.isCut)
        }
    }

    /// There are a few threads for all tasks of the engine.
    @Test func tracesKeepNoTaskWaiting() async throws {
        try await house.run(shards: 1) { engine in
            _ = try await engine.tables.table("Orders").put(["p": .string("A")])
            let queue = try engine.queues.queue("second")
            let body = String(repeating: "x", count: 500_000)
            for _ in 0..<40 { _ = try await queue.send(OutgoingMessage(body)) }
            let traceCount = 4 * ProcessInfo.processInfo.activeProcessorCount
            // The ends in their order, true for that of a task that has nothing to do.
            let ends = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<traceCount {
                    group.addTask {
                        _ = try await Self.trace(engine, "A")
                        return false
                    }
                }
                group.addTask { true }
                var ends: [Bool] = []
                for try await end in group { ends.append(end) }
                return ends
            }
            let place = try #require(ends.firstIndex(of: true))
            #expect(place < traceCount / 2)
        }
    }

    @Test(arguments: [
        ([100, 0], [true, false]), ([5, 5, 1, 0], [true, true, false, false]),
        ([0, 0, 0, 0], [true, true, true, false]),
    ])
    func thereIsRoomForSoManyAndSoManyBytesAndForOneOfAnySize(sizes: [Int], taken: [Bool]) {
        var room = TraceRoom(countMax: 3, bytesMax: 10)
        let found = sizes.map { room.take($0) }
        #expect(found == taken)
        #expect(room.isExceeded)
    }
}
