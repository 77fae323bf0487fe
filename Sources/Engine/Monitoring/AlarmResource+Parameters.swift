import Alarms
import MetricMath
import Stacks

extension AlarmResource {
    /// As PutMetricAlarm takes it.
    var parameters: AlarmParameters {
        var parameters = AlarmParameters(alarmName: name)
        parameters.alarmDescription = description
        parameters.actionsEnabled = actionsEnabled
        parameters.okActions = okActions
        parameters.alarmActions = alarmActions
        parameters.insufficientDataActions = insufficientDataActions
        parameters.metricName = metric.name
        parameters.namespace = metric.namespace
        parameters.dimensions = metric.dimensions.map(MetricDimension.init)
        parameters.statistic = statistic
        parameters.extendedStatistic = extendedStatistic
        parameters.period = period
        parameters.unit = unit
        parameters.evaluationPeriods = evaluationPeriods
        parameters.datapointsToAlarm = datapointsToAlarm
        parameters.threshold = threshold
        parameters.comparisonOperator = comparisonOperator
        parameters.treatMissingData = treatMissingData
        parameters.evaluateLowSampleCountPercentile = evaluateLowSampleCountPercentile
        parameters.metrics = queries.map(MetricDataQuery.init)
        return parameters
    }
}

extension MetricDimension {
    fileprivate init(_ dimension: AlarmResource.Dimension) { self.init(name: dimension.name, value: dimension.value) }
}

extension MetricDataQuery {
    /// What CloudWatch would not take goes along, so that it is refused with its words.
    fileprivate init(_ query: AlarmResource.Query) {
        let source: Source
        if query.expression == nil, let metric = query.metric, let statistic = query.statistic,
            let period = query.period
        {
            source = .metric(
                MetricStat(
                    metric: MetricReference(
                        namespace: metric.namespace ?? "", name: metric.name ?? "",
                        dimensions: metric.dimensions.map(MetricDimension.init)),
                    statistic: Statistic(name: statistic) ?? .extended(statistic), period: period, unit: query.unit))
        } else {
            source = .expression(query.expression ?? "", period: query.period)
        }
        self.init(id: query.id, source: source, label: query.label, returnsData: query.returnsData)
    }
}
