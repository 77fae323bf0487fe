public import MetricMath

/// What PutMetricAlarm was given, unchecked: a member that was not given is nil or empty.
public struct AlarmParameters: Hashable, Sendable {
    public var alarmName: String?
    public var alarmDescription: String?
    public var actionsEnabled: Bool?
    public var okActions: [String] = []
    public var alarmActions: [String] = []
    public var insufficientDataActions: [String] = []
    public var metricName: String?
    public var namespace: String?
    public var statistic: String?
    public var extendedStatistic: String?
    public var dimensions: [MetricDimension] = []
    /// In seconds.
    public var period: Int?
    public var unit: String?
    public var evaluationPeriods: Int?
    public var datapointsToAlarm: Int?
    public var threshold: Double?
    public var comparisonOperator: String?
    public var treatMissingData: String?
    public var evaluateLowSampleCountPercentile: String?
    public var metrics: [MetricDataQuery] = []
    public var tags: [AlarmTag] = []
    public var thresholdMetricID: String?
    /// Whether `EvaluationCriteria` was given: a PromQL alarm.
    public var hasEvaluationCriteria = false

    public init(alarmName: String?) { self.alarmName = alarmName }
}

/// A key and a value that somebody put on an alarm.
public struct AlarmTag: Hashable, Sendable, Codable {
    public var key: String
    public var value: String

    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}
