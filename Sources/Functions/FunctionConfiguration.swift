/// What a function is: the settings of `AWS::Lambda::Function` that have an effect here.
public struct FunctionConfiguration: Sendable, Hashable {
    public var name: String
    public var arn: String
    public var region: String
    /// `_HANDLER`; what it means is the runtime's affair.
    public var handler: String
    /// The program that speaks the Runtime API: a `provided.al2023` bootstrap.
    public var executablePath: String
    /// Longest invocation, 1 to 900 s.
    public var timeout: Duration
    /// 128 to 10,240 MB. A process that has had more is killed.
    public var memorySizeMegabytes: Int
    public var logFormat: LogFormat
    /// The template's variables, on top of those that Lambda sets.
    public var environment: [String: String]
    /// `AWS_ENDPOINT_URL`: where AWS is for the function; nil leaves it unset.
    public var endpointURL: String?
    /// Most invocations at a time (`ReservedConcurrentExecutions`), one process each.
    public var concurrencyMax: Int

    public init(
        name: String, arn: String, region: String, handler: String, executablePath: String, timeout: Duration,
        memorySizeMegabytes: Int, logFormat: LogFormat = .text, environment: [String: String], concurrencyMax: Int
    ) {
        self.name = name
        self.arn = arn
        self.region = region
        self.handler = handler
        self.executablePath = executablePath
        self.timeout = timeout
        self.memorySizeMegabytes = memorySizeMegabytes
        self.logFormat = logFormat
        self.environment = environment
        self.concurrencyMax = concurrencyMax
    }

    var memorySizeBytes: Int { memorySizeMegabytes << 20 }

    public var logGroupName: String { "/aws/lambda/\(name)" }

    /// Longest time from a process's start to its first request for work. AWS: 10 s.
    static let initTimeout = Duration.seconds(10)
    /// Largest payload of a synchronous invocation. AWS: 6 MB.
    public static let payloadBytesMax = 6 * 1_024 * 1_024
    /// Largest answer. AWS: 6 MB and 100 bytes, as its error text says.
    static let answerBytesMax = payloadBytesMax + 100
}
