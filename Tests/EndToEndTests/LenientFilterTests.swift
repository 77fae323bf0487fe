import Foundation
import Testing

extension EndToEnd {
    /// Filters written the intuitive way: refused as a pipe on AWS refuses them, and accepted on demand.
    @Suite struct LenientFilterTests {
        private let scratch: Scratch
        private let template: String

        init() throws {
            scratch = try Scratch()
            let own = try String(contentsOf: Command.project.appendingPathComponent("template.yaml"), encoding: .utf8)
            let intuitive =
                own
                .replacingOccurrences(
                    of: #""amountTier":  {"S": ["over100", "over1000", {"exists": false}]},"#,
                    with: #""amount": {"N": [{"numeric": [">", 100]}]},"#
                )
                .replacingOccurrences(
                    of: #""emailDomain": {"S": [{"anything-but": ["test.com"]}, {"exists": false}]}"#,
                    with: #""customerEmail": {"S": [{"anything-but": {"suffix": "@test.com"}}]}"#)
            try #require(intuitive.contains("numeric") && intuitive.contains("suffix"))
            template = try scratch.write("intuitive.yaml", intuitive)
        }

        @Test func aPipeRefusesThemByNameWithTheRepair() async throws {
            let outcome = try await Command.run(
                ["up", "--template", template, "--data", scratch.path("data"), "--port", "0", "--console-port", "0"],
                scratch: scratch)
            #expect(outcome.status == 1)
            for word in [
                "intuitive.yaml:", "StandardOrderPipe", "Filters[0].Pattern",
                "$.dynamodb.NewImage.customerEmail.S[0].anything-but.suffix",
                "anything-but/suffix is not supported by EventBridge Pipes", "list whole values",
            ] {
                #expect(outcome.errors.contains(word), "\(word) in: \(outcome.errors)")
            }
        }

        @Test func lenientFiltersTakeThemAndNumbersOfDynamoDBAreNumbers() async throws {
            let engine = try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: ["--template", template, "--lenient-filters"])
            let first = engine.command.output.prefix { $0 != "\n" }
            #expect(first.contains("with lenient filters, as AWS would not"), "\(first)")
            for (id, amount, email) in [
                ("A", "150", "ann@shop.example"), ("B", "50", "ann@shop.example"), ("C", "150", "joe@test.com"),
                ("D", "100.01", "test.com@shop.example"),
            ] {
                let answer = try await engine.send(
                    "PutItem",
                    """
                    {"TableName":"Orders","Item":{"orderId":{"S":"\(id)"},"timestamp":{"N":"1"},\
                    "amount":{"N":"\(amount)"},"currency":{"S":"USD"},"status":{"S":"pending"},\
                    "customerEmail":{"S":"\(email)"}}}
                    """)
                try #require(answer.status == 200, "\(answer.body)")
            }
            let status = try await engine.drained()
            let standard = try #require(status.pipes.first { $0.filteredOut == 2 }, "\(status.pipes)")
            #expect(standard.read == 4)
            #expect(standard.delivered == 2)
            _ = await engine.stop()
            #expect(
                Set(FunctionLog("OrderProcessorFunction", data: scratch.path("data")).lines.compactMap(\.orderId))
                    == ["A", "D"])
        }
    }
}
