import Telemetry
import TestSupport
import Testing

@Suite struct LatencyHistogramTests {
    private let histogram = LatencyHistogram()

    private func expect(
        count: Int, p50: Double, p99: Double, max: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let summary = histogram.summary
        #expect(summary.count == count, sourceLocation: sourceLocation)
        #expect([summary.p50, summary.p99, summary.max] == [p50, p99, max], sourceLocation: sourceLocation)
    }

    @Test func nothingRecordedIsAllZeroes() {
        expect(count: 0, p50: 0, p99: 0, max: 0)
    }

    @Test func oneValueIsEveryPercentile() {
        histogram.record(.milliseconds(3))
        expect(count: 1, p50: 3, p99: 3, max: 3)
    }

    /// Against the definition: the smallest recorded value that so many percent do not exceed.
    @Test(arguments: [1, 17, 1_000, 30_000])
    func percentilesAreRightToATenthOfAPercent(_ microseconds: Int) throws {
        var generator = SeededGenerator(seed: UInt64(microseconds))
        let values = (0..<2_000).map { _ in Int.random(in: 1...100_000, using: &generator) * microseconds }.sorted()
        for value in values.shuffled(using: &generator) { histogram.record(.microseconds(value)) }
        func exact(_ percent: Int) -> Double { Double(values[values.count * percent / 100 - 1]) / 1_000 }
        let summary = histogram.summary
        #expect(summary.count == 2_000)
        #expect(abs(summary.p50 - exact(50)) <= exact(50) / 1_000)
        #expect(abs(summary.p99 - exact(99)) <= exact(99) / 1_000)
        #expect(summary.max == exact(100))
    }

    @Test func aSlowOneInAHundredIsNotInThe99thPercentile() {
        for _ in 0..<99 { histogram.record(.milliseconds(1)) }
        histogram.record(.seconds(10))
        expect(count: 100, p50: 1, p99: 1, max: 10_000)
        histogram.record(.seconds(10))
        #expect(histogram.summary.p99 > 9_990)
    }

    @Test(arguments: [.zero, .nanoseconds(999), .seconds(-5), .seconds(Int64.min)] as [Duration])
    func belowAMicrosecondCountsAsOne(_ latency: Duration) {
        histogram.record(latency)
        expect(count: 1, p50: 0.001, p99: 0.001, max: 0.001)
    }

    @Test(arguments: [.seconds(3_600), .seconds(3_601), .seconds(Int64.max)] as [Duration])
    func aboveAnHourCountsAsAnHour(_ latency: Duration) {
        histogram.record(latency)
        expect(count: 1, p50: 3_600_000, p99: 3_600_000, max: 3_600_000)
    }

    @Test func countsTellHowOftenEachLatencyWasRecorded() {
        for latency in [1, 70, 1, 9] { histogram.record(.microseconds(latency)) }
        #expect(histogram.counts.map(\.microseconds) == [1, 9, 70])
        #expect(histogram.counts.map(\.count) == [2, 1, 1])
        // What is equal by a tenth of a percent counts together, so that there are few values however much is recorded.
        for microseconds in 1_000_000..<1_000_100 { histogram.record(.microseconds(microseconds)) }
        #expect(histogram.counts.count == 4)
        #expect(histogram.counts.last?.count == 100)
    }

    @Test func recordsFromManyTasksAreAllCounted() async {
        await withTaskGroup(of: Void.self) { [histogram] group in
            for task in 1...32 {
                group.addTask {
                    for _ in 0..<500 { histogram.record(.milliseconds(task)) }
                    _ = histogram.summary
                }
            }
        }
        #expect(histogram.summary.count == 16_000)
        #expect(histogram.summary.max == 32)
    }
}
