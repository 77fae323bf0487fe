public import MetricMath

/// A metric alarm as PutMetricAlarm describes it; every value of it is one that AWS takes.
public struct AlarmDefinition: Hashable, Sendable, Codable {
    /// What the alarm watches.
    public enum Watch: Hashable, Sendable, Codable {
        case metric(MetricStat)
        /// Queries of which exactly one returns data: the one that is watched.
        case queries([MetricDataQuery])
    }

    /// Most actions of one state (CloudWatch's API model).
    public static let actionsMax = 5

    public let name: String
    public let description: String?
    public var actionsEnabled: Bool
    /// ARNs, for each state what is called when the alarm comes to it.
    public let okActions: [String]
    public let alarmActions: [String]
    public let insufficientDataActions: [String]
    public let watch: Watch
    /// In seconds.
    public let period: Int
    /// N: periods that are looked at.
    public let evaluationPeriods: Int
    /// M as it was given; nil for all of N.
    public let givenDatapointsToAlarm: Int?
    public let threshold: Double
    public let comparison: ComparisonOperator
    /// As it was given; nil for the default.
    public let givenMissingData: MissingData?
    /// As it was given; nil for `evaluate`.
    public let lowSampleCount: LowSampleCount?
    public internal(set) var tags: [AlarmTag]

    /// M: how many of N must be breaching.
    public var datapointsToAlarm: Int { givenDatapointsToAlarm ?? evaluationPeriods }

    /// What periods without data count as. The default is `missing`, and `ignore` for DynamoDB's metrics.
    public var missingData: MissingData {
        if let givenMissingData { return givenMissingData }
        guard case .metric(let stat) = watch, stat.metric.namespace == "AWS/DynamoDB" else { return .missing }
        return .ignore
    }

    /// What is called when the alarm comes to a state, whether actions are enabled or not.
    public func actions(for state: AlarmState) -> [String] {
        switch state {
        case .ok: okActions
        case .alarm: alarmActions
        case .insufficientData: insufficientDataActions
        }
    }

    /// The queries whose result the alarm watches: those given, or one for its metric.
    public var queries: [MetricDataQuery] {
        switch watch {
        case .metric(let stat): [MetricDataQuery(id: "m1", source: .metric(stat))]
        case .queries(let queries): queries
        }
    }

    /// - Throws: ``AlarmError`` for the first parameter that AWS refuses or that does not run here.
    public init(_ parameters: AlarmParameters) throws(AlarmError) {
        try AlarmValidation.checkNames(parameters)
        try AlarmValidation.checkActions(parameters)
        guard let comparisonName = parameters.comparisonOperator else {
            throw .isRequired("ComparisonOperator")
        }
        guard let evaluationPeriods = parameters.evaluationPeriods else { throw .isRequired("EvaluationPeriods") }
        let comparison = try AlarmValidation.comparison(comparisonName)
        guard let threshold = parameters.threshold else { throw .isRequired("Threshold") }
        guard threshold.isFinite else {
            throw AlarmError(.invalidParameterValue, "The value \(threshold) for parameter Threshold is invalid.")
        }
        (watch, period) = try AlarmWatch.read(parameters)
        try AlarmValidation.checkPeriods(
            period: period, evaluationPeriods: evaluationPeriods, datapointsToAlarm: parameters.datapointsToAlarm)
        givenMissingData = try AlarmValidation.choice(
            parameters.treatMissingData, of: "TreatMissingData", MissingData.self)
        lowSampleCount = try AlarmValidation.choice(
            parameters.evaluateLowSampleCountPercentile, of: "EvaluateLowSampleCountPercentile", LowSampleCount.self)
        name = parameters.alarmName ?? ""
        description = parameters.alarmDescription
        actionsEnabled = parameters.actionsEnabled ?? true
        okActions = parameters.okActions
        alarmActions = parameters.alarmActions
        insufficientDataActions = parameters.insufficientDataActions
        self.evaluationPeriods = evaluationPeriods
        givenDatapointsToAlarm = parameters.datapointsToAlarm
        self.threshold = threshold
        self.comparison = comparison
        tags = parameters.tags
    }
}
