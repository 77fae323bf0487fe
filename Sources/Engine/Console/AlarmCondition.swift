import Alarms
import Dashboards
import MetricMath

/// What an alarm waits for, in words.
struct AlarmCondition {
    private let definition: AlarmDefinition

    init(_ definition: AlarmDefinition) { self.definition = definition }

    /// Such as `Sum of Errors (FunctionName billing) is above 0 in 2 of 3 periods of 1 min`.
    var text: String {
        let (needed, periods) = (definition.datapointsToAlarm, definition.evaluationPeriods)
        let length = NumberText.text(Double(definition.period), unit: "Seconds")
        let often =
            periods == 1
            ? "in a period of \(length)"
            : needed == periods
                ? "in \(periods) periods of \(length)" : "in \(needed) of \(periods) periods of \(length)"
        return "\(watched) is \(limit) \(often)"
    }

    /// Such as `above 0`.
    var limit: String {
        let words =
            switch definition.comparison {
            case .greaterThan: "above"
            case .greaterThanOrEqual: "at least"
            case .lessThan: "below"
            case .lessThanOrEqual: "at most"
            }
        return "\(words) \(Self.number(definition.threshold))"
    }

    /// What a period without data counts as.
    var missingData: String {
        switch definition.missingData {
        case .missing: "A period without data counts as none."
        case .ignore: "Without data the state stays."
        case .breaching: "A period without data counts as beyond the threshold."
        case .notBreaching: "A period without data counts as within the threshold."
        }
    }

    private var watched: String {
        guard let query = definition.queries.first(where: \.returnsData) else { return "What it watches" }
        switch query.source {
        case .metric(let stat):
            let dimensions = stat.metric.dimensions.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
            return "\(stat.statistic.name) of \(stat.metric.name)" + (dimensions.isEmpty ? "" : " (\(dimensions))")
        case .expression(let text, _): return query.label ?? text
        }
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }
}
