public import Items
import LambdaRuntime
public import Orders

/// Writes each decision as one line of the function's log: ids, tasks and points, never addresses or other contents.
public struct DecisionLog: RoutingSink {
    struct Line: Encodable {
        var decision: String
        var eventID: String
        var orderId: String
        var routes: [String]?
        var points: Int64?
        var reason: String?
    }

    public init() {}

    public func send(_ routing: Routing) async throws {
        StructuredLog.write(
            Line(
                decision: "routed", eventID: routing.eventID, orderId: routing.orderId,
                routes: routing.routes.map(\.name), points: routing.points > 0 ? routing.points : nil))
    }

    public func skipped(_ record: StreamRecord, _ reason: SkipReason) {
        let orderId: String
        if case .string(let id)? = record.dynamodb.keys[Order.AttributeName.orderId] {
            orderId = id
        } else {
            orderId = ""
        }
        StructuredLog.write(
            Line(decision: "skipped", eventID: record.eventID, orderId: orderId, reason: reason.rawValue))
    }
}
