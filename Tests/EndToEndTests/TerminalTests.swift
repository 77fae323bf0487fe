import Foundation
import FoundationNetworking
import Testing

extension EndToEnd {
    /// Orders and logs with characters that a terminal obeys, on a real one and beside it.
    @Suite(.timeLimit(.minutes(2))) struct TerminalTests {
        private static let escaped = #"\u001b]0;owned\u0007\u001b[2J"#

        private static func onATerminal(_ arguments: String, _ scratch: Scratch) async throws -> Command.Outcome {
            let program = Command.products.appendingPathComponent("sluice").path
            return try await Command(
                program: URL(fileURLWithPath: "/usr/bin/script"), ["-qec", "\(program) \(arguments)", "/dev/null"],
                scratch: scratch, environment: ["TERM": "xterm"]
            ).finish()
        }

        @Test func noOrderAndNoLogGivesTheTerminalOrders() async throws {
            let scratch = try Scratch()
            _ = try PythonFunction(
                "worker", in: scratch.path("functions"), body: #"print("log \x1b]0;owned\x07 line")"#)
            let template = try scratch.write(
                "template.yaml",
                "Resources:\n\(PythonFunction.ordersTable)\n"
                    + PythonFunction.resource("Worker", named: "worker"))
            let engine = try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: ["--template", template, "--functions", scratch.path("functions")])
            let put = try await engine.send(
                "PutItem",
                #"{"TableName":"Orders","Item":{"orderId":{"S":"A-1"},"note":{"S":"\#(Self.escaped)"},"status":{"S":"pending"},"amount":{"N":"5"},"timestamp":{"N":"1"}}}"#
            )
            try #require(put.status == 200, "\(put)")
            var invoke = URLRequest(url: URL(string: "\(engine.url)/2015-03-31/functions/worker/invocations")!)
            invoke.httpMethod = "POST"
            invoke.httpBody = Data("{}".utf8)
            _ = try await URLSession.shared.data(for: invoke)

            for arguments in [
                "orders trace A-1 --show-values --endpoint-url \(engine.url)",
                "logs show worker --endpoint-url \(engine.url)",
            ] {
                let shown = try await Self.onATerminal(arguments, scratch)
                #expect(!shown.output.contains("\u{1B}]0;"), "\(shown.output.debugDescription)")
                #expect(!shown.output.contains("\u{07}"), "\(shown.output.debugDescription)")
            }
            let shown = try await Self.onATerminal("logs show worker --endpoint-url \(engine.url)", scratch)
            #expect(shown.output.contains(#"log \u001b]0;owned\u0007 line"#), "\(shown.output.debugDescription)")
            // A program that reads the log gets what the function wrote.
            let raw = try await Command.run(["logs", "show", "worker", "--endpoint-url", engine.url], scratch: scratch)
            #expect(raw.output.contains("log \u{1B}]0;owned\u{07} line"), "\(raw.output.debugDescription)")
            _ = await engine.stop()
        }
    }
}
