internal import Clocks
import MetricMath

/// The points of a query while they are put together.
struct PointRow {
    /// Where the first period begins, in seconds since 1970.
    let start: Int64
    /// Not included.
    let end: Int64
    private let period: Int64
    private var points: [MetricPoint]
    private var units: Set<StandardUnit> = []
    /// Whether anything was added since ``endSeries(unit:)``.
    private var isTouched = false

    init(start: Int64, end: Int64, period: Int64) {
        self.start = start
        self.end = end
        self.period = period
        points = Array(repeating: MetricPoint(), count: Int((end - start + period - 1) / period))
    }

    /// - Parameter second: since 1970; what is outside of the row is passed over.
    mutating func add(_ point: MetricPoint, at second: Int64) {
        guard second >= start, second < end else { return }
        isTouched = true
        points[Int((second - start) / period)].merge(point)
    }

    /// What was added since the last time was in this unit.
    mutating func endSeries(unit: StandardUnit) {
        if isTouched { units.insert(unit) }
        isTouched = false
    }

    func statistics(_ statistics: [MetricStatistic]) -> MetricStatistics {
        var result = MetricStatistics()
        result.units = units
        let filled = points.indices.filter { !points[$0].isEmpty }
        result.times = filled.map { Timestamp(seconds: start + Int64($0) * period) }
        result.columns = statistics.map { statistic in filled.map { points[$0].value(statistic) } }
        return result
    }
}
