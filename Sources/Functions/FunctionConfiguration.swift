/// What a function is: the settings of `AWS::Lambda::Function` that have an effect here.
public struct FunctionConfiguration: Sendable, Hashable {
    public var name: String
    public var arn: String
    public var region: String
    /// `_HANDLER`; what it means is the runtime's affair.
    public var handler: String
    /// What speaks the Runtime API.
    public var program: FunctionProgram
    /// Longest invocation, 1 to 900 s.
    public var timeout: Duration
    /// 128 to 10,240 MB. A process that has had more is killed.
    public var memorySizeMegabytes: Int
    public var logFormat: LogFormat
    /// The function's own variables, on top of those that Lambda sets.
    public var environment: [String: String]
    /// `AWS_ENDPOINT_URL`: where AWS is for the function; nil leaves it unset.
    public var endpointURL: String?
    /// What it signs its requests to AWS with.
    public var credentials: FunctionCredentials
    /// The user that its processes have; nil for the engine's.
    public var user: FunctionUser?
    /// Most invocations at a time (`ReservedConcurrentExecutions`), one process each.
    public var concurrencyMax: Int
    /// The name that its log has as a log stream.
    public var logStreamName: String

    public init(
        name: String, arn: String, region: String, handler: String, program: FunctionProgram, timeout: Duration,
        memorySizeMegabytes: Int, logFormat: LogFormat = .text, environment: [String: String],
        endpointURL: String? = nil, credentials: FunctionCredentials = .unchecked,
        user: FunctionUser? = nil, concurrencyMax: Int, logStreamName: String = "$LATEST"
    ) {
        self.name = name
        self.arn = arn
        self.region = region
        self.handler = handler
        self.program = program
        self.timeout = timeout
        self.memorySizeMegabytes = memorySizeMegabytes
        self.logFormat = logFormat
        self.environment = environment
        self.endpointURL = endpointURL
        self.credentials = credentials
        self.user = user
        self.concurrencyMax = concurrencyMax
        self.logStreamName = logStreamName
    }

    var memorySizeBytes: Int { memorySizeMegabytes << 20 }

    public var logGroupName: String { "/aws/lambda/\(name)" }

    /// Longest time from a process's start to its first request for work. AWS: 10 s.
    static let initTimeout = Duration.seconds(10)
    /// Processes and threads of an environment. AWS: 1,024.
    static let processesMax = 1_024
    /// How long an environment without events is kept. AWS says no time; a few minutes have been seen.
    public static let idleLifetime = Duration.seconds(300)
    /// Largest payload of a synchronous invocation. AWS: 6 MB.
    public static let payloadBytesMax = 6 * 1_024 * 1_024
    /// Largest answer. AWS: 6 MB and 100 bytes, as its error text says.
    static let answerBytesMax = payloadBytesMax + 100
}
