import Clocks
import MetricMath
import Testing

@Suite struct MetricQueryPlanTests {
    private func expression(_ id: String, _ text: String, returnsData: Bool = true, label: String? = nil)
        -> MetricDataQuery
    {
        MetricDataQuery(id: id, source: .expression(text, period: nil), label: label, returnsData: returnsData)
    }

    private let range = MathRange(start: Minutes.start, end: Minutes.start + .seconds(120))

    @Test func expressionsAreWorkedOutAfterThoseThatTheyName() throws {
        let plan = try MetricQueryPlan([
            expression("e3", "e2 * 10"), expression("e2", "e1 + 1", returnsData: false), expression("e1", "m1 * 2"),
            Minutes.query("m1"),
        ])
        let results = try plan.evaluate(["m1": Minutes.series([1, 2])], over: range)
        #expect(results.map(\.id) == ["e3", "e1"])
        #expect(results.map(\.series.values) == [[30, 50], [2, 4]])
    }

    @Test func ringsAreRefused() {
        let queries = [
            Minutes.query("m1"), expression("e1", "m1 + e2"), expression("e2", "e3"), expression("e3", "e1"),
            expression("e4", "m1"),
        ]
        #expect(throws: MathError.self) { try MetricQueryPlan(queries) }
        do { _ = try MetricQueryPlan(queries) } catch {
            #expect("\(error)" == "expressions wait for each other: e1 → e2 → e3 → e1")
        }
        #expect(throws: MathError.self) { try MetricQueryPlan([expression("e1", "e1")]) }
    }

    @Test(arguments: [MetricQueryPlan.periodMax + 1, Int.max]) func aPeriodThatNobodyCanWaitForIsRefused(period: Int) {
        func plan(_ period: Int) throws(MathError) -> MetricQueryPlan {
            try MetricQueryPlan([
                MetricDataQuery(id: "e1", source: .expression("TIME_SERIES(1)", period: period))
            ])
        }
        #expect(throws: MathError.self) { try plan(period) }
        #expect(throws: Never.self) { try plan(MetricQueryPlan.periodMax).evaluate([:], over: range) }
        // Less than a second is a second.
        #expect(throws: Never.self) { try plan(Int.min).evaluate([:], over: range) }
    }

    @Test func idsAreOfTheirPatternAndOnce() {
        func refusal(_ queries: [MetricDataQuery]) -> String? {
            do throws(MathError) {
                _ = try MetricQueryPlan(queries)
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(
            refusal([Minutes.query("m1"), Minutes.query("M-1")])
                == "The value M-1 for parameter MetricDataQueries.member.2.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
        )
        #expect(
            refusal([Minutes.query("m1"), Minutes.query("m1")])
                == "The id 'm1' is used twice; give each query its own")
        #expect(refusal([]) == "there are 0 queries; a list has from 1 to 500")
        #expect(refusal((0..<501).map { Minutes.query("m\($0)") }) == "there are 501 queries; a list has from 1 to 500")
        #expect(refusal((0..<500).map { Minutes.query("m\($0)") }) == nil)
    }

    @Test func labels() throws {
        let plan = try MetricQueryPlan([
            Minutes.query("m1", returnsData: true), expression("e1", "m1"), expression("e2", "m1", label: "Orders"),
            expression("e3", "METRICS()", label: "All:"), expression("e4", "METRICS()", label: ""),
        ])
        let results = try plan.evaluate(["m1": Minutes.series([1], label: "paid")], over: range)
        #expect(results.map(\.label) == ["M1", "e1", "Orders", "All: paid", "paid"])
    }

    @Test func aMetricWithoutDataHasNone() throws {
        let plan = try MetricQueryPlan([Minutes.query("m1", returnsData: true), expression("e1", "FILL(m1, 0)")])
        let results = try plan.evaluate([:], over: range)
        #expect(results.map(\.series.values) == [[], [0, 0]])
    }

    @Test func metricsAreThoseToFetch() throws {
        let plan = try MetricQueryPlan([expression("e1", "m1 + m2"), Minutes.query("m2"), Minutes.query("m1")])
        #expect(plan.metrics.map(\.id) == ["m2", "m1"])
    }
}
