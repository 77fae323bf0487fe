import Synchronization

/// Where one metric's values are recorded, from any thread. A record costs some 50 ns and allocates nothing once the buckets
/// of its usual values exist. What is recorded is in the metric's points after a second at the latest.
final class MetricRecorder: Sendable {
    /// What the values are, which the Prometheus form tells apart. CloudWatch does not.
    enum Kind: Hashable, Comparable, Sendable { case counter, distribution, level }

    private struct State {
        /// The values of the present second.
        var point = MetricPoint()
        /// Of all seconds that have passed.
        var totalCount = 0.0
        var totalSum = 0.0
        var level: Level?
    }

    private struct Level {
        var now: Double
        /// Since the second began.
        var lowest: Double
        var highest: Double

        mutating func set(_ value: Double) {
            now = value
            lowest = min(lowest, value)
            highest = max(highest, value)
        }
    }

    /// AWS refuses larger ones: 2 to the 360th.
    static let valueMax = Double(sign: .plus, exponent: 360, significand: 1)

    let series: MetricSeries
    let kind: Kind
    private let state = Mutex(State())

    init(series: MetricSeries, kind: Kind) {
        self.series = series
        self.kind = kind
    }

    func add(_ value: Double, count: Double) {
        guard value.magnitude <= Self.valueMax, count > 0, count <= Self.valueMax else { return }
        state.withLock { $0.point.add(value, count: count) }
    }

    func set(_ value: Double) {
        guard value.magnitude <= Self.valueMax else { return }
        state.withLock { state in
            if state.level == nil { state.level = Level(now: value, lowest: value, highest: value) }
            state.level?.set(value)
        }
    }

    func change(by difference: Double) {
        state.withLock { state in
            let value = (state.level?.now ?? 0) + difference
            guard value.magnitude <= Self.valueMax else { return }
            if state.level == nil { state.level = Level(now: 0, lowest: 0, highest: 0) }
            state.level?.set(value)
        }
    }

    /// Ends a second: shows its values, if there are any, and forgets them. A level is one value, with the lowest and the
    /// highest that it was.
    func endSecond(_ body: (borrowing MetricPoint) -> Void) {
        state.withLock { state in
            if var level = state.level {
                state.point.add(level.now, between: level.lowest, and: level.highest)
                level.lowest = level.now
                level.highest = level.now
                state.level = level
            }
            guard !state.point.isEmpty else { return }
            state.totalCount += state.point.sampleCount
            state.totalSum += state.point.sum
            body(state.point)
            state.point.removeAll()
        }
    }

    /// Count and sum since the start of the process.
    var totals: (count: Double, sum: Double) {
        state.withLock { ($0.totalCount + $0.point.sampleCount, $0.totalSum + $0.point.sum) }
    }

    /// Where a level stands; nil before it was set.
    var level: Double? { state.withLock { $0.level?.now } }
}

/// Counts what happens: requests, errors, bytes. Each call is one sample, as when AWS's services emit 1 for an error and 0
/// for none.
public struct MetricCounter: Sendable {
    let recorder: MetricRecorder

    /// Adds one sample. What is not finite or beyond 2 to the 360th is passed over.
    public func add(_ value: Double = 1) { recorder.add(value, count: 1) }
}

/// Collects values that are compared: durations, sizes.
public struct MetricDistribution: Sendable {
    let recorder: MetricRecorder

    /// Adds a value that occurred `count` times. What is not finite or beyond 2 to the 360th is passed over.
    public func record(_ value: Double, count: Double = 1) { recorder.add(value, count: count) }
}

/// Follows something that has a level at each moment: messages in a queue, calls under way. Each second that ends adds one
/// sample, the level at its end, and keeps the lowest and the highest of the second.
public struct MetricLevel: Sendable {
    let recorder: MetricRecorder

    /// The level is this from now on. What is not finite or beyond 2 to the 360th is passed over.
    public func set(_ value: Double) { recorder.set(value) }

    /// Raises or lowers the level, which begins at 0.
    public func change(by difference: Double) { recorder.change(by: difference) }
}
