import Clocks
import Foundation
import Logging
import Synchronization
import Testing

@testable import Pipes

/// What a pipe's execution log says, and what it keeps to itself.
@Suite(.timeLimit(.minutes(1))) struct ExecutionLogTests {
    /// A line as a reader of the log sees it.
    private struct Line: Decodable {
        struct Failure: Decodable {
            let httpStatusCode: Int?
            let message: String
            let details: String
            let awsService: String
            let requestId: String?
        }
        let executionId: String
        let timestamp: Int64
        let messageType: String
        let resourceArn: String
        let logLevel: String
        let payload: String?
        let awsRequest: String?
        let awsResponse: String?
        let truncatedFields: [String]?
        let error: Failure?
    }

    private final class Log: Sendable {
        private let state = Mutex((lines: [String](), executions: 0))

        var lines: [String] { state.withLock { $0.lines } }

        func logging(_ level: ExecutionLogging.Level, data: Bool) -> ExecutionLogging {
            ExecutionLogging(
                level: level, includesExecutionData: data,
                write: { line in self.state.withLock { $0.lines.append(line) } },
                makeExecutionID: {
                    self.state.withLock {
                        $0.executions += 1
                        return "execution-\($0.executions)"
                    }
                })
        }
    }

    /// A function that answers with the same text every time.
    private struct AnsweringTarget: PipeTarget {
        let outcome: BatchOutcome
        var response: FunctionResponse?

        func invoke(_ batch: TargetBatch) async -> Invocation {
            Invocation(outcome: outcome, handedOverAt: nil, requestID: "request-1", response: response)
        }
    }

    private static let success = AnsweringTarget(
        outcome: .succeeded, response: FunctionResponse(payload: Array("{}".utf8), functionError: nil))
    private static let raised = AnsweringTarget(
        outcome: .failed(reason: #"Unhandled: {"errorMessage":"secret"}"#),
        response: FunctionResponse(payload: Array(#"{"errorMessage":"secret"}"#.utf8), functionError: "Unhandled"))

    /// The log of a pipe over one record, until that is settled.
    private func lines(
        _ level: ExecutionLogging.Level, data: Bool = false, target: AnsweringTarget = success,
        enrichment: ScriptedEnrichment.Answer? = nil, retries: Int = 0, records: [SourceRecord] = Samples.records(1...1)
    ) async throws -> [Line] {
        let rig = PipeRig(records)
        let log = Log()
        var configuration = try Samples.configuration(retries: retries)
        configuration.target = PipeStage(.function, arn: "arn:target")
        if enrichment != nil { configuration.enrichment = PipeStage(.function, arn: "arn:enrichment") }
        var borders = rig.borders(
            configuration, target: target, enrichment: enrichment.map { ScriptedEnrichment(time: rig.time, $0) })
        borders.executionLogging = log.logging(level, data: data)
        let pipe = Pipes.Pipe(
            configuration: configuration, shards: [rig.shard], borders: borders,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "all is settled") { pipe.snapshot.isDrained }
        }
        return try log.lines.map { line in
            #expect(line.utf8.count <= ExecutionRecord.bytesMax)
            #expect(!line.contains("\n"))
            return try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        }
    }

    private static let begin = ["ExecutionStarted", "PollingStageSucceeded"]
    private static func stage(_ name: String, _ end: String = "Succeeded") -> [String] {
        ["StageEntered", "TransformationStarted", "TransformationSucceeded", "InvocationStarted"].map { name + $0 }
            + ["\(name)Invocation\(end)", "\(name)Stage\(end)"]
    }

    // MARK: Which steps

    @Test func aBatchOnItsWayToTheTarget() async throws {
        let lines = try await lines(.trace)
        #expect(lines.map(\.messageType) == Self.begin + Self.stage("Target") + ["ExecutionSucceeded"])
        #expect(Set(lines.map(\.executionId)) == ["execution-1"])
        #expect(lines.allSatisfy { $0.resourceArn == Samples.arn })
        #expect(lines.allSatisfy { $0.timestamp == Samples.start.milliseconds })
        #expect(lines.allSatisfy { $0.error == nil })
        #expect(lines[0].logLevel == "INFO")
        #expect(lines[1].logLevel == "TRACE")
    }

    @Test func throughAnEnrichment() async throws {
        let lines = try await lines(.trace, enrichment: { _, _ in .answered(Array("[1]".utf8)) })
        #expect(
            lines.map(\.messageType)
                == Self.begin + Self.stage("Enrichment") + Self.stage("Target") + ["ExecutionSucceeded"])
        let skipped = try await self.lines(.trace, enrichment: { _, _ in .answered(Array("[]".utf8)) })
        #expect(
            skipped.map(\.messageType)
                == Self.begin + Self.stage("Enrichment") + ["TargetStageSkipped", "ExecutionSucceeded"])
        let failed = try await self.lines(.trace, enrichment: { _, _ in .failed(reason: "raised") })
        #expect(failed.map(\.messageType) == Self.begin + Self.stage("Enrichment", "Failed") + ["ExecutionFailed"])
    }

    @Test func howItEnds() async throws {
        let failed = try await lines(.trace, target: Self.raised)
        #expect(failed.map(\.messageType) == Self.begin + Self.stage("Target", "Failed") + ["ExecutionFailed"])
        let partly = AnsweringTarget(outcome: .partlyFailed(identifiers: [Samples.eventID(1)]))
        #expect(
            try await lines(.trace, target: partly).map(\.messageType)
                == Self.begin + Self.stage("Target", "PartiallyFailed") + ["ExecutionPartiallyFailed"])
    }

    @Test func aRetryIsAnExecutionOfItsOwn() async throws {
        let lines = try await lines(.error, target: Self.raised, retries: 1)
        #expect(lines.map(\.executionId) == ["1", "1", "1", "2", "2", "2"].map { "execution-\($0)" })
    }

    @Test(
        arguments: [
            (.error, []),
            (.info, ["ExecutionStarted", "TargetStageEntered", "TargetStageSucceeded", "ExecutionSucceeded"]),
        ] as [(ExecutionLogging.Level, [String])])
    func aLevelShowsItsSteps(level: ExecutionLogging.Level, steps: [String]) async throws {
        #expect(try await lines(level).map(\.messageType) == steps)
        let failures = try await lines(level, target: Self.raised).filter { $0.logLevel == "ERROR" }
        #expect(failures.map(\.messageType) == ["TargetInvocationFailed", "TargetStageFailed", "ExecutionFailed"])
    }

    // MARK: What is told

    /// Nothing of an order is logged unless the pipe says so, not even what a function says of its failure.
    @Test func contentsAreLoggedOnlyWhenAskedFor() async throws {
        let lines = try await lines(.trace, target: Self.raised)
        #expect(lines.allSatisfy { $0.payload == nil && $0.awsRequest == nil && $0.awsResponse == nil })
        let failure = try #require(lines.last?.error)
        #expect(failure.message == "The function returned an error: Unhandled.")
        #expect(failure.details == "")
        #expect(failure.httpStatusCode == 200)
        #expect(failure.awsService == "lambda")
        #expect(failure.requestId == "request-1")
    }

    @Test func executionDataShowsTheBatch() async throws {
        let lines = try await lines(.trace, data: true, target: Self.raised)
        let steps = Dictionary(uniqueKeysWithValues: lines.map { ($0.messageType, $0) })
        let payload = String(decoding: TargetBatch(Samples.records(1...1)).payload, as: UTF8.self)
        #expect(steps["ExecutionStarted"]?.payload == payload)
        #expect(steps["TargetTransformationSucceeded"]?.payload == payload)
        #expect(steps["PollingStageSucceeded"]?.payload == nil)
        let call = try #require(steps["TargetInvocationFailed"])
        struct Request: Decodable {
            let functionName: String
            let invocationType: String
            let payload: String
        }
        struct Response: Decodable {
            let statusCode: Int
            let functionError: String?
            let payload: String
        }
        let request = try JSONDecoder().decode(Request.self, from: Data(try #require(call.awsRequest).utf8))
        #expect(request.functionName == "arn:target")
        #expect(request.invocationType == "RequestResponse")
        #expect(request.payload == payload)
        let response = try JSONDecoder().decode(Response.self, from: Data(try #require(call.awsResponse).utf8))
        #expect(response.functionError == "Unhandled")
        #expect(response.payload == #"{"errorMessage":"secret"}"#)
        #expect(steps["ExecutionFailed"]?.error?.details.contains("secret") == true)
        #expect(
            try await self.lines(.info, data: true).first { $0.messageType == "TargetStageSucceeded" }?.payload == "{}")
    }

    // MARK: How long

    @Test func aRecordIsCutToItsLimit() async throws {
        let records = [Samples.record(1, bytes: 400_000)]
        let lines = try await lines(.trace, data: true, records: records)
        let started = try #require(lines.first)
        #expect(started.truncatedFields == ["payload"])
        let payload = String(decoding: TargetBatch(records).payload, as: UTF8.self)
        #expect(payload.hasPrefix(try #require(started.payload)))
        #expect(started.payload!.utf8.count > 250_000)
        let call = try #require(lines.first { $0.messageType == "TargetInvocationSucceeded" })
        #expect(call.truncatedFields == ["awsRequest"])
        #expect(call.awsResponse != nil)
        #expect(lines[1].truncatedFields == nil)
    }

    /// Wherever the cut falls, within an escape or a character, what is left is JSON and as long as it may be.
    ///
    /// - Parameter bytes: of the sign in JSON.
    @Test(
        arguments: [("\"", 2), ("\\", 2), ("\u{1}", 6), ("é", 2), ("💥", 4), ("\n", 2), ("x", 1)] as [(String, Int)])
    func aCutLeavesJSON(_ sign: String, bytes: Int) throws {
        for shift in 0..<bytes {
            let text = String(repeating: "x", count: shift) + String(repeating: sign, count: 300_000 / sign.utf8.count)
            var record = ExecutionRecord(
                executionID: "id", timestamp: Samples.start, step: .execution(.started), pipeARN: Samples.arn)
            record.data.payload = Array(text.utf8)
            record.data.awsRequest = Array(text.utf8)
            record.data.awsResponse = Array("kept".utf8)
            let line = record.line
            #expect(line.utf8.count <= ExecutionRecord.bytesMax)
            let read = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            #expect(read.truncatedFields == ["payload", "awsRequest"])
            #expect(read.payload == "")
            #expect(read.awsResponse == "kept")
            #expect(text.hasPrefix(try #require(read.awsRequest)))
            #expect(line.utf8.count > ExecutionRecord.bytesMax - 64)
        }
    }

    @Test func bytesThatAreNoTextAreReplaced() throws {
        var record = ExecutionRecord(
            executionID: "id", timestamp: Samples.start, step: .execution(.started), pipeARN: Samples.arn)
        record.data.payload = [0xFF, 0x00]
        let read = try JSONDecoder().decode(Line.self, from: Data(record.line.utf8))
        #expect(read.payload == "\u{FFFD}\u{0}")
    }
}
