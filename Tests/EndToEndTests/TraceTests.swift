import Engine
import Foundation
import Testing

extension EndToEnd {
    /// `sluice orders trace` and `sluice logs` against a running engine with real function processes.
    @Suite(.timeLimit(.minutes(4))) struct TraceTests {
        private static let template = """
            AWSTemplateFormatVersion: "2010-09-09"
            Resources:
            \(PythonFunction.ordersTable)
              Failures: {Type: AWS::SQS::Queue, Properties: {QueueName: failures}}
              Inventory: {Type: AWS::SQS::Queue, Properties: {QueueName: inventory.fifo, FifoQueue: true}}
            \(PythonFunction.resource("Function", named: "picky", more: "Timeout: 60"))
              Everything:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: everything
                  RoleArn: arn:aws:iam::000000000000:role/pipe
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters:
                    DynamoDBStreamParameters:
                      StartingPosition: TRIM_HORIZON
                      BatchSize: 1
                      MaximumRetryAttempts: 0
                      DeadLetterConfig: {Arn: !GetAtt Failures.Arn}
                  Target: !GetAtt Function.Arn
              Shipped:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: shipped
                  RoleArn: arn:aws:iam::000000000000:role/pipe
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters:
                    FilterCriteria:
                      Filters: [{Pattern: '{"dynamodb":{"NewImage":{"status":{"S":["shipped"]}}}}'}]
                    DynamoDBStreamParameters: {StartingPosition: TRIM_HORIZON, BatchSize: 1}
                  Target: !GetAtt Function.Arn
            """

        /// Says what it handles, 3,000 times while the file `talks` is there; fails while `broken` is.
        private static let program = """
            for record in event:
                line = json.dumps({"decision": "handled", "eventID": record["eventID"], "requestId": request}, separators=(",", ":"))
                print("\\n".join([line] * (3000 if os.path.exists(os.path.join(here, "talks")) else 1)), flush=True)
            if os.path.exists(os.path.join(here, "broken")):
                raise Exception("the order of ann@shop.example is broken")
            """

        private let scratch: Scratch
        private let function: PythonFunction

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

        private func put(_ engine: RunningSluice, _ id: String, _ status: String) async throws {
            let answer = try await engine.send(
                "PutItem",
                #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"},"status":{"S":"\#(status)"}}}"#)
            try #require(answer.status == 200)
        }

        private func sluice(_ engine: RunningSluice, _ arguments: String...) async throws -> Command.Outcome {
            try await Command.run(arguments + ["--endpoint-url", engine.url], scratch: scratch)
        }

        private func trace(_ engine: RunningSluice, _ id: String) async throws -> ItemTrace {
            let outcome = try await sluice(engine, "orders", "trace", id, "--json")
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try JSONDecoder().decode(ItemTrace.self, from: Data(outcome.output.utf8))
        }

        @Test func anOrdersLifeIsTold() async throws {
            var engine = try await start()
            try await put(engine, "A-1", "pending")
            _ = try await engine.drained()
            try await put(engine, "A-1", "shipped")
            try await put(engine, "A-2", "pending")
            _ = try await engine.drained()
            let sent = try await engine.send(
                "SendMessage",
                #"{"QueueUrl":"\#(engine.url)/000000000000/inventory.fifo","MessageBody":"reserve","MessageGroupId":"A-1","MessageDeduplicationId":"1"}"#,
                service: "AmazonSQS")
            try #require(sent.status == 200, "\(sent)")

            let trace = try await trace(engine, "A-1")
            #expect(trace.exists && trace.isComplete)
            #expect(trace.records.map(\.eventName) == ["INSERT", "MODIFY"])
            #expect(trace.records[1].changes?.map(\.attribute) == ["status"])
            #expect(trace.records[1].changes?.map(\.kind) == [.changed])
            #expect(
                trace.records.map { $0.pipes.map(\.pipe) } == [["everything", "shipped"], ["everything", "shipped"]])
            #expect(trace.records[0].pipes.map(\.state) == [.delivered, .filteredOut])
            #expect(trace.records[1].pipes.map(\.state) == [.delivered, .delivered])
            let reasons = trace.records[0].pipes[1].reasons
            #expect(reasons.map(\.clause) == ["$.dynamodb.NewImage.status.S"])
            #expect(reasons.map(\.wanted) == [#"["shipped"]"#])
            #expect(reasons.map(\.found) == [nil])
            let log = trace.records[0].pipes[0].log
            #expect(log.map(\.function) == ["picky", "picky"])
            #expect(log.first?.text == "decision=handled")
            #expect(log.last?.text.hasPrefix("REPORT RequestId: \(log.first?.requestId ?? "none")") == true)
            #expect(log.allSatisfy { $0.timestamp != nil })
            #expect(trace.messages.map(\.queue) == ["inventory.fifo"])
            #expect(trace.messages.first?.groupId == "A-1")
            #expect(trace.deadLetters.isEmpty)

            let text = try await sluice(engine, "orders", "trace", "A-1")
            #expect(
                text.output.hasPrefix("A-1 is in the table Orders. The stream holds all its 2 changes.\n"), "\(text)")
            #expect(text.output.contains("  changed: status\n"))
            #expect(text.output.contains("  everything → picky: matched, delivered\n"))
            #expect(text.output.contains("  shipped → picky: dropped by its filter\n"))
            #expect(!text.output.contains("pending"))
            #expect(!text.output.contains("reserve"))
            let shown = try await sluice(engine, "orders", "trace", "A-1", "--show-values")
            #expect(shown.output.contains(#"  changed: status {"S":"pending"} → {"S":"shipped"}"#), "\(shown)")
            #expect(shown.output.contains(#"$.dynamodb.NewImage.status.S wants ["shipped"], found "pending""#))
            #expect(shown.output.contains("    reserve\n") || shown.output.hasSuffix("    reserve\n"))

            // Looking has received nothing, and a restart forgets nothing.
            _ = await engine.stop()
            engine = try await start()
            _ = try await engine.drained()
            #expect(try await self.trace(engine, "A-1") == trace)
            let received = try await engine.send(
                "ReceiveMessage",
                #"{"QueueUrl":"\#(engine.url)/000000000000/inventory.fifo","AttributeNames":["ApproximateReceiveCount"]}"#,
                service: "AmazonSQS")
            #expect(received.body.contains(#""ApproximateReceiveCount":"1""#), "\(received)")

            let unknown = try await sluice(engine, "orders", "trace", "A-9")
            #expect(unknown.status == 1)
            #expect(
                unknown.errors
                    == "sluice: the table Orders holds no A-9, and neither its stream, which keeps 24 hours, nor a dead letter tells of one; check the id\n"
            )
            let noTable = try await sluice(engine, "orders", "trace", "A-1", "--table", "Nope")
            #expect(noTable.errors == "sluice: there is no table Nope; there are: Orders\n")
            _ = await engine.stop()
        }

        @Test func anOrderThatFailedForGoodIsTold() async throws {
            try function.set("broken", exists: true)
            let engine = try await start()
            try await put(engine, "A-1", "pending")
            _ = try await engine.drained()
            let trace = try await trace(engine, "A-1")
            let delivery = try #require(trace.records.first?.pipes.first)
            #expect(delivery.state == .deadLettered)
            #expect(delivery.setbacks.map(\.kind) == ["failed", "deadLettered"])
            #expect(delivery.setbacks.map(\.attempts) == [1, 1])
            #expect(delivery.setbacks[0].reason == "the function returned an error: Unhandled")
            #expect(delivery.log.map(\.requestId) == [delivery.setbacks[0].requestId, delivery.setbacks[0].requestId])
            let letter = try #require(trace.deadLetters.first)
            #expect(delivery.deadLetters == [letter.id])
            #expect(letter.queue == "failures")
            #expect(letter.condition == "RetryAttemptsExhausted")
            #expect(letter.sequenceNumbers == trace.records.map(\.sequenceNumber))

            // A dead letter tells of an order that nothing else tells of, and is gone once it is redriven.
            let text = try await sluice(engine, "orders", "trace", "A-1")
            #expect(text.output.contains("everything → picky: matched, given up as a dead letter"), "\(text)")
            #expect(text.output.contains("\(letter.id)  now in failures"))
            #expect(!text.output.contains("ann@shop.example"))
            try function.set("broken", exists: false)
            _ = try await sluice(engine, "dlq", "redrive", letter.id)
            let after = try await self.trace(engine, "A-1")
            #expect(after.deadLetters.isEmpty)
            #expect(after.records[0].pipes[0].state == .deadLettered)
            #expect(after.records[0].pipes[0].log.count == 4, "the redriven attempt is told as well")
            _ = await engine.stop()
        }

        @Test func linesOfLogsAreToldAsFarAsThereIsRoom() async throws {
            try function.set("talks", exists: true)
            let engine = try await start()
            try await put(engine, "A-1", "pending")
            _ = try await engine.drained()
            let isLogged = await engine.command.wait { [scratch] in
                FunctionLog.lineCount("picky", data: scratch.path("data")) >= 3_000
            }
            #expect(isLogged)
            let trace = try await trace(engine, "A-1")
            #expect(trace.records.count == 1)
            #expect(trace.records[0].pipes.reduce(0) { $0 + $1.log.count } == 2_000)
            #expect(trace.isCut && trace.isComplete)
            let text = try await sluice(engine, "orders", "trace", "A-1")
            #expect(text.output.contains("The stream holds its one change."))
            #expect(text.output.contains("\n\nThere is more than an answer holds; "))
            _ = await engine.stop()
        }

        // MARK: Logs

        @Test func aFunctionsLogIsShown() async throws {
            let engine = try await start()
            for number in 1...3 { try await put(engine, "A-\(number)", "pending") }
            _ = try await engine.drained()
            let reports = try await sluice(engine, "logs", "show", "picky", "--filter", "REPORT", "--lines", "2")
            let lines = reports.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.allSatisfy { $0.hasPrefix("REPORT RequestId: ") })
            let json = try await sluice(engine, "logs", "show", "picky", "--since", "1h", "--json")
            let parsed = try json.output.split(separator: "\n").map {
                try JSONDecoder().decode(LogPageReport.Line.self, from: Data($0.utf8))
            }
            #expect(parsed.count == 12, "three invocations of four lines")
            #expect(parsed.allSatisfy { $0.timestamp != nil })
            #expect(try await sluice(engine, "logs", "show", "picky", "--since", "2999-01-01T00:00:00Z").output == "")
            let unknown = try await sluice(engine, "logs", "show", "pikcy")
            #expect(unknown.status == 1)
            #expect(unknown.errors == "sluice: there is no function pikcy; there are: picky\n")
            let since = try await sluice(engine, "logs", "show", "picky", "--since", "noon")
            #expect(since.status == 2)
            #expect(since.errors.contains("--since noon is neither a time"))
            _ = await engine.stop()
        }

        @Test func aLogIsFollowedThroughARestart() async throws {
            var engine = try await start()
            let port = try #require(engine.url.split(separator: ":").last.map(String.init))
            let follower = try Command(
                ["logs", "follow", "picky", "--filter", "handled", "--endpoint-url", engine.url], scratch: scratch)
            func follows(_ count: Int) async -> Bool {
                await follower.wait { follower.output.split(separator: "\n").count == count }
            }
            try await put(engine, "A-1", "pending")
            #expect(await follows(1))
            await engine.command.kill()
            let hasNoticed = await follower.wait { follower.errors.contains("does not answer; waiting for it") }
            #expect(hasNoticed)
            engine = try await start("--port", port)
            try await put(engine, "A-2", "pending")
            // A-1 may have been delivered once more, as its place was not saved before the kill.
            let goesOn = await follower.wait { follower.output.split(separator: "\n").count >= 2 }
            #expect(goesOn)
            #expect(follower.errors.contains("answers again"))
            kill(follower.process.processIdentifier, SIGINT)
            let outcome = await follower.finish()
            #expect(outcome.status == 0)
            #expect(outcome.output.split(separator: "\n").allSatisfy { $0.contains(#""decision":"handled""#) })
            _ = await engine.stop()
        }
    }
}
