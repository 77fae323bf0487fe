import Items

/// A request that a table or a stream refuses, under DynamoDB's names.
public struct TableError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        /// DynamoDB's exception name.
        public let name: String
        /// The condition of a write was not met.
        public static let conditionalCheckFailed = Code(name: "ConditionalCheckFailedException")
        /// The request is wrong in itself.
        public static let validation = Code(name: "ValidationException")
        /// There is no such table, index or stream.
        public static let resourceNotFound = Code(name: "ResourceNotFoundException")
        /// The table exists already, or is being changed.
        public static let resourceInUse = Code(name: "ResourceInUseException")
        /// A PartiQL INSERT of an item that exists.
        public static let duplicateItem = Code(name: "DuplicateItemException")
        /// More at once than DynamoDB allows.
        public static let limitExceeded = Code(name: "LimitExceededException")
        /// A client token was used for another request.
        public static let idempotentParameterMismatch = Code(name: "IdempotentParameterMismatchException")
        /// The shard iterator is older than 15 minutes.
        public static let expiredIterator = Code(name: "ExpiredIteratorException")
        /// The records asked for have left the stream.
        public static let trimmedDataAccess = Code(name: "TrimmedDataAccessException")
        /// The stored table and the template's differ in a way that is not changed in place.
        public static let definitionChanged = Code(name: "DefinitionChanged")
    }

    public var code: Code
    public var message: String
    /// The item that did not meet a condition, as it was.
    public var item: StoredItem?

    public init(_ code: Code, _ message: String, item: StoredItem? = nil) {
        self.code = code
        self.message = message
        self.item = item
    }

    public var description: String { message }

    static func conditionalCheckFailed(_ item: StoredItem?) -> TableError {
        TableError(.conditionalCheckFailed, "The conditional request failed", item: item)
    }

    static func validation(_ message: String) -> TableError { TableError(.validation, message) }

    /// AWS's words for a table that item operations do not find.
    static let noSuchTable = TableError(.resourceNotFound, "Requested resource not found")
}

/// Why one write of a cancelled transaction did not happen; "None" for those that would have.
public struct CancellationReason: Sendable {
    /// `None`, `ConditionalCheckFailed` or `ValidationError`.
    public var code: String
    public var message: String?
    /// The item that did not meet the condition, as it was.
    public var item: StoredItem?

    static let none = CancellationReason(code: "None")

    /// - Returns: nil for an error that is no refusal of a write, such as a failing disk.
    init?(_ error: any Error) {
        switch error {
        case let error as TableError where error.code == .conditionalCheckFailed:
            self.init(code: "ConditionalCheckFailed", message: error.message, item: error.item)
        case let error as TableError where error.code == .validation:
            self.init(code: "ValidationError", message: error.message)
        case let error as ItemError where error.code == .validation:
            self.init(code: "ValidationError", message: error.message)
        default: return nil
        }
    }

    init(code: String, message: String? = nil, item: StoredItem? = nil) {
        self.code = code
        self.message = message
        self.item = item
    }
}

/// A transaction of which nothing was written, with a reason for each write in its order.
public struct TransactionCanceled: Error, Sendable {
    public var reasons: [CancellationReason]

    /// What a transaction fails with when one of its parts is wrong in itself. No other is looked at then, and each
    /// has `None` for its reason.
    ///
    /// - Returns: the error itself when it is no refusal of one part.
    package static func refusal(_ error: any Error, at place: Int, of count: Int) -> any Error {
        guard let reason = CancellationReason(error) else { return error }
        var reasons = Array(repeating: CancellationReason.none, count: count)
        reasons[place] = reason
        return TransactionCanceled(reasons: reasons)
    }
}
