public import Items

/// The premium function's decision: loyalty points, VIP care and priority shipping for what ships and cost more than
/// 1,000. Pure, and checked on the order itself like `OrderProcessing`.
public enum PremiumService {
    /// - Throws: `OrderError` when the record holds no valid order.
    public static func decide(_ record: StreamRecord) throws(OrderError) -> Decision {
        let order: Order
        switch try OrderEvent(record) {
        case .removed: return .skipped(.removed)
        case .changed: return .skipped(.statusUnchanged)
        // An order that begins its life shipped was never pending here: imported, so already cared for elsewhere.
        case .placed: return .skipped(.statusNotHandled)
        case .statusChanged(let changed, .pending, .shipped): order = changed
        case .statusChanged: return .skipped(.statusNotHandled)
        }
        guard order.amount.isOver(AmountTier.premiumOver) else { return .skipped(.amountNotOver1000) }
        guard !order.isFromTestAddress else { return .skipped(.testAddress) }
        // A guest has no account that points or a personal contact could belong to; the parcel is quick all the same.
        return .route(
            Routing(
                OrderReference(order, eventId: record.eventID),
                messages: [.fulfillment(FulfillmentMessage(.prioritise, order, eventId: record.eventID))],
                award: LoyaltyAward(order, eventId: record.eventID)))
    }
}
