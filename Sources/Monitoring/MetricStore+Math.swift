public import Clocks
public import MetricMath
public import Telemetry

extension MetricStore {
    /// Fetches the metrics that a plan needs and works out its expressions.
    ///
    /// - Parameters:
    ///   - start: rounded down to each metric's period.
    ///   - end: not included.
    ///   - countsFromStart: whether periods are counted from the start, and not from 1970; it is a whole minute then, or for
    ///     periods below a minute a whole second.
    ///   - pointsMax: how many points metrics and expressions together may have.
    /// - Throws: `MathError`; `MetricError` for a name, a statistic or a period that is none; what the store throws.
    public func evaluate(
        _ plan: MetricQueryPlan, from start: Timestamp, to end: Timestamp, countsFromStart: Bool = false,
        pointsMax: Int = MetricQueryPlan.pointsMax
    ) throws -> [MetricQueryPlan.Result] {
        var pointsLeft = pointsMax
        return try evaluateWithUnits(
            plan, from: start, to: end, countsFromStart: countsFromStart, pointsLeft: &pointsLeft
        ).results
    }

    /// The same with the units of the metrics' values, by the queries' ids; a metric whose values have several units has none.
    ///
    /// - Parameter pointsLeft: how many points there may be; less those that there were, also when it throws.
    public func evaluateWithUnits(
        _ plan: MetricQueryPlan, from start: Timestamp, to end: Timestamp, countsFromStart: Bool = false,
        pointsLeft: inout Int
    ) throws -> (results: [MetricQueryPlan.Result], units: [String: StandardUnit]) {
        let wanted = plan.metrics
        for (_, stat) in wanted { try MetricIdentity(stat.metric).checkLengths() }
        let queries = try wanted.map {
            try MetricQuery($0.stat, from: start, to: end, countsFromStart: countsFromStart)
        }
        var series: [String: TimeSeries] = [:]
        var units: [String: StandardUnit] = [:]
        for ((id, stat), statistics) in zip(wanted, try statistics(queries, pointsLeft: &pointsLeft)) {
            series[id] = statistics.series(label: stat.metric.name, period: stat.period)
            if statistics.units.count == 1 { units[id] = statistics.units.first }
        }
        let range = MathRange(start: start, end: end, origin: countsFromStart ? start : Timestamp(microseconds: 0))
        return (try plan.evaluate(series, over: range, pointsLeft: &pointsLeft), units)
    }
}

extension MetricIdentity {
    public init(_ metric: MetricReference) {
        self.init(
            namespace: metric.namespace, name: metric.name,
            dimensions: metric.dimensions.map { Dimension($0.name, $0.value) })
    }
}

extension MetricQuery {
    /// - Throws: `MetricError` for a statistic, a period or a unit that is none.
    init(
        _ stat: MetricStat, from start: Timestamp, to end: Timestamp, countsFromStart: Bool
    ) throws(MetricError) {
        let unit = try stat.unit.map { text throws(MetricError) in
            guard let unit = StandardUnit(rawValue: text) else {
                throw MetricError(.invalidValue, "The value \(text) for parameter Unit is not one of AWS's units.")
            }
            return unit
        }
        self.init(
            MetricIdentity(stat.metric), [try MetricStatistic(stat.statistic.name)], unit: unit,
            period: try MetricPeriod(seconds: stat.period), from: start, to: end,
            countsFromStart: countsFromStart)
    }
}

extension MetricStatistics {
    /// The first statistic as a series; stretches in which it is not known are left out.
    func series(label: String, period: Int) -> TimeSeries {
        let values = columns.first ?? []
        return TimeSeries(
            label: label, period: period,
            points: zip(times, values).compactMap { time, value in value.map { .init(time: time, value: $0) } })
    }
}
