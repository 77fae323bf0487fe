/// The functions that expressions may call, by AWS's names.
enum MathFunction: String, CaseIterable, Hashable, Sendable {
    case abs = "ABS"
    case average = "AVG"
    case ceiling = "CEIL"
    case datapointCount = "DATAPOINT_COUNT"
    case date = "DATE"
    case day = "DAY"
    case difference = "DIFF"
    case timeDifference = "DIFF_TIME"
    case epoch = "EPOCH"
    case fill = "FILL"
    case first = "FIRST"
    case floor = "FLOOR"
    case hour = "HOUR"
    case condition = "IF"
    case last = "LAST"
    case logarithm = "LOG"
    case decimalLogarithm = "LOG10"
    case maximum = "MAX"
    case metricCount = "METRIC_COUNT"
    case metrics = "METRICS"
    case minimum = "MIN"
    case minute = "MINUTE"
    case month = "MONTH"
    case period = "PERIOD"
    case rate = "RATE"
    case removeEmpty = "REMOVE_EMPTY"
    case runningSum = "RUNNING_SUM"
    case slice = "SLICE"
    case sort = "SORT"
    case standardDeviation = "STDDEV"
    case sum = "SUM"
    case timeSeries = "TIME_SERIES"
    case year = "YEAR"

    /// CloudWatch's that do not run here, and what to do instead.
    static let refused: [String: String] = [
        "ANOMALY_DETECTION_BAND": "anomaly detection does not run here; compare with a number",
        "DB_PERF_INSIGHTS": "there is no Performance Insights here",
        "INSIGHT_RULE_METRIC": "there are no Contributor Insights rules here",
        "LAMBDA": "data sources of functions do not run here",
        "SEARCH": "searching does not run here; name the metrics",
        "SELECT": "Metrics Insights queries do not run here; name the metrics",
        "SERVICE_QUOTA": "there are no service quotas here",
    ]

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .metrics: 0...1
        case .fill: 2...2
        case .condition: 2...3
        case .slice: 2...3
        case .sort: 3...4
        default: 1...1
        }
    }

    /// The words that may stand at a place among its arguments.
    func words(at place: Int) -> [String] {
        switch (self, place) {
        case (.fill, 1): ["REPEAT", "LINEAR"]
        case (.sort, 1): ["AVG", "MIN", "MAX", "SUM"]
        case (.sort, 2): ["ASC", "DESC"]
        default: []
        }
    }
}
