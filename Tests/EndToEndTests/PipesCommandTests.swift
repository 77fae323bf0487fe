import Engine
import Foundation
import Testing

extension EndToEnd {
    /// `sluice pipes` and `sluice dlq` against a running engine with real function processes.
    @Suite(.timeLimit(.minutes(4))) struct PipesCommandTests {
        private static let template = """
            AWSTemplateFormatVersion: "2010-09-09"
            Resources:
            \(PythonFunction.ordersTable)
              Failures:
                Type: AWS::SQS::Queue
                Properties: {QueueName: failures, MessageRetentionPeriod: 1209600}
            \(PythonFunction.resource("Function", named: "picky", more: "Timeout: 60"))
              Pipe:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: picky-pipe
                  RoleArn: arn:aws:iam::000000000000:role/pipe
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters:
                    DynamoDBStreamParameters:
                      StartingPosition: TRIM_HORIZON
                      BatchSize: 1
                      ParallelizationFactor: 10
                      MaximumRetryAttempts: 0
                      DeadLetterConfig: {Arn: !GetAtt Failures.Arn}
                  Target: !GetAtt Function.Arn
            """

        /// Fails while the file `broken` is there, keeps the order A-slow while `slow` is, and notes what it has handled.
        private static let program = """
            if os.path.exists(os.path.join(here, "broken")):
                raise Exception("the file is there")
            for record in event:
                order = record["dynamodb"]["Keys"]["orderId"]["S"]
                while order == "A-slow" and os.path.exists(os.path.join(here, "slow")):
                    time.sleep(0.005)
                with open(os.path.join(here, "handled"), "a") as handled:
                    handled.write(order + "\\n")
            """

        private let scratch: Scratch
        private let function: PythonFunction
        private var handled: [String] { function.lines(of: "handled") }

        init() throws {
            scratch = try Scratch()
            function = try PythonFunction("picky", in: scratch.path("functions"), body: Self.program)
            try Self.template.write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
        }

        private func start(_ arguments: String...) async throws -> RunningSluice {
            try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: ["--template", scratch.path("template.yaml"), "--functions", scratch.path("functions")]
                    + arguments)
        }

        private func put(_ engine: RunningSluice, _ id: String, amount: Int = 1) async throws {
            let answer = try await engine.send(
                "PutItem",
                #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"},"amount":{"N":"\#(amount)"}}}"#)
            try #require(answer.status == 200)
        }

        private func sluice(_ engine: RunningSluice, _ arguments: String...) async throws -> Command.Outcome {
            try await Command.run(arguments + ["--endpoint-url", engine.url], scratch: scratch)
        }

        private func letters(_ engine: RunningSluice) async throws -> [DeadLetterReport] {
            let outcome = try await sluice(engine, "dlq", "list", "--json")
            return try JSONDecoder().decode([DeadLetterReport].self, from: Data(outcome.output.utf8))
        }

        private func redrive(_ engine: RunningSluice, _ arguments: String...) async throws -> [RedriveResult] {
            let outcome = try await Command.run(
                ["dlq", "redrive", "--json", "--endpoint-url", engine.url] + arguments, scratch: scratch)
            return try JSONDecoder().decode([RedriveResult].self, from: Data(outcome.output.utf8))
        }

        @Test func deadLettersAreShownWithTheirOrdersAndRedrivenInOrder() async throws {
            try function.set("broken", exists: true)
            var engine = try await start()
            try await put(engine, "A-1")
            try await put(engine, "A-2")
            _ = try await engine.drained()
            let letters = try await letters(engine)
            #expect(letters.map(\.keys).sorted { $0[0] < $1[0] } == [["orderId=A-1"], ["orderId=A-2"]])
            #expect(letters.allSatisfy { $0.attempts == 1 && $0.lastError?.contains("the file is there") == true })
            #expect(letters.allSatisfy { $0.condition == "RetryAttemptsExhausted" && $0.pipe == "picky-pipe" })
            let first = try #require(letters.first { $0.keys == ["orderId=A-1"] })
            let shown = try await sluice(engine, "dlq", "show", first.id)
            #expect(shown.output.contains(#""NewImage":{"amount":{"N":"1"},"orderId":{"S":"A-1"}}"#), "\(shown)")

            // Still broken: it stays.
            #expect(try await redrive(engine, first.id).map(\.outcome) == [.failed])
            try function.set("broken", exists: false)
            // A newer state of A-1 is handled, so the older one is held back.
            try await put(engine, "A-1", amount: 2)
            _ = try await engine.drained()
            #expect(handled == ["A-1"])
            let dry = try await redrive(engine, "--all", "--dry-run")
            #expect(Set(dry.map(\.outcome)) == [.heldBack, .wouldBeRedriven])
            #expect(handled == ["A-1"])

            // What is kept beside the message outlives the engine.
            _ = await engine.stop()
            engine = try await start()
            let matching = #"{"dynamodb":{"Keys":{"orderId":{"S":["A-2"]}}}}"#
            #expect(try await redrive(engine, "--matching", matching).map(\.outcome) == [.redriven])
            #expect(handled == ["A-1", "A-2"])
            #expect(try await redrive(engine, "--all").map(\.outcome) == [.heldBack])
            #expect(try await redrive(engine, "--all", "--force").map(\.outcome) == [.redriven])
            #expect(handled == ["A-1", "A-2", "A-1"])
            #expect(try await self.letters(engine).isEmpty)
            #expect(try await redrive(engine, first.id).map(\.outcome) == [.unknown])
            _ = await engine.stop()
        }

        /// A newer state that is a dead letter itself undoes nothing; one that was redriven does.
        @Test func anOrderWhoseStatesAreAllDeadLettersIsRedrivenFromTheOldestOn() async throws {
            try function.set("broken", exists: true)
            let engine = try await start()
            for amount in 1...2 {
                try await put(engine, "A-1", amount: amount)
                try await put(engine, "A-2", amount: amount)
            }
            _ = try await engine.drained()
            try function.set("broken", exists: false)
            let newest = try #require(try await letters(engine).last { $0.keys == ["orderId=A-2"] })
            #expect(
                try await redrive(engine, "--all", "--dry-run").map(\.outcome)
                    == .init(repeating: .wouldBeRedriven, count: 4))
            #expect(try await redrive(engine, newest.id).map(\.outcome) == [.redriven])
            let outcomes = try await redrive(engine, "--all").map(\.outcome)
            #expect(outcomes.count { $0 == .redriven } == 2)
            #expect(outcomes.count { $0 == .heldBack } == 1)
            #expect(handled == ["A-2", "A-1", "A-1"])
            #expect(try await letters(engine).map(\.keys) == [["orderId=A-2"]])
            _ = await engine.stop()
        }

