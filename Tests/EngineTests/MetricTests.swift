import Clocks
import Foundation
import Gateway
import Items
import Pipes
import Queues
import Stacks
import Tables
import Telemetry
import Testing

@testable import Engine

/// What an engine's parts leave in its metrics after a run that is known.
@Suite(.timeLimit(.minutes(1))) struct MetricTests {
    private let house: PipelineHouse

    init() throws { house = try PipelineHouse() }

    /// A table and two queues, the first of which takes 1,024 bytes a message.
    private static let template = PipelineHouse.template(pipe: nil)
        .replacing("QueueName: first}", with: "QueueName: first, MaximumMessageSize: 1024}")

    /// Ten items: three of another kind, and one whose key is no message for the first queue.
    private static let tooLong = String(repeating: "k", count: 1_500)

    private static func putTen(_ engine: RunningEngine) async throws {
        for key in (1...6).map(String.init) + [tooLong] {
            _ = try await engine.tables.table("Orders").put(["p": .string(key), "kind": .string("even")])
        }
        for key in 7...9 {
            _ = try await engine.tables.table("Orders").put(["p": .string("\(key)"), "kind": .string("odd")])
        }
    }

    /// From all that the stream holds, the keys of the one kind to the first queue, in batches of ten and without a second
    /// try.
    private static func makePipe(_ engine: RunningEngine) async throws {
        let stream = try #require(try engine.tables.table("Orders").stream?.arn)
        let properties = try RunningEngine.settings(source: stream, filter: "even")
        var object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(properties)) as? [String: Any])
        var source = try #require(object["SourceParameters"] as? [String: Any])
        source["DynamoDBStreamParameters"] = [
            "StartingPosition": "TRIM_HORIZON", "BatchSize": 10, "MaximumRetryAttempts": 0,
            "DeadLetterConfig": ["Arn": RunningEngine.secondQueue],
        ]
        object["SourceParameters"] = source
        _ = try await engine.administration.create(
            "flow", JSONDecoder().decode(PipeProperties.self, from: JSONSerialization.data(withJSONObject: object)))
    }

    /// Each metric of a namespace that has values, its dimensions, how many values and their sum.
    private static func metrics(_ engine: RunningEngine, _ namespace: String) throws -> [String: [Double]] {
        var filter = MetricStore.Filter()
        filter.namespace = namespace
        var found: [String: [Double]] = [:]
        for identity in engine.monitoring.metrics.list(filter) {
            let query = MetricQuery(
                identity, [.sampleCount, .sum], period: .minute, from: Timestamp(seconds: 0),
                to: engine.time.now() + .seconds(60))
            found[String(identity.description.dropFirst(namespace.count + 1))] =
                try engine.monitoring.metrics.statistics(query).columns.map { $0.reduce(0) { $0 + ($1 ?? 0) } }
        }
        return found
    }

    /// Lets seconds pass until something is so.
    private static func pass(
        _ engine: RunningEngine, until what: Comment, _ condition: @escaping () throws -> Bool
    ) async throws {
        try await until(what) {
            try engine.advance(by: .seconds(1))
            return try condition()
        }
    }

    @Test func aPipesMetricsAreExact() async throws {
        try await house.run(Self.template, shards: 1, hasTestClock: true) { engine in
            try await Self.putTen(engine)
            try await Self.makePipe(engine)
            let counts = try await engine.settled("flow", 10)
            let fates = [counts.filteredOut, counts.delivered, counts.deadLettered]
            #expect(fates == [3, 6, 1])
            try await Self.pass(engine, until: "the account is sampled") {
                try Self.metrics(engine, "Sluice")["RecordsDeadLettered{PipeName=flow}"] == [1, 1]
            }
            let stream = try #require(try engine.tables.table("Orders").stream)
            let records = try await TableShard(stream: stream, lineage: stream.lineages[0])
                .records(after: 0, limit: 10)
            let bytes = records.prefix(7).reduce(1) { $0 + $1.json.count + 1 }
            let found = try Self.metrics(engine, "AWS/EventBridge/Pipes")
            let durations = ["Duration{PipeName=flow}", "TargetStageDuration{PipeName=flow}"]
            let levels = ["Concurrency{AwsAccountId=000000000000}"]
            let exact: [String: [Double]] = [
                "EventCount{PipeName=flow}": [1, 7],
                "EventSize{PipeName=flow}": [1, Double(bytes)],
                "ExecutionFailed{PipeName=flow}": [1, 0],
                "ExecutionPartiallyFailed{PipeName=flow}": [1, 1],
                "ExecutionThrottled{AwsAccountId=000000000000}": [1, 0],
                "ExecutionThrottled{PipeName=flow}": [1, 0],
                "ExecutionTimeout{PipeName=flow}": [1, 0],
                "Invocations{AwsAccountId=000000000000}": [1, 1],
                "Invocations{PipeName=flow}": [1, 1],
                "TargetStageFailed{PipeName=flow}": [1, 0],
                "TargetStagePartiallyFailed{PipeName=flow}": [1, 1],
                "TargetStageSkipped{PipeName=flow}": [1, 0],
            ]
            let counted: [String: [Double]] = found.filter { !(durations + levels).contains($0.key) }
            #expect(counted == exact)
            for duration in durations { #expect(found[duration]?[0] == 1, "\(duration)") }
            // Nothing runs any more.
            #expect(
                engine.monitoring.metrics.prometheusText().contains(#"_concurrency{aws_account_id="000000000000"} 0"#))
        }
    }

    @Test func theAccountsOfPipesAndQueuesAreExact() async throws {
        try await house.run(Self.template, shards: 1, hasTestClock: true) { engine in
            try await Self.putTen(engine)
            try await Self.makePipe(engine)
            _ = try await engine.settled("flow", 10)
            try await Self.pass(engine, until: "everything is sampled") {
                try Self.metrics(engine, "Sluice")["RecordsDeadLettered{PipeName=flow}"] != nil
                    && Self.metrics(engine, "AWS/SQS")["NumberOfMessagesSent{QueueName=second}"] != nil
            }
            let own = try Self.metrics(engine, "Sluice")
            #expect(own["RecordsRead{PipeName=flow}"] == [10, 10])
            #expect(own["RecordsFiltered{PipeName=flow}"] == [3, 3])
            #expect(own["RecordsDelivered{PipeName=flow}"] == [6, 6])
            #expect(own["RecordsDeadLettered{PipeName=flow}"] == [1, 1])
            let shard = try #require(try engine.tables.table("Orders").stream?.lineages[0].id)
            #expect(own["Lag{PipeName=flow,ShardId=\(shard)}"] != nil)
            let queues = try Self.metrics(engine, "AWS/SQS")
            #expect(queues["NumberOfMessagesSent{QueueName=first}"] == [6, 6])
            #expect(queues["SentMessageSize{QueueName=first}"] == [6, 6])
            #expect(queues["NumberOfMessagesSent{QueueName=second}"] == [1, 1])
            let letter = try #require(try engine.messages(inQueue: "second", limit: 1).first)
            let size = Double(letter.utf8.count)
            #expect(queues["SentMessageSize{QueueName=second}"] == [1, size])
        }
    }

    /// A level stands where it was left, for ever, unless somebody lets go of it.
    @Test func whatIsDeletedHasNoLevelsAnyMore() async throws {
        try await house.run(Self.template, shards: 1, hasTestClock: true) { engine in
            try await Self.putTen(engine)
            try await Self.makePipe(engine)
            _ = try await engine.settled("flow", 10)
            let metrics = engine.monitoring.metrics
            let labels = [#"pipe_name="flow""#, #"queue_name="first""#, #"table_name="Orders""#]
            try await Self.pass(engine, until: "everything is recorded") {
                let text = metrics.prometheusText()
                return labels.prefix(2).allSatisfy { text.contains($0) }
            }
            _ = try await engine.administration.delete("flow")
            try await engine.queues.deleteQueue("first")
            _ = try await engine.tables.deleteTable("Orders")
            try await Self.pass(engine, until: "nothing of them is recorded") {
                let text = metrics.prometheusText()
                return !labels.contains { text.contains($0) }
            }
            #expect(metrics.prometheusText().contains(#"queue_name="second""#))
            #expect(
                try Self.metrics(engine, "Sluice")["RecordsRead{PipeName=flow}"] == [10, 10], "what was there stays")
        }
    }

    @Test func itemsWhoseTimeIsOverAreCounted() async throws {
        let template = Self.template.replacing(
            "BillingMode: PAY_PER_REQUEST",
            with: "BillingMode: PAY_PER_REQUEST\n      TimeToLiveSpecification: {AttributeName: end, Enabled: true}")
        try await house.run(template, hasTestClock: true) { engine in
            let now = engine.time.now().seconds
            for (key, end) in [("a", now + 60), ("b", now + 60), ("c", now + 864_000)] {
                _ = try await engine.tables.table("Orders").put([
                    "p": .string(key), "end": .number(Number(Int(end))),
                ])
            }
            try engine.advance(by: .seconds(61))
            try await Self.pass(engine, until: "they are counted") {
                try Self.metrics(engine, "AWS/DynamoDB")["TimeToLiveDeletedItemCount{TableName=Orders}"] == [2, 2]
            }
        }
    }
}
