import Alarms
import Clocks
import MetricMath
import Monitoring
import Telemetry

extension CloudWatchOperations {
    /// Most entries of one page of alarms and of their history.
    private static let recordsMax = 100
    /// Most names of alarms in a request (CloudWatch's API model).
    private static let alarmNamesMax = 100

    func putMetricAlarm(_ parameters: MetricParameters) async throws -> WireValue {
        let definition = try AlarmDefinition(parameters.alarm())
        try await alarms.put(definition, arn: alarmARN(definition.name))
        return [:]
    }

    func describeAlarms(_ parameters: MetricParameters) throws -> WireValue {
        let names = try Self.alarmNames(parameters)
        let prefix = try parameters.text("AlarmNamePrefix")
        guard names.isEmpty || prefix == nil else {
            throw CloudWatchFailure.combination("AlarmNamePrefix and AlarmNames cannot be specified together.")
        }
        let state = try Self.state(parameters.text("StateValue"))
        let actionPrefix = try parameters.text("ActionPrefix")
        let types = try parameters.texts("AlarmTypes")
        let isOfType = types.isEmpty || types.contains("MetricAlarm")
        let found = alarms.all.filter { alarm in
            (names.isEmpty || names.contains(alarm.definition.name))
                && alarm.definition.name.hasPrefix(prefix ?? "") && (state == nil || alarm.state == state)
                && isOfType
                && (actionPrefix == nil || Self.actions(alarm).contains { $0.hasPrefix(actionPrefix ?? "") })
        }
        let (page, next) = try page(found, parameters, countMax: try recordsMax(parameters))
        return [
            "MetricAlarms": WireValue(page.map(Self.description)), "CompositeAlarms": .list([]), "NextToken": next,
        ]
    }

    func describeAlarmsForMetric(_ parameters: MetricParameters) throws -> WireValue {
        let metric = MetricReference(
            namespace: try parameters.required("Namespace", parameters.text("Namespace")),
            name: try parameters.required("MetricName", parameters.text("MetricName")),
            dimensions: try parameters.dimensions())
        let statistic = try parameters.text("Statistic") ?? parameters.text("ExtendedStatistic")
        let (period, unit) = (try parameters.integer("Period"), try parameters.text("Unit"))
        let found = alarms.all.filter { alarm in
            guard case .metric(let stat) = alarm.definition.watch else { return false }
            return stat.metric == metric && (statistic == nil || stat.statistic.name == statistic)
                && (period == nil || stat.period == period) && (unit == nil || stat.unit == unit)
        }
        return ["MetricAlarms": WireValue(found.map(Self.description))]
    }

    func describeAlarmHistory(_ parameters: MetricParameters) throws -> WireValue {
        let name = try parameters.text("AlarmName")
        let kind = try parameters.text("HistoryItemType").map { text throws(CloudWatchFailure) in
            guard let kind = AlarmHistoryItem.Kind(rawValue: text) else {
                throw .invalid("The value \(text) for parameter HistoryItemType is not a kind of history item.")
            }
            return kind
        }
        var found: [AlarmHistoryItem] = []
        try alarms.visitHistory(
            from: try parameters.moment("StartDate"), to: try parameters.moment("EndDate"),
            backwards: try parameters.text("ScanBy") != "TimestampAscending"
        ) { item in
            if name == nil || item.alarmName == name, kind == nil || item.kind == kind { found.append(item) }
            return true
        }
        let (page, next) = try page(found, parameters, countMax: try recordsMax(parameters))
        return ["AlarmHistoryItems": WireValue(page.map(Self.description)), "NextToken": next]
    }

    func deleteAlarms(_ parameters: MetricParameters) async throws -> WireValue {
        try await alarms.delete(Self.alarmNames(parameters))
        return [:]
    }

    func setAlarmState(_ parameters: MetricParameters) async throws -> WireValue {
        let name = try parameters.required("AlarmName", parameters.text("AlarmName"))
        let state = try Self.state(parameters.required("StateValue", parameters.text("StateValue")))
        let reason = try parameters.required("StateReason", parameters.text("StateReason"))
        let isThere = try await alarms.set(
            name, state ?? .ok, reason: reason, reasonData: try parameters.text("StateReasonData"))
        guard isThere else { throw CloudWatchFailure.notFound("There is no alarm \(name).") }
        return [:]
    }

    func setActions(_ areEnabled: Bool, _ parameters: MetricParameters) async throws -> WireValue {
        try await alarms.setActionsEnabled(areEnabled, Self.alarmNames(parameters))
        return [:]
    }

    private static func alarmNames(_ parameters: MetricParameters) throws(CloudWatchFailure) -> [String] {
        let names = try parameters.texts("AlarmNames")
        guard names.count <= alarmNamesMax else {
            throw .invalid("The collection AlarmNames must not have a size greater than \(alarmNamesMax).")
        }
        return names
    }

    private func recordsMax(_ parameters: MetricParameters) throws(CloudWatchFailure) -> Int {
        let count = try parameters.integer("MaxRecords") ?? Self.recordsMax
        guard (1...Self.recordsMax).contains(count) else {
            throw .invalid("The parameter MaxRecords must be from 1 to \(Self.recordsMax).")
        }
        return count
    }

    private static func state(_ text: String?) throws(CloudWatchFailure) -> AlarmState? {
        guard let text else { return nil }
        guard let state = AlarmState(rawValue: text) else {
            throw .invalid("The value \(text) for parameter StateValue must be OK, ALARM or INSUFFICIENT_DATA.")
        }
        return state
    }

