internal import Histogram

/// Latencies from one microsecond to one hour as percentiles, each right to 0.1 %.
public struct Latencies: Sendable {
    /// Percentiles in milliseconds; zeroes when nothing was recorded.
    public struct Percentiles: Codable, Sendable, Hashable {
        public var p50: Double
        public var p90: Double
        public var p99: Double
        public var p999: Double
        public var p9999: Double
        public var max: Double
    }

    static let microsecondsMax: UInt64 = 3_600_000_000

    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: 1, highestTrackableValue: Self.microsecondsMax,
        numberOfSignificantValueDigits: .three)

    public init() {}

    /// Latencies that are known as counts of values.
    ///
    /// - Parameters:
    ///   - microseconds: values.
    ///   - counts: how often each of them was, as many as there are values; what is 0 or less is left out.
    public init(microseconds: [UInt64], counts: [Int]) {
        for (value, count) in zip(microseconds, counts) where count > 0 { record(microseconds: value, count: count) }
    }

    /// What was recorded between two moments, from the counts of all values at each. Where a count has gone down,
    /// counting has begun anew in between, and the later counts are all that is known.
    ///
    /// - Parameters:
    ///   - before: values in microseconds, and how often each was recorded; empty where nothing was.
    public init(
        from before: (microseconds: [UInt64], counts: [Int]), to after: (microseconds: [UInt64], counts: [Int])
    ) {
        let earlier = Dictionary(zip(before.microseconds, before.counts), uniquingKeysWith: +)
        let later = Dictionary(zip(after.microseconds, after.counts), uniquingKeysWith: +)
        let hasBegunAnew = earlier.contains { value, count in later[value, default: 0] < count }
        self.init(
            microseconds: after.microseconds,
            counts: zip(after.microseconds, after.counts).map { value, count in
                hasBegunAnew ? count : count - earlier[value, default: 0]
            })
    }

    public var count: Int { Int(histogram.totalCount) }
    public var isEmpty: Bool { histogram.totalCount == 0 }

    /// Records a latency; what is below a microsecond counts as one, what is above an hour as an hour.
    ///
    /// - Parameter count: how many writes had it.
    public mutating func record(microseconds: UInt64, count: Int = 1) {
        histogram.record(min(max(microseconds, 1), Self.microsecondsMax), count: UInt64(count))
    }

    public mutating func add(_ other: Latencies) { histogram.add(other.histogram) }

    mutating func removeAll() { histogram.reset() }

    /// In milliseconds; 0 when nothing was recorded.
    public func milliseconds(percentile: Double) -> Double {
        isEmpty ? 0 : Double(histogram.valueAtPercentile(percentile)) / 1_000
    }

    public var percentiles: Percentiles {
        Percentiles(
            p50: milliseconds(percentile: 50), p90: milliseconds(percentile: 90), p99: milliseconds(percentile: 99),
            p999: milliseconds(percentile: 99.9), p9999: milliseconds(percentile: 99.99), max: maxMilliseconds)
    }

    public var maxMilliseconds: Double { isEmpty ? 0 : Double(histogram.maxRecorded) / 1_000 }

    /// The distribution in HdrHistogram's text form (`.hgrm`), in milliseconds, as its plotters read it.
    public var distributionText: String {
        var text = ""
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1_000)
        return text
    }

    /// The values that were recorded, lowest first, and how often; a value stands for all that are within 0.1 % of it.
    var recorded: [(microseconds: UInt64, count: UInt64)] {
        histogram.recordedValues().map { ($0.value, $0.count) }
    }
}
