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

    /// The message itself, without an envelope.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .inventory(let message): try message.encode(to: encoder)
        case .payment(let message): try message.encode(to: encoder)
        case .fulfillment(let message): try message.encode(to: encoder)
        case .vipCare(let message): try message.encode(to: encoder)
        }
    }
}

extension SystemMessage: Encodable {}
