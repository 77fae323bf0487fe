import Engine
import Foundation
import Testing

extension EndToEnd {
    /// A table with three pipes: through an enrichment to a function, to a function that is not waited for, and to a queue.
    @Suite struct PipeStagesTests {
        private static let template = """
            Resources:
              Orders:
                Type: AWS::DynamoDB::Table
                Properties:
                  TableName: Orders
                  BillingMode: PAY_PER_REQUEST
                  AttributeDefinitions: [{AttributeName: orderId, AttributeType: S}]
                  KeySchema: [{AttributeName: orderId, KeyType: HASH}]
                  StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
              Copies: {Type: AWS::SQS::Queue, Properties: {QueueName: copies}}
              Helper: {Type: AWS::Lambda::Function, Properties: {FunctionName: helper, \(function)}}
              Worker: {Type: AWS::Lambda::Function, Properties: {FunctionName: worker, \(function)}}
              Watcher: {Type: AWS::Lambda::Function, Properties: {FunctionName: watcher, \(function)}}
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

        private static let function =
            "Runtime: provided.al2023, Handler: bootstrap,"
            + " Role: 'arn:aws:iam::000000000000:role/all', Code: {S3Bucket: code, S3Key: echo.zip}"
        /// Notes what it was sent under its own name. The helper answers with an element for each it got; the others with
        /// nothing.
        private static let program = """
            #!/usr/bin/env python3
            import json, os, urllib.request
            api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
            here = os.path.dirname(os.path.abspath(__file__))
            name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
            while True:
                with urllib.request.urlopen(api + "next") as event:
                    request = event.headers["Lambda-Runtime-Aws-Request-Id"]
                    elements = json.load(event)
                with open(os.path.join(here, name), "a") as notes:
                    for element in elements:
                        notes.write(json.dumps(element, sort_keys=True) + "\\n")
                answer = [{"seen": element} for element in elements] if name == "helper" else {}
                urllib.request.urlopen(
                    urllib.request.Request(api + request + "/response", json.dumps(answer).encode())).read()
            """

        private let scratch: Scratch
        private let folder: String

        init() throws {
            scratch = try Scratch()
            folder = scratch.path("functions/echo")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Self.program.write(toFile: folder + "/bootstrap", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/bootstrap")
        }

        private func start(_ template: String) async throws -> RunningSluice {
            try template.write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
            return try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: ["--template", scratch.path("template.yaml"), "--functions", scratch.path("functions")])
        }

        private func notes(_ function: String) -> [String] {
            ((try? String(contentsOfFile: "\(folder)/\(function)", encoding: .utf8)) ?? "").split(separator: "\n")
                .map(String.init).sorted()
        }

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
