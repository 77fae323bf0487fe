import Clocks
import MetricMath
import Testing

@Suite struct FunctionTests {
    typealias Row = ArithmeticTests.Row

    static let rows = [
        Row("ABS(m1)", [1, -2, nil], [], [1, 2, nil]),
        Row("CEIL(m1)", [1.2, -1.2], [], [2, -1]),
        Row("FLOOR(m1)", [1.2, -1.2], [], [1, -2]),
        Row("LOG10(m1)", [100, 0], [], [2, nil]),
        Row("LOG(m1)", [1], [], [0]),
        // Over one series a number, which needs a series to be seen.
        Row("m1 - AVG(m1)", [1, nil, 3], [], [-1, nil, 1]),
        Row("m1 * 0 + SUM(m1)", [1, nil, 3], [], [4, nil, 4]),
        Row("m1 * 0 + MIN(m1)", [1, 3], [], [1, 1]),
        Row("m1 * 0 + MAX(m1)", [1, 3], [], [3, 3]),
        Row("m1 * 0 + STDDEV(m1)", [1, 3], [], [1, 1]),
        Row("m1 * 0 + DATAPOINT_COUNT(m1)", [1, nil, 3], [], [2, nil, 2]),
        Row("m1 / AVG(m2)", [1], [], [nil]),
        // Over an array one series.
        Row("SUM([m1, m2])", [1, nil, nil], [2, 2, nil], [3, 2, nil]),
        Row("AVG([m1, m2])", [1, nil], [3, 3], [2, 1.5]),
        Row("MIN(METRICS())", [1, nil], [3, 3], [1, 3]),
        Row("MAX(METRICS())", [1, nil], [3, 3], [3, 3]),
        Row("STDDEV(METRICS())", [1, nil], [3, 3], [1, 0]),
        Row("DATAPOINT_COUNT(METRICS())", [1, nil], [3, 3], [2, 1]),
        Row("SUM(METRICS(\"2\"))", [1], [2], [2]),
        Row("m1 / METRIC_COUNT(METRICS())", [4], [1], [2]),
        Row("m1 / PERIOD(m1)", [120], [], [2]),
        Row("DIFF(m1)", [1, nil, 4, 3], [], [nil, nil, 3, -1]),
        Row("DIFF_TIME(m1)", [1, nil, 4, 3], [], [nil, nil, 120, 60]),
        Row("RATE(m1)", [0, nil, 60, 0], [], [nil, nil, 0.5, -1]),
        Row("RUNNING_SUM(m1)", [1, nil, 2], [], [1, nil, 3]),
        Row("TIME_SERIES(7)", [1, nil], [], [7, 7]),
        Row("TIME_SERIES(MAX(m1))", [1, 9], [], [9, 9]),
        Row("FILL(m1, 0)", [nil, 1, nil], [], [0, 1, 0]),
        Row("FILL(m1, MIN(m1))", [2, nil, 1], [], [2, 1, 1]),
        Row("FILL(m1, m2)", [nil, 1, nil], [5, 6, nil], [5, 1, nil]),
        Row("FILL(m1, REPEAT)", [nil, 1, nil, nil, 2, nil], [], [nil, 1, 1, 1, 2, 2]),
        Row("FILL(m1, LINEAR)", [nil, 1, nil, nil, 4, nil], [], [nil, 1, 2, 3, 4, nil]),
        Row("FILL(m1, 0)", [nil, nil], [], [0, 0]),
        // AWS's tables of IF.
        Row("IF(m1, m2, 5)", [1, 1, 0, 0, nil], [30, nil, 0, 0, 30], [30, 0, 5, 5, nil]),
        Row("IF(m1, 5, m2)", [1, 1, 0, 0, nil], [0, 0, 20, nil, 20], [5, 5, 20, nil, nil]),
        Row("IF(m1, m2)", [1, 0, -3], [7, 8, 9], [7, nil, 9]),
        Row("IF(m1 < 4, m1)", [3, 4], [], [3, nil]),
        Row("IF(m1 < 4, 10, 2)", [3, 4], [], [10, 2]),
        Row("IF(SUM(m1) > 1, m1, m2)", [1, 1], [5, 5], [1, 1]),
        Row("IF(SUM(m1) > 2, m1, m2)", [1, 1], [5, 5], [5, 5]),
        Row("IF(SUM(m1) > 2, m1)", [1, 1], [], [nil, nil]),
        Row("FIRST(SORT(METRICS(), AVG, DESC))", [1, 1], [5, 5], [5, 5]),
        Row("LAST(METRICS())", [1, 1], [5, 5], [5, 5]),
        Row("FIRST(REMOVE_EMPTY(METRICS()))", [nil, nil], [5, 5], [5, 5]),
        Row("MINUTE(m1)", [1, nil], [], [0, 1]),
        Row("HOUR(m1) * 100 + DATE(m1)", [1, nil], [], [1_001, 1_001]),
        Row("DAY(m1)", [1], [], [3]),
        Row("YEAR(m1) * 100 + MONTH(m1)", [1], [], [202_501]),
        Row("EPOCH(m1)", [1], [], [1_735_725_600]),
    ]

