import Foundation
import FoundationNetworking
import Testing

extension EndToEnd {
    /// A pipe that the Pipes API has made, seen with `sluice pipes` and after a kill.
    @Suite struct CreatedPipesTests {
        private static let template = """
            Resources:
            \(PythonFunction.ordersTable)
              Copies: {Type: AWS::SQS::Queue, Properties: {QueueName: copies}}
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

        private func make(_ engine: RunningSluice) async throws {
            // The stand-in that the template's own pipes name.
            let source = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/LATEST"
            var request = URLRequest(url: URL(string: engine.url + "/v1/pipes/copier")!)
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(
                (#"{"Source":"\#(source)","Target":"arn:aws:sqs:us-east-1:000000000000:copies","#
                    + #""RoleArn":"arn:aws:iam::000000000000:role/copier","SourceParameters":{"#
                    + #""DynamoDBStreamParameters":{"StartingPosition":"TRIM_HORIZON","BatchSize":10}}}"#).utf8)
            let (data, response) = try await URLSession.shared.data(for: request)
            try #require(
                (response as? HTTPURLResponse)?.statusCode == 200, "\(String(decoding: data, as: UTF8.self))")
        }

        @Test func itIsShownAndOutlivesAKill() async throws {
            var engine = try await start()
            try await put(engine, "A-1")
            try await make(engine)
            let status = try await engine.drained()
            #expect(status.pipes.map(\.name) == ["copier"])
            let list = try await Command.run(["pipes", "list", "--endpoint-url", engine.url], scratch: scratch)
            #expect(list.output.hasPrefix("copier  RUNNING  1 delivered"), "\(list)")

            _ = await engine.stop(SIGKILL)
            engine = try await start()
            #expect(engine.command.output.contains("Orders → copier → copies"), "\(engine.command.output)")
            try await put(engine, "A-2")
            _ = try await engine.drained()
            let show = try await Command.run(
                ["pipes", "show", "copier", "--endpoint-url", engine.url], scratch: scratch)
            #expect(show.output.hasPrefix("copier  RUNNING\n  2 read = 0 filtered out + 2 delivered"), "\(show)")
            _ = await engine.stop()
        }
    }
}
