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
        parameters.metrics = queries.compactMap(MetricDataQuery.init)
        return parameters
    }
}

extension MetricDimension {
    fileprivate init(_ dimension: AlarmResource.Dimension) { self.init(name: dimension.name, value: dimension.value) }
}

extension MetricDataQuery {
    /// Nil for an entry with neither an expression nor a statistic that CloudWatch knows.
    fileprivate init?(_ query: AlarmResource.Query) {
        let source: Source
        if let expression = query.expression {
            source = .expression(expression, period: query.period)
        } else if let metric = query.metric, let statistic = query.statistic.flatMap(Statistic.init(name:)),
            let period = query.period
        {
            source = .metric(
                MetricStat(
                    metric: MetricReference(
                        namespace: metric.namespace ?? "", name: metric.name ?? "",
                        dimensions: metric.dimensions.map(MetricDimension.init)),
                    statistic: statistic, period: period, unit: query.unit))
        } else {
            return nil
        }
        self.init(id: query.id, source: source, label: query.label, returnsData: query.returnsData)
    }
}
