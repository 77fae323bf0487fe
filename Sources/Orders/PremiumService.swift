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
        var routing = Routing(orderId: order.orderId, eventID: record.eventID, routes: [.fulfillment(.prioritise)])
        // A guest has no account that points or a personal contact could belong to; the parcel is quick all the same.
        if let customerId = order.customerId {
            routing.customerId = customerId
            routing.points = LoyaltyRules.points(for: order.amount)
            routing.routes = [.loyalty(.award), .vipCare(.openCase)] + routing.routes
        }
        return .route(routing)
    }
}

/// How many loyalty points an order earns.
public enum LoyaltyRules {
    /// Points for one whole unit of the order's currency.
    public static let pointsPerUnit: Int64 = 1
    /// Orders strictly above this many whole units earn double.
    public static let doubledOver: Int64 = 5_000

    /// One point per whole unit, fractions dropped; twice that for the whole order above 5,000. 1,000.99 earns 1,000,
    /// 5,000.00 earns 5,000, 5,000.01 earns 10,000. Never below zero.
    public static func points(for amount: Money) -> Int64 {
        let units = max(0, amount.wholeUnits) * pointsPerUnit
        guard amount.isOver(doubledOver) else { return units }
        let (doubled, overflow) = units.multipliedReportingOverflow(by: 2)
        return overflow ? .max : doubled
    }
}
