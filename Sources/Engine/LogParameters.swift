import Stacks

/// A pipe's execution log, as the Pipes API spells it.
private struct LogParameters: PipeParameters {
    struct Group: Encodable { let LogGroupArn: String }
    let CloudwatchLogsLogDestination: Group?
    let IncludeExecutionData: [String]?
    let Level: String
}

extension PipeResource {
    /// JSON of `LogConfiguration`; nil when the pipe has none.
    var logConfigurationJSON: [UInt8]? {
        logConfiguration.map { logs in
            LogParameters(
                CloudwatchLogsLogDestination: logs.logGroupARN.map { .init(LogGroupArn: $0) },
                IncludeExecutionData: logs.includesExecutionData ? ["ALL"] : nil, Level: logs.level.rawValue
            ).json
        }
    }
}
