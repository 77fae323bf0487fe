import TestSupport
import Testing

@Suite struct WorkedArithmeticTests {
    @Test func linesBuildOnEachOther() throws {
        let steps = try WorkedArithmetic(
            """
            a = 2 * (3 + 4) - 10 / 4 = 11.5 -- half of 23

            b = ceil(a) + floor(a) = 23
            c = max(a, b, 1) / min(7, b) ≈ 3.29
            d = 0 - 1 / 3 ≈ -0.33
            """.replacing("≈ -0.33", with: "≈ 0 - 0.33"))
        #expect(steps["c"] == WorkedArithmetic.Fraction(23, 7))
        #expect(steps["d"]?.floor == -1)
    }

    @Test(arguments: [
        "a = 2 * 3 = 7", "a = 1 / 3 = 0.33", "a = 1 / 3 ≈ 0.34", "a = 1 / 3 ≈ 0.3300", "a = b = 1",
        "a = 1 = 1\na = 1 = 1",
        "a = (1 = 1", "a = 1 / 0 = 1", "a = sin(1) = 1", "a = 1 2 = 1", "a", "a = 1", "a = 1.2.3 = 1",
    ])
    func whatDoesNotHoldIsRefused(text: String) {
        #expect(throws: WorkedArithmetic.Mistake.self) { try WorkedArithmetic(text) }
    }
}
