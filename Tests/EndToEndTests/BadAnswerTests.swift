import Engine
import Foundation
import FoundationNetworking
import Testing

extension EndToEnd {
    /// A function of its own process that answers all sorts of things, and a pipe that gives up at the first failure.
    @Suite(.timeLimit(.minutes(3))) struct BadAnswerTests {
        private static func template(timeout: Int = 60, logs: String = "") -> String {
            """
            Resources:
            \(PythonFunction.ordersTable)
              Letters: {Type: AWS::SQS::Queue, Properties: {QueueName: letters}}
            \(PythonFunction.resource("Odd", named: "odd", more: "Timeout: \(timeout)"))
              Answers:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: answers
                  RoleArn: arn:aws:iam::000000000000:role/all
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters:
                    DynamoDBStreamParameters:
                      StartingPosition: TRIM_HORIZON
                      BatchSize: 1
                      MaximumRetryAttempts: 0
                      DeadLetterConfig: {Arn: !GetAtt Letters.Arn}
                  Target: !GetAtt Odd.Arn
            \(logs)
            """
        }

        /// Each order is named after the answer that it gets.
        private static let program = """
            order = event[0]["dynamodb"]["Keys"]["orderId"]["S"]
            def names(*identifiers):
                return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers]}
            with open(os.path.join(here, "processes"), "a") as notes:
                notes.write(f"{order} {os.getpid()}\\n")
            if order == "flood":
                for piece in range(8): os.write(1, b"\\x00\\x1b[2J\\xff" * 43690)
            if order == "late": time.sleep(1000)
            if order == "raises": raise ValueError("secret of " + order)
            answer = {
                "text": b'"done"', "number": b"17", "list": b'[{"itemIdentifier":"x"}]', "nothing": b"", "null": None,
                "wrong-type": {"batchItemFailures": "all"}, "wrong-entry": {"batchItemFailures": [17]},
                "unknown": names("nobody"), "empty-id": names(""), "null-id": names(None), "number-id": names(17),
                "twice": names(event[0]["eventID"], event[0]["eventID"]), "no-json": b"\\xff\\x00{",
                "deep": b"[" * 1000000, "ten-megabytes": b'"' + b"x" * (10 << 20) + b'"',
            }.get(order, {})
            """

        private let scratch: Scratch
        private let function: PythonFunction

        init() throws {
            scratch = try Scratch()
            function = try PythonFunction("odd", in: scratch.path("functions"), body: Self.program)
        }

        private func start(_ template: String) async throws -> RunningSluice {
            try template.write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
            return try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: [
                    "--template", scratch.path("template.yaml"), "--functions", scratch.path("functions"),
                    "--stream-shards", "1",
                ])
        }

