import NIOHTTP1
import Testing

@testable import Gateway

@Suite struct RequestTargetTests {
    private static let signature = ", SignedHeaders=host;x-amz-date, Signature=0123"

    @Test(arguments: [
        ("DynamoDB_20120810.PutItem", RequestTarget.Service.dynamoDB, "PutItem"),
        ("DynamoDBStreams_20120810.GetRecords", .streams, "GetRecords"),
        ("AmazonSQS.SendMessage", .queues, "SendMessage"), ("DynamoDB_20120810.", .dynamoDB, ""),
    ])
    func theTargetNamesServiceAndOperation(
        target: String, service: RequestTarget.Service, operation: String
    ) throws {
        let found = try RequestTarget(["x-amz-target": target])
        #expect((found.service, found.operation) == (service, operation))
    }

    @Test(arguments: ["", "PutItem", "DynamoDB_20111205.PutItem", "dynamodb_20120810.PutItem"])
    func anUnknownTargetIsRefusedInAWSsWords(target: String) {
        let error = #expect(throws: ServiceError.self) { try RequestTarget(["X-Amz-Target": target]) }
        #expect(error?.kind == .unknownOperation)
        #expect(error?.message == nil)
    }

    @Test func aServiceThatDoesNotRunHereIsNamed() {
        let headers: HTTPHeaders = [
            "X-Amz-Target": "AWSStepFunctions.StartExecution",
            "Authorization": "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/states/aws4_request" + Self.signature,
        ]
        let error = #expect(throws: ServiceError.self) { try RequestTarget(headers) }
        #expect(error?.message == "The service states does not run here; these do: dynamodb, logs, sqs.")
    }

    @Test func aCredentialSaysWhatItIsGoodFor() {
        let scope = CredentialScope(
            "AWS4-HMAC-SHA256 Credential=A/K/20260101/eu-west-1/dynamodb/aws4_request" + Self.signature)
        #expect(scope?.accessKey == "A/K")
        #expect(scope?.date == "20260101")
        #expect(scope?.region == "eu-west-1")
        #expect(scope?.service == "dynamodb")
    }

    @Test(arguments: [
        "", "Bearer abc", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Signature=1",
        "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/dynamodb/other",
        "AWS4-HMAC-SHA256 Credential=20260101/eu-west-1/dynamodb/aws4_request",
    ])
    func whatIsNoCredentialGivesNone(text: String) { #expect(CredentialScope(text) == nil) }

    @Test func tablesAreNamedByARN() {
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"
        #expect(TableReference.name(arn) == "Orders")
        #expect(TableReference.name("Orders") == "Orders")
        #expect(
            TableReference.name("arn:aws:sqs:us-east-1:123456789012:Orders")
                == "arn:aws:sqs:us-east-1:123456789012:Orders")
        let request = TableReference.resolved(.object(["TableName": .string(arn), "Limit": .number("1")]))
        #expect(request == .object(["TableName": .string("Orders"), "Limit": .number("1")]))
    }
}
