import Foundation
import Testing

extension EndToEnd {
    /// Orders with characters that a terminal obeys, on a real one and beside it.
    @Suite(.timeLimit(.minutes(2))) struct TerminalTests {
        private static func onATerminal(_ arguments: String, _ scratch: Scratch) async throws -> Command.Outcome {
            let program = Command.products.appendingPathComponent("sluice").path
            return try await Command(
                program: URL(fileURLWithPath: "/usr/bin/script"), ["-qec", "\(program) \(arguments)", "/dev/null"],
                scratch: scratch, environment: ["TERM": "xterm"]
            ).finish()
        }

        @Test func noOrderGivesTheTerminalOrders() async throws {
            let scratch = try Scratch()
            let template = try scratch.write("template.yaml", "Resources:\n\(PythonFunction.ordersTable)\n")
            let engine = try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch, arguments: ["--template", template])
            // A title, and the screen cleared by CSI in eight bits.
            let customer = #"x\u001b]0;owned\u0007\u009b2J"#
            let put = try await engine.send(
                "PutItem",
                #"{"TableName":"Orders","Item":{"orderId":{"S":"A-1"},"customerId":{"S":"\#(customer)"},"status":{"S":"pending"},"amount":{"N":"5"},"timestamp":{"N":"1"}}}"#
            )
            try #require(put.status == 200, "\(put)")
            for command in ["get A-1", "get A-1 --json", "trace A-1 --show-values"] {
                let shown = try await Self.onATerminal("orders \(command) --endpoint-url \(engine.url)", scratch)
                #expect(shown.status == 0, "\(shown)")
                let scalars = shown.output.unicodeScalars
                #expect(
                    !scalars.contains { ["\u{1B}", "\u{07}", "\u{9B}"].contains($0) },
                    "\(shown.output.debugDescription)")
                #expect(shown.output.contains(customer), "\(shown.output.debugDescription)")
            }
            // A program that reads the order gets what was written.
            let raw = try await Command.run(["orders", "get", "A-1", "--endpoint-url", engine.url], scratch: scratch)
            #expect(raw.output.contains("x\u{1B}]0;owned\u{07}\u{9B}2J"), "\(raw.output.debugDescription)")
            _ = await engine.stop()
        }
    }
}
