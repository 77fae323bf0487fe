public import Orders

/// What share of made-up orders is of which kind, each 0 to 1.
public struct OrderShares: Sendable, Hashable {
    /// Orders over 1000, which get premium service.
    public var premium: Double
    /// Orders of at most 100, which the filters drop.
    public var small: Double
    /// Orders of customers at `test.com`, which the filters drop.
    public var testAddresses: Double

    /// The defaults are about those of the 19,959 orders in `Examples/online-retail.csv` (rows of kind `order`): 9.2 % of
    /// them are over 1000 and 13.6 % at most 100. Addresses are invented, one customer's in twenty at `test.com`, as
    /// `LifeCycle` of Replay does it.
    public init(premium: Double = 0.1, small: Double = 0.15, testAddresses: Double = 0.05) {
        self.premium = premium
        self.small = small
        self.testAddresses = testAddresses
    }

    /// Orders in a catalogue: shares of a thousandth are exact in it.
    public static let catalogueCount = 2_000

    private static let countries = ["United Kingdom", "Germany", "France", "EIRE", "Belgium", "Netherlands"]

    /// Orders made up from a seed, pending, in a random order, the shares exact to one order. Their ids are all the
    /// same and are made different by ``RequestWriter``.
    ///
    /// - Parameter timestamp: when they were made, milliseconds since 1970.
    public func catalogue(seed: UInt64, timestamp: Int64) -> [Order] {
        var random = SplitMix(seed: SplitMix.mix(seed ^ 0x0D0E_0A0D))
        let count = Self.catalogueCount
        func places(_ share: Double) -> Int { Int((share * Double(count)).rounded()) }
        let premiumCount = places(premium)
        let smallCount = min(places(small), count - premiumCount)
        var tiers = [AmountTier](repeating: .over1000, count: premiumCount)
        tiers += [AmountTier](repeating: .upTo100, count: smallCount)
        tiers += [AmountTier](repeating: .over100, count: count - premiumCount - smallCount)
        var isTest = (0..<count).map { $0 < places(testAddresses) }
        // Apart from each other, so that a test order may be of any tier.
        tiers.shuffle(using: &random)
        isTest.shuffle(using: &random)
        return zip(tiers, isTest).map { tier, isTest in
            let customer = Int.random(in: 10_000...99_999, using: &random)
            let cents: Int64 =
                switch tier {
                case .upTo100: .random(in: 100...10_000, using: &random)
                case .over100: .random(in: 10_001...100_000, using: &random)
                case .over1000: .random(in: 100_001...900_000, using: &random)
                }
            return Order(
                orderId: "load", timestamp: timestamp, customerId: "\(customer)",
                customerEmail: "customer\(customer)@\(isTest ? EmailDomain.testDomain : "shop.example")",
                amount: Money(minorUnits: cents, currency: .gbp), status: .pending,
                units: .random(in: 1...900, using: &random), lines: .random(in: 1...60, using: &random),
                country: Self.countries.randomElement(using: &random))
        }
    }
}
