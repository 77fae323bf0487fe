import BenchmarkPage
import Testing

@Suite struct PairedComparisonTests {
    /// Rates that swing by a tenth from pair to pair, as a machine does.
    private static let base: [Double] = [1_000, 1_080, 950, 910, 1_100, 1_020, 930, 990, 1_060, 970]
    /// What the second run of a pair adds: some hundredths, up and down alike.
    private static let noise = [1.02, 0.99, 1.01, 0.98, 1.0, 0.97, 1.03, 0.99, 1.01, 0.985]

    @Test func aClearDifferenceIsFound() {
        let head = zip(Self.base, Self.noise).map { $0 * $1 * 1.1 }
        let comparison = PairedComparison(base: Self.base, head: head)
        #expect(comparison.verdict == .faster)
        #expect(abs(comparison.ratio - 1.1) < 0.02)
        #expect(comparison.interval.contains(1.1))
        #expect(PairedComparison(base: head, head: Self.base).verdict == .slower)
    }

    @Test func aDifferenceSmallerThanTheSwingsOfTheMachineIsFoundInPairs() {
        // The base swings by a fifth, the pairs by two hundredths; head is 5 % faster.
        let steady = Self.noise.map { 1 + ($0 - 1) / 3 }
        let comparison = PairedComparison(base: Self.base, head: zip(Self.base, steady).map { $0 * $1 * 1.05 })
        #expect(comparison.verdict == .faster)
    }

    @Test func noiseIsNoDifference() {
        let comparison = PairedComparison(base: Self.base, head: zip(Self.base, Self.noise).map { $0 * $1 })
        #expect(comparison.verdict == .noDifference)
        #expect(comparison.interval.contains(1))
        #expect(comparison.noise > 0.005 && comparison.noise < 0.03)
    }

    @Test func equalRatesAreNoDifference() {
        let comparison = PairedComparison(base: Self.base, head: Self.base)
        #expect(comparison.verdict == .noDifference)
        #expect(comparison.ratio == 1)
        #expect(comparison.interval == 1...1)
        #expect(comparison.noise == 0)
    }

    @Test func manyTiesWithFewWinsAreNoDifference() {
        var head = Self.base
        for place in 0..<4 { head[place] *= 1.2 }
        #expect(PairedComparison(base: Self.base, head: head).verdict == .noDifference)
    }

    @Test func oneRunThatWentWrongChangesNoVerdict() {
        var head = zip(Self.base, Self.noise).map { $0 * $1 * 1.1 }
        head[3] = 10
        #expect(PairedComparison(base: Self.base, head: head).verdict == .faster)
        var equal = zip(Self.base, Self.noise).map { $0 * $1 }
        equal[3] = 100_000
        #expect(PairedComparison(base: Self.base, head: equal).verdict == .noDifference)
    }

    @Test func sixPairsMustAllAgree() {
        let base = [Double](repeating: 100, count: 6)
        #expect(PairedComparison(base: base, head: [110, 111, 109, 110, 108, 112]).verdict == .faster)
        #expect(PairedComparison(base: base, head: [110, 111, 109, 110, 108, 99]).verdict == .noDifference)
    }

    @Test func mediansAreOfTheRatesAndOfThePairs() {
        let comparison = PairedComparison(base: [1, 2, 3, 4, 5, 6], head: [2, 2, 6, 4, 10, 6])
        #expect(comparison.baseMedian == 3.5)
        #expect(comparison.headMedian == 5)
        #expect(comparison.ratio == 1.5)
        #expect(comparison.interval == 1...2)
        #expect(comparison.noise == 0.5)
    }

    @Test func chanceAloneIsRarelyADifference() {
        // Both are the same program: in how many of 2,000 made-up comparisons is a difference seen?
        var state: UInt64 = 7
        func noise() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 1 + 0.1 * Double(state >> 11) / Double(1 << 53)
        }
        let wrong = (0..<2_000).count { _ in
            let (base, head) = ((0..<10).map { _ in 100 * noise() }, (0..<10).map { _ in 100 * noise() })
            return PairedComparison(base: base, head: head).verdict != .noDifference
        }
        // 1 in 47 is expected of ten pairs, so some 43.
        #expect(wrong > 10 && wrong < 100)
    }
}
