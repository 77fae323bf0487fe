import Foundation
import Gateway
import Items
import Pipes
import Tables
import Testing

@testable import Engine

/// A table's stream is switched off, and perhaps on again, under a pipe.
@Suite(.timeLimit(.minutes(2))) struct FormerStreamTests {
    private func change(_ store: TableStore, _ change: TableUpdate.StreamChange) async throws {
        var update = TableUpdate()
        update.stream = change
        _ = try await store.updateTable("Orders", update)
    }

    /// The pipe reads to the end of the stream that it has, and nothing of the next.
    @Test func aDisabledStreamIsReadToItsEnd() async throws {
        let open = try await OpenPipe()
        let former = try open.stream
        let pipe = try open.pipe(over: former)
        open.target.hold(true)
        try await open.put("A", 1)
        try await open.running(pipe) {
            try await until("the first record is sent") { open.target.batches == [["A1"]] }
            try await open.put("A", 2)
            try await change(open.store, .disable)
            try await open.put("A", 3)
            open.target.hold(false)
            try await until("what the stream holds is settled") { pipe.snapshot.counts.delivered == 2 }
            try await change(open.store, .enable(.newAndOldImages))
            try await open.put("A", 4)
            #expect(pipe.snapshot.isDrained)
        }
        #expect(open.target.batches == [["A1"], ["A2"]])
        #expect(try open.stream.arn != former.arn)

        // A pipe over the new one begins at its beginning.
        let next = try open.pipe(over: open.stream)
        try await open.running(next) { try await until("the rest is settled") { next.snapshot.isDrained } }
        #expect(open.target.batches.last == ["A4"])
        #expect(next.snapshot.counts.read == 1)
    }

    // MARK: The template's pipe

    private static let template = """
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: Orders
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
              KeySchema: [{AttributeName: pk, KeyType: HASH}]
              StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
          Copies: {Type: AWS::SQS::Queue, Properties: {QueueName: copies}}
          Copied:
            Type: AWS::Pipes::Pipe
            Properties:
              Name: copied
              RoleArn: arn:aws:iam::000000000000:role/all
              Source: !GetAtt Orders.StreamArn
              SourceParameters: {DynamoDBStreamParameters: {StartingPosition: TRIM_HORIZON, BatchSize: 10}}
              Target: !GetAtt Copies.Arn
              TargetParameters: {InputTemplate: "order <$.dynamodb.Keys.pk.S>"}
        """

    private func run(
        _ folder: URL, _ body: @escaping @Sendable (RunningEngine) async throws -> Void
    ) async throws -> [String] {
        let path = folder.appendingPathComponent("template.yaml").path
        try Self.template.write(toFile: path, atomically: true, encoding: .utf8)
        let warnings = Warnings()
        let engine = try Engine(
            EngineOptions(
                templatePath: path, dataPath: folder.appendingPathComponent("data").path, endpoint: nil,
                shardsPerStream: 2),
            logger: warnings.logger)
        try await engine.run { running in
            try await body(running)
            engine.stop()
        }
        return warnings.all
    }

    private static func put(_ id: String, _ engine: RunningEngine) async throws {
        _ = try await engine.tables.table("Orders").put(["pk": .string(id)])
    }

    private static func drain(_ engine: RunningEngine) async throws {
        try await until("the engine has drained") { engine.isDrained }
    }

    private static func copies(_ engine: RunningEngine) throws -> [String] {
        try engine.messages(inQueue: "copies", limit: 100).sorted()
    }

    /// A new stream of the table is the pipe's from the next start on; what it has not read of the former one is told.
    @Test func theTemplatesPipeReadsTheTablesStreamOfNow() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "sluice-streams-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await run(folder) { engine in
            try await Self.put("A", engine)
            try await Self.drain(engine)
            _ = try await engine.administration.set("copied", .stopped)
            let pipe = try #require(engine.pipes["copied"]).controller
            try await until("the pipe stops") { pipe.currentState == .stopped }
            for id in ["B", "C", "D"] { try await Self.put(id, engine) }
            var update = TableUpdate()
            update.stream = .disable
            _ = try await engine.tables.updateTable("Orders", update)
            try await Self.put("unseen", engine)
            let source = try engine.administration.description(try #require(engine.pipes["copied"])).sourceARN
            #expect(
                source.hasPrefix("arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2"))
        }
        #expect(first.isEmpty, "\(first)")
        let second = try await run(folder) { engine in
            _ = try await engine.administration.set("copied", .running)
            try await Self.put("E", engine)
            try await Self.drain(engine)
            #expect(try Self.copies(engine) == ["order A", "order E"])
            #expect(try #require(engine.pipes["copied"]).controller.snapshot.counts.read == 1)
        }
        #expect(second.count == 1)
        #expect(second.first?.hasPrefix("a pipe has another stream than before") == true, "\(second)")
        #expect(second.first?.contains("pipe=copied") == true)
        #expect(second.first?.contains("unread=3") == true)
        // The same stream at the start after: the former one is still held, and still told.
        let third = try await run(folder) { engine in
            let copies = try Self.copies(engine)
            #expect(copies == ["order A", "order E"])
        }
        #expect(third.count == 1)
    }
}
