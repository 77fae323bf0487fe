import Alarms
import Foundation
import MetricMath
import Testing

@Suite struct AlarmParametersTests {
    private func refusal(_ change: (inout AlarmParameters) -> Void) -> AlarmError? {
        do throws(AlarmError) {
            _ = try AlarmDefinition(Samples.parameters(change))
            return nil
        } catch {
            return error
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var code: AlarmError.Code
        var message: String
        var change: @Sendable (inout AlarmParameters) -> Void

        init(_ code: AlarmError.Code, _ message: String, _ change: @escaping @Sendable (inout AlarmParameters) -> Void)
        {
            (self.code, self.message, self.change) = (code, message, change)
        }

        var testDescription: String { message }
    }

    private static let long = String(repeating: "a", count: 256)

    static let rows = [
        Row(.missingParameter, "The parameter AlarmName is required.") { $0.alarmName = nil },
        Row(.missingParameter, "The parameter MetricName is required.") { $0.metricName = nil },
        Row(.missingParameter, "The parameter Namespace is required.") { $0.namespace = nil },
        Row(.missingParameter, "The parameter Period is required.") { $0.period = nil },
        Row(.missingParameter, "The parameter EvaluationPeriods is required.") { $0.evaluationPeriods = nil },
        Row(.missingParameter, "The parameter Threshold is required.") { $0.threshold = nil },
        Row(.missingParameter, "The parameter ComparisonOperator is required.") { $0.comparisonOperator = nil },
        Row(
            .validation,
            "1 validation error detected: Value '\(long)' at 'alarmName' failed to satisfy constraint: Member must have length less than or equal to 255"
        ) { $0.alarmName = long },
        Row(
            .validation,
            "1 validation error detected: Value '' at 'alarmName' failed to satisfy constraint: Member must have length greater than or equal to 1"
        ) { $0.alarmName = "" },
        Row(.invalidParameterValue, "The value for parameter AlarmName must not contain ASCII control characters.") {
            $0.alarmName = "a\u{7}"
        },
        Row(.validation, "Period must be 10, 20, 30 or a multiple of 60") { $0.period = 45 },
        Row(.validation, "Period must be 10, 20, 30 or a multiple of 60") { $0.period = 0 },
        Row(.validation, "Period must be 10, 20, 30 or a multiple of 60") { $0.period = -60 },
        Row(
            .validation,
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) for alarms using period < 3600"
        ) { $0.evaluationPeriods = 1_441 },
        Row(
            .validation,
            "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800)"
        ) {
            $0.period = 3_600
            $0.evaluationPeriods = 169
        },
        Row(
            .validation,
            "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800)"
        ) {
            $0.period = 3_600
            $0.evaluationPeriods = .max
        },
        Row(
            .validation,
            "1 validation error detected: Value '0' at 'evaluationPeriods' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ) { $0.evaluationPeriods = 0 },
        Row(.validation, "DatapointsToAlarm must be less than or equal to EvaluationPeriods") {
            $0.datapointsToAlarm = 2
        },
        Row(
            .validation,
            "1 validation error detected: Value '0' at 'datapointsToAlarm' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ) { $0.datapointsToAlarm = 0 },
        Row(.invalidParameterValue, "The value nan for parameter Threshold is invalid.") { $0.threshold = .nan },
        Row(
            .invalidParameterValue,
            "The comparison operator GreaterThanUpperThreshold is for anomaly detection bands, which do not run here: compare with a threshold by one of GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold"
        ) { $0.comparisonOperator = "GreaterThanUpperThreshold" },
        Row(
            .validation,
            "1 validation error detected: Value '>' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold]"
        ) { $0.comparisonOperator = ">" },
        Row(
            .validation,
            "The value none for parameter TreatMissingData is not supported; valid values are missing, ignore, breaching, notBreaching."
        ) { $0.treatMissingData = "none" },
        Row(
            .validation,
            "The value no for parameter EvaluateLowSampleCountPercentile is not supported; valid values are evaluate, ignore."
        ) { $0.evaluateLowSampleCountPercentile = "no" },
        Row(.invalidParameterCombination, "Exactly one of Statistic and ExtendedStatistic must be specified") {
            $0.statistic = nil
        },
        Row(.invalidParameterCombination, "Statistic and ExtendedStatistic cannot both be specified") {
            $0.extendedStatistic = "p99"
        },
        Row(
            .validation,
            "1 validation error detected: Value 'p99' at 'statistic' failed to satisfy constraint: Member must satisfy enum value set: [SampleCount, Average, Sum, Minimum, Maximum]"
        ) { $0.statistic = "p99" },
        Row(.invalidParameterValue, "The value Sum for parameter ExtendedStatistic is not supported.") {
            $0.statistic = nil
            $0.extendedStatistic = "Sum"
        },
        Row(
            .invalidParameterValue,
            "The statistic tm90 is not computed here; use SampleCount, Average, Sum, Minimum, Maximum or p0 to p100."
        ) {
            $0.statistic = nil
            $0.extendedStatistic = "tm90"
        },
        Row(.validation, "Invalid arn syntax: mail@example.org") { $0.okActions = ["mail@example.org"] },
        Row(
            .validation,
            "1 validation error detected: Value '[a, a, a, a, a, a]' at 'alarmActions' failed to satisfy constraint: Member must have length less than or equal to 5"
        ) { $0.alarmActions = Array(repeating: "a", count: 6) },
        Row(
            .validation,
            "1 validation error detected: Value ':x' at 'namespace' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:].*"
        ) { $0.namespace = ":x" },
        Row(
            .validation,
            "1 validation error detected: Value '31 dimensions' at 'dimensions' failed to satisfy constraint: Member must have length less than or equal to 30"
        ) { $0.dimensions = (0..<31).map { MetricDimension(name: "\($0)", value: "x") } },
        Row(
            .validation,
            "1 validation error detected: Value '51 tags' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50"
        ) { $0.tags = Array(repeating: AlarmTag(key: "a", value: "b"), count: 51) },
        Row(
            .invalidParameterValue,
            "EvaluationCriteria is for PromQL alarms, which do not run here: give MetricName or Metrics"
        ) { $0.hasEvaluationCriteria = true },
        Row(
            .invalidParameterValue,
            "ThresholdMetricId is for anomaly detection bands, which do not run here: give Threshold"
        ) { $0.thresholdMetricID = "ad1" },
        Row(.invalidParameterCombination, "MetricName must not be specified together with the Metrics list.") {
            $0.metrics = queries()
        },
    ]

    @Test(arguments: rows) func isRefused(_ row: Row) {
        let error = refusal(row.change)
        #expect(error?.code == row.code)
        #expect(error?.message == row.message)
    }

    private static func queries(
        period: Int = 60, expression: String = "m2 / m1", returns: [Bool] = [false, false, true]
    ) -> [MetricDataQuery] {
        let names = ["m1", "m2"]
        return names.enumerated().map { place, id in
            let metric = MetricReference(namespace: "Shop", name: id)
            return MetricDataQuery(
                id: id,
                source: .metric(MetricStat(metric: metric, statistic: .sum, period: place == 0 ? period : 60)),
                returnsData: returns[place])
        } + [MetricDataQuery(id: "e1", source: .expression(expression, period: nil), returnsData: returns[2])]
    }

    private func refusal(of queries: [MetricDataQuery]) -> String? {
        refusal { parameters in
            parameters = AlarmParameters(alarmName: "rate")
            parameters.evaluationPeriods = 1
            parameters.threshold = 1
            parameters.comparisonOperator = "GreaterThanThreshold"
            parameters.metrics = queries
        }?.message
    }

    @Test func expressions() {
        #expect(refusal(of: Self.queries()) == nil)
        #expect(
            refusal(of: Self.queries(returns: [true, false, true]))
                == "Exactly one element of the metrics list should return data.")
        #expect(
            refusal(of: Self.queries(period: 300))
                == "All metrics of an alarm must have the same period; these have 60, 300.")
        #expect(
            refusal(of: Self.queries(expression: "m3"))
                == "Error in expression 'e1': there is no metric or expression with the id 'm3'")
        #expect(
            refusal(of: [MetricDataQuery(id: "e1", source: .expression("TIME_SERIES(1)", period: 60))])
                == "The expression for an alarm must include at least one metric.")
        let many = (0..<11).map {
            MetricDataQuery(
                id: "m\($0)",
                source: .metric(
                    MetricStat(metric: MetricReference(namespace: "Shop", name: "x"), statistic: .sum, period: 60)),
                returnsData: $0 == 0)
        }
        #expect(refusal(of: many) == "An alarm's expression has at most 10 metrics and not 11.")
        func query(_ statistic: Statistic, unit: String?) -> MetricDataQuery {
            let metric = MetricReference(namespace: "Shop", name: "x")
            return MetricDataQuery(
                id: "m1", source: .metric(MetricStat(metric: metric, statistic: statistic, period: 60, unit: unit)))
        }
        #expect(refusal(of: [query(.sum, unit: "Count")]) == nil)
        #expect(
            refusal(of: [query(.sum, unit: "Orders")])?.contains("'Orders' at 'metrics.1.member.metricStat.unit'")
                == true)
        #expect(
            refusal(of: [query(.extended("Summ"), unit: nil)])?.hasPrefix(
                "The statistic Summ is not computed here; use")
                == true)
    }

    @Test func defaultsAndWhatWasGiven() throws {
        let alarm = try Samples.alarm(3)
        #expect(alarm.datapointsToAlarm == 3)
        #expect(alarm.givenDatapointsToAlarm == nil)
        #expect(alarm.actionsEnabled)
        #expect(alarm.queries.map(\.id) == ["m1"])
        let json = try JSONEncoder().encode(alarm)
        #expect(try JSONDecoder().decode(AlarmDefinition.self, from: json) == alarm)
    }

    @Test func unitsAreThoseOfCloudWatch() {
        #expect(refusal { $0.unit = "Count/Second" } == nil)
        #expect(refusal { $0.unit = "Orders" }?.message.contains("Value 'Orders' at 'unit'") == true)
    }

    @Test func theLongestThatAreTaken() throws {
        #expect(refusal { $0.alarmName = String(repeating: "é", count: 255) } == nil)
        #expect(refusal { $0.evaluationPeriods = 1_440 } == nil)
        #expect(
            refusal {
                $0.period = 3_600
                $0.evaluationPeriods = 168
            } == nil)
        #expect(refusal { $0.alarmActions = Array(repeating: "arn:aws:lambda:r:a:function:f", count: 5) } == nil)
    }

    @Test func compositeAlarmsAreRefused() {
        #expect(AlarmError.compositeAlarm.code == .notImplemented)
        #expect(AlarmError.compositeAlarm.message.hasPrefix("Composite alarms do not run here"))
    }
}
