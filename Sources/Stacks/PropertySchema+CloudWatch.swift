extension ObjectSchema {
    /// `AWS::CloudWatch::Alarm`. What the values may be is checked where alarms are made, with AWS's messages.
    static let alarm = ObjectSchema(
        "AWS::CloudWatch::Alarm",
        [
            .optional("ActionsEnabled", .boolean),
            .optional("AlarmActions", actions),
            .optional("AlarmDescription", .text),
            .optional("AlarmName", .text),
            .required("ComparisonOperator", .text),
            .optional("DatapointsToAlarm", .integer(1...Int(Int32.max))),
            .optional("Dimensions", dimensions),
            .optional("EvaluateLowSampleCountPercentile", .text),
            .required("EvaluationPeriods", .integer(1...Int(Int32.max))),
            .optional("ExtendedStatistic", .text),
            .optional("InsufficientDataActions", actions),
            .optional("MetricName", .text),
            .optional("Metrics", .list(of: .object(metricDataQuery), count: 0...20)),
            .optional("Namespace", .text),
            .optional("OKActions", actions),
            .optional("Period", .integer(1...Int(Int32.max))),
            .optional("Statistic", .text),
            .accepted("Tags"),
            .optional("Threshold", .text),
            .refused("ThresholdMetricId", "anomaly detection does not run here; give Threshold"),
            .optional("TreatMissingData", .text),
            .optional("Unit", .text),
        ])

    /// `AWS::CloudWatch::Dashboard`.
    static let dashboard = ObjectSchema(
        "AWS::CloudWatch::Dashboard",
        [
            .required("DashboardBody", .text),
            .optional("DashboardName", .name(NameRule(lengths: 1...255, punctuation: "-_"))),
        ])

    private static let actions = ValueShape.list(of: .text, count: 0...5)
    private static let dimensions = ValueShape.list(
        of: .object(ObjectSchema("Dimension", [.required("Name", .text), .required("Value", .text)])), count: 0...30)

    private static let metricDataQuery = ObjectSchema(
        "MetricDataQuery",
        [
            .refused("AccountId", "there is one account here; remove it"),
            .optional("Expression", .text),
            .required("Id", .text),
            .optional("Label", .text),
            .optional(
                "MetricStat",
                .object(
                    ObjectSchema(
                        "MetricStat",
                        [
                            .required(
                                "Metric",
                                .object(
                                    ObjectSchema(
                                        "Metric",
                                        [
                                            .optional("Dimensions", dimensions), .optional("MetricName", .text),
                                            .optional("Namespace", .text),
                                        ]))),
                            .required("Period", .integer(1...Int(Int32.max))), .required("Stat", .text),
                            .optional("Unit", .text),
                        ]))),
            .optional("Period", .integer(1...Int(Int32.max))),
            .optional("ReturnData", .boolean),
        ])
}
