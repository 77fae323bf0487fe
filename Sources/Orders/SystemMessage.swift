/// A message for one of the systems behind the functions.
public enum SystemMessage: Sendable, Hashable {
    case inventory(InventoryMessage)
    case payment(PaymentMessage)
    case fulfillment(FulfillmentMessage)
    case vipCare(VipMessage)

    /// Who is told, each through a queue of its own.
    public enum System: String, Sendable, Hashable, CaseIterable { case inventory, payment, fulfillment, vipCare }

    public var system: System {
        switch self {
        case .inventory: .inventory
        case .payment: .payment
        case .fulfillment: .fulfillment
        case .vipCare: .vipCare
        }
    }

    public var order: OrderReference {
        switch self {
        case .inventory(let message): message.order
        case .payment(let message): message.order
        case .fulfillment(let message): message.order
        case .vipCare(let message): message.order
        }
    }

    /// System and action: "payment.authorise".
    public var name: String {
        let action =
            switch self {
            case .inventory(let message): message.action.rawValue
            case .payment(let message): message.action.rawValue
            case .fulfillment(let message): message.action.rawValue
            case .vipCare(let message): message.action.rawValue
            }
        return "\(system.rawValue).\(action)"
    }

    /// What makes a repeated message recognizable: the event and the system, and the action, since two functions tell
    /// fulfillment of the same event.
    public var deduplicationId: String { "\(order.eventId)-\(name)" }

    /// The message itself, without an envelope, its members in the order of their names. A system reads it back with the
    /// messages' `Decodable`.
    public var json: [UInt8] {
        switch self {
        case .inventory(let message): message.json
        case .payment(let message): message.json
        case .fulfillment(let message): message.json
        case .vipCare(let message): message.json
        }
    }
}
