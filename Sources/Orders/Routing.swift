/// A task for one downstream system.
public enum Route: Hashable, Sendable {
    public enum InventoryAction: String, Sendable, Hashable { case reserve }
    public enum PaymentAction: String, Sendable, Hashable { case authorise, capture }
    public enum FulfillmentAction: String, Sendable, Hashable { case ship, prioritise }
    public enum LoyaltyAction: String, Sendable, Hashable { case award }
    public enum CareAction: String, Sendable, Hashable { case openCase }

    case inventory(InventoryAction)
    case payment(PaymentAction)
    case fulfillment(FulfillmentAction)
    case loyalty(LoyaltyAction)
    case vipCare(CareAction)

    /// The system: "inventory", "payment", "fulfillment", "loyalty" or "vipCare".
    public var system: String {
        switch self {
        case .inventory: "inventory"
        case .payment: "payment"
        case .fulfillment: "fulfillment"
        case .loyalty: "loyalty"
        case .vipCare: "vipCare"
        }
    }

    /// What the system shall do: "reserve", "authorise", ...
    public var action: String {
        switch self {
        case .inventory(let action): action.rawValue
        case .payment(let action): action.rawValue
        case .fulfillment(let action): action.rawValue
        case .loyalty(let action): action.rawValue
        case .vipCare(let action): action.rawValue
        }
    }

    /// "payment.authorise"
    public var name: String { "\(system).\(action)" }
}

/// What shall be done for one event of one order.
public struct Routing: Hashable, Sendable {
    public var orderId: String
    /// The stream record's id. The same on each delivery, so it tells repeats.
    public var eventID: String
    public var routes: [Route]
    /// Loyalty points to award; 0 unless `routes` holds `loyalty`.
    public var points: Int64
    /// Who gets the points; nil for a guest.
    public var customerId: String?

    public init(
        orderId: String, eventID: String, routes: [Route], points: Int64 = 0, customerId: String? = nil
    ) {
        self.orderId = orderId
        self.eventID = eventID
        self.routes = routes
        self.points = points
        self.customerId = customerId
    }

    /// What makes a repeated message to one system recognizable: event and system.
    public func deduplicationId(for route: Route) -> String { "\(eventID)-\(route.system)" }
}

/// Where routings go. Sending the same routing twice must have the effect of sending it once: records are delivered at
/// least once.
public protocol RoutingSink: Sendable {
    func send(_ routing: Routing) async throws
}
