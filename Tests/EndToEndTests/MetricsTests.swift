import Foundation
import Testing
import TestSupport

extension EndToEnd {
    /// What `sluice up` counts of an enriching pipe and its two functions.
    @Suite struct MetricsTests {
        private static let template = """
            Resources:
            \(PythonFunction.ordersTable)
              Failures: {Type: AWS::SQS::Queue, Properties: {QueueName: failures, MessageRetentionPeriod: 345600}}
            \(PythonFunction.resource("Worker", named: "worker", more: "Timeout: 2"))
            \(PythonFunction.resource("Enricher", named: "enricher"))
              Way:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: way
                  RoleArn: arn:aws:iam::000000000000:role/pipe
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters:
                    FilterCriteria: {Filters: [{Pattern: '{"dynamodb":{"Keys":{"orderId":{"S":[{"prefix":"A-"}]}}}}'}]}
                    DynamoDBStreamParameters:
                      StartingPosition: TRIM_HORIZON
                      BatchSize: 1
                      MaximumRetryAttempts: 0
                      DeadLetterConfig: {Arn: !GetAtt Failures.Arn}
                  Enrichment: !GetAtt Enricher.Arn
                  Target: !GetAtt Worker.Arn
            """

        /// Does what an order's id says.
        private static let worker = """
            order = event[0]["dynamodb"]["Keys"]["orderId"]["S"]
            if order == "A-raise":
                raise Exception("the order says so")
            if order == "A-slow":
                time.sleep(60)
            if order == "A-part":
                answer = {"batchItemFailures": [{"itemIdentifier": event[0]["eventID"]}]}
            """

        private static let enricher = """
            order = event[0]["dynamodb"]["Keys"]["orderId"]["S"]
            answer = [] if order == "A-skip" else event
            """

        private let scratch: Scratch

        init() throws {
            scratch = try Scratch()
            _ = try PythonFunction("worker", in: scratch.path("functions"), body: Self.worker)
            _ = try PythonFunction("enricher", in: scratch.path("functions"), body: Self.enricher)
            try Self.template.write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
        }

        // MARK: CloudWatch

        private struct Listed: Decodable {
            struct Metric: Decodable, Hashable {
                struct Dimension: Decodable, Hashable {
                    let Name: String
                    let Value: String
                }
                let MetricName: String
                let Dimensions: [Dimension]

                var text: String {
                    MetricName + Dimensions.map { " \($0.Name)=\($0.Value)" }.joined()
                }
            }
            let Metrics: [Metric]
        }

        private struct Answered: Decodable {
            struct Point: Decodable {
                let SampleCount: Double
                let Sum: Double
                let Unit: String
            }
            let Datapoints: [Point]
        }

        private struct Total: Equatable, CustomStringConvertible {
            var count: Double
            var sum: Double
            var unit: String
            var description: String { "\(sum) in \(count) of unit \(unit)" }
        }

