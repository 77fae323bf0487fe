/// Where a pipe writes its execution log, and how much of it: `LogConfiguration` of `AWS::Pipes::Pipe`.
public struct ExecutionLogging: Sendable {
    /// Each level includes those before it. A pipe whose level is `OFF` has no logging at all.
    public enum Level: Int, Sendable, Comparable {
        case error, info, trace

        public static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }

        /// AWS's word for it.
        var name: String {
            switch self {
            case .error: "ERROR"
            case .info: "INFO"
            case .trace: "TRACE"
            }
        }
    }

    public var level: Level
    /// Whether records show what is in the batches: `IncludeExecutionData: [ALL]`. Off, no order's contents are logged.
    public var includesExecutionData: Bool
    /// Takes one record, a line of JSON without its end. Called from many tasks; must not block for long.
    public var write: @Sendable (String) -> Void
    /// A new GUID.
    public var makeExecutionID: @Sendable () -> String

    public init(
        level: Level, includesExecutionData: Bool, write: @escaping @Sendable (String) -> Void,
        makeExecutionID: @escaping @Sendable () -> String
    ) {
        self.level = level
        self.includesExecutionData = includesExecutionData
        self.write = write
        self.makeExecutionID = makeExecutionID
    }
}
