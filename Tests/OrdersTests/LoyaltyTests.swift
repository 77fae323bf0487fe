import Items
import Orders
import Testing

@Suite struct LoyaltyTests {
    @Test(
        arguments: [
            (0, LoyaltyTier.member), (4_999, .member), (5_000, .silver), (19_999, .silver), (20_000, .gold),
            (99_999, .gold), (100_000, .platinum), (.max, .platinum),
        ] as [(Int64, LoyaltyTier)])
    func tiers(_ points: Int64, _ tier: LoyaltyTier) { #expect(LoyaltyTier(points: points) == tier) }

    @Test func tiersRise() { #expect(LoyaltyTier.allCases == LoyaltyTier.allCases.sorted()) }

    private func award(_ amount: String, currency: Currency = .gbp) throws -> LoyaltyAward {
        var order = Samples.order(.shipped)
        order.amount = try #require(Money(amount, currency: currency))
        return try #require(LoyaltyAward(order, eventId: "e"))
    }

    /// 4,000.40 earns 4,000; 1,200.00 brings 5,200 and silver; 7,500.10 earns twice 7,500.
    @Test func anAccountGrowsToTheCent() throws {
        var account = CustomerAccount(customerId: "C-1")
        let first = try account.pay(try award("4000.40"))
        #expect(first.standing == LoyaltyStanding(points: 4_000, tier: .member, isPromotion: false))
        #expect(
            first.changes == [
                "points": .number(4_000), "tier": .string("member"), "orders": .number(1),
                "lifetimeSpendGBP": .number(Number(40_004, fractionDigits: 1)),
            ])
        let second = try account.pay(try award("1200.00"))
        #expect(second.standing == LoyaltyStanding(points: 5_200, tier: .silver, isPromotion: true))
        let third = try account.pay(try award("7500.10"))
        #expect(third.standing == LoyaltyStanding(points: 20_200, tier: .gold, isPromotion: true))
        #expect(third.changes["lifetimeSpendGBP"] == .number(Number(127_005, fractionDigits: 1)))
        let fourth = try account.pay(try award("1000.01"))
        #expect(fourth.standing == LoyaltyStanding(points: 21_200, tier: .gold, isPromotion: false))
        #expect(account.orders == 4)
    }

    @Test func currenciesAreNotAdded() throws {
        var account = CustomerAccount(customerId: "C-1")
        _ = try account.pay(try award("2000.00"))
        _ = try account.pay(try award("3000.00", currency: .eur))
        #expect(try account.lifetimeSpend(.gbp).text == "2000.00")
        #expect(try account.lifetimeSpend(.eur).text == "3000.00")
        #expect(account.points == 5_000)
    }

    @Test func anAccountIsReadBack() throws {
        var account = CustomerAccount(customerId: "C-1")
        var item = try account.pay(try award("1500.25")).changes
        item["customerId"] = .string("C-1")
        item["since"] = .string("2010")
        let read = try CustomerAccount(customerId: "C-1", item: item)
        #expect(read.points == 1_500)
        #expect(read.orders == 1)
        #expect(read.tier == .member)
        #expect(try read.lifetimeSpend(.gbp).text == "1500.25")
    }

    @Test(arguments: [("points", AttributeValue.string("many")), ("points", .number(-1)), ("orders", .bool(true))])
    func refused(_ name: String, _ value: AttributeValue) {
        #expect(throws: OrderError.self) { try CustomerAccount(customerId: "C-1", item: [name: value]) }
    }

    @Test func sumsThatDoNotFitAreRefused() throws {
        var rich = try CustomerAccount(customerId: "C-1", item: ["points": .number(Number(Int64.max))])
        let award = try award("1000.01")
        #expect(throws: OrderError.self) { try rich.pay(award) }
        var spender = try CustomerAccount(
            customerId: "C-1", item: ["lifetimeSpendGBP": .number(Number(Int64.max, fractionDigits: 2))])
        #expect(throws: OrderError.self) { try spender.pay(award) }
        var unclear = try CustomerAccount(
            customerId: "C-1", item: ["lifetimeSpendGBP": .number(Number(1, fractionDigits: 3))])
        #expect(throws: OrderError.self) { try unclear.pay(award) }
    }
}
