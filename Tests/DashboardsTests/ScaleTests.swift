import Clocks
import Testing

@testable import Dashboards

@Suite struct ScaleTests {
    private func ticks(
        _ values: [Double], min: Double? = nil, max: Double? = nil, unit: String? = nil, ticksMax: Int = 5
    ) -> [String] {
        let scale = ValueScale(values, min: min, max: max, unit: unit, ticksMax: ticksMax)
        return scale.ticks.map { scale.numbers.tick($0, step: scale.step) }
    }

    @Test func ticksAreRoundNumbers() {
        #expect(ticks([0, 7]) == ["0", "2", "4", "6", "8"])
        #expect(ticks([3, 97]) == ["0", "50", "100"])
        #expect(ticks([0.02]) == ["0", "0.005", "0.01", "0.015", "0.02"])
        #expect(ticks([1_200, 3_400], unit: "Milliseconds") == ["0 s", "1 s", "2 s", "3 s", "4 s"])
        #expect(ticks([45_000]) == ["0k", "20k", "40k", "60k"])
        #expect(ticks([-5, 5]) == ["-5", "0", "5"])
        #expect(ticks([-3]) == ["-3", "-2", "-1", "0"])
    }

    @Test func endsThatAreSetStay() {
        #expect(ticks([3], min: 0, max: 100) == ["0", "50", "100"])
        #expect(ticks([50], min: 40, max: 60) == ["40", "45", "50", "55", "60"])
        let scale = ValueScale([50], min: 1, max: 99, unit: nil, ticksMax: 5)
        #expect([scale.low, scale.high] == [1, 99])
        #expect(scale.share(of: 500) == 1)
        #expect(scale.share(of: -5) == 0)
    }

    @Test(arguments: [
        [], [0], [5, 5], [1e-300], [1e300], [-1e300, 1e300], [Double.leastNonzeroMagnitude],
        [Double.greatestFiniteMagnitude],
    ])
    func anyValuesHaveAScale(_ values: [Double]) {
        let scale = ValueScale(values, unit: "Seconds", ticksMax: 5)
        #expect(scale.ticks.count <= 101)
        for value in values { #expect((0...1).contains(scale.share(of: value))) }
    }

    @Test func anEndBeyondTheDataLeavesRoom() {
        #expect(ValueScale([1], min: 10, unit: nil, ticksMax: 5).high > 10)
        #expect(ValueScale([1], max: -10, unit: nil, ticksMax: 5).low < -10)
    }

    private func times(_ from: Timestamp, _ seconds: Int, _ ticksMax: Int = 6) -> [String] {
        TimeScale(from..<(from + .seconds(seconds)), ticksMax: ticksMax).ticks.map(\.text)
    }

    @Test func timesAreRound() {
        let start = Timestamp(utc: 2025, 1, 31, hour: 22, minute: 7)
        #expect(times(start, 3_600) == ["22:10", "22:20", "22:30", "22:40", "22:50", "23:00"])
        #expect(times(start, 3 * 3_600) == ["22:30", "23:00", "23:30", "Feb 1", "00:30", "01:00"])
        #expect(times(start, 60) == ["22:07:00", "22:07:10", "22:07:20", "22:07:30", "22:07:40", "22:07:50"])
        #expect(times(start, 7 * 86_400, 4) == ["Feb 1", "Feb 3", "Feb 5", "Feb 7"])
        #expect(times(start, 1).count == 1)
    }

    @Test func longestAndShortestTimes() {
        let start = Timestamp(utc: 2025, 1, 1)
        #expect(times(start, 3_000 * 86_400).count < 20)
        #expect(TimeScale(start..<start, ticksMax: 5).ticks.isEmpty)
    }
}
