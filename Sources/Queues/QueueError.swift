/// A request that queues refuse.
public struct QueueError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name of AWS's exception.
    public struct Code: Hashable, Sendable {
        public let name: String
        public static let batchEntryIdsNotDistinct = Code(name: "BatchEntryIdsNotDistinct")
        public static let batchRequestTooLong = Code(name: "BatchRequestTooLong")
        public static let emptyBatchRequest = Code(name: "EmptyBatchRequest")
        public static let invalidAddress = Code(name: "InvalidAddress")
        public static let invalidAttributeName = Code(name: "InvalidAttributeName")
        public static let invalidAttributeValue = Code(name: "InvalidAttributeValue")
        public static let invalidBatchEntryID = Code(name: "InvalidBatchEntryId")
        public static let invalidMessageContents = Code(name: "InvalidMessageContents")
        public static let invalidParameterValue = Code(name: "InvalidParameterValueException")
        public static let messageNotInflight = Code(name: "MessageNotInflight")
        public static let missingParameter = Code(name: "MissingRequiredParameterException")
        public static let overLimit = Code(name: "OverLimit")
        public static let purgeQueueInProgress = Code(name: "PurgeQueueInProgress")
        public static let queueDoesNotExist = Code(name: "QueueDoesNotExist")
        public static let queueNameExists = Code(name: "QueueNameExists")
        public static let receiptHandleIsInvalid = Code(name: "ReceiptHandleIsInvalid")
        public static let resourceNotFound = Code(name: "ResourceNotFoundException")
        public static let tooManyEntriesInBatchRequest = Code(name: "TooManyEntriesInBatchRequest")
        public static let unsupportedOperation = Code(name: "UnsupportedOperation")
        /// Not AWS's: a queue of the template that is of another type in the data folder.
        public static let definitionChanged = Code(name: "DefinitionChanged")
    }

    public let code: Code
    /// One sentence in AWS's words where they are known.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    public static let noSuchQueue = QueueError(.queueDoesNotExist, "The specified queue does not exist.")

    static func invalidValue(_ value: String, _ parameter: String, _ reason: String) -> QueueError {
        QueueError(
            .invalidParameterValue, "Value \(value) for parameter \(parameter) is invalid. Reason: \(reason)")
    }
}
