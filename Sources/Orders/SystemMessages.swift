internal import Items

/// What inventory is told. JSON with the members below; messages hold no addresses.
public struct InventoryMessage: Decodable, Sendable, Hashable {
    public enum Action: String, Decodable, Sendable, CaseIterable {
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

    var json: [UInt8] {
        var members = JSONMembers()
        members.add("action", action.rawValue)
        members.add("lines", lines)
        members.add("order", order.members)
        members.add("units", units)
        return members.closed
    }
}

/// What payment is told. JSON with the members below.
public struct PaymentMessage: Decodable, Sendable, Hashable {
    public enum Action: String, Decodable, Sendable, CaseIterable {
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

    var json: [UInt8] {
        var members = JSONMembers()
        members.add("action", action.rawValue)
        members.add("amount", amount.members)
        members.add("order", order.members)
        return members.closed
    }
}

/// What fulfillment is told. JSON with the members below.
public struct FulfillmentMessage: Decodable, Sendable, Hashable {
    public enum Action: String, Decodable, Sendable, CaseIterable {
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

    var json: [UInt8] {
        var members = JSONMembers()
        members.add("action", action.rawValue)
        members.add("country", country)
        members.add("order", order.members)
        return members.closed
    }
}

/// What the people who care for valued customers are told. JSON with the members below.
public struct VipMessage: Decodable, Sendable, Hashable {
    public enum Action: String, Decodable, Sendable, CaseIterable { case openCase }

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

    var json: [UInt8] {
        var members = JSONMembers()
        members.add("action", action.rawValue)
        members.add("amount", amount.members)
        members.add("customerId", customerId)
        members.add("isPromotion", isPromotion)
        members.add("order", order.members)
        members.add("points", points)
        members.add("tier", tier.rawValue)
        return members.closed
    }
}
