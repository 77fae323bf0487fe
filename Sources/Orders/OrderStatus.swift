/// Where an order is in its life.
///
///     created ──▶ pending ──▶ shipped ──▶ delivered ──▶ returned ──▶ refunded
///        │           │           │                                       ▲
///        └───────────┴───────────┴────────▶ cancelled ───────────────────┘
///
/// A shipped order can be cancelled: a customer's cancellation may overtake fulfilment, the parcel is called back, and
/// refusing the write would only hide that. A delivered one can only be returned. `cancelled` leads to `refunded` when
/// money had been captured, and is an end otherwise; `refunded` is always an end.
public enum OrderStatus: String, Sendable, Hashable, CaseIterable, Codable {
    case created
    case pending
    case shipped
    case delivered
    case cancelled
    case returned
    case refunded

    /// The states that may follow. Staying in a state is no move.
    public var moves: Set<OrderStatus> {
        switch self {
        case .created: [.pending, .cancelled]
        case .pending: [.shipped, .cancelled]
        case .shipped: [.delivered, .cancelled]
        case .delivered: [.returned]
        case .cancelled, .returned: [.refunded]
        case .refunded: []
        }
    }

    public func canMove(to next: OrderStatus) -> Bool { moves.contains(next) }
}
