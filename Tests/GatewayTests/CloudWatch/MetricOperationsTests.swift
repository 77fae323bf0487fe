import Clocks
import Testing

@testable import Gateway
@testable import Monitoring

@Suite struct MetricOperationsTests {
    private static let now: Int64 = 1_700_000_000
    /// The minute in which the clock stands.
    private static let minute = now / 60 * 60

    private func put(_ cloudWatch: OpenCloudWatch, _ values: [Double], at seconds: Int64) async throws {
        let entries = values.map { value -> WireValue in
            [
                "MetricName": .text("Paid"), "Value": .number(value), "Unit": .text("Count"),
                "Timestamp": .timestamp(Timestamp(seconds: seconds)),
                "Dimensions": .list([["Name": .text("Shop"), "Value": .text("one")]]),
            ]
        }
        _ = try await cloudWatch.call("PutMetricData", ["Namespace": .text("Orders"), "MetricData": .list(entries)])
    }

    private func query(_ id: String, _ statistic: String) -> WireValue {
        [
            "Id": .text(id),
            "MetricStat": [
                "Metric": [
                    "Namespace": .text("Orders"), "MetricName": .text("Paid"),
                    "Dimensions": .list([["Name": .text("Shop"), "Value": .text("one")]]),
                ], "Period": .integer(60), "Stat": .text(statistic),
            ],
        ]
    }

    private func range(_ minutes: Int64) -> [String: WireValue] {
        [
            "StartTime": .timestamp(Timestamp(seconds: Self.minute - minutes * 60)),
            "EndTime": .timestamp(Timestamp(seconds: Self.minute + 60)),
        ]
    }

