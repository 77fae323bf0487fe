import Testing

@testable import Costs

@Suite struct MoneyTests {
    @Test(
        arguments: [
            (0, "$0"), (99_999_999, "under $0.0001"), (-1, "under −$0.0001"), (100_000_000, "$0.00010"),
            (4_249_999_999, "$0.0042"), (4_250_000_000, "$0.0043"), (99_600_000_000, "$0.10"),
            (123_456_789_012, "$0.12"),
            (996_000_000_000, "$1.00"), (1_004_999_999_999, "$1.00"), (12_345_678_900_000_000, "$12,345.68"),
            (1_000_000_000_000_000_000, "$1,000,000.00"), (-250_000_000_000, "−$0.25"),
        ] as [(Int128, String)])
    func itIsToldWithTheDigitsItDeserves(picodollars: Int128, text: String) {
        #expect(Money(picodollars: picodollars).text == text)
    }

    @Test(
        arguments: [
            (0, "$0"), (99_999_999, "under $0.0001"), (4_250_000_000, "$0.0043"), (996_000_000_000, "$1.0"),
            (12_910_000_000_000, "$13"), (99_600_000_000_000, "$100"), (12_345_678_900_000_000, "$12,000"),
            (-250_000_000_000, "−$0.25"),
        ] as [(Int128, String)])
    func whatIsReckonedFromLittleIsToldWithTwoDigits(picodollars: Int128, text: String) {
        #expect(Money(picodollars: picodollars).roughText == text)
    }

    @Test(
        arguments: [
            (0, "$0.00", "0"), (1, "$0.00", "0.000000000001"), (-1, "$0.00", "-0.000000000001"),
            (5_000_000_000, "$0.01", "0.005"), (4_999_999_999, "$0.00", "0.004999999999"),
            (12_345_678_900_000_000, "$12,345.68", "12345.6789"), (-250_000_000_000, "−$0.25", "-0.25"),
            (3_000_000_000_000, "$3.00", "3"),
        ] as [(Int128, String, String)])
    func billsTellWholeCentsAndJSONAllOfIt(picodollars: Int128, cents: String, exact: String) {
        #expect(Money(picodollars: picodollars).centsText == cents)
        #expect(Money(picodollars: picodollars).exactText == exact)
    }

    @Test func aPriceIsExactForOneAndForManyAndForAllThatCanBeCounted() {
        #expect(PriceList.builtIn[.functionRequest].times(1) == Money(picodollars: 200_000))
        #expect(PriceList.builtIn[.functionRequest].times(1_000_000).text == "$0.20")
        #expect(PriceList.builtIn.functionTime(.arm64).times(1_024_000) == Money(picodollars: 13_333_400))
        #expect(PriceList.builtIn.functionTime(.x86).times(1_024_000 * 60_000).text == "$1.00")
        #expect(PriceList.builtIn.byte(.logIngestion).times(1 << 30).text == "$0.50")
        #expect(PriceList.builtIn.queueRequest(isFIFO: true).times(Int64.max).dollars > 4.6e12)
    }
}
