import MetricMath
import Synchronization

extension MetricStore {
    /// The media type of ``prometheusText()``.
    public static var prometheusContentType: String { PrometheusText.contentType }

    /// All that is recorded at this moment, in Prometheus's text format. Counters, counts and sums are those since the start
    /// of the process; a distribution's quantiles are those of the last sixty seconds. What was put is not part of it.
    public func prometheusText() -> String {
        let samples = state.withLock { state in
            state.recorders.map { ($0.value, state.sample(of: $0.value, series: $0.key.series)) }
        }
        return PrometheusText.text(
            samples.sorted { $0.0.precedes($1.0) }.compactMap(\.1))
    }
}

extension MetricState {
    /// Nil for a level that was never set.
    fileprivate func sample(of recorder: MetricRecorder, series: UInt32) -> PrometheusText.Sample? {
        let totals = recorder.totals
        let value: PrometheusText.Value
        switch recorder.kind {
        case .counter: value = .counter(totals.sum)
        case .level:
            guard let level = recorder.level else { return nil }
            value = .gauge(level)
        case .distribution:
            value = .summary(recent: lastMinute(of: series), count: totals.count, sum: totals.sum)
        }
        return .init(identity: recorder.series.identity, unit: recorder.series.unit, value: value)
    }

    /// The values of the sixty seconds that have ended.
    private func lastMinute(of series: UInt32) -> MetricPoint? {
        var point = MetricPoint()
        // Points in memory were written by this process: they are whole.
        try? history.visit(series, in: max(0, second - 60)..<second, withBuckets: true) { point.merge($1) }
        return point.isEmpty ? nil : point
    }
}

extension MetricRecorder {
    /// An order that is the same each time.
    fileprivate func precedes(_ other: MetricRecorder) -> Bool {
        if series.identity != other.series.identity { return series.identity < other.series.identity }
        return (kind, series.unit.rawValue) < (other.kind, other.series.unit.rawValue)
    }
}
