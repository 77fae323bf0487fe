import Foundation
@testable import Load
import Testing

@Suite struct LatenciesTests {
    @Test func percentilesReachTheRarestOfTenThousand() {
        var latencies = Latencies()
        for value in 1...10_000 { latencies.record(microseconds: UInt64(value)) }
        let percentiles = latencies.percentiles
        func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= expected * 0.001 }
        #expect(isNear(percentiles.p50, 5))
        #expect(isNear(percentiles.p90, 9))
        #expect(isNear(percentiles.p99, 9.9))
        #expect(isNear(percentiles.p999, 9.99))
        #expect(isNear(percentiles.p9999, 9.999))
        #expect(percentiles.max == 10)
    }

    @Test func nothingIsZeroes() {
        #expect(Latencies().percentiles == .init(p50: 0, p90: 0, p99: 0, p999: 0, p9999: 0, max: 0))
    }

    @Test func whatLiesOutsideCountsAtTheEnds() {
        var latencies = Latencies()
        latencies.record(microseconds: 0)
        latencies.record(microseconds: .max, count: 2)
        #expect(latencies.count == 3)
        #expect(latencies.milliseconds(percentile: 1) == 0.001)
        #expect(latencies.maxMilliseconds == 3_600_000)
    }

    @Test func whatHappenedBetweenTwoMomentsIsTheDifference() {
        let before: ([UInt64], [Int]) = ([100, 200], [5, 7])
        let after: ([UInt64], [Int]) = ([100, 200, 300], [5, 10, 2])
        let between = Latencies(from: before, to: after)
        #expect(between.count == 5)
        #expect(between.recorded.map(\.count) == [3, 2])
        #expect(between.percentiles.p50 == 0.2)
        // An engine that was started again has counted from nothing.
        let anew = Latencies(from: after, to: ([100], [4]))
        #expect(anew.count == 4)
    }

    @Test func theDistributionIsInTheFormOfHdrHistogramsPlotters() {
        var latencies = Latencies()
        for value in 1...1_000 { latencies.record(microseconds: UInt64(value) * 1_000) }
        let lines = latencies.distributionText.split(separator: "\n").map(String.init)
        #expect(lines[0].split(separator: " ") == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"])
        #expect(lines.contains { $0.contains(" 0.500000000000 ") })
        #expect(lines.contains { $0.hasPrefix("#[Max") && $0.contains("Total count    =         1000") })
    }

    /// Known answer: read by the Python package `hdrhistogram` 0.10.8 as 25 values, 16 of 1234 µs and 9 of 80000 µs.
    @Test func theLogHoldsHdrHistogramsOwnEncoding() throws {
        var latencies = Latencies()
        latencies.record(microseconds: 1_234, count: 16)
        latencies.record(microseconds: 80_000, count: 9)
        let encoded = HistogramLog.encoded(latencies)
        #expect(encoded == "HISTFAAAADl4AQEuANH/HISTEwAAAAYAAAAAAAAAAwAAAAAAAAABAAAAANaTpAA/8AAAAAAAAKMTIJ1gEnRIBnI=")
    }

    @Test func aLogHasALineForEachSecond() {
        var latencies = Latencies()
        latencies.record(microseconds: 1_500)
        var log = HistogramLog(start: 1_700_000_000_042)
        log.append(latencies, second: 3)
        let lines = log.text.split(separator: "\n")
        #expect(lines[0] == "#[Histogram log format version 1.3]")
        #expect(lines[1] == "#[StartTime: 1700000000.042 (seconds since epoch)]")
        #expect(lines.last?.hasPrefix("3.000,1.000,1.5,HISTF") == true)
    }
}
