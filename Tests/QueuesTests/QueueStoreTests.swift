import Clocks
import Queues
import Testing

@Suite(.timeLimit(.minutes(1))) struct QueueStoreTests {
    private let queues: OpenQueues
    private var store: QueueStore { queues.store }

    init() throws { queues = try OpenQueues() }

    private func attributes(_ name: String, _ names: String...) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try store.queue(name).attributes(names).map { ($0.name, $0.value) })
    }

    @Test func aQueueIsMadeOnceAndFoundAgain() async throws {
        let made = try await store.createQueue("orders", attributes: ["DelaySeconds": "5"], tags: ["team": "shop"])
        #expect(try await store.createQueue("orders") === made)
        #expect(try await store.createQueue("orders", attributes: ["DelaySeconds": "5"]) === made)
        let error = await #expect(throws: QueueError.self) {
            try await store.createQueue("orders", attributes: ["DelaySeconds": "6", "VisibilityTimeout": "30"])
        }
        #expect(error?.code == .queueNameExists)
        #expect(
            error?.message
                == "A queue already exists with the same name and a different value for attribute DelaySeconds")
        try await queues.reopen()
        #expect(store.queues.map(\.name) == ["orders"])
        #expect(try store.queue(arn: queues.arn("orders")).definition.tags == ["team": "shop"])
        #expect(try attributes("orders", "DelaySeconds") == ["DelaySeconds": "5"])
    }

    @Test func aDeletedQueueIsGoneWithItsMessagesAndItsNameIsFree() async throws {
        let old = try await store.createQueue("orders")
        _ = try await old.send("a")
        try await store.deleteQueue("orders")
        #expect(throws: QueueError.noSuchQueue) { try store.queue("orders") }
        await #expect(throws: QueueError.noSuchQueue) { try await old.send("b") }
        await #expect(throws: QueueError.noSuchQueue) { try await old.receive() }
        await #expect(throws: QueueError.noSuchQueue) { try await store.deleteQueue("orders") }
        #expect(try await store.createQueue("orders").counts().visible == 0)
        try await queues.reopen()
        #expect(try store.queue("orders").counts().visible == 0)
    }

    @Test func allAttributesAreTold() async throws {
        _ = try await store.createQueue("orders")
        #expect(
            try attributes("orders", "All") == [
                "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0",
                "ApproximateNumberOfMessagesNotVisible": "0", "CreatedTimestamp": "1700000000",
                "LastModifiedTimestamp": "1700000000", "QueueArn": queues.arn("orders"), "VisibilityTimeout": "30",
                "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600", "DelaySeconds": "0",
                "ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "true",
            ])
        try await queues.makeQueue("line.fifo", ["ContentBasedDeduplication": "true"], dead: nil)
        let names = ["FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]
        #expect(
            try names.map { try attributes("line.fifo", $0)[$0] } == ["true", "true", "queue", "perQueue"])
        #expect(throws: QueueError(.invalidAttributeName, "Unknown Attribute Size.")) {
            try attributes("orders", "Size")
        }
        #expect(try attributes("orders").isEmpty)
    }

    @Test func attributesChangeAndSayWhen() async throws {
        _ = try await store.createQueue("orders")
        queues.time.advance(by: .seconds(10))
        try await store.setAttributes(
            "orders", ["VisibilityTimeout": "0", "KmsMasterKeyId": "key", "Policy": #"{"Version":"2012-10-17"}"#])
        try await queues.reopen()
        #expect(
            try attributes(
                "orders", "VisibilityTimeout", "KmsMasterKeyId", "SqsManagedSseEnabled", "Policy",
                "LastModifiedTimestamp", "KmsDataKeyReusePeriodSeconds")
                == [
                    "VisibilityTimeout": "0", "KmsMasterKeyId": "key", "SqsManagedSseEnabled": "false",
                    "Policy": #"{"Version":"2012-10-17"}"#, "LastModifiedTimestamp": "1700000010",
                    "KmsDataKeyReusePeriodSeconds": "300",
                ])
        try await store.setAttributes("orders", ["Policy": "", "KmsMasterKeyId": ""])
        #expect(try attributes("orders", "Policy", "KmsMasterKeyId").isEmpty)
    }

    @Test(arguments: [
        ("VisibilityTimeout", "43201"), ("VisibilityTimeout", "x"), ("DelaySeconds", "901"),
        ("MessageRetentionPeriod", "59"), ("MaximumMessageSize", "1023"), ("MaximumMessageSize", "1048577"),
        ("ReceiveMessageWaitTimeSeconds", "21"), ("SqsManagedSseEnabled", "maybe"), ("Policy", "[]"),
        ("KmsDataKeyReusePeriodSeconds", "59"), ("FifoThroughputLimit", "perMessageGroupId"),
        ("DeduplicationScope", "all"), ("FifoQueue", "false"),
    ])
    func valuesThatCannotBeAreRefused(name: String, value: String) async throws {
        try await queues.makeQueue("line.fifo")
        let error = await #expect(throws: QueueError.self) {
            try await store.setAttributes("line.fifo", ["DelaySeconds": "1"].merging([name: value]) { $1 })
        }
        #expect(error?.code == .invalidAttributeValue)
        #expect(try attributes("line.fifo", "DelaySeconds") == ["DelaySeconds": "0"])
    }

    @Test(arguments: [
        "Size", "ApproximateNumberOfMessages", "QueueArn", "FifoQueue", "ContentBasedDeduplication",
        "DeduplicationScope",
    ])
    func attributesThatAreNoneAreRefused(name: String) async throws {
        _ = try await store.createQueue("orders")
        let error = await #expect(throws: QueueError.self) { try await store.setAttributes("orders", [name: "true"]) }
        #expect(error?.code == .invalidAttributeName)
    }

    @Test(arguments: ["", "a b", "a.b", "line.fifo", String(repeating: "q", count: 81), "ä"])
    func namesThatCannotBeAreRefused(name: String) async throws {
        let error = await #expect(throws: QueueError.self) { try await store.createQueue(name) }
        #expect(
            error?.message == "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
    }

    @Test(arguments: ["line", ".fifo", String(repeating: "q", count: 76) + ".fifo"])
    func aFIFOQueuesNameSaysSo(name: String) async throws {
        let error = await #expect(throws: QueueError.self) {
            try await store.createQueue(name, attributes: ["FifoQueue": "true"])
        }
        #expect(error?.code == .invalidParameterValue)
    }

    @Test func permissionsAreKeptInThePolicy() async throws {
        _ = try await store.createQueue("orders")
        try await store.addPermission("orders", label: "a", accounts: ["111111111111"], actions: ["ReceiveMessage"])
        try await store.addPermission(
            "orders", label: "b", accounts: ["111111111111", "222222222222"], actions: ["SendMessage", "DeleteMessage"])
        let policy = try #require(try attributes("orders", "Policy")["Policy"])
        #expect(policy.contains(#""Principal":{"AWS":"arn:aws:iam::111111111111:root"}"#))
        #expect(policy.contains(#""Action":["SQS:SendMessage","SQS:DeleteMessage"]"#))
        await #expect(
            throws: QueueError(
                .invalidParameterValue, "Value a for parameter Label is invalid. Reason: Already exists.")
        ) { try await store.addPermission("orders", label: "a", accounts: ["111111111111"], actions: ["*"]) }
        try await store.removePermission("orders", label: "a")
        await #expect(throws: QueueError.self) { try await store.removePermission("orders", label: "a") }
        try await store.removePermission("orders", label: "b")
        #expect(try attributes("orders", "Policy").isEmpty)
    }

    @Test func tagsComeAndGo() async throws {
        _ = try await store.createQueue("orders")
        try await store.tag("orders", adding: ["a": "1", "b": ""])
        try await store.tag("orders", adding: [:], removing: ["a"])
        #expect(try store.queue("orders").definition.tags == ["b": ""])
        await #expect(throws: QueueError.self) { try await store.tag("orders", adding: ["aws:x": "1"]) }
        let many = Dictionary(uniqueKeysWithValues: (0..<50).map { ("t\($0)", "") })
        await #expect(throws: QueueError.self) { try await store.tag("orders", adding: many) }
    }

    @Test func aTemplatesQueueKeepsItsMessagesAndGetsItsSettings() async throws {
        var settings = QueueSettings()
        let queue = try await store.openQueue("orders", settings)
        _ = try await queue.send("a")
        settings.visibilityTimeoutSeconds = 7
        try await store.openQueue("orders", settings, tags: ["a": "b"])
        #expect(
            try attributes("orders", "VisibilityTimeout", "ApproximateNumberOfMessages")
                == ["VisibilityTimeout": "7", "ApproximateNumberOfMessages": "1"])
        settings.isFIFO = true
        let error = await #expect(throws: QueueError.self) { try await store.openQueue("orders", settings) }
        #expect(error?.code == .definitionChanged)
    }
}
