import Items
import NIOCore
import Storage
import Testing

@testable import Gateway
@testable import Tables

@Suite struct ServiceErrorTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let type: String
        let prefix: String
        let status: Int
        let isRetryable: Bool
        let messageMember: String

        init(_ type: String, _ prefix: String, _ status: Int, _ isRetryable: Bool, _ messageMember: String) {
            self.type = type
            self.prefix = prefix
            self.status = status
            self.isRetryable = isRetryable
            self.messageMember = messageMember
        }

        var testDescription: String { type }
    }

    private static let dynamoDB = "com.amazonaws.dynamodb.v20120810"
    private static let service = "com.amazon.coral.service"

    static let rows = [
        Row("AccessDeniedException", service, 400, false, "Message"),
        Row("BackupInUseException", dynamoDB, 400, false, "message"),
        Row("BackupNotFoundException", dynamoDB, 400, false, "message"),
        Row("ConditionalCheckFailedException", dynamoDB, 400, false, "message"),
        Row("ContinuousBackupsUnavailableException", dynamoDB, 400, true, "message"),
        Row("DuplicateItemException", dynamoDB, 400, false, "message"),
        Row("ExpiredIteratorException", dynamoDB, 400, false, "message"),
        Row("IdempotentParameterMismatchException", dynamoDB, 400, false, "Message"),
        Row("IncompleteSignatureException", service, 400, false, "message"),
        Row("IndexNotFoundException", dynamoDB, 400, false, "message"),
        Row("InternalServerError", dynamoDB, 500, true, "message"),
        Row("InvalidSignatureException", service, 400, false, "message"),
        Row("ItemCollectionSizeLimitExceededException", dynamoDB, 400, false, "message"),
        Row("LimitExceededException", dynamoDB, 400, true, "message"),
        Row("MissingAuthenticationTokenException", service, 400, false, "message"),
        Row("PointInTimeRecoveryUnavailableException", dynamoDB, 400, false, "message"),
        Row("PolicyNotFoundException", dynamoDB, 400, false, "message"),
        Row("ProvisionedThroughputExceededException", dynamoDB, 400, true, "message"),
        Row("RequestLimitExceeded", dynamoDB, 400, true, "message"),
        Row("ResourceInUseException", dynamoDB, 400, false, "message"),
        Row("ResourceNotFoundException", dynamoDB, 400, false, "message"),
        Row("SerializationException", service, 400, false, "Message"),
        Row("TableAlreadyExistsException", dynamoDB, 400, false, "message"),
        Row("TableInUseException", dynamoDB, 400, false, "message"),
        Row("TableNotFoundException", dynamoDB, 400, false, "message"),
        Row("ThrottlingException", "com.amazon.coral.availability", 400, true, "message"),
        Row("TransactionCanceledException", dynamoDB, 400, false, "Message"),
        Row("TransactionConflictException", dynamoDB, 400, true, "message"),
        Row("TransactionInProgressException", dynamoDB, 400, true, "Message"),
        Row("TrimmedDataAccessException", dynamoDB, 400, false, "message"),
        Row("UnknownOperationException", service, 400, false, "message"),
        Row("UnrecognizedClientException", service, 400, false, "message"),
        Row("ValidationException", "com.amazon.coral.validate", 400, false, "message"),
    ]

    @Test(arguments: rows)
    func row(_ row: Row) throws {
        let kind = try #require(ServiceError.Kind.named(row.type))
        #expect(kind.status == row.status)
        #expect(kind.isRetryable == row.isRetryable)
        #expect(
            body(ServiceError(kind, "why"))
                == #"{"__type":"\#(row.prefix)#\#(row.type)","\#(row.messageMember)":"why"}"#)
    }

    @Test func theTableHasARowForEachAndNoOther() {
        #expect(ServiceError.Kind.all.map(\.type).sorted() == Self.rows.map(\.type))
    }

    @Test func anUnknownOperationHasNoMessage() {
        #expect(
            body(ServiceError(.unknownOperation, nil))
                == #"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#)
    }

    @Test func whatATableRefusesKeepsItsNameAndWords() {
        let error = ServiceError(TableError(.resourceInUse, "Table already exists: \"Orders\""))
        #expect(error.kind == .resourceInUse)
        #expect(
            body(error)
                == #"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceInUseException","#
                + #""message":"Table already exists: \"Orders\""}"#)
    }

    @Test func aFailedConditionMayShowTheItem() {
        var failed = TableError(.conditionalCheckFailed, "The conditional request failed")
        #expect(!body(ServiceError(failed)).contains("Item"))
        failed.item = StoredItem(["pk": .string("a")])
        #expect(
            body(ServiceError(failed))
                == #"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","#
                + #""message":"The conditional request failed","Item":{"pk":{"S":"a"}}}"#)
    }

    @Test func aCancelledTransactionListsItsReasons() {
        let error = TransactionCanceled(reasons: [
            CancellationReason(code: "None"),
            CancellationReason(
                code: "ConditionalCheckFailed", message: "The conditional request failed",
                item: StoredItem(["pk": .string("a")])),
        ])
        #expect(
            body(ServiceError(error))
                == #"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"#
                + #""Transaction cancelled, please refer cancellation reasons for specific reasons "#
                + #"[None, ConditionalCheckFailed]","CancellationReasons":[{"Code":"None"},"#
                + #"{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","#
                + #""Item":{"pk":{"S":"a"}}}]}"#)
    }

    @Test func whatIsNotJSONIsRefusedWithoutWords() {
        let error = ServiceError(ItemError(code: .malformedJSON, message: "byte 7"))
        #expect(body(error) == #"{"__type":"com.amazon.coral.service#SerializationException"}"#)
        #expect(ServiceError(ItemError(code: .serialization, message: "why")).message == "why")
        #expect(ServiceError(ItemError(code: .validation, message: "why")).kind == .validation)
    }

    @Test func aFullWriterThrottles() {
        let error = ServiceError(StorageError(.overloaded, "4,096 writes wait"))
        #expect(error.kind == .throttling)
        #expect(error.cause == nil)
    }

    @Test(arguments: [
        StorageError(.engine, "the disk /data is full") as any Error,
        ItemError(code: .malformedKey, message: "the disk /data is full"), CancellationError(),
    ])
    func theClientIsNotToldWhatFailedInside(error: any Error) {
        let told = ServiceError(error)
        #expect(
            body(told)
                == #"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"}"#
        )
        #expect(told.cause?.isEmpty == false)
    }

    private func body(_ error: ServiceError) -> String { String(buffer: error.body) }
}
