public import Logging

/// What a handler is told about its invocation.
public struct LambdaContext: Sendable {
    /// The invocation's id; a retry has another one.
    public var requestID: String
    /// The function that was called.
    public var invokedFunctionARN: String
    /// For X-Ray; nil when the service sent none.
    public var traceID: String?
    /// When the invocation is cut off, in milliseconds since 1970.
    public var deadlineMilliseconds: Int64
    /// Writes to the function's log with the request id.
    public var logger: Logger
}
