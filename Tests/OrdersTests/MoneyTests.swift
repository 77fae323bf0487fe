import Items
import Orders
import Testing

@Suite struct MoneyTests {
    @Test(
        arguments: [
            ("139.12", 13_912, "139.12", "139.12"), ("139.1", 13_910, "139.10", "139.1"), ("0", 0, "0.00", "0"),
            ("-0.05", -5, "-0.05", "-0.05"), ("1000.000", 100_000, "1000.00", "1000"), ("1e2", 10_000, "100.00", "100"),
            ("92233720368547758.07", Int64.max, "92233720368547758.07", "92233720368547758.07"),
        ] as [(String, Int64, String, String)])
    func parses(_ text: String, _ cents: Int64, _ shown: String, _ stored: String) throws {
        let money = try #require(Money(text, currency: .usd))
        #expect(money.minorUnits == cents)
        #expect(money.text == shown)
        #expect(money.number.text == stored)
        #expect(Money(money.number, currency: .usd) == money)
    }

    @Test(arguments: ["", "x", "1.005", "1e-3", "92233720368547758.08", "1e60", "1,5"])
    func refused(_ text: String) { #expect(Money(text, currency: .usd) == nil) }

    @Test func currencies() throws {
        let yen = try #require(Currency("JPY"))
        let dinar = try #require(Currency("KWD"))
        #expect(Money("150", currency: yen)?.text == "150")
        #expect(Money("150.5", currency: yen) == nil)
        #expect(Money("1.005", currency: dinar)?.text == "1.005")
        for bad in ["usd", "US", "USDX", "U$D", ""] { #expect(Currency(bad) == nil) }
    }

    @Test(arguments: [
        ("100", AmountTier.upTo100), ("100.00", .upTo100), ("100.01", .over100), ("1000", .over100),
        ("1000.01", .over1000), ("-500", .upTo100), ("0", .upTo100), ("92233720368547758.07", .over1000),
    ])
    func tiers(_ text: String, _ tier: AmountTier) throws {
        #expect(AmountTier(try #require(Money(text, currency: .usd))) == tier)
    }

    @Test(
        arguments: [
            ("1000.99", 1_000), ("5000", 5_000), ("5000.01", 10_000), ("0.99", 0), ("-20", 0), ("7312.50", 14_624),
        ] as [(String, Int64)])
    func points(_ text: String, _ points: Int64) throws {
        #expect(LoyaltyRules.points(for: try #require(Money(text, currency: .usd))) == points)
    }

    @Test(
        arguments: [
            ("ana@Example.COM", "example.com"), ("a@b@test.com", "test.com"), ("@x.org", nil), ("ana@", nil),
            ("ana", nil),
            ("", nil), (nil, nil),
        ] as [(String?, String?)])
    func domains(_ address: String?, _ domain: String?) { #expect(EmailDomain(address: address)?.text == domain) }

    @Test func onlyTheTestDomainItselfIsTest() {
        #expect(EmailDomain(address: "a@TEST.com")?.isTest == true)
        for address in ["a@mytest.com", "a@eu.test.com", "a@test.com.au", "test.com@x.org"] {
            #expect(EmailDomain(address: address)?.isTest == false)
        }
    }
}
