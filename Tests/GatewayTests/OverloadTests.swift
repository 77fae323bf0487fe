import Clocks
import Dispatch
import HTTPServing
import NIOCore
import NIOHTTP1
import Storage
import Synchronization
import Testing

@testable import Gateway

/// What clients are answered while as many writes wait as may: at once, and so that AWS's SDKs try again.
@Suite(.timeLimit(.minutes(1))) struct OverloadTests {
    private let service: OpenQueueService

    init() async throws {
        service = try await OpenQueueService()
        let made = await dynamoDB(
            "CreateTable",
            #"{"TableName":"Orders","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"#
                + #""KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}"#)
        #expect(made.status == .ok)
        #expect(await service.json("CreateQueue", #"{"QueueName":"q"}"#).status == .ok)
        #expect(await logs("CreateLogGroup", #"{"logGroupName":"g"}"#).status == .ok)
        #expect(await logs("CreateLogStream", #"{"logGroupName":"g","logStreamName":"s"}"#).status == .ok)
    }

    private func dynamoDB(_ operation: String, _ body: String) async -> HTTPReply {
        await service.respond(
            "/", ["X-Amz-Target": "DynamoDB_20120810.\(operation)", "Content-Type": "application/x-amz-json-1.0"], body)
    }

    private func logs(_ operation: String, _ body: String) async -> HTTPReply {
        await service.respond(
            "/", ["X-Amz-Target": "Logs_20140328.\(operation)", "Content-Type": "application/x-amz-json-1.1"], body)
    }

    private func cloudWatch(_ operation: String, _ body: String) async -> HTTPReply {
        await service.respond(
            "/",
            [
                "X-Amz-Target": "GraniteServiceVersion20100801.\(operation)",
                "Content-Type": "application/x-amz-json-1.0",
            ], body)
    }

    /// The lines of all that the tests make, and more.
    private static let lines = [WriterLine.engine] + (0..<8).flatMap { [WriterLine.table($0), .queue($0)] }

    /// Runs `body` while the writer stands and its lines are full.
    private func whileFull(_ writer: GroupCommitWriter, _ body: () async throws -> Void) async throws {
        let release = DispatchSemaphore(value: 0)
        let (standing, stands) = AsyncStream.makeStream(of: Void.self)
        // On the writer's own thread, which may block; no task waits on the semaphore.
        writer.commit(durability: .unsynced) { _ in
            stands.finish()
            release.wait()
        } completion: { _ in
        }
        for await _ in standing {}
        for line in Self.lines {
            let isFull = Mutex(false)
            while !isFull.withLock({ $0 }) {
                writer.commit(line: line, durability: .unsynced) { _ in
                } completion: { result in
                    if case .failure = result { isFull.withLock { $0 = true } }
                }
            }
        }
        do { try await body() } catch {
            release.signal()
            throw error
        }
        release.signal()
        // Behind all of them: there is room again.
        for line in Self.lines {
            try await writer.commit(line: line, durability: .unsynced, admission: .always) { _ in }
        }
    }

    private static let word = "Rate of requests exceeds the allowed throughput."

    @Test func writesToTablesAreThrottled() async throws {
        try await whileFull(service.writer) {
            let writes = [
                ("PutItem", #"{"TableName":"Orders","Item":{"k":{"S":"a"}}}"#),
                ("DeleteItem", #"{"TableName":"Orders","Key":{"k":{"S":"a"}}}"#),
                (
                    "UpdateItem",
                    #"{"TableName":"Orders","Key":{"k":{"S":"a"}},"UpdateExpression":"REMOVE n"}"#
                ),
                ("BatchWriteItem", #"{"RequestItems":{"Orders":[{"PutRequest":{"Item":{"k":{"S":"a"}}}}]}}"#),
                (
                    "TransactWriteItems",
                    #"{"TransactItems":[{"Put":{"TableName":"Orders","Item":{"k":{"S":"a"}}}}]}"#
                ),
                ("ExecuteStatement", #"{"Statement":"INSERT INTO Orders VALUE {'k':'a'}"}"#),
            ]
            for (operation, body) in writes {
                let reply = await dynamoDB(operation, body)
                #expect(reply.status == .badRequest, "\(operation)")
                #expect(
                    String(buffer: reply.body)
                        == #"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"\#(Self.word)"}"#,
                    "\(operation)")
            }
            // Reads need no place in the line.
            #expect(await dynamoDB("GetItem", #"{"TableName":"Orders","Key":{"k":{"S":"a"}}}"#).status == .ok)
        }
        #expect(await dynamoDB("PutItem", #"{"TableName":"Orders","Item":{"k":{"S":"a"}}}"#).status == .ok)
    }

    @Test func messagesAreThrottled() async throws {
        let message = #"{"QueueUrl":"\#(OpenQueueService.url("q"))","MessageBody":"a"}"#
        try await whileFull(service.writer) {
            let json = await service.json("SendMessage", message)
            #expect(json.status == .forbidden)
            #expect(String(buffer: json.body).contains("RequestThrottled"))
            #expect(json.headers["x-amzn-query-error"] == ["RequestThrottled;Sender"])
            let form = await service.query(
                "SendMessage", [("QueueUrl", OpenQueueService.url("q")), ("MessageBody", "a")])
            #expect(form.status == .forbidden)
            #expect(String(buffer: form.body).contains("<Code>RequestThrottled</Code>"))
        }
        #expect(await service.json("SendMessage", message).status == .ok)
    }

    @Test func logEventsAreThrottled() async throws {
        let events =
            #"{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1700000000000,"message":"a"}]}"#
        try await whileFull(service.writer) {
            let reply = await logs("PutLogEvents", events)
            #expect(reply.status == .badRequest)
            #expect(String(buffer: reply.body).contains("ThrottlingException"))
        }
        #expect(await logs("PutLogEvents", events).status == .ok)
    }

    @Test func alarmsAreThrottled() async throws {
        let alarm =
            #"{"AlarmName":"a","ComparisonOperator":"GreaterThanThreshold","EvaluationPeriods":1,"Threshold":1,"#
            + #""Namespace":"N","MetricName":"M","Period":60,"Statistic":"Sum"}"#
        try await whileFull(service.cloudWatch.writer) {
            let reply = await cloudWatch("PutMetricAlarm", alarm)
            #expect(reply.status == .badRequest)
            #expect(String(buffer: reply.body).contains("ThrottlingException"))
        }
        #expect(await cloudWatch("PutMetricAlarm", alarm).status == .ok)
    }

    /// The answer that the server itself gives where there is no room for a request.
    @Test func aRequestWithoutRoomIsToBeTriedAgain() {
        let reply = GatewayServer.overloadReply
        #expect(reply.status == .serviceUnavailable)
        #expect(reply.headers["x-amzn-ErrorType"] == ["ThrottlingException"])
        #expect(
            String(buffer: reply.body)
                == #"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"\#(Self.word)"}"#)
    }
}
