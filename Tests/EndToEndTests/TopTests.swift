import Foundation
import Testing

extension EndToEnd {
    /// `sluice top`, and the line of `sluice up`, on a real terminal where that matters.
    @Suite(.timeLimit(.minutes(4))) struct TopTests {
        private static let template = """
            AWSTemplateFormatVersion: "2010-09-09"
            Resources:
            \(PythonFunction.ordersTable)
              Waiting: {Type: AWS::SQS::Queue, Properties: {QueueName: waiting}}
            """

        private let scratch: Scratch

        init() throws {
            scratch = try Scratch()
            try Self.template.write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
        }

        private func start() async throws -> RunningSluice {
            try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch, arguments: ["--template", scratch.path("template.yaml")])
        }

        private func put(_ engine: RunningSluice, _ id: String) async throws {
            let answer = try await engine.send("PutItem", #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"}}}"#)
            try #require(answer.status == 200)
        }

        private static var program: String { Command.products.appendingPathComponent("sluice").path }

        @Test func withoutATerminalOnePictureIsPrinted() async throws {
            let engine = try await start()
            try await put(engine, "A-1")
            let outcome = try await Command.run(
                ["top", "--interval", "0.1", "--endpoint-url", engine.url], scratch: scratch)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.output.hasPrefix("\(engine.url) at "))
            #expect(outcome.output.contains("\nOrders          0        1\n"), "\(outcome.output)")
            #expect(outcome.output.contains("\n1 queue has none\n"))
            #expect(outcome.output.hasSuffix("no alarms\n"))
            #expect(!outcome.output.contains("\u{1B}"))
            let json = try await Command.run(
                ["top", "--json", "--count", "2", "--interval", "0.1", "--endpoint-url", engine.url], scratch: scratch)
            let lines = json.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(
                lines.allSatisfy { $0.contains(#""tables":[{"changes":1,"changesPerSecond":0,"name":"Orders"}]"#) },
                "\(json)")
            _ = await engine.stop()
        }

        @Test func onATerminalItGivesTheScreenBack() async throws {
            let engine = try await start()
            try await put(engine, "A-1")
            // "q" comes from a pipe that `script` passes on once it is running.
            let command = try Command(
                program: URL(fileURLWithPath: "/bin/sh"),
                [
                    "-c",
                    "(sleep 1; printf q; sleep 1) | script -qec 'stty cols 100 rows 30; \(Self.program) top --interval 0.1 --endpoint-url \(engine.url)' /dev/null",
                ], scratch: scratch, environment: ["TERM": "xterm", "NO_COLOR": ""])
            let outcome = await command.finish()
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.output.contains("\u{1B}[?1049h"))
            #expect(outcome.output.contains("\u{1B}[1mTABLE   CHANGES/S  CHANGES\u{1B}[0m"), "\(outcome.output)")
            #expect(
                outcome.output.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"), "\(outcome.output.suffix(80).debugDescription)")
            _ = await engine.stop()
        }

        @Test func badArgumentsAndNoEngineAreSaid() async throws {
            let interval = try await Command.run(["top", "--interval", "0"], scratch: scratch)
            #expect(interval.status == 2)
            #expect(interval.errors.contains("--interval 0.0 is not possible; give 0.1 to 3600 seconds."))
            let count = try await Command.run(["top", "--count", "0"], scratch: scratch)
            #expect(count.errors.contains("--count is 0; give 1 or more."))
            let none = try await Command.run(["top", "--endpoint-url", "http://127.0.0.1:1"], scratch: scratch)
            #expect(none.status == 1)
            #expect(none.errors.hasPrefix("sluice: No engine answers at http://127.0.0.1:1 ("))
        }

        @Test func upTellsInOneLineWhatItDoes() async throws {
            let up =
                "exec \(Self.program) up --template \(scratch.path("template.yaml")) --data \(scratch.path("data")) --port 0 --no-console"
            let command = try Command(
                program: URL(fileURLWithPath: "/usr/bin/script"),
                ["-qec", "stty cols 100 rows 30; \(up)", "/dev/null"], scratch: scratch,
                environment: ["TERM": "xterm", "NO_COLOR": ""])
            let isTold = await command.wait { command.output.contains("\r\u{1B}[2K0 changes/s") }
            #expect(isTold, "\(command.output)")
            // It passes the signal on.
            kill(command.process.processIdentifier, SIGTERM)
            _ = await command.finish()
        }
    }
}