    @Test(arguments: rows) func functions(_ row: Row) throws {
        let result = try Minutes.evaluate(
            row.expression, ["m1": row.first, "m2": row.second], count: max(row.first.count, row.second.count))
        #expect(result == [row.expected])
    }

    /// AWS's example: metric1, metric2, metric3.
    @Test func conditionsOverThreeSeries() throws {
        let result = try Minutes.evaluate(
            "IF(m1, m2, m3)",
            ["m1": [1, 1, 0, 0, nil], "m2": [30, nil, 0, 0, 30], "m3": [0, 0, 20, nil, 20]], count: 5)
        #expect(result == [[30, 0, 20, nil, nil]])
    }

    @Test func sortAndSlice() throws {
        let metrics: KeyValuePairs<String, [Double?]> = ["m1": [2], "m2": [nil], "m3": [3], "m4": [1]]
        #expect(try Minutes.evaluate("SORT(METRICS(), SUM, ASC)", metrics, count: 1) == [[1], [2], [3], [nil]])
        #expect(try Minutes.evaluate("SORT(METRICS(), MAX, DESC, 2)", metrics, count: 1) == [[3], [2]])
        #expect(try Minutes.evaluate("SLICE(METRICS(), 2)", metrics, count: 1) == [[3], [1]])
        #expect(try Minutes.evaluate("SLICE(METRICS(), 0, 1)", metrics, count: 1) == [[2]])
        #expect(try Minutes.evaluate("SLICE(METRICS(), 3, 1)", metrics, count: 1) == [])
    }

    @Test func fillingEndsWithTheRangeAndKeepsThePointsOwnPlaces() throws {
        // Periods of a minute that begin at half past.
        let half = Minutes.start + .seconds(30)
        let series = TimeSeries(period: 60, points: [.init(time: half, value: 1)])
        let plan = try MetricQueryPlan([
            Minutes.query("m1"), MetricDataQuery(id: "e1", source: .expression("FILL(m1, 0)", period: nil)),
        ])
        let range = MathRange(start: Minutes.start, end: Minutes.start + .seconds(180))
        let filled = try plan.evaluate(["m1": series], over: range)[0].series
        #expect(filled.points.map(\.time) == [half, half + .seconds(60), half + .seconds(120)])
        #expect(filled.values == [1, 0, 0])
    }

    @Test func whatWouldFillTooMuchIsRefused() throws {
        let plan = try MetricQueryPlan([
            Minutes.query("m1"), MetricDataQuery(id: "e1", source: .expression("TIME_SERIES(1)", period: 1)),
        ])
        let range = MathRange(start: Minutes.start, end: Minutes.start + .seconds(200_000))
        #expect(throws: MathError.self) { try plan.evaluate([:], over: range) }
    }
}
