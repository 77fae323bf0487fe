public import Clocks
public import Logging

/// What a handler is told about its invocation.
public struct LambdaContext: Sendable {
    /// The invocation's id; a retry has another one.
    public var requestID: String
    /// The function that was called.
    public var invokedFunctionARN: String
    /// For X-Ray; nil when the service sent none.
    public var traceID: String?
    /// When the invocation is cut off.
    public var deadline: Timestamp
    /// Writes to the function's log with the request id.
    public var logger: Logger
    private let time: any TimeSource

    /// What ``remainingTime`` is measured with is `time`; the rest are the properties of the same names.
    public init(
        requestID: String, invokedFunctionARN: String, traceID: String? = nil, deadline: Timestamp, logger: Logger,
        time: any TimeSource = SystemTime()
    ) {
        self.requestID = requestID
        self.invokedFunctionARN = invokedFunctionARN
        self.traceID = traceID
        self.deadline = deadline
        self.logger = logger
        self.time = time
    }

    /// How long until the deadline; zero once it has passed.
    public var remainingTime: Duration { max(.zero, deadline - time.now()) }
}
