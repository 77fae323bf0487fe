import Histogram
import Synchronization

/// Latencies recorded from any thread, read as percentiles. One microsecond to one hour, three significant digits, so a
/// percentile is right to 0.1 %.
public final class LatencyHistogram: Sendable {
    /// Percentiles in milliseconds.
    public struct Summary: Sendable, Hashable {
        public var count: Int
        public var p50: Double
        public var p99: Double
        public var max: Double
    }

    private static let highestMicroseconds: UInt64 = 3_600_000_000

    // Counts of 64 bits: 32 would wrap round within weeks at a high rate.
    private let histogram: Mutex<Histogram<UInt64>>

    public init() {
        histogram = Mutex(
            Histogram(
                lowestDiscernibleValue: 1, highestTrackableValue: Self.highestMicroseconds,
                numberOfSignificantValueDigits: .three))
    }

    /// Records one latency; what is below a microsecond counts as one, what is above an hour as an hour.
    public func record(_ latency: Duration) {
        // Clamped before the unit changes: a duration may hold more microseconds than 64 bits do.
        let clamped = min(max(latency, .microseconds(1)), .microseconds(Self.highestMicroseconds))
        let (seconds, attoseconds) = clamped.components
        let value = UInt64(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        histogram.withLock { _ = $0.record(value) }
    }

    /// How often each latency was recorded so far, in microseconds, lowest first. A value stands for all that are equal
    /// to it by 0.1 %, so what was recorded between two moments is the difference of their counts.
    public var counts: [(microseconds: UInt64, count: Int)] {
        // A copy, so that nobody who records waits for the walk through it.
        let histogram = histogram.withLock { $0 }
        return histogram.recordedValues().map { ($0.value, Int($0.count)) }
    }

    /// The percentiles so far; zeroes when nothing was recorded.
    public var summary: Summary {
        histogram.withLock { histogram in
            guard histogram.totalCount > 0 else { return Summary(count: 0, p50: 0, p99: 0, max: 0) }
            func milliseconds(_ value: UInt64) -> Double { Double(value) / 1_000 }
            return Summary(
                count: Int(histogram.totalCount), p50: milliseconds(histogram.valueAtPercentile(50)),
                p99: milliseconds(histogram.valueAtPercentile(99)), max: milliseconds(histogram.maxRecorded))
        }
    }
}
