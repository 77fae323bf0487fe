public import Clocks
import Items
import LambdaRuntime
import Orders

/// Writes each decision as one line of the function's log: ids, tasks and points, never addresses or other contents. A batch's
/// metrics are one more.
public struct DecisionLog: Sendable {
    struct Line {
        var decision: String
        var eventID: String
        var orderId: String
        /// Ties the line to the invocation's REPORT.
        var requestId: String
        /// Ties the line to what is told of the order elsewhere; absent for a record without its key.
        var traceId: String?
        var routes: [String]?
        var points: Int64?
        var reason: String?

        /// The line, its members in the order of their names.
        var json: [UInt8] {
            var line = JSONMembers()
            line.add("decision", decision)
            line.add("eventID", eventID)
            line.add("orderId", orderId)
            line.add("points", points)
            line.add("reason", reason)
            line.add("requestId", requestId)
            line.add("routes", routes)
            line.add("traceId", traceId)
            return line.closed
        }
    }

    private let functionName: String
    private let time: any TimeSource

    /// - Parameters:
    ///   - functionName: whose metrics they are.
    ///   - time: by which a batch is old.
    public init(functionName: String, time: any TimeSource = SystemTime()) {
        self.functionName = functionName
        self.time = time
    }

    /// The metrics of a batch that begins; to be completed, and written with ``finished(_:)``.
    func begin(_ batch: StreamBatch) -> BatchMetrics {
        BatchMetrics(functionName: functionName, batch, now: time.now())
    }

    func finished(_ metrics: BatchMetrics) { StructuredLog.write(json: [metrics.json]) }

    /// The line on a routing that was taken.
    func routed(_ routing: Routing, _ context: LambdaContext) -> Line {
        Line(
            decision: "routed", eventID: routing.order.eventId, orderId: routing.order.orderId,
            requestId: context.requestID, traceId: routing.order.traceID.description, routes: routing.names,
            points: routing.award?.points)
    }

    /// The line on a record that needs nothing.
    func skipped(_ record: StreamRecord, _ reason: SkipReason, _ context: LambdaContext) -> Line {
        let orderId = record.dynamodb.keys[Order.AttributeName.orderId]?.string ?? ""
        return Line(
            decision: "skipped", eventID: record.eventID, orderId: orderId, requestId: context.requestID,
            traceId: OrderTraceID(keys: record.dynamodb.keys)?.description, reason: reason.rawValue)
    }

    func write(_ lines: [Line]) { StructuredLog.write(json: lines.map(\.json)) }
}
