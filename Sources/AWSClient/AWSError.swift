public import Items

/// Why a call failed: a service's refusal, or no answer at all.
public struct AWSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// AWS's name of the error, without its namespace. Open: services add names, so a `switch` needs a `default`.
    public struct Code: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public init(stringLiteral value: String) { rawValue = value }

        public static let conditionalCheckFailed: Code = "ConditionalCheckFailedException"
        public static let transactionCanceled: Code = "TransactionCanceledException"
        public static let resourceNotFound: Code = "ResourceNotFoundException"
        public static let validation: Code = "ValidationException"
        public static let queueDoesNotExist: Code = "QueueDoesNotExist"

        // The client's own.

        /// A setting is missing or cannot be read. Never tried again.
        public static let configuration: Code = "ConfigurationError"
        /// No answer came: no connection, a connection that broke, or the time was up. The call may have been carried out.
        public static let connection: Code = "ConnectionError"
        /// The call was made after `shutDown`. Never tried again.
        public static let clientShutDown: Code = "ClientShutDown"
        /// An answer that is none of this service's: is the endpoint the right one?
        public static let unreadableAnswer: Code = "UnreadableAnswer"
    }

    /// Why one write of a transaction stood in its way.
    public struct CancellationReason: Sendable, Hashable {
        /// `None` for a write that did not, else `ConditionalCheckFailed`, `TransactionConflict`, ...
        public var code: String
        public var message: String?
        /// The item that was there, where the write asked for it.
        public var item: Item?

        public static let conditionalCheckFailed = "ConditionalCheckFailed"

        public init(code: String, message: String? = nil, item: Item? = nil) {
            self.code = code
            self.message = message
            self.item = item
        }
    }

    public var code: Code
    /// The service's words. They may repeat values of the request: log the code where contents must stay private.
    public var message: String
    /// HTTP's; 0 where no answer came.
    public var status: Int
    /// The service's name of the request, for its support.
    public var requestID: String?
    /// With `conditionalCheckFailed`: the item that was there, where the call asked for it.
    public var item: Item?
    /// With `transactionCanceled`: one for each write, in their order.
    public var cancellationReasons: [CancellationReason]

    public init(
        code: Code, message: String, status: Int = 0, requestID: String? = nil, item: Item? = nil,
        cancellationReasons: [CancellationReason] = []
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.requestID = requestID
        self.item = item
        self.cancellationReasons = cancellationReasons
    }

    /// For logs: the code and the request's name, and the message only where it is the client's own.
    public var description: String {
        if status == 0 || code == .unreadableAnswer { return "\(code.rawValue): \(message)" }
        return "\(code.rawValue) (status \(status), request \(requestID ?? "without a name"))"
    }
}
