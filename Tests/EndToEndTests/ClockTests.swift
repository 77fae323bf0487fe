import Engine
import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// `sluice up --test-clock` and `sluice clock`: days pass in no time.
    @Suite struct ClockTests {
        private static let template = """
            Resources:
            \(PythonFunction.ordersTable)
                  TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
              Failures: {Type: AWS::SQS::Queue, Properties: {QueueName: failures, MessageRetentionPeriod: 345600}}
            \(PythonFunction.resource("Worker", named: "worker", more: "Timeout: 60"))
              Way:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: way
                  RoleArn: arn:aws:iam::000000000000:role/pipe
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters:
                    DynamoDBStreamParameters:
                      StartingPosition: TRIM_HORIZON
                      BatchSize: 1
                      MaximumRecordAgeInSeconds: 3600
                      DeadLetterConfig: {Arn: !GetAtt Failures.Arn}
                  Target: !GetAtt Worker.Arn
            """

        /// Fails while the file `broken` is there, and notes what it has handled and who removed it.
        private static let program = """
            if os.path.exists(os.path.join(here, "broken")):
                raise Exception("the file is there")
            left = int(next_event.headers["Lambda-Runtime-Deadline-Ms"]) / 1000 - time.time()
            if not 50 < left <= 60:
                raise Exception("the deadline is not the machine's: %s s are left" % left)
            for record in event:
                who = record.get("userIdentity", {}).get("principalId", "client")
                with open(os.path.join(here, "handled"), "a") as handled:
                    handled.write(record["dynamodb"]["Keys"]["orderId"]["S"] + " by " + who + "\\n")
            """

        private let scratch: Scratch
        private let function: PythonFunction
        private var handled: [String] { function.lines(of: "handled") }

        init() throws {
            scratch = try Scratch()
            function = try PythonFunction("worker", in: scratch.path("functions"), body: Self.program)
            try Self.template.write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
        }

        private func start(_ arguments: String...) async throws -> RunningSluice {
            try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: ["--template", scratch.path("template.yaml"), "--functions", scratch.path("functions")]
                    + arguments)
        }

        private func put(_ engine: RunningSluice, _ id: String, expires: Int64? = nil) async throws {
            let expiry = expires.map { #","expires":{"N":"\#($0)"}"# } ?? ""
            let answer = try await engine.send(
                "PutItem", #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"}\#(expiry)}}"#)
            try #require(answer.status == 200, "\(answer)")
        }

        @discardableResult
        private func clock(_ engine: RunningSluice, _ arguments: String...) async throws -> ClockReport {
            let outcome = try await Command.run(
                ["clock"] + arguments + ["--json", "--endpoint-url", engine.url], scratch: scratch)
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try JSONDecoder().decode(ClockReport.self, from: Data(outcome.output.utf8))
        }

        private func accounts(_ engine: RunningSluice) async throws -> PipeAccounts {
            try #require(try await engine.status().pipes.first)
        }

        /// Looks until something is so; a minute at most.
        private func wait(_ what: Comment, until condition: () async throws -> Bool) async throws {
            if try await !comesTrue(condition) { Issue.record(what) }
        }

        /// Records that GetRecords gives of all shards.
        private func recordCount(_ engine: RunningSluice) async throws -> Int {
            let service = "DynamoDBStreams_20120810"
            let listed = try await engine.send("ListStreams", "{}", service: service).body
            let arn = try #require(listed.firstMatch(of: /"StreamArn":"([^"]*)"/)?.1)
            let stream = try await engine.send("DescribeStream", #"{"StreamArn":"\#(arn)"}"#, service: service).body
            var count = 0
            for shard in stream.matches(of: /"ShardId":"([^"]*)"/).map(\.1) {
                let iterator = try await engine.send(
                    "GetShardIterator",
                    #"{"StreamArn":"\#(arn)","ShardId":"\#(shard)","ShardIteratorType":"TRIM_HORIZON"}"#,
                    service: service)
                // A shard may be trimmed between the two requests.
                guard let place = iterator.body.firstMatch(of: /"ShardIterator":"([^"]*)"/)?.1 else { continue }
                let records = try await engine.send("GetRecords", #"{"ShardIterator":"\#(place)"}"#, service: service)
                count += records.body.matches(of: /"eventID"/).count
            }
            return count
        }

        // MARK: What follows the clock

        @Test func aRecordGrowsTooOld() async throws {
            try function.set("broken", exists: true)
            let engine = try await start("--test-clock")
            try await clock(engine, "freeze")
            try await put(engine, "A-1")
            try await wait("the function was not called") { try await accounts(engine).invocations == 1 }
            try await clock(engine, "advance", "2h")
            try await wait("the record is tried on") { try await accounts(engine).deadLettered == 1 }
            let way = try await accounts(engine)
            #expect(way.isBalanced)
            #expect(way.invocations == 1, "the clock stood, so there was no time for a second try")
            let letters = try await Command.run(["dlq", "list", "--endpoint-url", engine.url], scratch: scratch)
            #expect(letters.output.contains("RecordAgeExceeded"), "\(letters)")
            _ = await engine.stop()
        }

        @Test func aRetryComesWhenItsTimeHasCome() async throws {
            try function.set("broken", exists: true)
            let engine = try await start("--test-clock")
            try await clock(engine, "freeze")
            try await put(engine, "A-1")
            // The waits double: a quarter of a second, half of one, one, and half of each at least.
            for attempt in 1...3 {
                try await wait("attempt \(attempt) did not come") { try await accounts(engine).invocations == attempt }
                try await wait("attempt \(attempt) did not end") {
                    let shards = try await engine.detail("way").shards
                    // A lane is free once the time of the next attempt is known.
                    return shards.contains { $0.lastError?.attempts == attempt }
                        && shards.allSatisfy { $0.busyLanes == 0 }
                }
                if attempt == 3 { try function.set("broken", exists: false) }
                try await clock(engine, "advance", "2s")
            }
            _ = try await engine.drained()
            #expect(handled == ["A-1 by client"])
            let way = try await accounts(engine)
            #expect(way.delivered == 1)
            #expect(way.invocations == 4)
            _ = await engine.stop()
        }

        @Test func anItemExpires() async throws {
            let engine = try await start("--test-clock")
            let now = try await clock(engine, "show").timestamp / 1_000
            try await put(engine, "A-1", expires: now + 86_400)
            try await put(engine, "A-2", expires: now + 172_800)
            _ = try await engine.drained()
            try await clock(engine, "advance", "23h")
            try await clock(engine, "advance", "1h1m")
            try await wait("nothing has expired") { handled.count == 3 }
            #expect(handled.last == "A-1 by dynamodb.amazonaws.com")
            let scan = try await engine.send("Scan", #"{"TableName":"Orders"}"#)
            #expect(scan.body.contains("A-2") && !scan.body.contains("A-1"), "\(scan)")
            _ = await engine.stop()
        }

        @Test func deadLettersAreKeptForTheirTime() async throws {
            try function.set("broken", exists: true)
            let engine = try await start("--test-clock")
            try await put(engine, "A-1")
            try await wait("the function was not called") { try await accounts(engine).invocations >= 1 }
            try await clock(engine, "advance", "2h")
            try await wait("no dead letter") { try await engine.status().queues[0].approximateNumberOfMessages == 1 }
            try await clock(engine, "advance", "3d23h")
            #expect(try await engine.status().queues[0].approximateNumberOfMessages == 1)
            try await clock(engine, "advance", "1h1m")
            #expect(try await engine.status().queues[0].approximateNumberOfMessages == 0)
            _ = await engine.stop()
        }

        @Test func aStreamIsTrimmedAfterADay() async throws {
            let engine = try await start("--test-clock")
            for number in 1...5 { try await put(engine, "A-\(number)") }
            _ = try await engine.drained()
            try await clock(engine, "advance", "23h")
            #expect(try await recordCount(engine) == 5)
            try await clock(engine, "advance", "2h")
            try await wait("the stream is not trimmed") { try await recordCount(engine) == 0 }
            // The accounts stay, and what follows is delivered.
            try await put(engine, "A-6")
            let way = try #require(try await engine.drained().pipes.first)
            #expect(way.delivered == 6)
            #expect(way.isBalanced)
            _ = await engine.stop()
        }

        // MARK: The commands

        @Test func theClockIsShownAndMoved() async throws {
            let engine = try await start("--test-clock")
            #expect(engine.command.output.contains("on a test clock: `sluice clock` moves it"))
            let frozen = try await clock(engine, "freeze")
            #expect(frozen.isFrozen)
            #expect(try await clock(engine, "show").timestamp == frozen.timestamp)
            #expect(try await clock(engine, "advance", "1d2h").timestamp == frozen.timestamp + 93_600_000)
            let text = try await Command.run(["clock", "resume", "--endpoint-url", engine.url], scratch: scratch)
            #expect(text.output.contains("ahead of the machine's clock, running"), "\(text)")
            let report = try await engine.report()
            #expect(report.clock?.isFrozen == false)
            for (arguments, sentence) in [
                (["advance", "soon"], "soon is no duration; give one such as 250ms, 90s, 15m, 24h or 1d12h"),
                (["advance", "99999999d"], "99999999d is no duration"),
            ] {
                let outcome = try await Command.run(
                    ["clock"] + arguments + ["--endpoint-url", engine.url], scratch: scratch)
                #expect(outcome.status == 1)
                #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
            }
            _ = await engine.stop()
        }

        @Test func theMachinesClockIsNotMoved() async throws {
            let engine = try await start()
            for arguments in [["show"], ["advance", "1h"], ["freeze"], ["resume"]] {
                let outcome = try await Command.run(
                    ["clock"] + arguments + ["--endpoint-url", engine.url], scratch: scratch)
                #expect(outcome.status == 1)
                #expect(
                    outcome.errors
                        == "sluice: this engine runs on the machine's clock; start it with `sluice up --test-clock` to have one that moves.\n"
                )
            }
            _ = await engine.stop()
        }

        /// A frozen clock keeps no stop waiting, and what was settled is saved.
        @Test func anEngineWithAFrozenClockStops() async throws {
            try function.set("broken", exists: true)
            let engine = try await start("--test-clock")
            try await clock(engine, "freeze")
            try await put(engine, "A-1")
            try await wait("the function was not called") { try await accounts(engine).invocations == 1 }
            let outcome = await engine.stop()
            #expect(outcome.status == 0, "\(outcome)")
            try function.set("broken", exists: false)
            let again = try await start()
            _ = try await again.drained()
            #expect(handled == ["A-1 by client"])
            _ = await again.stop()
        }

        /// What was left to do is done by the clock that it was left with: a message that would be over by another stays.
        @Test func anEngineGoesOnWhereItsClockStood() async throws {
            try function.set("broken", exists: true)
            var engine = try await start("--test-clock", "--clock-ahead", "30d")
            #expect(try await clock(engine, "show").aheadMilliseconds == 30 * 86_400_000)
            try await put(engine, "given-up")
            try await wait("the function was not called") { try await accounts(engine).invocations >= 1 }
            try await clock(engine, "advance", "2h")
            try await wait("the record is tried on") { try await accounts(engine).deadLettered == 1 }
            try await put(engine, "waiting")
            _ = await engine.stop()
            try function.set("broken", exists: false)
            engine = try await start("--test-clock", "--clock-ahead", "30d2h")
            #expect(try await clock(engine, "advance", "1s").aheadMilliseconds == (30 * 24 + 2) * 3_600_000 + 1_000)
            _ = try await engine.drained()
            #expect(handled == ["waiting by client"])
            #expect(try await engine.status().queues[0].approximateNumberOfMessages == 1)
            _ = await engine.stop()
        }

        // MARK: Back to the machine's clock

        @Test func aFolderThatWasAheadIsOpenedByTheMachinesClock() async throws {
            try function.set("broken", exists: true)
            var engine = try await start("--test-clock")
            let now = try await clock(engine, "show").timestamp / 1_000
            try await put(engine, "given-up")
            try await wait("the function was not called") { try await accounts(engine).invocations >= 1 }
            // The record is given up and trimmed, and shards have rolled over.
            try await clock(engine, "advance", "1d")
            try await wait("the record is tried on") { try await accounts(engine).deadLettered == 1 }
            try await clock(engine, "advance", "1d")
            try await wait("the stream is not trimmed") { try await recordCount(engine) == 0 }
            try function.set("broken", exists: false)
            // From here on nothing is removed by this clock.
            try await clock(engine, "freeze")
            try await put(engine, "ahead-1", expires: now - 60)
            _ = try await engine.drained()
            // Stopped before the next one: its record is read by the other clock.
            let stopped = try await Command.run(
                ["pipes", "stop", "way", "--endpoint-url", engine.url], scratch: scratch)
            #expect(stopped.status == 0, "\(stopped)")
            try await put(engine, "ahead-2", expires: now + 3 * 86_400)
            _ = await engine.stop()

            engine = try await start()
            #expect(
                engine.command.errors.contains("the data folder holds changes that are later than now"),
                "\(engine.command.errors)")
            let started = try await Command.run(
                ["pipes", "start", "way", "--endpoint-url", engine.url], scratch: scratch)
            #expect(started.status == 0, "\(started)")
            try await put(engine, "now-1")
            try await wait("what is due is not delivered") { handled.count >= 4 }
            let way = try #require(try await engine.drained().pipes.first)
            #expect(way.isBalanced)
            #expect(way.deadLettered == 1)
            // What is due by the machine's clock is gone; nothing was taken for too old.
            #expect(
                handled.sorted() == [
                    "ahead-1 by client", "ahead-1 by dynamodb.amazonaws.com", "ahead-2 by client", "now-1 by client",
                ])
            #expect(try await engine.status().queues[0].approximateNumberOfMessages == 1)
            #expect(try await recordCount(engine) == 4)
            _ = await engine.stop()
            let checked = try await Command.run(["data", "check", "--data", scratch.path("data")], scratch: scratch)
            #expect(checked.output.contains("Everything is sound."), "\(checked)")
        }
    }
}