        /// A slow order holds the checkpoint back; what other lanes have handled meanwhile counts all the same.
        @Test func anOrderHandledBehindASlowOneHoldsItsOlderStateBack() async throws {
            try function.set("broken", exists: true)
            let engine = try await start("--stream-shards", "1")
            try await put(engine, "A-1")
            _ = try await engine.drained()
            try function.set("broken", exists: false)
            try function.set("slow", exists: true)
            try await put(engine, "A-slow")
            try await put(engine, "A-1", amount: 2)
            while handled.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(handled == ["A-1"], "the two are in different lanes")
            #expect(try await redrive(engine, "--all").map(\.outcome) == [.heldBack])
            try function.set("slow", exists: false)
            _ = try await engine.drained()
            #expect(handled == ["A-1", "A-slow"])
            _ = await engine.stop()
        }

        /// A page has 8 MB of them.
        @Test func moreDeadLettersThanAPageHoldsAreListedAndRedriven() async throws {
            try function.set("broken", exists: true)
            let engine = try await start()
            try await put(engine, "A-1")
            _ = try await engine.drained()
            try function.set("broken", exists: false)
            let body = String(repeating: "x", count: 900_000)
            for _ in 0..<10 {
                let sent = try await engine.send(
                    "SendMessage",
                    #"{"QueueUrl":"\#(engine.url)/000000000000/failures","MessageBody":"\#(body)"}"#,
                    service: "AmazonSQS")
                try #require(sent.status == 200, "\(sent)")
            }
            let ids = try await letters(engine).map(\.id)
            #expect(ids.count == 11 && Set(ids).count == 11)
            let text = try await sluice(engine, "dlq", "list")
            let listed = text.output.split(separator: "\n").map { String($0.prefix(36)) }
            #expect(listed == ids)
            #expect(try await redrive(engine, "--all", "--dry-run").map(\.id) == ids)
            #expect(try await redrive(engine, "--all", "--pipe", "picky-pipe").map(\.outcome) == [.redriven])
            #expect(handled == ["A-1"])
            _ = await engine.stop()
        }

        @Test func aPipeIsStoppedStartedAndReplayed() async throws {
            var engine = try await start()
            try await put(engine, "A-1")
            _ = try await engine.drained()
            let stopped = try await sluice(engine, "pipes", "stop", "picky-pipe")
            #expect(stopped.output.hasPrefix("picky-pipe  STOPPED"), "\(stopped)")
            try await put(engine, "A-2")

            // The stop outlives the engine.
            _ = await engine.stop()
            engine = try await start()
            #expect(engine.command.output.contains("stopped by `sluice pipes stop`"), "\(engine.command.output)")
            let shown = try await sluice(engine, "pipes", "show", "picky-pipe")
            #expect(shown.output.contains("1 behind"), "\(shown)")
            #expect(handled == ["A-1"])
            let started = try await sluice(engine, "pipes", "start", "picky-pipe")
            #expect(started.output.hasPrefix("picky-pipe  RUNNING"), "\(started)")
            _ = try await engine.drained()
            #expect(handled == ["A-1", "A-2"])

            let replayed = try await sluice(engine, "pipes", "replay", "picky-pipe", "--from", "TRIM_HORIZON")
            #expect(replayed.status == 0, "\(replayed)")
            while try await engine.status().pipes[0].delivered < 4 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(handled.sorted() == ["A-1", "A-1", "A-2", "A-2"])
            let list = try await sluice(engine, "pipes", "list")
            #expect(list.output.hasPrefix("picky-pipe  RUNNING  4 delivered"), "\(list)")
            _ = await engine.stop()
        }

