import Engine
import Foundation
import Testing

extension EndToEnd {
    /// A table with three pipes: through an enrichment to a function, to a function that is not waited for, and to a queue.
    @Suite struct PipeStagesTests {
        private static let template = """
            Resources:
            \(PythonFunction.ordersTable)
              Copies: {Type: AWS::SQS::Queue, Properties: {QueueName: copies}}
              Helper: {Type: AWS::Lambda::Function, Properties: {FunctionName: helper, \(settings)}}
              Worker: {Type: AWS::Lambda::Function, Properties: {FunctionName: worker, \(settings)}}
              Watcher: {Type: AWS::Lambda::Function, Properties: {FunctionName: watcher, \(settings)}}
              Enriched:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: enriched
                  RoleArn: arn:aws:iam::000000000000:role/all
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters: {DynamoDBStreamParameters: {StartingPosition: TRIM_HORIZON, BatchSize: 10}}
                  Enrichment: !GetAtt Helper.Arn
                  EnrichmentParameters: {InputTemplate: '{"order": <$.dynamodb.Keys.orderId.S>}'}
                  Target: !GetAtt Worker.Arn
                  TargetParameters: {InputTemplate: '{"pipe": <aws.pipes.pipe-name>, "of": <$.seen.order>}'}
              Watched:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: watched
                  RoleArn: arn:aws:iam::000000000000:role/all
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters: {DynamoDBStreamParameters: {StartingPosition: TRIM_HORIZON, BatchSize: 10}}
                  Target: !GetAtt Watcher.Arn
                  TargetParameters:
                    InputTemplate: 'order <$.dynamodb.Keys.orderId.S>'
                    LambdaFunctionParameters: {InvocationType: FIRE_AND_FORGET}
              Copied:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: copied
                  RoleArn: arn:aws:iam::000000000000:role/all
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters: {DynamoDBStreamParameters: {StartingPosition: TRIM_HORIZON, BatchSize: 10}}
                  Target: !GetAtt Copies.Arn
                  TargetParameters: {InputTemplate: '{"id": <$.dynamodb.Keys.orderId.S>}'}
            """

        private static let settings =
            "Runtime: provided.al2023, Handler: bootstrap,"
            + " Role: 'arn:aws:iam::000000000000:role/all', Code: {S3Bucket: code, S3Key: echo.zip}"
        /// Notes what it was sent under its own name. The helper answers with an element for each it got; the others with
        /// nothing.
        private static let program = """
            with open(os.path.join(here, name), "a") as notes:
                for element in event:
                    notes.write(json.dumps(element, sort_keys=True) + "\\n")
            if name == "helper":
                answer = [{"seen": element} for element in event]
            """

        private let scratch: Scratch
        private let function: PythonFunction

        init() throws {
            scratch = try Scratch()
            function = try PythonFunction("echo", in: scratch.path("functions"), body: Self.program)
        }

        private func start(_ template: String) async throws -> RunningSluice {
            try template.write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
            return try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: ["--template", scratch.path("template.yaml"), "--functions", scratch.path("functions")])
        }

        private func notes(_ name: String) -> [String] { function.lines(of: name).sorted() }

        @Test func everyStageGetsWhatTheTemplateSays() async throws {
            let engine = try await start(Self.template)
            for id in ["A-1", "A-2"] {
                let answer = try await engine.send(
                    "PutItem", #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"}}}"#)
                try #require(answer.status == 200)
            }
            let status = try await engine.drained()
            #expect(status.pipes.allSatisfy { $0.delivered == 2 })
            #expect(notes("helper") == [#"{"order": "A-1"}"#, #"{"order": "A-2"}"#])
            #expect(
                notes("worker") == ["A-1", "A-2"].map { #"{"of": "\#($0)", "pipe": "enriched"}"# })
            #expect(engine.command.output.contains("Orders → enriched → helper → worker"), "\(engine.command.output)")
            #expect(status.queues.map(\.approximateNumberOfMessages) == [2])
            // A graceful stop finishes what was accepted.
            _ = await engine.stop()
            #expect(notes("watcher") == [#""order A-1""#, #""order A-2""#])
        }

        @Test func aTemplateThatIsNoneIsRefusedWithItsLine() async throws {
            let template = Self.template.replacing("<$.seen.order>", with: "<$.seen[>")
            let path = try scratch.write("bad.yaml", template)
            let outcome = try await Command.run(
                ["up", "--template", path, "--data", scratch.path("data"), "--functions", scratch.path("functions")],
                scratch: scratch)
            #expect(outcome.status != 0)
            #expect(
                outcome.errors.contains("Enriched: TargetParameters.InputTemplate: The input template has <$.seen[>"),
                "\(outcome.errors)")
        }
    }
}
