import MetricMath

/// An alarm as its history has it: JSON with AWS's names.
enum AlarmDocument {
    static func json(_ alarm: Alarm) -> String { JSONText.object(members(of: alarm)) }

    static func members(of alarm: Alarm) -> [(name: String, json: String?)] {
        let definition = alarm.definition
        return [
            ("alarmName", JSONText.string(definition.name)),
            ("alarmDescription", definition.description.map(JSONText.string)),
            ("alarmArn", JSONText.string(alarm.arn)),
            ("alarmConfigurationUpdatedTimestamp", JSONText.string(JSONText.time(alarm.configurationUpdated))),
        ] + watch(definition) + [
            ("threshold", JSONText.number(definition.threshold)),
            ("comparisonOperator", JSONText.string(definition.comparison.rawValue)),
            ("evaluationPeriods", "\(definition.evaluationPeriods)"),
            ("datapointsToAlarm", definition.givenDatapointsToAlarm.map(String.init)),
            ("treatMissingData", definition.givenMissingData.map { JSONText.string($0.rawValue) }),
            (
                "evaluateLowSampleCountPercentile", definition.lowSampleCount.map { JSONText.string($0.rawValue) }
            ),
            ("stateValue", JSONText.string(alarm.state.rawValue)),
            ("stateUpdatedTimestamp", JSONText.string(JSONText.time(alarm.stateUpdated))),
            ("actionsEnabled", definition.actionsEnabled ? "true" : "false"),
            ("okactions", JSONText.array(definition.okActions.map(JSONText.string))),
            ("alarmActions", JSONText.array(definition.alarmActions.map(JSONText.string))),
            ("insufficientDataActions", JSONText.array(definition.insufficientDataActions.map(JSONText.string))),
        ]
    }

    private static func watch(_ definition: AlarmDefinition) -> [(name: String, json: String?)] {
        guard case .metric(let stat) = definition.watch else {
            return [("metrics", JSONText.array(definition.queries.map { query($0) }))]
        }
        let isExtended = !Statistic.simple.contains { $0.statistic == stat.statistic }
        let dimensions = stat.metric.dimensions.map {
            JSONText.object([("value", JSONText.string($0.value)), ("name", JSONText.string($0.name))])
        }
        return [
            ("namespace", JSONText.string(stat.metric.namespace)),
            ("metricName", JSONText.string(stat.metric.name)),
            (isExtended ? "extendedStatistic" : "statistic", JSONText.string(stat.statistic.name)),
            ("period", "\(stat.period)"), ("unit", stat.unit.map(JSONText.string)),
            ("dimensions", JSONText.array(dimensions)),
        ]
    }

    /// A query as histories and events have it.
    ///
    /// - Parameter id: another id than its own.
    static func query(_ query: MetricDataQuery, id: String? = nil) -> String {
        let id = (name: "id", json: Optional(JSONText.string(id ?? query.id)))
        let rest: [(name: String, json: String?)] = [
            ("label", query.label.map(JSONText.string)), ("returnData", query.returnsData ? "true" : "false"),
        ]
        switch query.source {
        case .expression(let text, let period):
            return JSONText.object(
                [id, ("expression", JSONText.string(text)), ("period", period.map(String.init))] + rest)
        case .metric(let stat):
            let dimensions = JSONText.object(stat.metric.dimensions.map { ($0.name, JSONText.string($0.value)) })
            let metric = JSONText.object([
                ("namespace", JSONText.string(stat.metric.namespace)), ("name", JSONText.string(stat.metric.name)),
                ("dimensions", dimensions),
            ])
            let json = JSONText.object([
                ("metric", metric), ("period", "\(stat.period)"), ("stat", JSONText.string(stat.statistic.name)),
                ("unit", stat.unit.map(JSONText.string)),
            ])
            return JSONText.object([id, ("metricStat", json)] + rest)
        }
    }
}
