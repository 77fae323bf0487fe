import MetricMath

/// An alarm as its history has it: JSON with AWS's names.
enum AlarmDocument {
    static func json(_ alarm: Alarm) -> String { AlarmJSON.object(members(of: alarm)) }

    static func members(of alarm: Alarm) -> [(name: String, json: String?)] {
        let definition = alarm.definition
        return [
            ("alarmName", AlarmJSON.string(definition.name)),
            ("alarmDescription", definition.description.map(AlarmJSON.string)),
            ("alarmArn", AlarmJSON.string(alarm.arn)),
            ("alarmConfigurationUpdatedTimestamp", AlarmJSON.string(AlarmJSON.time(alarm.configurationUpdated))),
        ] + watch(definition) + [
            ("threshold", AlarmJSON.number(definition.threshold)),
            ("comparisonOperator", AlarmJSON.string(definition.comparison.rawValue)),
            ("evaluationPeriods", "\(definition.evaluationPeriods)"),
            ("datapointsToAlarm", definition.givenDatapointsToAlarm.map(String.init)),
            ("treatMissingData", definition.givenMissingData.map { AlarmJSON.string($0.rawValue) }),
            (
                "evaluateLowSampleCountPercentile", definition.lowSampleCount.map { AlarmJSON.string($0.rawValue) }
            ),
            ("stateValue", AlarmJSON.string(alarm.state.rawValue)),
            ("stateUpdatedTimestamp", AlarmJSON.string(AlarmJSON.time(alarm.stateUpdated))),
            ("actionsEnabled", definition.actionsEnabled ? "true" : "false"),
            ("okactions", AlarmJSON.array(definition.okActions.map(AlarmJSON.string))),
            ("alarmActions", AlarmJSON.array(definition.alarmActions.map(AlarmJSON.string))),
            ("insufficientDataActions", AlarmJSON.array(definition.insufficientDataActions.map(AlarmJSON.string))),
        ]
    }

    private static func watch(_ definition: AlarmDefinition) -> [(name: String, json: String?)] {
        guard case .metric(let stat) = definition.watch else {
            return [("metrics", AlarmJSON.array(definition.queries.map { query($0) }))]
        }
        let isExtended = !Statistic.simple.contains { $0.statistic == stat.statistic }
        let dimensions = stat.metric.dimensions.map {
            AlarmJSON.object([("value", AlarmJSON.string($0.value)), ("name", AlarmJSON.string($0.name))])
        }
        return [
            ("namespace", AlarmJSON.string(stat.metric.namespace)),
            ("metricName", AlarmJSON.string(stat.metric.name)),
            (isExtended ? "extendedStatistic" : "statistic", AlarmJSON.string(stat.statistic.name)),
            ("period", "\(stat.period)"), ("unit", stat.unit.map(AlarmJSON.string)),
            ("dimensions", AlarmJSON.array(dimensions)),
        ]
    }

    /// A query as histories and events have it.
    ///
    /// - Parameter id: another id than its own.
    static func query(_ query: MetricDataQuery, id: String? = nil) -> String {
        let id = (name: "id", json: Optional(AlarmJSON.string(id ?? query.id)))
        let rest: [(name: String, json: String?)] = [
            ("label", query.label.map(AlarmJSON.string)), ("returnData", query.returnsData ? "true" : "false"),
        ]
        switch query.source {
        case .expression(let text, let period):
            return AlarmJSON.object(
                [id, ("expression", AlarmJSON.string(text)), ("period", period.map(String.init))] + rest)
        case .metric(let stat):
            let dimensions = AlarmJSON.object(stat.metric.dimensions.map { ($0.name, AlarmJSON.string($0.value)) })
            let metric = AlarmJSON.object([
                ("namespace", AlarmJSON.string(stat.metric.namespace)), ("name", AlarmJSON.string(stat.metric.name)),
                ("dimensions", dimensions),
            ])
            let json = AlarmJSON.object([
                ("metric", metric), ("period", "\(stat.period)"), ("stat", AlarmJSON.string(stat.statistic.name)),
                ("unit", stat.unit.map(AlarmJSON.string)),
            ])
            return AlarmJSON.object([id, ("metricStat", json)] + rest)
        }
    }
}
