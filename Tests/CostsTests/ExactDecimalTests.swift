import Testing

@testable import Costs

@Suite struct ExactDecimalTests {
    @Test(
        arguments: [
            ("0", 0), ("1", 10_000), ("0.25", 2_500), (".5", 5_000), ("007.1", 71_000), ("1.00000000", 10_000),
            ("0.0001", 1), ("99999999999999.9999", 999_999_999_999_999_999),
        ] as [(String, Int64)])
    func aDecimalNumberIsReadExactly(text: String, value: Int64) {
        #expect(ExactDecimal.parse(text, decimals: 4) == value)
    }

    @Test(arguments: [
        "", ".", "1.", "-1", "+1", "1e3", "1,5", "0.00001", "½", "１", "1.2.3", " 1", "100000000000000", "nan",
    ])
    func whatIsNoneIsRefused(text: String) {
        #expect(ExactDecimal.parse(text, decimals: 4) == nil)
    }

    @Test(
        arguments: [
            (0, "0"), (2_500, "0.25"), (10_000, "1"), (123_456, "12.3456"), (-5, "-0.0005"),
        ] as [(Int64, String)])
    func itIsWrittenWithoutNeedlessZeroes(value: Int64, text: String) {
        #expect(ExactDecimal.text(value, decimals: 4) == text)
    }

    @Test func aShareIsFromNothingToAll() {
        #expect(Share("0.35")?.millionths == 350_000)
        #expect(Share("1") == .all)
        for text in ["1.000001", "2", "-0.1", "35%", "0.0000001"] { #expect(Share(text) == nil, "\(text)") }
        #expect(Share(1, of: 3).millionths == 333_333)
        #expect(Share(2, of: 3).millionths == 666_667)
        #expect(Share(5, of: 3) == .all)
        #expect(Share(0, of: 0) == .all)
        // A part of a thing counts as a whole one.
        #expect(Share("0.1")!.of(11) == 2)
        #expect(Share.none.of(11) == 0)
    }
}