        private func ask<Answer: Decodable>(
            _ engine: RunningSluice, _ operation: String, _ body: String
        ) async throws -> Answer {
            let answer = try await engine.send(operation, body, service: "GraniteServiceVersion20100801")
            try #require(answer.status == 200, "\(answer)")
            return try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8))
        }

        /// All metrics of a namespace that have values, each with its dimensions.
        private func totals(_ engine: RunningSluice, _ namespace: String) async throws -> [String: Total] {
            let listed: Listed = try await ask(engine, "ListMetrics", #"{"Namespace":"\#(namespace)"}"#)
            let now = Int(Date().timeIntervalSince1970)
            var totals: [String: Total] = [:]
            for metric in listed.Metrics {
                let dimensions = metric.Dimensions.map { #"{"Name":"\#($0.Name)","Value":"\#($0.Value)"}"# }
                let answer: Answered = try await ask(
                    engine, "GetMetricStatistics",
                    #"{"Namespace":"\#(namespace)","MetricName":"\#(metric.MetricName)","Period":60,"#
                        + #""Dimensions":[\#(dimensions.joined(separator: ","))],"StartTime":\#(now - 3_600),"#
                        + #""EndTime":\#(now + 3_600),"Statistics":["SampleCount","Sum"]}"#)
                totals[metric.text] = Total(
                    count: answer.Datapoints.reduce(0) { $0 + $1.SampleCount },
                    sum: answer.Datapoints.reduce(0) { $0 + $1.Sum }, unit: answer.Datapoints.first?.Unit ?? "")
            }
            return totals
        }

        // MARK: Tests

        /// Ten orders: three that the filter drops, one each for an error, a time-out, a partial answer and an empty
        /// enrichment, and three that go through.
        @Test func everyOrderIsCounted() async throws {
            let engine = try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: [
                    "--template", scratch.path("template.yaml"), "--functions", scratch.path("functions"),
                    "--test-clock",
                ])
            for id in ["A-1", "A-2", "A-3", "A-raise", "A-slow", "A-part", "A-skip", "B-1", "B-2", "B-3"] {
                let answer = try await engine.send(
                    "PutItem", #"{"TableName":"Orders","Item":{"orderId":{"S":"\#(id)"}}}"#)
                try #require(answer.status == 200, "\(answer)")
            }
            let status = try await engine.drained()
            #expect(status.queues[0].approximateNumberOfMessages == 3)
            // What is recorded is seen when its second has ended.
            var pipe: [String: Total] = [:]
            let isThere = try await comesTrue {
                pipe = try await totals(engine, "AWS/EventBridge/Pipes")
                return pipe["Invocations PipeName=way"]?.count == 7
            }
            #expect(isThere)
            // Some may have been read before that second's end.
            pipe = try await totals(engine, "AWS/EventBridge/Pipes")
            func none(_ count: Double, _ sum: Double) -> Total { Total(count: count, sum: sum, unit: "None") }
            let exact: [String: Total] = [
                "EventCount PipeName=way": none(7, 7),
                "ExecutionFailed PipeName=way": none(7, 2),
                "ExecutionPartiallyFailed PipeName=way": none(7, 1),
                "ExecutionThrottled AwsAccountId=000000000000": none(7, 0),
                "ExecutionThrottled PipeName=way": none(7, 0),
                // A function's own time-out is the function's error.
                "ExecutionTimeout PipeName=way": none(7, 0),
                "EnrichmentStageFailed PipeName=way": none(7, 0),
                "Invocations AwsAccountId=000000000000": none(7, 7),
                "Invocations PipeName=way": none(7, 7),
                "TargetStageFailed PipeName=way": none(7, 2),
                "TargetStagePartiallyFailed PipeName=way": none(7, 1),
                "TargetStageSkipped PipeName=way": Total(count: 7, sum: 1, unit: "Count"),
            ]
            for (metric, total) in exact { #expect(pipe[metric] == total, "\(metric)") }
            let counts = [
                "Duration PipeName=way": (7.0, "Milliseconds"),
                "EnrichmentStageDuration PipeName=way": (7, "Milliseconds"),
                "TargetStageDuration PipeName=way": (6, "Milliseconds"),
                "EventSize PipeName=way": (7, "Bytes"),
            ]
            for (metric, (count, unit)) in counts {
                #expect(pipe[metric]?.count == count, "\(metric)")
                #expect(pipe[metric]?.unit == unit, "\(metric)")
                #expect((pipe[metric]?.sum ?? 0) > 0, "\(metric)")
            }
            #expect(pipe["Concurrency AwsAccountId=000000000000"]?.unit == "None")
            #expect(pipe.count == exact.count + counts.count + 1, "\(pipe.keys.sorted())")

            let lambda = try await totals(engine, "AWS/Lambda")
            func count(_ count: Double, _ sum: Double) -> Total { Total(count: count, sum: sum, unit: "Count") }
            #expect(lambda["Invocations FunctionName=worker"] == count(6, 6))
            #expect(lambda["Errors FunctionName=worker"] == count(6, 2))
            #expect(lambda["Invocations FunctionName=enricher"] == count(7, 7))
            #expect(lambda["Errors FunctionName=enricher"] == count(7, 0))
            #expect(lambda["Invocations"] == count(13, 13))
            #expect(lambda["Errors"] == count(13, 2))
            #expect(lambda["Throttles"] == count(13, 0))
            #expect(lambda["Duration"]?.count == 13)
            _ = await engine.stop()
        }
    }
}
