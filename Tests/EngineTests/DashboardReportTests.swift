import Alarms
import Clocks
import Dashboards
import Foundation
import Gateway
import MetricMath
import Monitoring
import Telemetry
import Testing

@testable import Engine

/// Dashboards, alarms and the bill as the console gets them.
@Suite(.timeLimit(.minutes(1))) struct DashboardReportTests {
    private let house: PipelineHouse

    init() throws { house = try PipelineHouse() }

    private static func ask(_ engine: RunningEngine, _ path: [String], _ body: String) async throws -> [String: Any] {
        let answer = try #require(try await ControlService(engine).perform(path, Array(body.utf8)))
        return try #require(try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any])
    }

    private static func widget(_ properties: String, type: String = "metric") -> String {
        #"{"type": "\#(type)", "width": 12, "properties": {"region": "us-east-1", \#(properties)}}"#
    }

    /// All widgets of a dashboard have their points from one store of them.
    @Test func widgetsBehindTooManyPointsSaySo() async throws {
        try await house.run { engine in
            let ones = Array(repeating: "TIME_SERIES(1)", count: 50).joined(separator: ", ")
            let many = Self.widget(
                #""period": 60, "metrics": [[{"expression": "[\#(ones)]", "id": "a", "visible": false}], "#
                    + #"[{"expression": "[a, a, a, a, a]", "id": "b"}]]"#)
            let widgets = Array(repeating: many, count: 20)
            try await engine.monitoring.dashboards.put(
                "Shop", body: #"{"widgets": [\#(widgets.joined(separator: ", "))]}"#)
            let page = try await Self.ask(
                engine, ["dashboards", "Shop", "draw"], #"{"rangeSeconds": 86400, "width": 1212}"#)
            let drawn = try #require(page["widgets"] as? [[String: Any]])
            #expect(drawn[0]["svg"] != nil)
            let problems = drawn.map { $0["problem"] as? String ?? "" }
            #expect(problems[0].isEmpty)
            let refused = problems.filter { !$0.isEmpty }
            #expect(refused.count > 10 && refused == Array(problems.suffix(refused.count)), "\(problems)")
            #expect(refused.allSatisfy { $0.contains("data points; ") && $0.contains("less time") }, "\(problems)")
        }
    }

    @Test func everyKindOfWidgetIsDrawnOrToldOf() async throws {
        try await house.run { engine in
            let metrics = engine.monitoring.metrics
            let now = engine.time.now()
            for ago in 1...3 {
                try await metrics.put([
                    MetricDatum(
                        MetricIdentity("Shop", "Paid", ["Shop": "one"]), .values([Double(ago)], counts: [1]),
                        unit: .milliseconds, time: now - .seconds(60 * ago))
                ])
            }
            let widgets = [
                Self.widget(#""stat": "Sum", "metrics": [["Shop", "Paid", "Shop", "one"]]"#),
                Self.widget(
                    #""view": "singleValue", "setPeriodToTimeRange": true, "stat": "Sum", "metrics": [["Shop", "Paid", "Shop", "one", {"label": "all"}]]"#
                ),
                Self.widget(#""metrics": [[{"expression": "1 + 1", "id": "e"}]]"#),
                Self.widget(#""markdown": "Hello""#, type: "text"),
                Self.widget(
                    #""alarms": ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:a:b"], "states": ["OK"]"#,
                    type: "alarm"),
            ]
            try await engine.monitoring.dashboards.put(
                "Shop", body: #"{"widgets": [\#(widgets.joined(separator: ", "))]}"#)
            let page = try await Self.ask(
                engine, ["dashboards", "Shop", "draw"], #"{"rangeSeconds": 3600, "width": 1212}"#)
            let drawn = try #require(page["widgets"] as? [[String: Any]])
            #expect(drawn.compactMap { $0["kind"] as? String } == ["metric", "metric", "metric", "text", "alarm"])
            #expect(drawn.compactMap { $0["x"] as? Int } == [0, 12, 0, 12, 0])
            let first = try #require(drawn[0]["svg"] as? String)
            #expect(first.contains(#"viewBox="0 0 600 324""#))
            #expect(first.contains("Paid: latest 1 ms, minimum 1 ms, average 2 ms, maximum 3 ms of 3 values."))
            #expect((drawn[1]["svg"] as? String)?.contains("all: latest 6 ms") == true)
            #expect((drawn[2]["problem"] as? String)?.contains("gives a number") == true)
            #expect(drawn[3]["markdown"] as? String == "Hello")
            #expect(drawn[4]["alarms"] as? [String] == ["a:b"])
            let list = try #require(try await ControlService(engine).report(["dashboards"]))
            #expect(String(decoding: list, as: UTF8.self).contains(#""name":"Shop""#))
            let error = await #expect(throws: ControlError.self) {
                _ = try await Self.ask(engine, ["dashboards", "none", "draw"], "{}")
            }
            #expect(error?.isUnknown == true)
        }
    }

    @Test func anAlarmStandsWithItsWordsAndHasAHistoryAndAPicture() async throws {
        try await house.run { engine in
            var parameters = AlarmParameters(alarmName: "slow/payments")
            (parameters.namespace, parameters.metricName) = ("Shop", "Paid")
            (parameters.statistic, parameters.period, parameters.evaluationPeriods) = ("Sum", 300, 3)
            (parameters.threshold, parameters.comparisonOperator) = (2.5, "LessThanThreshold")
            try await engine.monitoring.alarms.put(
                try AlarmDefinition(parameters), arn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:slow/payments")
            _ = try await engine.monitoring.alarms.set(
                "slow/payments", .alarm, reason: "somebody says so", reasonData: nil)
            let topic = try #require(try ControlService(engine).standing()["alarms/slow/payments"])
            let standing = try #require(try JSONSerialization.jsonObject(with: Data(topic)) as? [String: Any])
            #expect(standing["state"] as? String == "ALARM")
            #expect(standing["reason"] as? String == "somebody says so")
            #expect(standing["condition"] as? String == "Sum of Paid is below 2.5 in 3 periods of 5 min")
            let history = try await Self.ask(engine, ["alarms", "slow/payments", "history"], "{}")
            let items = try #require(history["items"] as? [[String: Any]])
            #expect(items.compactMap { $0["kind"] as? String } == ["StateUpdate", "ConfigurationUpdate"])
            let drawn = try await Self.ask(
                engine, ["alarms", "draw"], #"{"names": ["slow/payments", "none"], "width": 300, "height": 120}"#)
            let pictures = try #require(drawn["pictures"] as? [String: String])
            #expect(pictures.keys.sorted() == ["slow/payments"])
            #expect(pictures["slow/payments"]?.contains("Line at 2.5, below 2.5.") == true)
            await #expect(throws: ControlError.self) {
                _ = try await Self.ask(engine, ["alarms", "none", "history"], "{}")
            }
        }
    }

    @Test func theBillIsWhatTheMetricsSay() async throws {
        try await house.run { engine in
            let pipe: KeyValuePairs<String, String> = ["PipeName": "flow"]
            let counts: [(String, Double)] = [
                ("RecordsRead", 3_000_000), ("RecordsFiltered", 2_000_000), ("RecordsDelivered", 1_000_000),
                ("InvocationsSaved", 2_900_000),
            ]
            for (name, value) in counts {
                try await engine.monitoring.metrics.put([
                    MetricDatum(
                        MetricIdentity("Sluice", name, pipe), .values([value], counts: [1]), unit: .count,
                        time: engine.time.now() - .seconds(300))
                ])
            }
            let report = try await Self.ask(engine, ["cost"], #"{"rangeSeconds": 3600}"#)
            let savings = try #require(report["pipes"] as? [[String: Any]])
            #expect(savings.count == 1)
            #expect(savings[0]["invocations"] as? Int == 100_000)
            #expect(savings[0]["invocationsSaved"] as? Int == 2_900_000)
            // The pipe's target is a queue: 2.9 million requests at $0.40, and 2 million of the pipe at $0.40.
            #expect(savings[0]["saved"] as? String == "$1.96")
            // A million records behind the filter.
            #expect(report["total"] as? String == "$0.40")
            let covered = try #require(report["secondsCovered"] as? Int)
            #expect((300...360).contains(covered))
        }
    }
}

/// The time of a dashboard and the periods in it.
@Suite struct DashboardRangeTests {
    private static let now = Timestamp(seconds: 1_700_000_030)

    private static func range(_ body: String, seconds: Int? = nil) throws -> DashboardRange {
        DashboardRange(try #require(Dashboard.read(body).dashboard), seconds: seconds, at: now)
    }

    @Test func theTimeIsTheOneAskedForOrTheDashboardsOwnOrThreeHours() throws {
        #expect(try Self.range(#"{"widgets": []}"#).start == Self.now - .seconds(10_800))
        #expect(try Self.range(#"{"start": "-PT6H", "widgets": []}"#).start == Self.now - .seconds(21_600))
        #expect(try Self.range(#"{"start": "-PT6H", "widgets": []}"#, seconds: 900).start == Self.now - .seconds(900))
        #expect(
            try Self.range(#"{"start": "-P3M", "widgets": []}"#).start == Self.now
                - .seconds(Int64(DashboardRange.secondsMax)))
        #expect(try Self.range(#"{"widgets": []}"#, seconds: -5).start == Self.now - .seconds(60))
    }

    @Test(arguments: [
        (900, 60, 60), (900, 1, 1), (10_800, 300, 60), (10_800, 1, 10), (86_400, 60, 300), (1_296_000, 60, 3_600),
        (1_296_000, 10, 900),
    ])
    func periodsFollowTheTimeAndAreNeverTooMany(seconds: Int, own: Int, period: Int) throws {
        #expect(try Self.range(#"{"widgets": []}"#, seconds: seconds).period(own) == period)
    }

    @Test(arguments: [(900, 300, 300), (86_400, 60, 60), (1_296_000, 60, 900), (1_296_000, 21_600, 21_600)])
    func aDashboardMayKeepItsPeriodsAsFarAsTheyAreFew(seconds: Int, own: Int, period: Int) throws {
        let range = try Self.range(#"{"periodOverride": "inherit", "widgets": []}"#, seconds: seconds)
        #expect(range.period(own) == period)
    }

    @Test func thePresentPeriodIsShownOnlyWhereItIsWanted() throws {
        let range = try Self.range(#"{"widgets": []}"#, seconds: 3_600)
        #expect(range.bounds(period: 60, isWhole: false, isLive: false).end == Timestamp(seconds: 1_699_999_980))
        #expect(range.bounds(period: 60, isWhole: false, isLive: true).end == Timestamp(seconds: 1_700_000_040))
        let whole = range.bounds(period: 3_600, isWhole: true, isLive: true)
        #expect(whole.end == Timestamp(seconds: 1_700_000_040))
        #expect(whole.start == whole.end - .seconds(3_600))
    }
}
