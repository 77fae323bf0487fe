import Clocks
import Foundation
import Items
import Logging
import Pipes
import Stacks
import Tables
import Testing

@testable import Engine

/// An engine on a template of a test's own, from one start to the next, without a gateway.
final class PipelineHouse: Sendable {
    private let folder: String

    init() throws {
        let memory = "/dev/shm/"
        let root = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        folder = "\(root)sluice-engine-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A table, two queues and one pipe between them.
    /// - Parameter pipe: more properties of the pipe; nil leaves the pipe out.
    static func template(pipe: String? = "BatchSize: 1") -> String {
        let resources = """
            Resources:
              Orders:
                Type: AWS::DynamoDB::Table
                Properties:
                  TableName: Orders
                  AttributeDefinitions: [{AttributeName: p, AttributeType: S}]
                  KeySchema: [{AttributeName: p, KeyType: HASH}]
                  BillingMode: PAY_PER_REQUEST
                  StreamSpecification: {StreamViewType: NEW_IMAGE}
              First: {Type: AWS::SQS::Queue, Properties: {QueueName: first}}
              Second: {Type: AWS::SQS::Queue, Properties: {QueueName: second}}
            """
        guard let pipe else { return resources }
        return resources + """

              Flow:
                Type: AWS::Pipes::Pipe
                Properties:
                  Name: flow
                  RoleArn: arn:aws:iam::000000000000:role/all
                  Source: !GetAtt Orders.StreamArn
                  SourceParameters: {DynamoDBStreamParameters: {StartingPosition: TRIM_HORIZON, \(pipe)}}
                  Target: !GetAtt First.Arn
                  TargetParameters: {InputTemplate: <$.dynamodb.Keys.p.S>}
            """
    }

    /// Starts the engine, does the test's part, and stops it.
    ///
    /// - Parameters:
    ///   - shards: of a new stream.
    ///   - hasTestClock: whether ``RunningEngine/advance(by:)`` moves its clock.
    ///   - clockAhead: how far ahead of the machine's a test clock begins.
    ///   - enforcesRoles: whether the pipe may do only what its role allows.
    ///   - warnings: gets what the engine warns of.
    func run(
        _ template: String = PipelineHouse.template(), shards: Int = 2, hasTestClock: Bool = false,
        clockAhead: Duration = .zero, enforcesRoles: Bool = false, warnings: Warnings = Warnings(),
        _ body: @escaping @Sendable (RunningEngine) async throws -> Void
    ) async throws {
        let path = "\(folder)/template.yaml"
        try template.write(toFile: path, atomically: true, encoding: .utf8)
        let engine = try Engine(
            EngineOptions(
                templatePath: path, dataPath: "\(folder)/data", endpoint: nil, enforcesRoles: enforcesRoles,
                shardsPerStream: shards, hasTestClock: hasTestClock, clockAhead: clockAhead),
            logger: warnings.logger)
        try await engine.run { running in
            // A wish to stop goes before an error, which would be lost: only behind what has gone well.
            try await body(running)
            engine.stop()
        }
    }
}

extension RunningEngine {
    static let firstQueue = "arn:aws:sqs:us-east-1:000000000000:first"
    static let secondQueue = "arn:aws:sqs:us-east-1:000000000000:second"

    func put(_ items: Range<Int>, table: String = "Orders") async throws {
        for number in items {
            _ = try await tables.table(table).put([
                "p": .string("\(number)"), "kind": .string(number.isMultiple(of: 2) ? "even" : "odd"),
            ])
        }
    }

    /// Stops a pipe and waits for it.
    func stop(_ name: String = "flow") async throws {
        let pipe = try #require(pipes[name]).controller
        _ = try await administration.set(name, .stopped)
        try await until("it has stopped") { pipe.currentState == .stopped }
    }

    func start(_ name: String = "flow") async throws { _ = try await administration.set(name, .running) }

    /// Moves a test clock.
    func advance(by duration: Duration) throws { try #require(time as? ControlledTime).advance(by: duration) }

    /// What a queue holds, in the order of the numbers.
    func sent(to queue: String) throws -> [Int] {
        try messages(inQueue: queue, limit: 10_000).compactMap { Int($0) }.sorted()
    }

    func makeTable(_ name: String) async throws -> String {
        _ = try await tables.createTable(
            TableDefinition(
                name: name, keySchema: KeySchema(hashKey: .init(name: "p", type: .string)), streamViewType: .newImage))
        return try #require(try tables.table(name).stream?.arn)
    }

    /// Settings of a pipe, as the Pipes API is given them.
    static func settings(
        source: String, target: String = firstQueue, filter: String? = nil, more: String = ""
    ) throws -> PipeProperties {
        try JSONDecoder().decode(
            PipeProperties.self,
            from: Data(
                (#"{"Source":"\#(source)","Target":"\#(target)","RoleArn":"arn:aws:iam::000000000000:role/all","#
                    + #""SourceParameters":{\#(filter.map { "\(self.filter($0))," } ?? "")"#
                    + #""DynamoDBStreamParameters":{"StartingPosition":"TRIM_HORIZON","BatchSize":10}},"#
                    + #""TargetParameters":{"InputTemplate":"<$.dynamodb.Keys.p.S>"}\#(more)}"#).utf8))
    }

    /// A request to UpdatePipe that gives the filter alone.
    static func update(filter kind: String) throws -> PipeProperties {
        try JSONDecoder().decode(
            PipeProperties.self,
            from: Data(#"{"RoleArn":"arn:aws:iam::000000000000:role/all","SourceParameters":{\#(filter(kind))}}"#.utf8))
    }

    private static func filter(_ kind: String) -> String {
        #""FilterCriteria":{"Filters":[{"Pattern":"{\"dynamodb\":{\"NewImage\":{\"kind\":{\"S\":[\"\#(kind)\"]}}}}"}]}"#
    }

    func settled(_ name: String, _ read: Int) async throws -> PipeCounts {
        try await until("\(name) has settled \(read) records") {
            let counts = pipes[name]?.controller.snapshot.counts
            return counts?.read == read && counts?.inFlight == 0
        }
        return try #require(pipes[name]).controller.snapshot.counts
    }
}
