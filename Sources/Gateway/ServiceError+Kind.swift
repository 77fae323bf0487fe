extension ServiceError {
    /// A row of the table of errors: what a client sees of an error besides its words.
    struct Kind: Hashable, Sendable {
        /// What stands before `#` in `__type`: the part of AWS's service that answers.
        enum Namespace: String, Sendable {
            case dynamoDB = "com.amazonaws.dynamodb.v20120810"
            case service = "com.amazon.coral.service"
            case validate = "com.amazon.coral.validate"
            case availability = "com.amazon.coral.availability"
            case queues = "com.amazonaws.sqs"
            /// CloudWatch Logs gives the type alone.
            case logs = ""
        }

        /// What the member with the message is called. AWS has both forms.
        enum MessageMember: String, Sendable {
            case lowerCase = "message"
            case upperCase = "Message"
        }

        let type: String
        let namespace: Namespace
        /// The HTTP status.
        let status: Int
        /// Whether the same request may succeed later. SDKs know by the type and the status and try again themselves.
        let isRetryable: Bool
        let messageMember: MessageMember
        /// The code that SQS's query protocol has for it, which SDKs tell their callers in both protocols; nil for errors of
        /// other services.
        let queryCode: String?

        init(
            _ type: String, _ namespace: Namespace = .dynamoDB, status: Int = 400, isRetryable: Bool = false,
            message: MessageMember = .lowerCase, queryCode: String? = nil
        ) {
            self.type = type
            self.namespace = namespace
            self.status = status
            self.isRetryable = isRetryable
            messageMember = message
            self.queryCode = queryCode
        }
    }
}

/// The table of errors. Prefixes and the names of the message member as DynamoDB's recorded answers have them.
extension ServiceError.Kind {
    // What any of AWS's services may answer.
    static let accessDenied = Self("AccessDeniedException", .service, message: .upperCase)
    static let incompleteSignature = Self("IncompleteSignatureException", .service)
    static let invalidSignature = Self("InvalidSignatureException", .service)
    static let missingAuthenticationToken = Self("MissingAuthenticationTokenException", .service)
    static let serialization = Self("SerializationException", .service, message: .upperCase)
    static let throttling = Self("ThrottlingException", .availability, isRetryable: true)
    static let unknownOperation = Self("UnknownOperationException", .service)
    static let unrecognizedClient = Self("UnrecognizedClientException", .service)
    static let validation = Self("ValidationException", .validate)

    // DynamoDB.
    static let backupInUse = Self("BackupInUseException")
    static let backupNotFound = Self("BackupNotFoundException")
    static let conditionalCheckFailed = Self("ConditionalCheckFailedException")
    static let continuousBackupsUnavailable = Self("ContinuousBackupsUnavailableException", isRetryable: true)
    static let duplicateItem = Self("DuplicateItemException")
    static let idempotentParameterMismatch = Self("IdempotentParameterMismatchException", message: .upperCase)
    static let indexNotFound = Self("IndexNotFoundException")
    static let internalServerError = Self("InternalServerError", status: 500, isRetryable: true)
    static let itemCollectionSizeLimitExceeded = Self("ItemCollectionSizeLimitExceededException")
    static let limitExceeded = Self("LimitExceededException", isRetryable: true)
    static let pointInTimeRecoveryUnavailable = Self("PointInTimeRecoveryUnavailableException")
    static let policyNotFound = Self("PolicyNotFoundException")
    static let provisionedThroughputExceeded = Self("ProvisionedThroughputExceededException", isRetryable: true)
    static let requestLimitExceeded = Self("RequestLimitExceeded", isRetryable: true)
    static let resourceInUse = Self("ResourceInUseException")
    static let resourceNotFound = Self("ResourceNotFoundException")
    static let tableAlreadyExists = Self("TableAlreadyExistsException")
    static let tableInUse = Self("TableInUseException")
    static let tableNotFound = Self("TableNotFoundException")
    static let transactionCanceled = Self("TransactionCanceledException", message: .upperCase)
    static let transactionConflict = Self("TransactionConflictException", isRetryable: true)
    static let transactionInProgress = Self("TransactionInProgressException", isRetryable: true, message: .upperCase)

    // DynamoDB Streams, besides those above.
    static let expiredIterator = Self("ExpiredIteratorException")
    static let trimmedDataAccess = Self("TrimmedDataAccessException")

    static let all: [Self] = [
        .accessDenied, .incompleteSignature, .invalidSignature, .missingAuthenticationToken, .serialization,
        .throttling,
        .unknownOperation, .unrecognizedClient, .validation, .backupInUse, .backupNotFound, .conditionalCheckFailed,
        .continuousBackupsUnavailable, .duplicateItem, .idempotentParameterMismatch, .indexNotFound,
        .internalServerError, .itemCollectionSizeLimitExceeded, .limitExceeded, .pointInTimeRecoveryUnavailable,
        .policyNotFound, .provisionedThroughputExceeded, .requestLimitExceeded, .resourceInUse, .resourceNotFound,
        .tableAlreadyExists, .tableInUse, .tableNotFound, .transactionCanceled, .transactionConflict,
        .transactionInProgress, .expiredIterator, .trimmedDataAccess,
    ]

    /// The row of an exception's name; nil for a name that the table does not have.
    static func named(_ type: String) -> Self? { byType[type] }

    private static let byType = Dictionary(uniqueKeysWithValues: all.map { ($0.type, $0) })
}
