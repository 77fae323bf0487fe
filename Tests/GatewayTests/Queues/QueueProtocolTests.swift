import HTTPServing
import NIOCore
import NIOHTTP1
import Queues
import Testing

@testable import Gateway

/// Both protocols of SQS, side by side.
@Suite struct QueueProtocolTests {
    private let service: OpenQueueService
    private let url = OpenQueueService.url("orders")

    init() async throws {
        service = try await OpenQueueService()
        _ = try await service.store.createQueue("orders", attributes: ["VisibilityTimeout": "0"])
    }

    @Test func jsonAnswersAreObjects() async throws {
        let reply = await service.json("GetQueueUrl", #"{"QueueName":"orders"}"#)
        #expect(reply.status == .ok)
        #expect(reply.headers["Content-Type"] == ["application/x-amz-json-1.0"])
        #expect(String(buffer: reply.body) == #"{"QueueUrl":"\#(url)"}"#)
        #expect(await service.call("ReceiveMessage", #"{"QueueUrl":"\#(url)"}"#) == "{}")
        let sent = await service.call("SendMessage", #"{"QueueUrl":"\#(url)","MessageBody":"msg"}"#)
        #expect(member(sent, "MD5OfMessageBody") == "6e2baaf3b97dbeef01c0043275f9a0e7")
        #expect(member(sent, "MessageId")?.count == 36)
        #expect(member(sent, "SequenceNumber") == nil)
        let received = await service.call("ReceiveMessage", #"{"QueueUrl":"\#(url)"}"#)
        #expect(member(received, "Messages", 0, "Body") == "msg")
        #expect(member(received, "Messages", 0, "Attributes") == nil)
    }

    /// Some clients send a queue's requests to its URL: it must not lead past TLS.
    @Test func overTLSQueuesURLsSaySo() async {
        let reply = await service.respond(
            "/",
            [
                "X-Amz-Target": "AmazonSQS.GetQueueUrl", "Content-Type": "application/x-amz-json-1.0",
                "Host": OpenQueueService.host,
            ], #"{"QueueName":"orders"}"#, isSecure: true)
        let secure = url.replacing("http://", with: "https://")
        #expect(String(buffer: reply.body) == #"{"QueueUrl":"\#(secure)"}"#)
    }

    @Test func jsonMayBeSentToTheQueuesURL() async {
        let reply = await service.json(
            "GetQueueAttributes", #"{"QueueUrl":"\#(url)","AttributeNames":["QueueArn"]}"#,
            path: "/123456789012/orders")
        #expect(
            String(buffer: reply.body)
                == #"{"Attributes":{"QueueArn":"arn:aws:sqs:eu-west-1:123456789012:orders"}}"#)
    }

    @Test func jsonErrorsCarryTheOlderCode() async {
        let reply = await service.json("GetQueueUrl", #"{"QueueName":"nobody"}"#)
        #expect(reply.status == .badRequest)
        #expect(
            String(buffer: reply.body)
                == #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}"#)
        #expect(reply.headers["x-amzn-query-error"] == ["AWS.SimpleQueueService.NonExistentQueue;Sender"])
    }

    @Test func xmlAnswersHaveTheirResult() async {
        let reply = await service.query("GetQueueUrl", [("QueueName", "orders")])
        #expect(reply.status == .ok)
        #expect(reply.headers["Content-Type"] == ["text/xml"])
        let id = reply.headers["x-amzn-RequestId"].first ?? ""
        #expect(
            String(buffer: reply.body)
                == #"<?xml version="1.0"?><GetQueueUrlResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">"#
                + "<GetQueueUrlResult><QueueUrl>\(url)</QueueUrl></GetQueueUrlResult><ResponseMetadata><RequestId>"
                + "\(id)</RequestId></ResponseMetadata></GetQueueUrlResponse>")
    }

    @Test func xmlAnswersWithoutResultHaveNone() async {
        let text = await service.ask("SetQueueAttributes", [("QueueUrl", url), ("Attribute.Name", "x")])
        #expect(text.contains("<Code>"))
        let set = await service.ask(
            "SetQueueAttributes",
            [("QueueUrl", url), ("Attribute.1.Name", "DelaySeconds"), ("Attribute.1.Value", "7")])
        #expect(!set.contains("Result"))
        #expect(set.contains("<SetQueueAttributesResponse"))
        let told = await service.ask(
            "GetQueueAttributes", [("AttributeName.1", "DelaySeconds")], path: "/123456789012/orders")
        #expect(told.contains("<Attribute><Name>DelaySeconds</Name><Value>7</Value></Attribute>"))
    }

    @Test func xmlErrorsSayWhoseTheyAre() async {
        let reply = await service.query("GetQueueUrl", [("QueueName", "nobody")])
        #expect(reply.status == .badRequest)
        let text = String(buffer: reply.body)
        #expect(
            text.contains(
                "<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified "
                    + "queue does not exist for this wsdl version.</Message><Detail></Detail></Error>"))
        #expect(text.hasSuffix("</RequestId></ErrorResponse>"))
    }

    @Test func aMessageWithAttributesGoesThroughTheForm() async {
        let sent = await service.ask(
            "SendMessage",
            [
                ("QueueUrl", url), ("MessageBody", "a <b> & \"c\" ü + \r\n"), ("DelaySeconds", "0"),
                ("MessageAttribute.1.Name", "Foo"), ("MessageAttribute.1.Value.DataType", "String"),
                ("MessageAttribute.1.Value.StringValue", "Bar"),
                ("MessageSystemAttribute.1.Name", "AWSTraceHeader"),
                ("MessageSystemAttribute.1.Value.DataType", "String"),
                ("MessageSystemAttribute.1.Value.StringValue", "Root=1"),
            ])
        #expect(
            sent.contains("<MD5OfMessageAttributes>ae7155c6026991b6d54b11589678bf9c</MD5OfMessageAttributes>"),
            "\(sent)")
        let received = await service.ask(
            "ReceiveMessage",
            [
                ("QueueUrl", url), ("MaxNumberOfMessages", "10"), ("AttributeName.1", "All"),
                ("MessageAttributeName.1", "F.*"), ("MessageAttributeName.2", "Foo"),
            ])
        #expect(received.contains("<Body>a &lt;b&gt; &amp; &quot;c&quot; ü + &#xD;\n</Body>"), "\(received)")
        #expect(
            received.contains(
                "<MessageAttribute><Name>Foo</Name><Value><DataType>String</DataType><StringValue>Bar</StringValue>"
                    + "</Value></MessageAttribute>"))
        #expect(received.contains("<Attribute><Name>AWSTraceHeader</Name><Value>Root=1</Value></Attribute>"))
        #expect(received.contains("<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>"))
    }

    @Test func batchesGoThroughTheForm() async {
        let sent = await service.ask(
            "SendMessageBatch",
            [
                ("QueueUrl", url), ("SendMessageBatchRequestEntry.1.Id", "a"),
                ("SendMessageBatchRequestEntry.1.MessageBody", "1"), ("SendMessageBatchRequestEntry.2.Id", "b"),
                ("SendMessageBatchRequestEntry.2.MessageBody", "\u{1}"),
            ])
        #expect(sent.contains("<SendMessageBatchResultEntry><Id>a</Id>"), "\(sent)")
        #expect(
            sent.contains("<BatchResultErrorEntry><Code>InvalidMessageContents</Code><Id>b</Id>"), "\(sent)")
        #expect(sent.contains("<SenderFault>true</SenderFault>"))
        let deleted = await service.ask(
            "DeleteMessageBatch",
            [
                ("QueueUrl", url), ("DeleteMessageBatchRequestEntry.1.Id", "a"),
                ("DeleteMessageBatchRequestEntry.1.ReceiptHandle", "x"),
            ])
        #expect(deleted.contains("<Code>ReceiptHandleIsInvalid</Code>"), "\(deleted)")
    }

