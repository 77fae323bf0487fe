import Clocks
import Foundation
import Items
import LambdaRuntime
import Logging
@testable import OrderFunctions
import Orders
import Synchronization
import Testing

@Suite struct OrderEventHandlerTests {
    /// Keeps what it is sent and refuses what it is told to.
    private final class Recorder: RoutingSink {
        struct Refusal: Error {}
        let refused: Set<String>
        let waves = Mutex<[[String]]>([])

        init(refusing: Set<String> = []) { refused = refusing }

        func send(_ routings: [Routing]) async -> [(any Error)?] {
            waves.withLock { $0.append(routings.map(\.order.eventId)) }
            return routings.map { refused.contains($0.order.eventId) ? Refusal() : nil }
        }
    }

    private static let context = LambdaContext(
        requestID: "r", invokedFunctionARN: "a", deadline: Timestamp(milliseconds: 0), logger: quiet)

    private static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// "a1" is the first event of order a; a small letter asks for something, "x" in front cannot be read.
    private func record(_ name: String) -> StreamRecord {
        let isBroken = name.hasPrefix("x")
        let order = isBroken ? String(name.dropFirst().prefix(1)) : String(name.prefix(1))
        let keys: Item = ["orderId": .string(order), "timestamp": .number(1)]
        let whole = Order(
            orderId: order, timestamp: 1, amount: Money(minorUnits: 20_000, currency: .gbp), status: .pending)
        return StreamRecord(
            eventID: name, eventName: .insert, awsRegion: "us-east-1",
            dynamodb: .init(
                approximateCreationDateTime: 1, keys: keys, newImage: isBroken ? keys : whole.item,
                sequenceNumber: "1", sizeBytes: 1, streamViewType: "NEW_AND_OLD_IMAGES"),
            eventSourceARN: "arn")
    }

    private func handle(_ names: String, _ recorder: Recorder) async throws -> [String] {
        let handler = OrderEventHandler(
            decide: OrderProcessing.decide, sink: recorder, log: DecisionLog(functionName: "F"), failures: nil)
        let event = try JSONEncoder().encode(names.split(separator: " ").map { record(String($0)) })
        let answer = try await handler.handle(Array(event), context: Self.context)
        return try JSONDecoder().decode(PartialBatchResponse.self, from: Data(answer)).batchItemFailures
            .map(\.itemIdentifier)
    }

    @Test func ordersAreSentTogetherAndEachInItsOrder() async throws {
        let recorder = Recorder()
        #expect(try await handle("a1 b1 a2 c1 a3 b2", recorder) == [])
        #expect(recorder.waves.withLock { $0 } == [["a1", "b1", "c1"], ["a2", "b2"], ["a3"]])
    }

    @Test func aRefusalFailsTheRecordAndTheLaterOnesOfItsOrder() async throws {
        let recorder = Recorder(refusing: ["a2"])
        #expect(try await handle("a1 b1 a2 c1 a3 b2", recorder) == ["a2", "a3"])
        #expect(recorder.waves.withLock { $0 } == [["a1", "b1", "c1"], ["a2", "b2"]])
    }

    @Test func aRecordThatCannotBeReadFailsItsOrderAlone() async throws {
        let recorder = Recorder()
        #expect(try await handle("xa1 b1 a2 b2", recorder) == ["xa1", "a2"])
        #expect(recorder.waves.withLock { $0 } == [["b1"], ["b2"]])
    }

    @Test func aBatchsMetricsAreALineInTheEmbeddedMetricFormat() throws {
        let records = try ["a1", "b1"].map(record).map { try JSONEncoder().encode($0) }
        let batch = try StreamBatch(
            json: [UInt8](Data("[".utf8) + records[0] + Data(",".utf8) + records[1] + Data("]".utf8)))
        var metrics = BatchMetrics(functionName: "F", batch, now: Timestamp(milliseconds: 3_500))
        (metrics.handled, metrics.failed) = (1, 1)
        #expect(
            String(decoding: metrics.json, as: UTF8.self)
                == #"{"FunctionName":"F","IteratorAge":2500,"RecordsFailed":1,"RecordsHandled":1,"_aws":{"CloudWatchMetrics":"#
                + #"[{"Dimensions":[["FunctionName"]],"Metrics":[{"Name":"RecordsHandled","Unit":"Count"},"#
                + #"{"Name":"RecordsFailed","Unit":"Count"},{"Name":"IteratorAge","Unit":"Milliseconds"}],"#
                + #""Namespace":"Sluice"}],"Timestamp":3500}}"#)
        // Any number may stand there.
        for created in [1e300, -1e300, 1e18] {
            var record = record("a1")
            record.dynamodb.approximateCreationDateTime = created
            let json = try JSONEncoder().encode([record])
            #expect(
                BatchMetrics(functionName: "F", try StreamBatch(json: Array(json)), now: .init(milliseconds: 0))
                    .iteratorAge == nil)
        }
        // A clock that was set back makes nothing younger than new.
        #expect(BatchMetrics(functionName: "F", batch, now: Timestamp(milliseconds: 0)).iteratorAge == .zero)
        #expect(
            BatchMetrics(functionName: "F", try StreamBatch(json: Array("[]".utf8)), now: .init(milliseconds: 0))
                .iteratorAge == nil)
    }

    @Test func everythingMayFail() async throws {
        let recorder = Recorder(refusing: ["a1", "b1"])
        #expect(try await handle("a1 b1 a2 b2", recorder) == ["a1", "b1", "a2", "b2"])
        #expect(try await handle("", recorder) == [])
    }
}
