import Items
import Queues
import Storage

/// The table of errors of queues: names, codes of the query protocol and statuses as SQS's recorded answers have them.
extension ServiceError.Kind {
    static let queues: [Self] = [
        queue("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"),
        queue("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"),
        queue("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"),
        queue("InvalidAddress", "InvalidAddress", status: 404),
        queue("InvalidAttributeName", "InvalidAttributeName"),
        queue("InvalidAttributeValue", "InvalidAttributeValue"),
        queue("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"),
        queue("InvalidMessageContents", "InvalidMessageContents"),
        queue("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"),
        queue("OverLimit", "OverLimit", status: 403),
        queue("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", status: 403),
        queue("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
        queue("QueueNameExists", "QueueAlreadyExists"),
        queue("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", status: 404),
        queue("RequestThrottled", "RequestThrottled", status: 403, isRetryable: true),
        queue("ResourceNotFoundException", "ResourceNotFoundException", status: 404),
        queue("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"),
        queue("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"),
        Self("InternalFailure", .service, status: 500, isRetryable: true, queryCode: "InternalFailure"),
        Self("InvalidParameterValueException", .service, queryCode: "InvalidParameterValue"),
        Self("MissingRequiredParameterException", .service, queryCode: "MissingParameter"),
        Self("SerializationException", .service, message: .upperCase, queryCode: "MalformedInput"),
        Self("UnknownOperationException", .service, queryCode: "InvalidAction"),
    ]

    private static func queue(
        _ type: String, _ queryCode: String, status: Int = 400, isRetryable: Bool = false
    ) -> Self {
        Self(type, .queues, status: status, isRetryable: isRetryable, queryCode: queryCode)
    }

    private static let queuesByType = Dictionary(uniqueKeysWithValues: queues.map { ($0.type, $0) })

    /// The row of an exception of queues.
    static func ofQueues(_ type: String) -> Self {
        // What the module of queues throws beyond the table is for the engine's start and reaches no client.
        queuesByType[type] ?? queuesByType["InternalFailure"]!
    }
}

extension ServiceError {
    /// What a client of queues is told of an error from below.
    init(ofQueues error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let error as QueueError: self.init(.ofQueues(error.code.name), error.message)
        case let error as ItemError where error.code == .serialization:
            self.init(.ofQueues("SerializationException"), error.message)
        case let error as ItemError where error.code == .malformedJSON:
            self.init(.ofQueues("SerializationException"), nil)
        case let error as StorageError where error.code == .overloaded:
            self.init(.ofQueues("RequestThrottled"), "Rate of requests exceeds the allowed throughput.")
        case let error as StorageError: self.init(internalError: error.message, .ofQueues("InternalFailure"))
        default: self.init(internalError: "\(error)", .ofQueues("InternalFailure"))
        }
    }

    /// Whose doing it is, as the query protocol says it.
    var faultName: String { kind.status < 500 ? "Sender" : "Receiver" }

    /// The header by which SDKs of the JSON protocol find the older code; nil for errors of other services.
    var queryErrorText: String? { kind.queryCode.map { "\($0);\(faultName)" } }
}
