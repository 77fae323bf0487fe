import Alarms
import Clocks
import MetricMath

/// Alarms and periods for the tests: values above 1 are breaching.
enum Samples {
    static let now = Timestamp(utc: 2025, 1, 1, hour: 10, minute: 10, second: 7)

    static func parameters(_ change: (inout AlarmParameters) -> Void = { _ in }) -> AlarmParameters {
        var parameters = AlarmParameters(alarmName: "failures")
        parameters.metricName = "ExecutionFailed"
        parameters.namespace = "AWS/EventBridge/Pipes"
        parameters.statistic = "Sum"
        parameters.dimensions = [MetricDimension(name: "PipeName", value: "orders")]
        parameters.period = 60
        parameters.evaluationPeriods = 1
        parameters.threshold = 1
        parameters.comparisonOperator = "GreaterThanThreshold"
        change(&parameters)
        return parameters
    }

    static func alarm(
        _ evaluationPeriods: Int = 1, _ datapointsToAlarm: Int? = nil, missing: String? = nil, period: Int = 60,
        comparison: String = "GreaterThanThreshold", _ change: (inout AlarmParameters) -> Void = { _ in }
    ) throws -> AlarmDefinition {
        try AlarmDefinition(
            parameters {
                $0.evaluationPeriods = evaluationPeriods
                $0.datapointsToAlarm = datapointsToAlarm
                $0.treatMissingData = missing
                $0.period = period
                $0.comparisonOperator = comparison
                change(&$0)
            })
    }

    /// Periods of an evaluation at ``now``, from the oldest to the newest.
    static func slots(
        _ values: [Double?], of alarm: AlarmDefinition, samples: Double? = 1
    ) -> [EvaluationRange.Slot] {
        let end = alarm.evaluationRange(at: now).end
        return values.enumerated().map { place, value in
            EvaluationRange.Slot(
                time: end - .seconds(alarm.period * (values.count - place)), value: value,
                sampleCount: value == nil ? nil : samples)
        }
    }

    /// Periods as AWS's tables write them: 0 is not breaching, X is, and a hyphen is missing.
    static func slots(_ text: String, of alarm: AlarmDefinition) -> [EvaluationRange.Slot] {
        slots(text.split(separator: " ").map { $0 == "X" ? 5 : $0 == "0" ? 0 : nil }, of: alarm)
    }

    static func evaluation(_ alarm: AlarmDefinition, _ values: [Double?], samples: Double? = 1) -> AlarmEvaluation {
        AlarmEvaluation(alarm, slots(values, of: alarm, samples: samples), at: now)
    }
}
