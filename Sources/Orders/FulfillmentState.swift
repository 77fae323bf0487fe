/// How far the goods of an order are: the attribute `fulfillmentState`, which is absent until they have been asked for.
///
///     (absent) ──▶ reserved ──▶ packed ──▶ handedOver ──▶ delivered
///         │           └───────────┴────────────┴────────▶ released
///         └──────▶ outOfStock
///
/// An attribute of its own for the reason that `PaymentState` is one.
public enum FulfillmentState: String, Sendable, Hashable, CaseIterable, Codable {
    /// The stock holds the units for this order.
    case reserved
    /// There were too few. An end.
    case outOfStock
    case packed
    /// The carrier has the parcel.
    case handedOver
    /// An end; goods that come back are the status `returned`.
    case delivered
    /// The units are in stock again. An end.
    case released

    /// The states that may follow.
    public var moves: Set<FulfillmentState> {
        switch self {
        case .reserved: [.packed, .released]
        case .packed: [.handedOver, .released]
        case .handedOver: [.delivered, .released]
        case .outOfStock, .delivered, .released: []
        }
    }

    /// The states that may come first.
    public static let beginnings: Set<FulfillmentState> = [.reserved, .outOfStock]

    /// Whether the next state may follow this one, which is nil before the beginning.
    public static func canMove(from state: FulfillmentState?, to next: FulfillmentState) -> Bool {
        (state?.moves ?? beginnings).contains(next)
    }
}
