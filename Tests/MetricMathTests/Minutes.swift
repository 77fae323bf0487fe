import Clocks
import MetricMath

/// Series of one-minute periods from 10:00 on 1 January 2025, a Wednesday.
enum Minutes {
    static let start = Timestamp(utc: 2025, 1, 1, hour: 10)

    static func series(_ values: [Double?], label: String = "m", period: Int = 60) -> TimeSeries {
        let points = values.enumerated().compactMap { place, value in
            value.map { TimeSeries.Point(time: start + .seconds(place * period), value: $0) }
        }
        return TimeSeries(label: label, period: period, points: points)
    }

    static func values(of series: TimeSeries, count: Int, period: Int = 60) -> [Double?] {
        (0..<count).map { place in
            series.points.first { $0.time == start + .seconds(place * period) }?.value
        }
    }

    static func query(_ id: String, returnsData: Bool = false) -> MetricDataQuery {
        let metric = MetricReference(namespace: "Shop", name: id.uppercased())
        return MetricDataQuery(
            id: id, source: .metric(MetricStat(metric: metric, statistic: .sum, period: 60)), returnsData: returnsData)
    }

    /// The series that an expression makes of metrics, given by their ids.
    static func evaluate(
        _ expression: String, _ metrics: KeyValuePairs<String, [Double?]>, count: Int
    ) throws(MathError) -> [[Double?]] {
        let queries =
            metrics.map { query($0.key) } + [MetricDataQuery(id: "e1", source: .expression(expression, period: nil))]
        let plan = try MetricQueryPlan(queries)
        let series = Dictionary(uniqueKeysWithValues: metrics.map { ($0.key, self.series($0.value, label: $0.key)) })
        let range = MathRange(start: start, end: start + .seconds(count * 60))
        return try plan.evaluate(series, over: range).map { values(of: $0.series, count: count) }
    }

    /// The words that an expression is refused with.
    static func refusal(_ expression: String, _ metrics: KeyValuePairs<String, [Double?]> = ["m1": [1]]) -> String {
        do throws(MathError) {
            let result = try evaluate(expression, metrics, count: 3)
            return "not refused: \(result)"
        } catch {
            return "\(error)"
        }
    }
}
