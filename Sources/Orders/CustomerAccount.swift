public import Items

/// A customer's loyalty account, as the Customers table holds it. The table's key is `customerId`.
///
/// Spend is kept by currency, in an attribute each (`lifetimeSpendGBP`): sums of different currencies would mean nothing.
public struct CustomerAccount: Hashable, Sendable {
    public enum AttributeName {
        public static let customerId = "customerId"
        public static let points = "points"
        public static let tier = "tier"
        /// Orders that have earned points.
        public static let orders = "orders"
        public static func lifetimeSpend(_ currency: Currency) -> String { "lifetimeSpend\(currency.code)" }
    }

    public var customerId: String
    /// Never below zero.
    public var points: Int64
    public var tier: LoyaltyTier
    public var orders: Int64
    private var item: Item

    /// An account without points.
    public init(customerId: String) {
        self.customerId = customerId
        points = 0
        tier = .member
        orders = 0
        item = [AttributeName.customerId: .string(customerId)]
    }

    /// Reads an account. What it does not know stays in the table.
    /// - Throws: `.invalidAttribute` with the attribute's name.
    public init(customerId: String, item: Item) throws(OrderError) {
        self.init(customerId: customerId)
        self.item = item
        points = try Self.integer(AttributeName.points, item) ?? 0
        orders = try Self.integer(AttributeName.orders, item) ?? 0
        tier = LoyaltyTier(points: points)
    }

    /// What the customer has spent in a currency, in orders that earned points.
    /// - Throws: `.invalidAttribute` when the table holds no exact amount.
    public func lifetimeSpend(_ currency: Currency) throws(OrderError) -> Money {
        let name = AttributeName.lifetimeSpend(currency)
        guard let value = item[name] else { return Money(minorUnits: 0, currency: currency) }
        guard let money = value.number.flatMap({ Money($0, currency: currency) }) else {
            throw Self.invalid(name)
        }
        return money
    }

    /// Pays an award.
    ///
    /// - Returns: what came of it, and the attributes that change.
    /// - Throws: `.invalidAttribute` when a sum needs more than 64 bits or the table holds no exact amount.
    public mutating func pay(_ award: LoyaltyAward) throws(OrderError) -> (standing: LoyaltyStanding, changes: Item) {
        let spent = try lifetimeSpend(award.spend.currency)
        let (sum, pointsOverflow) = points.addingReportingOverflow(award.points)
        guard !pointsOverflow else { throw Self.invalid(AttributeName.points) }
        let (minorUnits, spendOverflow) = spent.minorUnits.addingReportingOverflow(award.spend.minorUnits)
        let spendName = AttributeName.lifetimeSpend(award.spend.currency)
        guard !spendOverflow else { throw Self.invalid(spendName) }
        let before = tier
        points = sum
        tier = LoyaltyTier(points: sum)
        orders += 1
        let changes: Item = [
            AttributeName.points: .number(Number(points)),
            AttributeName.tier: .string(tier.rawValue),
            AttributeName.orders: .number(Number(orders)),
            spendName: .number(Money(minorUnits: minorUnits, currency: award.spend.currency).number),
        ]
        for change in changes.attributes { item[change.name] = change.value }
        return (LoyaltyStanding(points: points, tier: tier, isPromotion: tier > before), changes)
    }

    private static func integer(_ name: String, _ item: Item) throws(OrderError) -> Int64? {
        guard let value = item[name] else { return nil }
        guard let integer = value.number?.int64, integer >= 0 else { throw invalid(name) }
        return integer
    }

    private static func invalid(_ name: String) -> OrderError {
        OrderError(code: .invalidAttribute, message: "The attribute \(name) of a customer is invalid", orderId: nil)
    }
}