        @Test func whatTheTableHoldsIsDelivered() async throws {
            let engine = try await start()
            for id in ["A-1", "A-2", "A-3"] { try await put(engine, id) }
            try await put(engine, "A-2", amount: 9)
            _ = try await engine.drained()
            #expect(handled.count == 4)
            let replayed = try await sluice(
                engine, "pipes", "replay", "picky-pipe", "--from", "TABLE", "--rate", "100", "--json")
            #expect(replayed.status == 0, "\(replayed)")
            let isHandled = await engine.command.wait { [self] in handled.count == 7 }
            #expect(isHandled)
            #expect(handled.suffix(3).sorted() == ["A-1", "A-2", "A-3"])
            while try await engine.status().pipes[0].delivered < 7 { try await Task.sleep(for: .milliseconds(5)) }
            let list = try await sluice(engine, "pipes", "list")
            #expect(list.output.hasPrefix("picky-pipe  RUNNING  7 delivered"), "\(list)")
            _ = await engine.stop()
        }

        @Test func aReplayFromTheTableOutlivesTheEngine() async throws {
            var engine = try await start()
            let ids = (10..<70).map { "A-\($0)" }
            for id in ids { try await put(engine, id) }
            _ = try await engine.drained()
            _ = try await sluice(engine, "pipes", "replay", "picky-pipe", "--from", "TABLE", "--rate", "20")
            let isUnderWay = await engine.command.wait { [self] in handled.count >= 90 }
            #expect(isUnderWay)
            await engine.command.kill()
            let count = handled.count
            #expect(count < 120)
            engine = try await start()
            let isDone = await engine.command.wait { [self] in Set(handled.dropFirst(60)).count == 60 }
            #expect(isDone)
            // What was with the function at the kill comes again, and what its last place had not been saved for: a second's
            // worth at most, and not all that had been delivered.
            #expect(handled.count <= 140, "\(count) were handled before the kill")
            #expect(Set(handled) == Set(ids))
            _ = await engine.stop()
        }

        @Test func anotherFilterIsTriedOnTheStream() async throws {
            let engine = try await start()
            for number in 1...8 { try await put(engine, "A-\(number)", amount: number % 2) }
            try await put(engine, "A-1", amount: 7)
            _ = try await engine.drained()
            let outcome = try await sluice(
                engine, "filter", "backtest", "--json", "--pipe", "picky-pipe", "--pattern",
                #"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"amount":{"N":["1"]}}}}"#)
            let report = try JSONDecoder().decode(BacktestReport.self, from: Data(outcome.output.utf8))
            #expect(report.records == 9)
            #expect(report.passing == 9)
            #expect(report.wouldPass == 4)
            #expect(report.gained == 0)
            #expect(report.lost == 5)
            #expect(report.lostExamples.count == 5)
            #expect(report.lostExamples.first { $0.eventName == "MODIFY" }.map(\.keys) == "orderId=A-1")
            #expect(report.recordsPerInvocation == 1)
            let text = try await sluice(
                engine, "filter", "backtest", "--pipe", "picky-pipe", "--pattern", #"{"eventName":["REMOVE"]}"#)
            #expect(text.output.contains("would pass     0 of 9 records (0.0 %), about 0 invocations"), "\(text)")
            #expect(text.output.contains("9 passes now, and would not:"), "\(text)")
            _ = await engine.stop()
        }

        @Test func mistakesGetOneSentence() async throws {
            let engine = try await start()
            for (arguments, sentence) in [
                (["pipes", "show", "nobody"], "there is no pipe nobody; there are: picky-pipe"),
                (["pipes", "stop", "nobody"], "Pipe nobody does not exist."),
                (["pipes", "replay", "picky-pipe", "--from", "noon"], "noon is no place in a stream"),
                (["pipes", "replay", "picky-pipe", "--from", "TRIM_HORIZON", "--rate", "0"], "give 1 or more"),
                (
                    ["filter", "backtest", "--pipe", "picky-pipe", "--pattern", #"{"a":[{"numeric":"x"}]}"#],
                    "the pattern is refused"
                ),
                (
                    ["filter", "backtest", "--pipe", "nobody", "--pattern", #"{"eventName":["A"]}"#],
                    "there is no pipe nobody"
                ),
                (["dlq", "show", "nothing"], "there is no dead letter nothing"),
                (["dlq", "redrive", "--matching", "{"], "--matching:"),
            ] {
                let outcome = try await Command.run(arguments + ["--endpoint-url", engine.url], scratch: scratch)
                #expect(outcome.status == 1, "\(arguments)")
                #expect(outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
            }
            let nothing = try await sluice(engine, "dlq", "redrive")
            #expect(nothing.status == 2)
            #expect(nothing.errors.contains("Say which dead letters"), "\(nothing.errors)")
            _ = await engine.stop()
        }
    }
}
