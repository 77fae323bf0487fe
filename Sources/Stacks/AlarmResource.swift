/// A metric alarm of the stack: `AWS::CloudWatch::Alarm`. Its values are unchecked but for their types.
public struct AlarmResource: Sendable, Hashable {
    /// A metric's name within its namespace, and the dimensions that tell it from others.
    public struct Metric: Sendable, Hashable {
        public var namespace: String?
        public var name: String?
        public var dimensions: [Dimension] = []
    }

    public struct Dimension: Sendable, Hashable {
        public var name: String
        public var value: String
    }

    /// An entry of `Metrics`: a metric's statistic, or an expression over other entries.
    public struct Query: Sendable, Hashable {
        public var id: String
        public var label: String?
        public var expression: String?
        public var metric: Metric?
        public var statistic: String?
        /// In seconds.
        public var period: Int?
        public var unit: String?
        public var returnsData: Bool
    }

    public var logicalID: String
    public var name: String
    /// Line of the template where the resource begins.
    public var line: Int
    public var arn: String
    public var description: String?
    public var actionsEnabled: Bool
    public var okActions: [String]
    public var alarmActions: [String]
    public var insufficientDataActions: [String]
    public var metric: Metric
    public var queries: [Query]
    public var statistic: String?
    public var extendedStatistic: String?
    /// In seconds.
    public var period: Int?
    public var unit: String?
    public var evaluationPeriods: Int
    public var datapointsToAlarm: Int?
    public var threshold: Double?
    public var comparisonOperator: String
    public var treatMissingData: String?
    public var evaluateLowSampleCountPercentile: String?
}

extension AlarmResource {
    init(_ properties: Properties, identity: ResourceIdentity, diagnostics: inout DiagnosticCollector) {
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        description = properties.text("AlarmDescription")
        actionsEnabled = properties.boolean("ActionsEnabled") ?? true
        okActions = properties.texts("OKActions")
        alarmActions = properties.texts("AlarmActions")
        insufficientDataActions = properties.texts("InsufficientDataActions")
        metric = Metric(properties)
        queries = properties.objects("Metrics").map(Query.init)
        statistic = properties.text("Statistic")
        extendedStatistic = properties.text("ExtendedStatistic")
        period = properties.integer("Period")
        unit = properties.text("Unit")
        evaluationPeriods = properties.integer("EvaluationPeriods") ?? 1
        datapointsToAlarm = properties.integer("DatapointsToAlarm")
        comparisonOperator = properties.text("ComparisonOperator") ?? ""
        treatMissingData = properties.text("TreatMissingData")
        evaluateLowSampleCountPercentile = properties.text("EvaluateLowSampleCountPercentile")
        threshold = properties.text("Threshold").flatMap(Double.init)
        if let text = properties.text("Threshold"), threshold == nil {
            diagnostics.error(
                "Threshold is a number; \(text) is none", line: properties.line(of: "Threshold"),
                at: properties.place.member("Threshold"))
        }
    }
}

extension AlarmResource.Metric {
    fileprivate init(_ properties: Properties) {
        namespace = properties.text("Namespace")
        name = properties.text("MetricName")
        dimensions = properties.objects("Dimensions").map {
            AlarmResource.Dimension(name: $0.text("Name") ?? "", value: $0.text("Value") ?? "")
        }
    }
}

extension AlarmResource.Query {
    fileprivate init(_ properties: Properties) {
        let stat = properties.object("MetricStat")
        id = properties.text("Id") ?? ""
        label = properties.text("Label")
        expression = properties.text("Expression")
        metric = stat?.object("Metric").map(AlarmResource.Metric.init)
        statistic = stat?.text("Stat")
        period = stat?.integer("Period") ?? properties.integer("Period")
        unit = stat?.text("Unit")
        returnsData = properties.boolean("ReturnData") ?? true
    }
}