    @Test func tagsGoThroughTheForm() async {
        _ = await service.ask("TagQueue", [("QueueUrl", url), ("Tag.1.Key", "team"), ("Tag.1.Value", "shop")])
        #expect(
            await service.ask("ListQueueTags", [("QueueUrl", url)])
                .contains("<Tag><Key>team</Key><Value>shop</Value></Tag>"))
        _ = await service.ask("UntagQueue", [("QueueUrl", url), ("TagKey.1", "team")])
        #expect(!(await service.ask("ListQueueTags", [("QueueUrl", url)])).contains("<Tag>"))
    }

    @Test func whatIsNoOperationIsRefusedInBoth() async {
        #expect(
            await service.call("Send") == #"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#)
        #expect(await service.ask("Send").contains("<Code>InvalidAction</Code>"))
        #expect(String(buffer: await service.query("", path: "/").body).contains("<Code>InvalidAction</Code>"))
        let reply = await service.respond(
            "/", ["Content-Type": "application/x-www-form-urlencoded", "Authorization": "x"], "a=b&%zz=1")
        #expect(reply.status == .badRequest)
    }

    /// A web page can send a form, but no signature.
    @Test func aFormWithoutASignatureDoesNothing() async {
        let reply = await service.query("DeleteQueue", [("QueueUrl", url)], isSigned: false)
        #expect(reply.status == .badRequest)
        #expect(String(buffer: reply.body).contains("Missing"))
        #expect(service.store.queues.count == 1)
    }

    @Test(arguments: ["", "{", "[]", #"{"QueueUrl":1}"#, #"{"Entries":{}}"#, #"{"MessageAttributes":[]}"#])
    func damagedRequestsAreRefused(body: String) async {
        for operation in QueueOperation.allCases {
            let reply = await service.json(operation.rawValue, body)
            // ListQueues needs nothing, and passes over what it does not know.
            if operation == .listQueues, reply.status == .ok { continue }
            #expect((400..<500).contains(reply.status.code), "\(operation): \(String(buffer: reply.body))")
        }
    }
}

@Suite struct QueueErrorTests {
    /// Type, code of the query protocol, status.
    static let rows: [(String, String, Int)] = [
        ("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400),
        ("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", 400),
        ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", 400),
        ("InternalFailure", "InternalFailure", 500), ("InvalidAddress", "InvalidAddress", 404),
        ("InvalidAttributeName", "InvalidAttributeName", 400), ("InvalidAttributeValue", "InvalidAttributeValue", 400),
        ("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId", 400),
        ("InvalidMessageContents", "InvalidMessageContents", 400),
        ("InvalidParameterValueException", "InvalidParameterValue", 400),
        ("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", 400),
        ("MissingRequiredParameterException", "MissingParameter", 400), ("OverLimit", "OverLimit", 403),
        ("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", 403),
        ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400),
        ("QueueNameExists", "QueueAlreadyExists", 400), ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", 404),
        ("RequestThrottled", "RequestThrottled", 403), ("ResourceNotFoundException", "ResourceNotFoundException", 404),
        ("SerializationException", "MalformedInput", 400),
        ("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400),
        ("UnknownOperationException", "InvalidAction", 400),
        ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", 400),
    ]

    @Test(arguments: rows)
    func row(type: String, code: String, status: Int) {
        let kind = ServiceError.Kind.ofQueues(type)
        #expect(kind.type == type)
        #expect(kind.status == status)
        let error = ServiceError(kind, "why")
        #expect(error.queryErrorText == "\(code);\(status == 500 ? "Receiver" : "Sender")")
    }

    @Test func theTableHasARowForEachAndNoOther() {
        #expect(ServiceError.Kind.queues.map(\.type).sorted() == Self.rows.map(\.0))
    }

    @Test func errorsOfOtherServicesHaveNoOlderCode() {
        #expect(ServiceError.Kind.all.allSatisfy { ServiceError($0, nil).queryErrorText == nil })
    }
}
