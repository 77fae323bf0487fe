public import Items
public import LambdaRuntime
public import Orders

/// Writes each decision as one line of the function's log: ids, tasks and points, never addresses or other contents.
public struct DecisionLog: Sendable {
    struct Line: Encodable {
        var decision: String
        var eventID: String
        var orderId: String
        /// Ties the line to the invocation's REPORT.
        var requestId: String
        var routes: [String]?
        var points: Int64?
        var reason: String?
    }

    public init() {}

    public func routed(_ routing: Routing, _ context: LambdaContext) {
        StructuredLog.write(
            Line(
                decision: "routed", eventID: routing.eventID, orderId: routing.orderId,
                requestId: context.requestID, routes: routing.names, points: routing.award?.points))
    }

    public func skipped(_ record: StreamRecord, _ reason: SkipReason, _ context: LambdaContext) {
        let orderId = record.dynamodb.keys[Order.AttributeName.orderId]?.string ?? ""
        StructuredLog.write(
            Line(
                decision: "skipped", eventID: record.eventID, orderId: orderId, requestId: context.requestID,
                reason: reason.rawValue))
    }
}
