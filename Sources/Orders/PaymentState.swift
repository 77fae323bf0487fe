/// How far the payment of an order is: the attribute `paymentState`, which is absent until payment has been asked.
///
///     (absent) ──▶ authorised ──▶ captured ──▶ refunded
///         │            ├────────▶ voided
///         └────────────┴────────▶ declined
///
/// An attribute of its own and not a part of `status`: the premium filter needs `status` to go straight from pending to
/// shipped, and payment moves beside fulfillment, not before or behind it.
public enum PaymentState: String, Sendable, Hashable, CaseIterable, Codable {
    /// The amount is held for this order.
    case authorised
    /// Refused, at once or when the held amount was to be taken. An end.
    case declined
    case captured
    /// The amount is held no more and was never taken. An end.
    case voided
    /// The amount was taken and given back. An end.
    case refunded

    /// The states that may follow.
    public var moves: Set<PaymentState> {
        switch self {
        case .authorised: [.captured, .voided, .declined]
        case .captured: [.refunded]
        case .declined, .voided, .refunded: []
        }
    }

    /// The states that may come first.
    public static let beginnings: Set<PaymentState> = [.authorised, .declined]

    /// Whether the next state may follow this one, which is nil before the beginning.
    public static func canMove(from state: PaymentState?, to next: PaymentState) -> Bool {
        (state?.moves ?? beginnings).contains(next)
    }
}