    private static func actions(_ alarm: Alarm) -> [String] {
        AlarmState.allCases.flatMap { alarm.definition.actions(for: $0) }
    }

    // MARK: Descriptions

    private static func description(_ alarm: Alarm) -> WireValue {
        let definition = alarm.definition
        let own: WireValue = [
            "AlarmName": .text(definition.name), "AlarmArn": .text(alarm.arn),
            "AlarmDescription": WireValue(definition.description),
            "AlarmConfigurationUpdatedTimestamp": .timestamp(alarm.configurationUpdated),
            "ActionsEnabled": .boolean(definition.actionsEnabled), "OKActions": WireValue(definition.okActions),
            "AlarmActions": WireValue(definition.alarmActions),
            "InsufficientDataActions": WireValue(definition.insufficientDataActions),
            "StateValue": .text(alarm.state.rawValue), "StateReason": .text(alarm.stateReason),
            "StateReasonData": WireValue(alarm.stateReasonData?.text),
            "StateUpdatedTimestamp": .timestamp(alarm.stateUpdated),
            "StateTransitionedTimestamp": .timestamp(alarm.stateTransitioned),
            "EvaluationPeriods": WireValue(definition.evaluationPeriods),
            "DatapointsToAlarm": WireValue(definition.givenDatapointsToAlarm),
            "Threshold": .number(definition.threshold),
            "ComparisonOperator": .text(definition.comparison.rawValue),
            "TreatMissingData": WireValue(definition.givenMissingData?.rawValue),
            "EvaluateLowSampleCountPercentile": WireValue(definition.lowSampleCount?.rawValue),
        ]
        let watched: WireValue =
            switch definition.watch {
            case .metric(let stat):
                [
                    "MetricName": .text(stat.metric.name), "Namespace": .text(stat.metric.namespace),
                    "Dimensions": dimensions(stat.metric), "Period": WireValue(stat.period),
                    "Unit": WireValue(stat.unit), statisticMember(stat.statistic): .text(stat.statistic.name),
                ]
            case .queries(let queries): ["Metrics": WireValue(queries.map(description))]
            }
        return .members((own.asMembers ?? [:]).merging(watched.asMembers ?? [:]) { first, _ in first })
    }

    private static func statisticMember(_ statistic: Statistic) -> String {
        Statistic.simple.contains { $0.statistic == statistic } ? "Statistic" : "ExtendedStatistic"
    }

    private static func dimensions(_ metric: MetricReference) -> WireValue {
        WireValue(metric.dimensions.map { ["Name": .text($0.name), "Value": .text($0.value)] as WireValue })
    }

    private static func description(_ query: MetricDataQuery) -> WireValue {
        let own: [String: WireValue] = [
            "Id": .text(query.id), "Label": WireValue(query.label), "ReturnData": .boolean(query.returnsData),
        ].filter { $0.value != .null }
        let source: WireValue =
            switch query.source {
            case .expression(let text, let period): ["Expression": .text(text), "Period": WireValue(period)]
            case .metric(let stat):
                [
                    "MetricStat": [
                        "Metric": [
                            "Namespace": .text(stat.metric.namespace), "MetricName": .text(stat.metric.name),
                            "Dimensions": dimensions(stat.metric),
                        ], "Period": WireValue(stat.period), "Stat": .text(stat.statistic.name),
                        "Unit": WireValue(stat.unit),
                    ]
                ]
            }
        return .members(own.merging(source.asMembers ?? [:]) { first, _ in first })
    }

    private static func description(_ item: AlarmHistoryItem) -> WireValue {
        [
            "AlarmName": .text(item.alarmName), "AlarmType": .text("MetricAlarm"), "Timestamp": .timestamp(item.time),
            "HistoryItemType": .text(item.kind.rawValue), "HistorySummary": .text(item.summary),
            "HistoryData": .text(item.data),
        ]
    }
}

extension MetricParameters {
    /// What PutMetricAlarm takes.
    fileprivate func alarm() throws(CloudWatchFailure) -> AlarmParameters {
        var alarm = AlarmParameters(alarmName: try text("AlarmName"))
        alarm.alarmDescription = try text("AlarmDescription")
        alarm.actionsEnabled = try flag("ActionsEnabled")
        alarm.okActions = try texts("OKActions")
        alarm.alarmActions = try texts("AlarmActions")
        alarm.insufficientDataActions = try texts("InsufficientDataActions")
        alarm.metricName = try text("MetricName")
        alarm.namespace = try text("Namespace")
        alarm.statistic = try text("Statistic")
        alarm.extendedStatistic = try text("ExtendedStatistic")
        alarm.dimensions = try dimensions()
        alarm.period = try integer("Period")
        alarm.unit = try text("Unit")
        alarm.evaluationPeriods = try integer("EvaluationPeriods")
        alarm.datapointsToAlarm = try integer("DatapointsToAlarm")
        alarm.threshold = try number("Threshold")
        alarm.comparisonOperator = try text("ComparisonOperator")
        alarm.treatMissingData = try text("TreatMissingData")
        alarm.evaluateLowSampleCountPercentile = try text("EvaluateLowSampleCountPercentile")
        alarm.metrics = try queries("Metrics")
        alarm.tags = try structures("Tags").map { tag throws(CloudWatchFailure) in
            AlarmTag(key: try tag.required("Key", tag.text("Key")), value: try tag.required("Value", tag.text("Value")))
        }
        alarm.thresholdMetricID = try text("ThresholdMetricId")
        alarm.hasEvaluationCriteria = value["EvaluationCriteria"] != nil
        return alarm
    }
}
