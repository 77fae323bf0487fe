import TestSupport
import Testing

@testable import Telemetry

@Suite struct MetricPointTests {
    private func point(_ values: [Double]) -> MetricPoint {
        var point = MetricPoint()
        for value in values { point.add(value) }
        return point
    }

    @Test func nothingHasNoStatistics() {
        for statistic in [MetricStatistic.sampleCount, .average, .sum, .minimum, .maximum, .percentile(50)] {
            #expect(MetricPoint().value(statistic) == nil)
        }
    }

    @Test(arguments: [0.0, 0.1, 12.345_678_9, -7.77, 1e-9, 3e100])
    func equalValuesAreExact(_ value: Double) {
        for count in [1, 3, 1_000] {
            let point = point(Array(repeating: value, count: count))
            for percent in [0.0, 1, 50, 99.9, 100] { #expect(point.value(.percentile(percent)) == value) }
            #expect(point.value(.sampleCount) == Double(count))
        }
    }

    @Test func wholeNumbersUpTo128AreExact() {
        let values = (-128...128).map(Double.init)
        let point = point(values)
        for percent in 1...100 {
            #expect(point.value(.percentile(Double(percent))) == RawValues.percentile(percent, of: values))
        }
    }

    @Test func the999thOfAThousandIs99Point9Percent() {
        let point = point(Array(repeating: 1, count: 999) + [50])
        #expect(point.value(.percentile(99.9)) == 1)
        #expect(point.value(.percentile(99.91)) == 50)
    }

    /// Whatever the order in which points are joined, and through bytes.
    @Test(arguments: UInt64(1)...60)
    func joinedPointsAreThePointOfAllValues(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let source = RawValues.Source(using: &generator)
        var values: [Double] = []
        var joined = MetricPoint()
        for _ in 0..<generator.below(8) + 1 {
            let part = (0..<generator.below(40)).map { _ in source.next(using: &generator) }
            values += part
            joined.merge(try MetricPoint(point(part).bytes.span.bytes))
        }
        let whole = point(values)
        for percent in 0...100 {
            #expect(joined.value(.percentile(Double(percent))) == whole.value(.percentile(Double(percent))))
        }
        #expect(
            [joined.sampleCount, joined.minimum, joined.maximum] == [whole.sampleCount, whole.minimum, whole.maximum])
        #expect(abs(joined.sum - whole.sum) <= 1e-9 * values.reduce(1e-300) { $0 + $1.magnitude })
    }

    @Test(arguments: UInt64(1)...60)
    func bytesHoldAPointExactly(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let source = RawValues.Source(using: &generator)
        var point = MetricPoint()
        for _ in 0..<generator.below(100) {
            point.add(source.next(using: &generator), count: generator.oneIn(4) ? 0.5 : Double(generator.below(9) + 1))
        }
        if generator.oneIn(4) { point.add(count: 3, sum: 7, minimum: 1, maximum: 5) }
        let bytes = point.bytes
        var offset = 0
        #expect(try MetricPoint(bytes.span.bytes, at: &offset) == point)
        #expect(offset == bytes.count)
        // Cut short anywhere, it is damage and no crash.
        for count in 0..<bytes.count {
            let error = #expect(throws: MetricError.self) { try MetricPoint(Array(bytes[..<count]).span.bytes) }
            #expect(error?.code == .damaged)
        }
    }

    @Test func aCountersPointIsSmall() {
        #expect(point(Array(repeating: 1, count: 1_000)).bytes.count <= 6)
    }

    @Test func aStatisticSetHasNoPercentilesUnlessAllItsValuesAreEqual() {
        var spread = point([3])
        spread.add(count: 4, sum: 20, minimum: 2, maximum: 9)
        #expect(spread.value(.percentile(50)) == nil)
        #expect(spread.value(.average) == 23.0 / 5)
        #expect([spread.value(.minimum), spread.value(.maximum)] == [2, 9])
        #expect([spread.value(.percentile(0)), spread.value(.percentile(100))] == [2, 9])
        // Nor does it get some back by what comes later.
        spread.add(4)
        #expect(spread.value(.percentile(50)) == nil)
        var equal = point([3])
        equal.add(count: 4, sum: 20, minimum: 5, maximum: 5)
        #expect(equal.value(.percentile(50)) == 5)
        #expect(equal.value(.percentile(20)) == 3)
    }

    @Test func aPointStaysSmallWhateverItsValues() {
        var point = MetricPoint()
        for exponent in -300...300 {
            for step in 0..<4 { point.add(Double(sign: .plus, exponent: exponent, significand: 1 + Double(step) / 4)) }
        }
        #expect(point.sketch.buckets.count == PercentileSketch.bucketCountMax)
        #expect(point.bytes.count < 5_000)
        // The highest percentiles stay right.
        let exact = Double(sign: .plus, exponent: 294, significand: 1.75)
        #expect(abs((point.value(.percentile(99)) ?? 0) / exact - 1) < 0.01)
        #expect(point.sketch.buckets.reduce(0) { $0 + $1.count } == point.sampleCount)
    }
}
