/// What a pipe writes to its execution log, and where.
extension PipeResource {
    /// How much is logged; each level includes those before it.
    public enum LogLevel: String, Sendable, Hashable {
        case off = "OFF"
        case error = "ERROR"
        case info = "INFO"
        case trace = "TRACE"
    }

    public struct LogConfiguration: Sendable, Hashable {
        /// The log group's ARN as the template has it; nil when nothing is to be written.
        public var logGroupARN: String?
        /// 1 to 512 letters, digits and `.-_/#`.
        public var logGroupName: String?
        public var level: LogLevel
        /// Whether records show what is in the batches: `IncludeExecutionData: [ALL]`.
        public var includesExecutionData: Bool
    }

    /// - Returns: nil when there is none, or none that can be used; the diagnostics say why.
    static func logConfiguration(
        _ properties: Properties, _ diagnostics: inout DiagnosticCollector
    ) -> LogConfiguration? {
        guard let logs = properties.object("LogConfiguration") else { return nil }
        let destination = logs.object("CloudwatchLogsLogDestination")
        let level = logs.text("Level").flatMap(LogLevel.init) ?? .off
        if level != .off, destination == nil {
            diagnostics.warning(
                "Level is \(level.rawValue) and no CloudwatchLogsLogDestination says where to; name a log group, or"
                    + " nothing is logged", line: logs.line, at: logs.place)
        }
        var name: String?
        if let destination, let arn = destination.text("LogGroupArn") {
            name = logGroupName(arn)
            if name == nil {
                diagnostics.error(
                    "LogGroupArn must be the ARN of a log group, such as !GetAtt PipeLogs.Arn, not \(arn)",
                    line: destination.line(of: "LogGroupArn"), at: destination.place.member("LogGroupArn"))
            }
        }
        return LogConfiguration(
            logGroupARN: destination?.text("LogGroupArn"), logGroupName: name, level: level,
            includesExecutionData: logs.texts("IncludeExecutionData").contains("ALL"))
    }

    /// The group's name in its ARN, which may end in `:*` for its streams (Pipes API model, `CloudwatchLogGroupArn`).
    private static func logGroupName(_ arn: String) -> String? {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 7 || parts.count == 8 && parts[7] == "*", parts[0] == "arn", parts[2] == "logs",
            parts[5] == "log-group", LogGroupResource.nameRule.problem(with: parts[6]) == nil
        else { return nil }
        return parts[6]
    }
}
