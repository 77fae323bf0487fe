/// How many loyalty points an order earns, and what points are worth.
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

/// Where points have brought a customer. A tier is never lost: points are not spent.
public enum LoyaltyTier: String, Sendable, Hashable, CaseIterable, Codable, Comparable {
    case member
    case silver
    case gold
    case platinum

    /// The least points of the tier: 0, 5,000, 20,000 and 100,000.
    public var pointsMin: Int64 {
        switch self {
        case .member: 0
        case .silver: 5_000
        case .gold: 20_000
        case .platinum: 100_000
        }
    }

    /// The tier of so many points.
    public init(points: Int64) { self = Self.allCases.last { $0.pointsMin <= points } ?? .member }

    public static func < (left: LoyaltyTier, right: LoyaltyTier) -> Bool { left.pointsMin < right.pointsMin }
}

/// What one shipped order earns its customer.
public struct LoyaltyAward: Hashable, Sendable {
    public var customerId: String
    public var order: OrderReference
    public var points: Int64
    /// Adds to what the customer has spent in this currency.
    public var spend: Money

    /// Nil for a guest, who has no account that points could belong to.
    public init?(_ order: Order, eventId: String) {
        guard let customerId = order.customerId else { return nil }
        self.customerId = customerId
        self.order = OrderReference(order, eventId: eventId)
        points = LoyaltyRules.points(for: order.amount)
        spend = order.amount
    }
}

/// What came of an award. Kept with the record that the award was paid, so that a repeat tells the same.
public struct LoyaltyStanding: Codable, Hashable, Sendable {
    /// All points of the customer, these among them.
    public var points: Int64
    public var tier: LoyaltyTier
    /// Whether this award has lifted the customer into it.
    public var isPromotion: Bool

    public init(points: Int64, tier: LoyaltyTier, isPromotion: Bool) {
        self.points = points
        self.tier = tier
        self.isPromotion = isPromotion
    }
}
