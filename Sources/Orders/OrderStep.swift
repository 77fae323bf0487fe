/// What an order is ready for, as its three states say.
///
/// Inventory, payment and fulfillment work side by side, each in its own time. Whoever has moved an order asks what is due
/// and does it, so the one that comes second always finds what the first one made possible, and no system waits for another.
public enum OrderStep: String, Sendable, Hashable, CaseIterable {
    /// Reserved and paid for: into the parcel.
    case pack
    /// Packed: the order is `shipped`.
    case ship
    /// With the carrier, and the money taken: the order is `delivered`.
    case deliver
    /// Cancelled with money held: give it free.
    case voidPayment
    /// Cancelled with money taken: give it back.
    case refundPayment
    /// Cancelled with goods set aside: put them back.
    case releaseGoods
}

extension Order {
    /// The steps that are due now, in an order in which they may be taken; empty when the next one is another's.
    public var dueSteps: [OrderStep] {
        switch (status, paymentState, fulfillmentState) {
        case (.pending, .authorised, .reserved): [.pack]
        case (.pending, .authorised, .packed): [.ship]
        case (.shipped, .captured, .handedOver): [.deliver]
        case (.cancelled, .authorised, _): [.voidPayment] + goodsToRelease
        case (.cancelled, .captured, _): [.refundPayment] + goodsToRelease
        // Refunded may come before the goods are back.
        case (.cancelled, _, _), (.refunded, _, _): goodsToRelease
        default: []
        }
    }

    private var goodsToRelease: [OrderStep] {
        switch fulfillmentState {
        case .reserved, .packed, .handedOver: [.releaseGoods]
        case nil, .outOfStock, .delivered, .released: []
        }
    }
}
