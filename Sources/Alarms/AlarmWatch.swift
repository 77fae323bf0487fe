import MetricMath

/// What an alarm watches, read from PutMetricAlarm's parameters.
enum AlarmWatch {
    /// Most metrics of an expression that an alarm watches (AWS's documentation).
    static let metricsMax = 10

    /// - Returns: what is watched and its period in seconds.
    static func read(_ parameters: AlarmParameters) throws(AlarmError) -> (AlarmDefinition.Watch, Int) {
        guard !parameters.hasEvaluationCriteria else {
            throw AlarmError(
                .invalidParameterValue,
                "EvaluationCriteria is for PromQL alarms, which do not run here: give MetricName or Metrics")
        }
        guard parameters.thresholdMetricID == nil else {
            throw AlarmError(
                .invalidParameterValue,
                "ThresholdMetricId is for anomaly detection bands, which do not run here: give Threshold")
        }
        return parameters.metrics.isEmpty ? try metric(parameters) : try queries(parameters)
    }

    private static func metric(_ parameters: AlarmParameters) throws(AlarmError) -> (AlarmDefinition.Watch, Int) {
        guard let name = parameters.metricName else { throw .isRequired("MetricName") }
        guard let namespace = parameters.namespace else { throw .isRequired("Namespace") }
        guard let period = parameters.period else { throw .isRequired("Period") }
        try AlarmValidation.checkLength(name, at: "metricName", 1...255)
        try AlarmValidation.checkLength(namespace, at: "namespace", 1...255)
        guard namespace.first != ":" else {
            throw .constraint(namespace, at: "namespace", "satisfy regular expression pattern: [^:].*")
        }
        try checkDimensions(parameters.dimensions, at: "dimensions")
        try checkUnit(parameters.unit, at: "unit")
        let metric = MetricReference(namespace: namespace, name: name, dimensions: parameters.dimensions)
        let stat = MetricStat(
            metric: metric, statistic: try statistic(parameters), period: period, unit: parameters.unit)
        return (.metric(stat), period)
    }

    private static func statistic(_ parameters: AlarmParameters) throws(AlarmError) -> Statistic {
        switch (parameters.statistic, parameters.extendedStatistic) {
        case (nil, nil):
            throw AlarmError(
                .invalidParameterCombination, "Exactly one of Statistic and ExtendedStatistic must be specified")
        case (.some, .some):
            throw AlarmError(
                .invalidParameterCombination, "Statistic and ExtendedStatistic cannot both be specified")
        case (let name?, nil):
            guard let simple = Statistic.simple.first(where: { $0.name == name }) else {
                let names = Statistic.simple.map(\.name).joined(separator: ", ")
                throw .constraint(name, at: "statistic", "satisfy enum value set: [\(names)]")
            }
            return simple.statistic
        case (nil, let name?):
            guard let statistic = Statistic(name: name), !Statistic.simple.contains(where: { $0.name == name }) else {
                throw AlarmError(
                    .invalidParameterValue, "The value \(name) for parameter ExtendedStatistic is not supported.")
            }
            try checkIsComputed(statistic)
            return statistic
        }
    }

    /// An alarm on a statistic that nobody computes would keep its state for ever.
    private static func checkIsComputed(_ statistic: Statistic) throws(AlarmError) {
        guard case .extended(let name) = statistic else { return }
        throw AlarmError(
            .invalidParameterValue,
            "The statistic \(name) is not computed here; use SampleCount, Average, Sum, Minimum, Maximum or p0 to p100."
        )
    }

    private static func queries(_ parameters: AlarmParameters) throws(AlarmError) -> (AlarmDefinition.Watch, Int) {
        let single: [(String, Bool)] = [
            ("MetricName", parameters.metricName != nil), ("Namespace", parameters.namespace != nil),
            ("Dimensions", !parameters.dimensions.isEmpty), ("Period", parameters.period != nil),
            ("Unit", parameters.unit != nil), ("Statistic", parameters.statistic != nil),
            ("ExtendedStatistic", parameters.extendedStatistic != nil),
        ]
        if let given = single.first(where: \.1)?.0 {
            throw AlarmError(
                .invalidParameterCombination, "\(given) must not be specified together with the Metrics list.")
        }
        guard parameters.metrics.count(where: \.returnsData) == 1 else {
            throw AlarmError(.validation, "Exactly one element of the metrics list should return data.")
        }
        let plan: MetricQueryPlan
        do throws(MathError) { plan = try MetricQueryPlan(parameters.metrics) } catch {
            throw AlarmError(.validation, error.description)
        }
        let stats = plan.metrics.map(\.stat)
        guard !stats.isEmpty else {
            throw AlarmError(.validation, "The expression for an alarm must include at least one metric.")
        }
        guard stats.count <= metricsMax else {
            throw AlarmError(
                .validation, "An alarm's expression has at most \(metricsMax) metrics and not \(stats.count).")
        }
        for (place, stat) in stats.enumerated() {
            try checkIsComputed(stat.statistic)
            try checkUnit(stat.unit, at: "metrics.\(place + 1).member.metricStat.unit")
            let member = "metrics.\(place + 1).member.metricStat.metric"
            try AlarmValidation.checkLength(stat.metric.name, at: "\(member).metricName", 1...255)
            try AlarmValidation.checkLength(stat.metric.namespace, at: "\(member).namespace", 1...255)
            try checkDimensions(stat.metric.dimensions, at: "\(member).dimensions")
        }
        let periods = Set(stats.map(\.period)).union(parameters.metrics.compactMap(period))
        guard periods.count == 1, let period = periods.first else {
            let list = periods.sorted().map(String.init).joined(separator: ", ")
            throw AlarmError(.validation, "All metrics of an alarm must have the same period; these have \(list).")
        }
        return (.queries(parameters.metrics), period)
    }

    private static func period(of query: MetricDataQuery) -> Int? {
        if case .expression(_, let period) = query.source { return period }
        return nil
    }

    private static func checkUnit(_ unit: String?, at member: String) throws(AlarmError) {
        guard let unit, StandardUnit(rawValue: unit) == nil else { return }
        let names = StandardUnit.allCases.map(\.rawValue).joined(separator: ", ")
        throw .constraint(unit, at: member, "satisfy enum value set: [\(names)]")
    }

    private static func checkDimensions(_ dimensions: [MetricDimension], at member: String) throws(AlarmError) {
        guard dimensions.count <= 30 else {
            throw .constraint("\(dimensions.count) dimensions", at: member, "have length less than or equal to 30")
        }
        for (place, dimension) in dimensions.enumerated() {
            try AlarmValidation.checkLength(dimension.name, at: "\(member).\(place + 1).member.name", 1...255)
            try AlarmValidation.checkLength(dimension.value, at: "\(member).\(place + 1).member.value", 1...1_024)
        }
    }
}
