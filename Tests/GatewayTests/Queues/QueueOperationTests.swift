import HTTPServing
import NIOCore
import Queues
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// What requests ask for and what they are refused for. The semantics are tested with the queues themselves.
@Suite struct QueueOperationTests {
    private let service: OpenQueueService
    private let url = OpenQueueService.url("orders")

    init() async throws {
        service = try await OpenQueueService()
        _ = try await service.store.createQueue("orders", attributes: ["VisibilityTimeout": "0"])
    }

    private func call(_ operation: String, _ members: String = "") async -> String {
        await service.call(operation, #"{"QueueUrl":"\#(url)"\#(members.isEmpty ? "" : ",")\#(members)}"#)
    }

    @Test func aQueueIsMadeListedAndDeleted() async {
        let made = await service.call(
            "CreateQueue", #"{"QueueName":"new","Attributes":{"DelaySeconds":"3"},"tags":{"a":"b"}}"#)
        #expect(made == #"{"QueueUrl":"\#(OpenQueueService.url("new"))"}"#)
        #expect(
            await service.call("ListQueues")
                == #"{"QueueUrls":["\#(OpenQueueService.url("new"))","\#(url)"]}"#)
        #expect(
            await service.call("ListQueues", #"{"QueueNamePrefix":"o"}"#) == #"{"QueueUrls":["\#(url)"]}"#)
        #expect(await service.call("ListQueues", #"{"QueueNamePrefix":"x"}"#) == "{}")
        let page = await service.call("ListQueues", #"{"MaxResults":1}"#)
        let token = member(page, "NextToken") ?? ""
        #expect(
            await service.call("ListQueues", #"{"MaxResults":1,"NextToken":"\#(token)"}"#)
                == #"{"QueueUrls":["\#(url)"]}"#)
        #expect(await call("DeleteQueue") == "{}")
        #expect(member(await call("DeleteQueue"), "__type") == "com.amazonaws.sqs#QueueDoesNotExist")
    }

    @Test func attributesOfMessagesAreChosenByName() async {
        func attribute(_ name: String, _ value: String) -> String {
            #""\#(name)":{"DataType":"String","StringValue":"\#(value)"}"#
        }
        let sent = await call(
            "SendMessage",
            #""MessageBody":"msg","MessageAttributes":{"#
                + [attribute("Help.Me", "Me"), attribute("Hello", "There"), attribute("General", "Kenobi")]
                .joined(separator: ",") + "}")
        #expect(member(sent, "MD5OfMessageAttributes") == "4c360f3fdafd970e05fae2f149d997f5")
        // What SQS has answered for each choice.
        let choices: [(String, String?)] = [
            ("[]", nil), (#"["All"]"#, "4c360f3fdafd970e05fae2f149d997f5"),
            (#"[".*"]"#, "4c360f3fdafd970e05fae2f149d997f5"), (#"["Foo"]"#, nil),
            (#"["Hello","General"]"#, "fca026605781cb4126a1e9044df24232"),
            (#"["Hel.*"]"#, "83fee93c1bcd8b9a5a923ffacdc636c7"),
        ]
        for (names, md5) in choices {
            let received = await call("ReceiveMessage", #""MessageAttributeNames":\#(names)"#)
            #expect(member(received, "Messages", 0, "MD5OfMessageAttributes") == md5, "\(names)")
        }
        let binary = await call(
            "SendMessage",
            #""MessageBody":"b","MessageAttributes":{"x":{"DataType":"Binary.raw","BinaryValue":"AP8="}}"#)
        #expect(member(binary, "MD5OfMessageAttributes") != nil)
        let received = await call("ReceiveMessage", #""MessageAttributeNames":["x"],"MaxNumberOfMessages":10"#)
        #expect(received.contains(#""x":{"DataType":"Binary.raw","BinaryValue":"AP8="}"#), "\(received)")
    }

    @Test func systemAttributesAreToldWhenAskedFor() async {
        _ = await call("SendMessage", #""MessageBody":"msg""#)
        let all = await call("ReceiveMessage", #""AttributeNames":["All"]"#)
        #expect(member(all, "Messages", 0, "Attributes", "SenderId") == OpenQueueService.account)
        #expect(member(all, "Messages", 0, "Attributes", "SentTimestamp") == "1700000000000")
        #expect(member(all, "Messages", 0, "Attributes", "ApproximateReceiveCount") == "1")
        let one = await call("ReceiveMessage", #""MessageSystemAttributeNames":["ApproximateReceiveCount"]"#)
        #expect(one.contains(#""Attributes":{"ApproximateReceiveCount":"2"}"#))
        #expect(await call("ReceiveMessage", #""AttributeNames":["Size"]"#).contains("Unknown Attribute Size."))
    }

    @Test(arguments: [
        ("SendMessage", "", "MissingRequiredParameterException", "MessageBody"),
        ("SendMessage", #""MessageBody":"a","DelaySeconds":901"#, "InvalidParameterValueException", "DelaySeconds"),
        (
            "SendMessage", #""MessageBody":"a","MessageAttributes":{"x":{"StringValue":"a"}}"#,
            "InvalidParameterValueException", "non-empty message attribute type"
        ),
        (
            "SendMessage",
            #""MessageBody":"a","MessageAttributes":{"x":{"DataType":"String","StringListValues":["a"]}}"#,
            "UnsupportedOperation", "list values"
        ),
        (
            "SendMessage",
            #""MessageBody":"a","MessageSystemAttributes":{"x":{"DataType":"String","StringValue":"a"}}"#,
            "InvalidParameterValueException", "AWSTraceHeader"
        ),
        (
            "ReceiveMessage", #""MaxNumberOfMessages":11"#, "InvalidParameterValueException",
            "Must be between 1 and 10, if provided."
        ),
        (
            "ReceiveMessage", #""WaitTimeSeconds":21"#, "InvalidParameterValueException",
            "Must be >= 0 and <= 20, if provided."
        ),
        ("ReceiveMessage", #""VisibilityTimeout":43201"#, "InvalidParameterValueException", "VisibilityTimeout"),
        ("DeleteMessage", "", "MissingRequiredParameterException", "ReceiptHandle"),
        ("DeleteMessage", #""ReceiptHandle":"x""#, "ReceiptHandleIsInvalid", "x"),
        ("ChangeMessageVisibility", #""ReceiptHandle":"x""#, "MissingRequiredParameterException", "VisibilityTimeout"),
        ("ChangeMessageVisibility", #""ReceiptHandle":"x","VisibilityTimeout":1"#, "ReceiptHandleIsInvalid", "x"),
        ("SendMessageBatch", "", "EmptyBatchRequest", "SendMessageBatchRequestEntry"),
        ("DeleteMessageBatch", #""Entries":[]"#, "EmptyBatchRequest", "DeleteMessageBatchRequestEntry"),
        (
            "DeleteMessageBatch", #""Entries":[{"Id":"a","ReceiptHandle":"x"},{"Id":"a","ReceiptHandle":"y"}]"#,
            "BatchEntryIdsNotDistinct", "Id a repeated."
        ),
        ("DeleteMessageBatch", #""Entries":[{"Id":"a:b","ReceiptHandle":"x"}]"#, "InvalidBatchEntryId", "alphanumeric"),
        ("SetQueueAttributes", #""Attributes":{"Size":"1"}"#, "InvalidAttributeName", "Unknown Attribute Size."),
        ("SetQueueAttributes", #""Attributes":{"DelaySeconds":"x"}"#, "InvalidAttributeValue", "DelaySeconds"),
        ("SetQueueAttributes", "", "MissingRequiredParameterException", "Attribute"),
        ("TagQueue", "", "MissingRequiredParameterException", "Tags"),
        ("AddPermission", #""Label":"a","Actions":["*"]"#, "MissingRequiredParameterException", "AWSAccountIds"),
        ("RemovePermission", #""Label":"a""#, "InvalidParameterValueException", "can't find label."),
        ("ListQueues", #""MaxResults":1001"#, "InvalidParameterValueException", "MaxResults"),
        ("ListQueues", #""NextToken":"*""#, "InvalidParameterValueException", "next token"),
        (
            "CancelMessageMoveTask", #""TaskHandle":"x""#, "InvalidParameterValueException",
            "Value for parameter TaskHandle is invalid."
        ),
        ("StartMessageMoveTask", "", "MissingRequiredParameterException", "SourceArn"),
        (
            "StartMessageMoveTask", #""SourceArn":"arn:aws:sqs:eu-west-1:123456789012:orders""#,
            "InvalidParameterValueException", "Source queue must be configured as a Dead Letter Queue."
        ),
        (
            "ListMessageMoveTasks", #""SourceArn":"arn:aws:sqs:eu-west-1:123456789012:nobody""#,
            "ResourceNotFoundException", "SourceArn"
        ),
    ])
    func refusals(operation: String, members: String, type: String, words: String) async {
        let answer = await call(operation, members)
        #expect(member(answer, "__type")?.hasSuffix("#\(type)") == true, "\(answer)")
        #expect(member(answer, "message")?.contains(words) == true, "\(answer)")
    }

    @Test(arguments: [
        ("orders", "InvalidAddress"), ("http://localhost/orders", "InvalidAddress"),
        ("/000000000000/", "InvalidAddress"), ("000000000000/orders", "InvalidAddress"), ("///", "InvalidAddress"),
        ("http://localhost/000000000000/orders", "QueueDoesNotExist"),
        ("http://elsewhere:1/123456789012/nobody", "QueueDoesNotExist"),
    ])
    func urlsThatNameNoQueue(url: String, type: String) async {
        let answer = await service.call("PurgeQueue", #"{"QueueUrl":"\#(url)"}"#)
        #expect(member(answer, "__type") == "com.amazonaws.sqs#\(type)")
    }

    @Test func aBatchTellsOfEachEntry() async throws {
        let entries = (0..<10).map { #"{"Id":"\#($0)","MessageBody":"\#($0 == 4 ? "" : "m\($0)")"}"# }
        let sent = await call("SendMessageBatch", #""Entries":[\#(entries.joined(separator: ","))]"#)
        #expect(member(sent, "Successful", 8, "Id") == "9")
        #expect(member(sent, "Failed", 0, "Id") == "4")
        #expect(member(sent, "Failed", 0, "Code") == "MissingParameter")
        let many = await call("SendMessageBatch", #""Entries":[\#((entries + entries).joined(separator: ","))]"#)
        #expect(member(many, "message") == "Maximum number of entries per request are 10. You have sent 20.")
        let large = String(repeating: "x", count: 600_000)
        let tooLong = await call(
            "SendMessageBatch",
            #""Entries":[{"Id":"a","MessageBody":"\#(large)"},{"Id":"b","MessageBody":"\#(large)"}]"#)
        #expect(
            member(tooLong, "message")
                == "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.")
        #expect(try service.store.queue("orders").counts().visible == 9)
    }

    /// What comes later stays for others.
    @Test func aReceiveEndsWithItsClient() async throws {
        let left = Mutex<(@Sendable () -> Void)?>(nil)
        async let answer = service.json(
            "ReceiveMessage", #"{"QueueUrl":"\#(url)","WaitTimeSeconds":20}"#,
            whenClientEnds: { action in left.withLock { $0 = action } })
        #expect(await comesTrue { left.withLock { $0 != nil } })
        left.withLock { $0 }?()
        #expect(String(buffer: await answer.body) == "{}")
        _ = await call("SendMessage", #""MessageBody":"msg""#)
        #expect(try service.store.queue("orders").counts().visible == 1)
    }

    @Test func messagesMoveThroughATask() async throws {
        let store = service.store
        let failures = try await store.createQueue("failures")
        try await store.setAttributes(
            "orders", ["RedrivePolicy": #"{"deadLetterTargetArn":"\#(failures.arn)","maxReceiveCount":1}"#])
        #expect(
            await service.call("ListDeadLetterSourceQueues", #"{"QueueUrl":"\#(OpenQueueService.url("failures"))"}"#)
                == #"{"queueUrls":["\#(url)"]}"#)
        _ = await call("SendMessage", #""MessageBody":"msg""#)
        for _ in 0..<2 { _ = await call("ReceiveMessage") }
        #expect(await comesTrue { failures.counts().visible == 1 })
        let started = await service.call("StartMessageMoveTask", #"{"SourceArn":"\#(failures.arn)"}"#)
        let list = #"{"SourceArn":"\#(failures.arn)","MaxResults":10}"#
        let running = await service.call("ListMessageMoveTasks", list)
        #expect(member(running, "Results", 0, "TaskHandle") == member(started, "TaskHandle"))
        #expect(member(running, "Results", 0, "Status") == "RUNNING")
        #expect(member(running, "Results", 0, "ApproximateNumberOfMessagesToMove") == "1")
        #expect(member(running, "Results", 0, "StartedTimestamp") == "1700000000000")
        let work = Task { await store.run() }
        #expect(
            try await comesTrue { try store.moveTasks(sourceARN: failures.arn).first?.progress.status == .completed })
        work.cancel()
        let done = await service.call("ListMessageMoveTasks", list)
        #expect(member(done, "Results", 0, "TaskHandle") == nil)
        #expect(member(done, "Results", 0, "ApproximateNumberOfMessagesMoved") == "1")
        #expect(try store.queue("orders").counts().visible == 1)
    }
}
