public import Items
import LambdaRuntime
public import Orders

/// Writes each decision as one line of the function's log: ids, tasks and points, never addresses or other contents.
public struct DecisionLog: Sendable {
    struct Line: Encodable {
        var decision: String
        var eventID: String
        var orderId: String
        var routes: [String]?
        var points: Int64?
        var reason: String?
    }

    public init() {}

    public func routed(_ routing: Routing) {
        StructuredLog.write(
            Line(
                decision: "routed", eventID: routing.eventID, orderId: routing.orderId, routes: routing.names,
                points: routing.award?.points))
    }

    public func skipped(_ record: StreamRecord, _ reason: SkipReason) {
        let orderId = record.dynamodb.keys[Order.AttributeName.orderId]?.string ?? ""
        StructuredLog.write(
            Line(decision: "skipped", eventID: record.eventID, orderId: orderId, reason: reason.rawValue))
    }
}
