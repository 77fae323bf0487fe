import Load
import Testing

@Suite struct ScheduleTests {
    private static func moments(_ schedule: Schedule) -> [UInt64] {
        var schedule = schedule
        return Array(sequence(state: ()) { _ in schedule.next() })
    }

    @Test func arrivalsAreEvenlySpacedOverTheDuration() {
        let moments = Self.moments(Schedule(rate: 200, seconds: 2))
        #expect(moments.count == 400)
        #expect(moments.prefix(3) == [0, 5_000_000, 10_000_000])
        #expect(moments.last == 1_995_000_000)
    }

    @Test func manyArrivalsDoNotDriftFromTheirRate() {
        let moments = Self.moments(Schedule(rate: 15_000, seconds: 2))
        #expect(moments.count == 30_000)
        #expect(moments[29_985] == 1_999_000_000)
    }

    @Test func theRateGrowsEvenlyOverTheRamp() {
        let schedule = Schedule(rate: 100, rampSeconds: 10, seconds: 20)
        let moments = Self.moments(schedule)
        // Half of what the rate makes in the ramp, and all of it afterwards.
        #expect(moments.count == 500 + 1_000)
        func count(_ seconds: Range<UInt64>) -> Int {
            moments.count { seconds.contains($0 / 1_000_000_000) }
        }
        // In each second of a ramp ten more than in the one before.
        for second in 0..<10 as Range<UInt64> { #expect(abs(count(second..<second + 1) - 10 * Int(second) - 5) <= 1) }
        #expect(count(10..<20) == 1_000)
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $0 < $1 })
        #expect(schedule.expectedCount(after: 5) == 125)
        #expect(schedule.expectedCount(after: 10) == 500)
        #expect(schedule.expectedCount(after: 12) == 700)
        #expect(schedule.expectedCount(after: 100) == 1_500)
    }

    @Test func aDurationWithinTheRampEndsInIt() {
        #expect(Self.moments(Schedule(rate: 100, rampSeconds: 10, seconds: 2)).count == 20)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomArrivalsComeAtTheRateAndFarFromEven(seed: UInt64) {
        let moments = Self.moments(Schedule(rate: 1_000, seconds: 20, spacing: .poisson, seed: seed))
        // 20,000 and five standard deviations.
        #expect(abs(moments.count - 20_000) < 5 * 142)
        let gaps = zip(moments, moments.dropFirst()).map { Double($1 - $0) / 1e6 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        // Of exponential gaps the standard deviation is the mean.
        #expect(abs(variance.squareRoot() / mean - 1) < 0.05)
    }

    @Test func aSeedGivesTheSameArrivalsAgain() {
        func moments(_ seed: UInt64) -> [UInt64] {
            Self.moments(Schedule(rate: 50, rampSeconds: 1, seconds: 3, spacing: .poisson, seed: seed))
        }
        #expect(moments(7) == moments(7))
        #expect(moments(7) != moments(8))
    }
}
