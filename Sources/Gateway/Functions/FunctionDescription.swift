/// A function as the Lambda API describes it.
public struct FunctionDescription: Sendable, Hashable {
    public var name: String
    public var arn: String
    public var runtime: String
    public var roleARN: String
    public var handler: String
    public var description: String
    public var timeoutSeconds: Int
    public var memorySizeMegabytes: Int
    public var environment: [String: String]
    /// `Text` or `JSON`.
    public var logFormat: String
    public var logGroup: String
    /// Nil when the function shares the account's concurrency.
    public var reservedConcurrentExecutions: Int?
    /// Of the zip, or of the program when there is none.
    public var codeSizeBytes: Int
    /// Of the zip, in Base64; nil when there is none.
    public var codeSHA256: String?
    /// When the program was last written, or the function changed: `2026-01-31T12:00:00.000+0000`.
    public var lastModified: String

    public init(
        name: String, arn: String, runtime: String, roleARN: String, handler: String, description: String,
        timeoutSeconds: Int, memorySizeMegabytes: Int, environment: [String: String], logFormat: String,
        logGroup: String,
        reservedConcurrentExecutions: Int?, codeSizeBytes: Int, codeSHA256: String?, lastModified: String
    ) {
        self.name = name
        self.arn = arn
        self.runtime = runtime
        self.roleARN = roleARN
        self.handler = handler
        self.description = description
        self.timeoutSeconds = timeoutSeconds
        self.memorySizeMegabytes = memorySizeMegabytes
        self.environment = environment
        self.logFormat = logFormat
        self.logGroup = logGroup
        self.reservedConcurrentExecutions = reservedConcurrentExecutions
        self.codeSizeBytes = codeSizeBytes
        self.codeSHA256 = codeSHA256
        self.lastModified = lastModified
    }
}

/// What a function answered.
public struct FunctionAnswer: Sendable {
    public var payload: [UInt8]
    /// As in the header `X-Amz-Function-Error`; nil for success.
    public var functionError: String?
    /// The last 4 KB of what its log got for this call.
    public var logTail: [UInt8]

    public init(payload: [UInt8], functionError: String?, logTail: [UInt8]) {
        self.payload = payload
        self.functionError = functionError
        self.logTail = logTail
    }
}

/// Why the engine does not do what is asked of a function.
public enum FunctionRefusal: Error, Sendable, Hashable {
    case unknown
    /// Another one has the name.
    case exists
    /// Settings or code that do not run here: one sentence.
    case invalid(String)
    /// All its environments are busy, or it is switched off.
    case throttled(String)
    /// The engine stops.
    case stopping(String)
}
