/// What inventory is told. JSON with the members below; messages hold no addresses.
public struct InventoryMessage: Codable, Sendable, Hashable {
    public enum Action: String, Codable, Sendable, CaseIterable {
        /// Set units aside.
        case reserve
        /// Put them back.
        case release
    }

    public var action: Action
    public var order: OrderReference
    /// Pieces, 1 or more; 1 where the order does not say.
    public var units: Int64
    /// Order lines; absent when unknown.
    public var lines: Int64?

    public init(_ action: Action, _ order: Order, eventId: String) {
        self.action = action
        self.order = OrderReference(order, eventId: eventId)
        units = max(order.units ?? 1, 1)
        lines = order.lines
    }
}

/// What payment is told. JSON with the members below.
public struct PaymentMessage: Codable, Sendable, Hashable {
    public enum Action: String, Codable, Sendable, CaseIterable {
        /// Hold the amount.
        case authorise
        /// Take the held amount.
        case capture
        /// Give the held amount free.
        case void
        /// Give the taken amount back.
        case refund
    }

    public var action: Action
    public var order: OrderReference
    public var amount: Amount

    public init(_ action: Action, _ order: Order, eventId: String) {
        self.action = action
        self.order = OrderReference(order, eventId: eventId)
        amount = Amount(order.amount)
    }
}

/// What fulfillment is told. JSON with the members below.
public struct FulfillmentMessage: Codable, Sendable, Hashable {
    public enum Action: String, Codable, Sendable, CaseIterable {
        /// Hand the parcel over to the carrier.
        case ship
        /// Call the parcel back.
        case cancel
        /// This parcel before others.
        case prioritise
    }

    public var action: Action
    public var order: OrderReference
    /// Where the parcel goes, as the shop wrote it; absent when unknown.
    public var country: String?

    public init(_ action: Action, _ order: Order, eventId: String) {
        self.action = action
        self.order = OrderReference(order, eventId: eventId)
        country = order.country
    }
}

/// What the people who care for valued customers are told. JSON with the members below.
public struct VipMessage: Codable, Sendable, Hashable {
    public enum Action: String, Codable, Sendable, CaseIterable { case openCase }

    public var action: Action
    public var order: OrderReference
    public var customerId: String
    public var amount: Amount
    /// Points that this order has earned.
    public var points: Int64
    /// The customer's tier with these points.
    public var tier: LoyaltyTier
    /// Whether this order has lifted the customer into it.
    public var isPromotion: Bool

    public init(_ award: LoyaltyAward, _ standing: LoyaltyStanding) {
        action = .openCase
        order = award.order
        customerId = award.customerId
        amount = Amount(award.spend)
        points = award.points
        tier = standing.tier
        isPromotion = standing.isPromotion
    }
}