    @Test func whatIsPutIsReadByTheMinute() async throws {
        let cloudWatch = try OpenCloudWatch()
        try await put(cloudWatch, [1, 2], at: Self.minute - 120)
        try await put(cloudWatch, [4], at: Self.minute - 60)
        let answer = try await cloudWatch.call(
            "GetMetricData",
            .members(
                range(5).merging([
                    "MetricDataQueries": .list([
                        query("m1", "Sum"),
                        ["Id": .text("e1"), "Expression": .text("m1 * 10"), "Label": .text("tens")],
                    ]), "ScanBy": .text("TimestampAscending"),
                ]) { $1 }))
        let results = try #require(answer["MetricDataResults"]?.asList)
        #expect(results.map { $0["Id"]?.asText } == ["m1", "e1"])
        #expect(results.map { $0["Label"]?.asText } == ["Paid", "tens"])
        #expect(results[0]["Values"] == .list([.number(3), .number(4)]))
        #expect(results[1]["Values"] == .list([.number(30), .number(40)]))
        #expect(
            results[0]["Timestamps"]
                == .list([120, 60].map { .timestamp(Timestamp(seconds: Self.minute - $0)) }))
        #expect(results[0]["StatusCode"] == .text("Complete"))
    }

    /// A token of another list, or of one that has become empty.
    @Test(
        arguments: ["DescribeAlarms", "DescribeAlarmHistory", "ListDashboards", "ListMetrics"],
        ["0", "1", "2", "-1", "x"])
    func aPageOfNothingIsRefused(operation: String, token: String) async throws {
        let cloudWatch = try OpenCloudWatch()
        let failure = await #expect(throws: CloudWatchFailure.self) {
            try await cloudWatch.call(operation, ["NextToken": .text(token)])
        }
        #expect(failure?.type == "InvalidNextToken")
    }

    @Test func pagesOfPointsAreWholeTogether() async throws {
        let cloudWatch = try OpenCloudWatch()
        for ago in 1...5 { try await put(cloudWatch, [Double(ago)], at: Self.minute - Int64(ago) * 60) }
        var values: [WireValue] = []
        var token: WireValue?
        repeat {
            var parameters = range(10)
            parameters["MetricDataQueries"] = .list([query("m1", "Sum"), query("m2", "Maximum")])
            parameters["MaxDatapoints"] = .integer(3)
            parameters["NextToken"] = token
            let answer = try await cloudWatch.call("GetMetricData", .members(parameters))
            let results = try #require(answer["MetricDataResults"]?.asList)
            #expect(results.reduce(0) { $0 + ($1["Values"]?.asList?.count ?? 0) } <= 3)
            values += results.flatMap { $0["Values"]?.asList ?? [] }
            token = answer["NextToken"]
        } while token != nil
        // The newest first, one metric after the other.
        #expect(values == (1...5).map { WireValue.number(Double($0)) } + (1...5).map { .number(Double($0)) })
    }

    @Test func statisticsTellUnitsApart() async throws {
        let cloudWatch = try OpenCloudWatch()
        try await put(cloudWatch, [2, 6], at: Self.minute - 60)
        var parameters = range(5)
        parameters.merge([
            "Namespace": .text("Orders"), "MetricName": .text("Paid"), "Period": .integer(60),
            "Dimensions": .list([["Name": .text("Shop"), "Value": .text("one")]]),
            "Statistics": .list([.text("Average"), .text("Maximum")]),
        ]) { $1 }
        let answer = try await cloudWatch.call("GetMetricStatistics", .members(parameters))
        #expect(answer["Label"] == .text("Paid"))
        #expect(
            answer["Datapoints"]
                == .list([
                    [
                        "Timestamp": .timestamp(Timestamp(seconds: Self.minute - 60)), "Unit": .text("Count"),
                        "Average": .number(4), "Maximum": .number(6),
                    ]
                ]))
        parameters["Period"] = .integer(1)
        parameters["StartTime"] = .timestamp(Timestamp(seconds: Self.minute - 7_200))
        let failure = await #expect(throws: CloudWatchFailure.self) {
            try await cloudWatch.call("GetMetricStatistics", .members(parameters))
        }
        #expect(failure?.queryCode == "InvalidParameterCombination")
    }

    /// Each is a column of all points.
    @Test(arguments: [("Statistics", "Sum", 5), ("ExtendedStatistics", "p99", 10)])
    func noMoreStatisticsThanAWSTakes(parameter: String, name: String, most: Int) async throws {
        let cloudWatch = try OpenCloudWatch()
        var parameters = range(5)
        parameters.merge([
            "Namespace": .text("Orders"), "MetricName": .text("Paid"), "Period": .integer(60),
            parameter: .list(Array(repeating: .text(name), count: most)),
        ]) { $1 }
        #expect(try await cloudWatch.call("GetMetricStatistics", .members(parameters))["Datapoints"] == .list([]))
        parameters[parameter] = .list(Array(repeating: .text(name), count: most + 1))
        let failure = await #expect(throws: CloudWatchFailure.self) {
            try await cloudWatch.call("GetMetricStatistics", .members(parameters))
        }
        #expect(failure?.message == "The collection \(parameter) must not have a size greater than \(most).")
    }

    @Test(arguments: ["DeleteAlarms", "EnableAlarmActions", "DisableAlarmActions", "DescribeAlarms"])
    func noMoreNamesOfAlarmsThanAWSTakes(operation: String) async throws {
        let cloudWatch = try OpenCloudWatch()
        func names(_ count: Int) -> WireValue {
            ["AlarmNames": .list(Array(repeating: .text("x"), count: count))]
        }
        _ = try await cloudWatch.call(operation, names(100))
        let failure = await #expect(throws: CloudWatchFailure.self) {
            try await cloudWatch.call(operation, names(101))
        }
        #expect(failure?.message == "The collection AlarmNames must not have a size greater than 100.")
    }

    @Test func textsOfQueriesAreNoLongerThanThoseThatArePut() async throws {
        let cloudWatch = try OpenCloudWatch()
        func refusal(name: Int = 1, namespace: Int = 1, value: Int = 1, label: Int = 1) async -> String? {
            func text(_ count: Int) -> WireValue { .text(String(repeating: "x", count: count)) }
            let metric: WireValue = [
                "Namespace": text(namespace), "MetricName": text(name),
                "Dimensions": .list([["Name": .text("Shop"), "Value": text(value)]]),
            ]
            let stat: WireValue = ["Metric": metric, "Period": .integer(60), "Stat": .text("Sum")]
            let query: WireValue = ["Id": .text("m1"), "Label": text(label), "MetricStat": stat]
            var parameters = range(5)
            parameters["MetricDataQueries"] = .list([query])
            do {
                _ = try await cloudWatch.call("GetMetricData", .members(parameters))
                return nil
            } catch {
                return CloudWatchFailure(of: error).message
            }
        }
        #expect(await refusal(name: 255, namespace: 255, value: 1_024, label: 2_048) == nil)
        #expect(await refusal(name: 256)?.contains("MetricName of") == true)
        #expect(await refusal(namespace: 256)?.contains("Namespace of") == true)
        #expect(await refusal(value: 1_025)?.contains("Dimensions: Value of") == true)
        #expect(
            await refusal(label: 2_049)
                == "The value for parameter MetricDataQueries.member.1.Label is longer than 2048 bytes.")
    }

    @Test func metricsAreListedByTheirDimensions() async throws {
        let cloudWatch = try OpenCloudWatch()
        try await put(cloudWatch, [1], at: Self.minute - 60)
        let found = try await cloudWatch.call(
            "ListMetrics", ["Namespace": .text("Orders"), "Dimensions": .list([["Name": .text("Shop")]])])
        #expect(found["Metrics"]?.asList?.first?["MetricName"] == .text("Paid"))
        let none = try await cloudWatch.call(
            "ListMetrics", ["Dimensions": .list([["Name": .text("Shop"), "Value": .text("two")]])])
        #expect(none["Metrics"]?.asList == [])
    }

    @Test func reservedNamespacesAndMissingValuesAreRefused() async throws {
        let cloudWatch = try OpenCloudWatch()
        let datum: WireValue = ["MetricName": .text("x"), "Value": .number(1)]
        let reserved = await #expect(throws: (any Error).self) {
            try await cloudWatch.call(
                "PutMetricData", ["Namespace": .text("AWS/Lambda"), "MetricData": .list([datum])])
        }
        #expect(reserved.map { CloudWatchFailure(of: $0).queryCode } == "InvalidParameterValue")
        let missing = await #expect(throws: CloudWatchFailure.self) {
            try await cloudWatch.call(
                "PutMetricData", ["Namespace": .text("X"), "MetricData": .list([["MetricName": .text("x")]])])
        }
        #expect(missing?.queryCode == "MissingParameter")
    }

    @Test func anAlarmComesToItsStateAndTellsItsHistory() async throws {
        let cloudWatch = try OpenCloudWatch()
        _ = try await cloudWatch.call(
            "PutMetricAlarm",
            [
                "AlarmName": .text("TooMany"), "Namespace": .text("Orders"), "MetricName": .text("Paid"),
                "Dimensions": .list([["Name": .text("Shop"), "Value": .text("one")]]), "Statistic": .text("Sum"),
                "Period": .integer(60), "EvaluationPeriods": .integer(1), "Threshold": .number(5),
                "ComparisonOperator": .text("GreaterThanThreshold"), "TreatMissingData": .text("notBreaching"),
            ])
        try await put(cloudWatch, [9], at: Self.minute - 60)
        await cloudWatch.alarms.evaluate()
        let alarm = try await cloudWatch.call("DescribeAlarms", ["AlarmNames": .list([.text("TooMany")])])
        let described = try #require(alarm["MetricAlarms"]?.asList?.first)
        #expect(described["StateValue"] == .text("ALARM"))
        #expect(described["AlarmArn"] == .text("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:TooMany"))
        #expect(described["StateReason"]?.asText?.hasPrefix("Threshold Crossed: 1 ") == true)
        _ = try await cloudWatch.call(
            "SetAlarmState", ["AlarmName": .text("TooMany"), "StateValue": .text("OK"), "StateReason": .text("test")])
        let history = try await cloudWatch.call("DescribeAlarmHistory", ["AlarmName": .text("TooMany")])
        #expect(
            history["AlarmHistoryItems"]?.asList?.compactMap { $0["HistorySummary"]?.asText } == [
                "Alarm updated from ALARM to OK", "Alarm updated from INSUFFICIENT_DATA to ALARM",
                "Alarm \"TooMany\" created",
            ])
        _ = try await cloudWatch.call("DeleteAlarms", ["AlarmNames": .list([.text("TooMany")])])
        let gone = try await cloudWatch.call("DescribeAlarms", [:])
        #expect(gone["MetricAlarms"]?.asList == [])
    }

    @Test(
        arguments: [
            (
                "PutCompositeAlarm",
                "Composite alarms do not run here: watch several metrics with one metric alarm whose Metrics have a math expression"
            ),
            (
                "PutAnomalyDetector",
                "Anomaly detection does not run here: compare with a threshold in an alarm"
            ),
        ])
    func otherKindsOfAlarmsAreRefused(operation: String, message: String) async throws {
        let cloudWatch = try OpenCloudWatch()
        let failure = await #expect(throws: CloudWatchFailure.self) { try await cloudWatch.call(operation, [:]) }
        #expect(failure?.queryCode == "NotImplemented")
        #expect(failure?.message == message)
    }

    @Test func dashboardsAreKeptAsTheyWerePut() async throws {
        let cloudWatch = try OpenCloudWatch()
        let body = #"{"widgets":[{"type":"text","properties":{"markdown":"Orders"}}]}"#
        let put = try await cloudWatch.call(
            "PutDashboard", ["DashboardName": .text("Orders"), "DashboardBody": .text(body)])
        #expect(put["DashboardValidationMessages"]?.asList == [])
        let got = try await cloudWatch.call("GetDashboard", ["DashboardName": .text("Orders")])
        #expect(got["DashboardBody"] == .text(body))
        let refused = await #expect(throws: CloudWatchFailure.self) {
            try await cloudWatch.call("PutDashboard", ["DashboardName": .text("x"), "DashboardBody": .text("{")])
        }
        #expect(refused?.queryCode == "InvalidParameterInput")
        _ = try await cloudWatch.call("DeleteDashboards", ["DashboardNames": .list([.text("Orders")])])
        let gone = await #expect(throws: CloudWatchFailure.self) {
            try await cloudWatch.call("GetDashboard", ["DashboardName": .text("Orders")])
        }
        #expect(gone?.status == 404)
    }
}