        private func put(_ orders: [String], _ engine: RunningSluice) async throws {
            for order in orders {
                let answer = try await engine.send(
                    "PutItem", #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(order)"}}}"#)
                try #require(answer.status == 200)
            }
        }

        /// The processes that took the orders, in their order.
        private var processes: [String] {
            function.lines(of: "processes").map { $0.split(separator: " ").last.map(String.init) ?? "" }
        }

        private func letters(_ engine: RunningSluice) async throws -> [DeadLetterReport] {
            let outcome = try await Command.run(
                ["dlq", "list", "--json", "--endpoint-url", engine.url], scratch: scratch)
            return try JSONDecoder().decode([DeadLetterReport].self, from: Data(outcome.output.utf8))
        }

        @Test func everyAnswerHasItsMeaningAndTheProcessLivesOn() async throws {
            let handled = ["text", "number", "list", "nothing", "null", "flood"]
            let failed = [
                "wrong-type", "wrong-entry", "unknown", "empty-id", "null-id", "number-id", "twice", "no-json", "deep",
                "ten-megabytes", "raises",
            ]
            let engine = try await start(Self.template())
            try await put(handled + failed + ["good"], engine)
            let status = try await engine.drained()
            #expect(status.pipes[0].delivered == handled.count + 1)
            #expect(status.pipes[0].isBalanced)
            let letters = try await letters(engine)
            #expect(letters.flatMap(\.keys) == failed.map { "orderId=\($0)" })
            let reasons = Dictionary(uniqueKeysWithValues: letters.map { ($0.keys[0], $0.lastError ?? "") })
            #expect(reasons["orderId=wrong-type"] == "batchItemFailures is not a list")
            #expect(reasons["orderId=wrong-entry"] == "an entry of batchItemFailures has no itemIdentifier")
            #expect(reasons["orderId=no-json"] == "the answer is not JSON")
            #expect(reasons["orderId=twice"] == "2 of 1 records failed")
            #expect(reasons["orderId=ten-megabytes"]?.contains("Function.ResponseSizeTooLarge") == true)
            #expect(
                function.lines(of: "refused") == [
                    #"413 {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","#
                        + #""errorType":"RequestEntityTooLarge"}"#
                ])
            #expect(Set(processes).count == 1, "one process took all of them")
            _ = await engine.stop()

            let log = try Data(contentsOf: URL(fileURLWithPath: scratch.path("data/logs/odd.log")))
            let text = try #require(String(bytes: log, encoding: .utf8), "the log is text whatever is written to it")
            #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
            #expect(text.contains("␀␛[2J\u{FFFD}␀"))
            #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 3 * 256 * 1_024 })
        }

        /// A process that is not done in time is killed, and another one goes on.
        @Test func anAnswerThatComesTooLateIsNone() async throws {
            let engine = try await start(Self.template(timeout: 2))
            try await put(["late", "good"], engine)
            let status = try await engine.drained()
            #expect(status.pipes[0].delivered == 1)
            let letters = try await letters(engine)
            #expect(letters.flatMap(\.keys) == ["orderId=late"])
            #expect(letters.first?.lastError?.contains("Task timed out after 2.00 seconds") == true)
            #expect(Set(processes).count == 2)
            _ = await engine.stop()
        }

        /// The execution log of a pipe, as its template asks for it; nothing of the orders is in it.
        @Test func executionsAreLogged() async throws {
            let engine = try await start(
                Self.template(
                    logs: """
                              LogConfiguration:
                                CloudwatchLogsLogDestination: {LogGroupArn: !GetAtt AnswerLogs.Arn}
                                Level: INFO
                          AnswerLogs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/vendedlogs/pipes/answers}}
                        """))
            try await put(["good", "raises"], engine)
            _ = try await engine.drained()
            let (description, _) = try await URLSession.shared.data(
                from: URL(string: engine.url + "/v1/pipes/answers")!)
            let described = String(decoding: description, as: UTF8.self)
            #expect(
                described.contains(
                    #""LogConfiguration":{"CloudwatchLogsLogDestination":{"LogGroupArn":"#
                        + #""arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/pipes/answers:*"},"Level":"INFO"}"#
                ), "\(described)")
            _ = await engine.stop()

            struct Line: Decodable {
                let executionId: String
                let messageType: String
                let resourceArn: String
            }
            let text = try String(
                contentsOfFile: scratch.path("data/logs/+aws+vendedlogs+pipes+answers.pipes.log"), encoding: .utf8)
            let lines = try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
            #expect(
                lines.map(\.messageType) == [
                    "ExecutionStarted", "TargetStageEntered", "TargetStageSucceeded", "ExecutionSucceeded",
                    "ExecutionStarted", "TargetStageEntered", "TargetInvocationFailed", "TargetStageFailed",
                    "ExecutionFailed",
                ])
            #expect(Set(lines.map(\.executionId)).count == 2)
            #expect(lines.allSatisfy { $0.resourceArn == "arn:aws:pipes:us-east-1:000000000000:pipe/answers" })
            #expect(!text.contains("secret"))
            #expect(!text.contains("orderId"))
        }
    }
}
