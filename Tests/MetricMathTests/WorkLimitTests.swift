import Clocks
import MetricMath
import Testing

/// Short texts that would make far more points than there are: refused before they are made.
@Suite(.timeLimit(.minutes(1))) struct WorkLimitTests {
    private func refusal(
        _ expression: String, series: [String: TimeSeries], empty: Int, minutes: Int,
        pointsMax: Int = MetricQueryPlan.pointsMax
    ) -> String {
        let ids = series.keys.sorted() + (0..<empty).map { "n\($0)" }
        do throws(MathError) {
            let plan = try MetricQueryPlan(
                ids.map { Minutes.query($0) }
                    + [MetricDataQuery(id: "e1", source: .expression(expression, period: nil))])
            let range = MathRange(start: Minutes.start, end: Minutes.start + .seconds(minutes * 60))
            let count = try plan.evaluate(series, over: range, pointsMax: pointsMax).count
            return "not refused: \(count)"
        } catch {
            return "\(error)"
        }
    }

    private func list(_ part: String, _ count: Int) -> String {
        Array(repeating: part, count: count).joined(separator: ",")
    }

    @Test func numbersAndEmptySeriesBesideALongOne() {
        let long = Minutes.series(Array(repeating: 1, count: 100_800))
        let numbers = list("1", 1_000)
        for expression in ["[m1,\(numbers)]", "METRICS() + m1"] {
            let words = refusal(expression, series: ["m1": long], empty: 200, minutes: 100_800)
            #expect(words.contains("the expressions make more than 5000000 data points"), "\(words)")
        }
    }

    @Test(arguments: ["FILL([MANY], 0)", "FILL([MANY], REPEAT)", "EPOCH([MANY])"])
    func manyEmptySeriesAreFilled(_ expression: String) {
        let words = refusal(
            expression.replacing("MANY", with: list("METRICS()", 200)), series: [:], empty: 50, minutes: 10_000,
            pointsMax: 30_000)
        #expect(words.contains("the expressions make more than 30000 data points"), "\(words)")
    }

    @Test func manySeriesSideBySide() {
        let named = list(#"METRICS("n")"#, 140)
        let words = refusal(
            "SUM([m1,\(named)])", series: ["m1": Minutes.series(Array(repeating: 1, count: 1_000))], empty: 100,
            minutes: 1_000, pointsMax: 40_000)
        #expect(words.contains("the expressions make more than 40000 data points"), "\(words)")
    }

    /// Series without points are made of many lists of them only where they may be.
    @Test func listsOfListsAreRefusedBeforeTheyAreMade() throws {
        let ids = (0..<400).map { "n\($0)" }
        let plan = try MetricQueryPlan(
            ids.map { Minutes.query($0) } + [
                MetricDataQuery(id: "e1", source: .expression("[\(list("METRICS()", 14))]", period: nil)),
                MetricDataQuery(id: "e2", source: .expression("[\(list("e1", 680))]", period: nil)),
            ])
        let range = MathRange(start: Minutes.start, end: Minutes.start + .seconds(60))
        var pointsLeft = MetricQueryPlan.pointsMax
        #expect(throws: MathError.self) { try plan.evaluate([:], over: range, pointsLeft: &pointsLeft) }
        #expect(pointsLeft < MetricQueryPlan.pointsMax)
    }

    @Test func labelsAreBoundedBeforeTheyAreMade() throws {
        func results(_ length: Int) throws -> Int {
            let ids = (0..<100).map { "n\($0)" }
            let plan = try MetricQueryPlan(
                ids.map { Minutes.query($0) } + [
                    MetricDataQuery(
                        id: "e1", source: .expression("[\(list("METRICS()", 100))]", period: nil),
                        label: String(repeating: "l", count: length))
                ])
            return try plan.evaluate([:], over: MathRange(start: Minutes.start, end: Minutes.start + .seconds(60)))
                .count
        }
        #expect(try results(1_000) == 10_000)
        let refusal = #expect(throws: MathError.self) { try results(100_000) }
        #expect("\(try #require(refusal))".contains("labels of the time series have more than 16777216 bytes"))
    }

    @Test func seriesWithoutPointsAreBoundedToo() {
        let (taken, refused) = (list("METRICS()", 100), list("METRICS()", 101))
        #expect(refusal("[\(taken)]", series: [:], empty: 100, minutes: 1) == "not refused: 10000")
        let words = refusal("[\(refused)]", series: [:], empty: 100, minutes: 1)
        #expect(words.contains("the expressions make more than 10000 time series"), "\(words)")
    }
}
