import Gateway
import Pipes
import Queues
import Stacks
import Tables
import Testing

@testable import Engine

/// Pipes made, changed and deleted while the engine runs, and what a restart makes of them.
@Suite(.timeLimit(.minutes(1))) struct PipeAdministrationTests {
    private let house: PipelineHouse

    init() throws { house = try PipelineHouse() }

    // MARK: Pipes of the API's own

    @Test func aPipeIsMadeOnANewTableAndIsThereAfterARestart() async throws {
        let none = PipelineHouse.template(pipe: nil)
        try await house.run(none) { engine in
            let source = try await engine.makeTable("Made")
            try await engine.put(0..<4, table: "Made")
            let made = try await engine.administration.create(
                "made", RunningEngine.settings(source: source, filter: "even", more: #","Tags":{"a":"b"}"#))
            #expect(made.currentState == "CREATING")
            #expect(made.sourceARN == source)
            _ = try await engine.settled("made", 4)
            try await engine.put(4..<8, table: "Made")
            #expect(try await engine.settled("made", 8).delivered == 4)
            #expect(try engine.sent(to: "first") == [0, 2, 4, 6])
        }
        try await house.run(none) { engine in
            #expect(engine.pipes["made"]?.resource.tags == ["a": "b"])
            try await engine.put(8..<10, table: "Made")
            #expect(try await engine.settled("made", 10).delivered == 5)
            #expect(try engine.sent(to: "first") == [0, 2, 4, 6, 8])
            _ = try await engine.administration.delete("made")
            try await until("it is gone") { engine.pipes["made"] == nil }
        }
        try await house.run(none) { engine in #expect(engine.pipes.all.isEmpty) }
    }

    @Test func aPipeMadeAgainBeginsAtItsStartingPosition() async throws {
        try await house.run(PipelineHouse.template(pipe: nil)) { engine in
            let source = try await engine.makeTable("Made")
            try await engine.put(0..<3, table: "Made")
            let settings = try RunningEngine.settings(source: source)
            _ = try await engine.administration.create("made", settings)
            _ = try await engine.settled("made", 3)
            _ = try await engine.administration.delete("made")
            try await until("it is gone") { engine.pipes["made"] == nil }
            _ = try await engine.administration.create("made", settings)
            #expect(try await engine.settled("made", 3).delivered == 3)
            #expect(try engine.sent(to: "first") == [0, 0, 1, 1, 2, 2])
        }
    }

    /// The engine starts all the same, and says what is missing.
    @Test func aPipeWhoseTableIsGoneCannotStart() async throws {
        let none = PipelineHouse.template(pipe: nil)
        try await house.run(none) { engine in
            let source = try await engine.makeTable("Made")
            _ = try await engine.administration.create("made", RunningEngine.settings(source: source))
            _ = try await engine.tables.deleteTable("Made")
        }
        try await house.run(none) { engine in
            let pipe = try #require(engine.pipes["made"])
            try await until("it says so") { pipe.controller.currentState == .startFailed }
            let description = try engine.administration.description(pipe)
            let source = pipe.resource.sourceStreamARN
            #expect(source.hasPrefix("arn:aws:dynamodb:us-east-1:000000000000:table/Made/stream/"))
            #expect(description.stateReason == "there is no stream \(source) here")
            #expect(description.sourceARN == source)
            #expect(engine.pipeLines == ["made cannot run: there is no stream \(source) here"])
            // A start tries again.
            _ = try await engine.administration.set("made", .running)
            try await until("it says so again") { pipe.controller.currentState == .startFailed }
            await #expect(throws: PipeRefusal.self) {
                try await engine.administration.update("made", RunningEngine.update(filter: "even"))
            }
            _ = try await engine.administration.delete("made")
            try await until("it is gone") { engine.pipes["made"] == nil }
        }
    }

    @Test func aPipeWhoseQueueIsGoneRunsWithAnotherTarget() async throws {
        let none = PipelineHouse.template(pipe: nil)
        try await house.run(none) { engine in
            let source = try await engine.makeTable("Made")
            _ = try await engine.administration.create(
                "made", RunningEngine.settings(source: source, target: RunningEngine.secondQueue))
            try await engine.put(0..<2, table: "Made")
            _ = try await engine.settled("made", 2)
            // Behind the template's back, which makes its queues at each start: this one is not of it then.
            try await engine.queues.deleteQueue("second")
        }
        let withoutSecond = none.split(separator: "\n").filter { !$0.contains("Second:") }.joined(separator: "\n")
        try await house.run(withoutSecond) { engine in
            let pipe = try #require(engine.pipes["made"])
            #expect(pipe.controller.stateReason == "there is no queue \(RunningEngine.secondQueue) here")
            let settings = try RunningEngine.settings(source: "")
            _ = try await engine.administration.update("made", settings)
            try await engine.put(2..<4, table: "Made")
            #expect(try await engine.settled("made", 4).delivered == 4)
            #expect(try engine.sent(to: "first") == [2, 3])
        }
    }

    @Test func aQueueThatAClientHasMadeTakesWhatAPipeSends() async throws {
        try await house.run(PipelineHouse.template(pipe: nil)) { engine in
            let source = try await engine.makeTable("Made")
            let queue = try await engine.queues.createQueue("jobs")
            _ = try await engine.administration.create(
                "made", RunningEngine.settings(source: source, target: queue.arn))
            try await engine.put(0..<2, table: "Made")
            _ = try await engine.settled("made", 2)
            #expect(try engine.sent(to: "jobs") == [0, 1])

            // While it is gone its messages wait in the stream.
            try await engine.queues.deleteQueue("jobs")
            try await engine.put(2..<3, table: "Made")
            let pipe = try #require(engine.pipes["made"])
            try await until("a sending is refused") { pipe.controller.snapshot.counts.retried > 0 }
            await #expect(throws: PipeRefusal.self) {
                try await engine.administration.create(
                    "other", RunningEngine.settings(source: source, target: queue.arn))
            }
            _ = try await engine.queues.createQueue("jobs")
            _ = try await engine.settled("made", 3)
            #expect(try engine.sent(to: "jobs") == [2])
        }
    }

    // MARK: Pipes of the template

    @Test func aStartReadsAStreamThatWasSwitchedOffToItsEnd() async throws {
        try await house.run { engine in
            try await engine.put(0..<2)
            _ = try await engine.settled("flow", 2)
            try await engine.stop()
            try await engine.put(2..<4)
            var update = TableUpdate()
            update.stream = .disable
            _ = try await engine.tables.updateTable("Orders", update)
            try await engine.start()
            try await until("what it holds is sent") { try engine.sent(to: "first") == [0, 1, 2, 3] }
        }
    }

    /// Its source is the table's stream, whichever that is when it starts.
    @Test func aStartReadsTheStreamOfATableThatWasMadeAgain() async throws {
        try await house.run { engine in
            try await engine.put(0..<2)
            _ = try await engine.settled("flow", 2)
            _ = try await engine.tables.deleteTable("Orders")
            _ = try await engine.makeTable("Orders")
            try await engine.stop()
            try await engine.put(2..<4)
            try await engine.start()
            try await until("the new table's orders are sent") { try engine.sent(to: "first") == [0, 1, 2, 3] }
        }
    }

    @Test func anUpdateOfATemplatesPipeStandsUntilItsEntryChanges() async throws {
        try await house.run { engine in
            try await engine.put(0..<2)
            _ = try await engine.settled("flow", 2)
            let answer = try await engine.administration.update("flow", RunningEngine.update(filter: "odd"))
            #expect(answer.currentState == "UPDATING")
            try await engine.put(2..<6)
            #expect(try await engine.settled("flow", 6).filteredOut == 2)
            #expect(try engine.sent(to: "first") == [0, 1, 3, 5])
        }
        try await house.run { engine in
            try await engine.put(6..<8)
            #expect(try await engine.settled("flow", 8).filteredOut == 3)
        }
        try await house.run(PipelineHouse.template(pipe: "BatchSize: 2")) { engine in
            #expect(engine.pipes["flow"]?.resource.batchSize == 2)
            try await engine.put(8..<10)
            #expect(try await engine.settled("flow", 10).filteredOut == 3)
        }
        // The change is not remembered beyond that.
        try await house.run { engine in #expect(engine.pipes["flow"]?.resource.patterns.isEmpty == true) }
    }

    @Test func aDeletedPipeOfTheTemplateStaysAwayUntilItsEntryChanges() async throws {
        try await house.run { engine in
            try await engine.put(0..<2)
            _ = try await engine.settled("flow", 2)
            let answer = try await engine.administration.delete("flow")
            #expect(answer.desiredState == "DELETED")
            #expect(answer.currentState == "DELETING")
            try await until("it is gone") { engine.pipes.all.isEmpty }
        }
        try await house.run { engine in #expect(engine.pipes.all.isEmpty) }
        try await house.run(PipelineHouse.template(pipe: "BatchSize: 2")) { engine in
            // As a new pipe, from its starting position.
            let counts = try await engine.settled("flow", 2)
            #expect(counts.delivered == 2)
            #expect(try engine.sent(to: "first") == [0, 0, 1, 1])
        }
    }

    @Test func aTagIsAChangeLikeAnyOther() async throws {
        try await house.run { engine in
            try await engine.administration.tag("flow", adding: ["a": "b", "c": "d"], removing: [])
            try await engine.administration.tag("flow", adding: [:], removing: ["c"])
        }
        try await house.run { engine in
            #expect(engine.pipes["flow"]?.resource.tags == ["a": "b"])
            let many = Dictionary(uniqueKeysWithValues: (0..<50).map { ("k\($0)", "v") })
            await #expect(throws: PipeRefusal.tooManyTags) {
                try await engine.administration.tag("flow", adding: many, removing: [])
            }
        }
    }

    // MARK: Wishes

    /// Whatever is filtered before or after, each record is settled once and the accounts go on.
    @Test func aFilterChangesWhileWritesGoOn() async throws {
        try await house.run { engine in
            _ = try await engine.administration.update("flow", RunningEngine.update(filter: "even"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.put(0..<400) }
                for turn in 0..<12 {
                    let seen = try engine.tables.table("Orders").stream?.recordCount ?? 0
                    try await until("writes go on") {
                        (try engine.tables.table("Orders").stream?.recordCount ?? 0) >= min(400, seen + 25)
                    }
                    let kind = turn.isMultiple(of: 2) ? "odd" : "even"
                    _ = try await engine.administration.update("flow", RunningEngine.update(filter: kind))
                }
                try await group.waitForAll()
            }
            let counts = try await engine.settled("flow", 400)
            let sent = try engine.sent(to: "first")
            #expect(counts.delivered + counts.filteredOut == 400)
            #expect(sent.count == counts.delivered)
            #expect(Set(sent).count == sent.count, "nothing twice")
            // After the last update only even ones pass.
            try await engine.put(400..<410)
            _ = try await engine.settled("flow", 410)
            #expect(try engine.sent(to: "first").filter { $0 >= 400 } == [400, 402, 404, 406, 408])
        }
    }

    @Test func wishesAtOnceLeaveWhatIsStored() async throws {
        try await house.run { engine in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for turn in 0..<100 {
                    group.addTask {
                        switch turn % 3 {
                        case 0: _ = try await engine.administration.set("flow", .running)
                        case 1: _ = try await engine.administration.set("flow", .stopped)
                        default: _ = try await engine.administration.update("flow", RunningEngine.update(filter: "odd"))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let pipe = try #require(engine.pipes["flow"])
            let stored = try #require(try engine.administration.states.stored("flow"))
            #expect(pipe.controller.desiredState == stored.desiredState ?? .running)
            #expect(stored.change?.properties == pipe.resource.properties)
        }
    }

    @Test func aNameIsTakenOnceAndAPipeThatGoesTakesNoWish() async throws {
        try await house.run { engine in
            let settings = try RunningEngine.settings(
                source: try #require(engine.pipes["flow"]).resource.sourceStreamARN)
            await #expect(throws: PipeRefusal.exists) { try await engine.administration.create("flow", settings) }
            await #expect(throws: PipeRefusal.unknown) { try await engine.administration.delete("nobody") }
            let made = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 {
                    group.addTask { (try? await engine.administration.create("one", settings)) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(made == 1)
        }
    }
}
