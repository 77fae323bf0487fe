import BenchmarkPage
import Testing

@Suite struct FigureTextTests {
    @Test(arguments: [
        (0.0, "0"), (0.00123, "0.00123"), (0.27, "0.270"), (0.9996, "1.00"), (1.6, "1.60"), (4, "4"), (9.996, "10.0"),
        (12.34, "12.3"), (99.96, "100"), (145.4, "145"), (999, "999"), (999.6, "1,000"), (1_925, "1,930"),
        (14_512.7, "14,500"), (130_000, "130,000"), (1_449_999, "1,450,000"), (-1_234, "-1,230"), (-0.5, "-0.500"),
    ])
    func threeDigitsOfAValueCount(_ value: Double, _ text: String) {
        #expect(figureText(value) == text)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNoNumberIsADash(_ value: Double) {
        #expect(figureText(value) == "-")
    }
}
