import Foundation
import Testing

@testable import Stacks

@Suite struct ProjectTemplateTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let path = root.appendingPathComponent("template.yaml").path

    private func stack(_ options: StackOptions = StackOptions()) throws -> Stack {
        try Stack(Template.load(path: Self.path), options: options)
    }

    @Test func table() throws {
        let stack = try stack()
        var table = try #require(stack.tables.first { $0.logicalID == "OrdersTable" })
        #expect(stack.tables.map(\.name) == ["Orders", "Customers", "Idempotency"])
        #expect(table.line > 1)
        table.line = 0
        let timestamp = TableResource.KeyAttribute(name: "timestamp", type: .number)
        var settings = TableResource.Settings()
        settings.recoveryPeriodInDays = 35
        settings.isEncrypted = true
        settings.isDeletionProtected = true
        settings.tags = ["application": "sluice"]
        #expect(
            table
                == TableResource(
                    logicalID: "OrdersTable", name: "Orders", line: 0,
                    arn: "arn:aws:dynamodb:us-east-1:000000000000:table/Orders",
                    streamARN: "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/LATEST",
                    keySchema: .init(hash: .init(name: "orderId", type: .string), range: timestamp),
                    indexes: [
                        .init(
                            name: "customerId-index", isGlobal: true,
                            hash: .init(name: "customerId", type: .string), range: timestamp, projection: .all)
                    ],
                    streamViewType: "NEW_AND_OLD_IMAGES", ttlAttribute: nil, settings: settings))
    }

    @Test func accounts() throws {
        let tables = try stack().tables
        let customers = try #require(tables.first { $0.name == "Customers" })
        #expect(customers.keySchema.hash == .init(name: "customerId", type: .string))
        #expect(customers.keySchema.range == nil)
        #expect(customers.streamViewType == nil)
        let idempotency = try #require(tables.first { $0.name == "Idempotency" })
        #expect(idempotency.keySchema.hash == .init(name: "id", type: .string))
        #expect(idempotency.ttlAttribute == "expiration")
    }

    private static let descriptions = [
        "OrderProcessorFunction": "Books inventory, payment and fulfillment of an order.",
        "PremiumServiceFunction": "Serves loyalty, VIP and priority shipping of an order.",
    ]

    private static func url(_ queue: String) -> String { "http://127.0.0.1:4566/000000000000/\(queue).fifo" }

    @Test(arguments: [
        (
            "OrderProcessorFunction",
            [
                "INVENTORY_QUEUE_URL": url("InventoryQueue"), "PAYMENT_QUEUE_URL": url("PaymentQueue"),
                "FULFILLMENT_QUEUE_URL": url("FulfillmentQueue"),
            ]
        ),
        (
            "PremiumServiceFunction",
            [
                "CUSTOMERS_TABLE": "Customers", "IDEMPOTENCY_TABLE": "Idempotency", "VIP_QUEUE_URL": url("VipQueue"),
                "FULFILLMENT_QUEUE_URL": url("FulfillmentQueue"),
            ]
        ),
    ])
    func function(name: String, environment: [String: String]) throws {
        var function = try #require(try stack().functions.first { $0.logicalID == name })
        #expect(function.line > 1)
        function.line = 0
        #expect(function.logGroupName == "/aws/lambda/\(name)")
        #expect(function.logGroup == "/aws/lambda/\(name)")
        function.logGroupName = "orders"
        #expect(function.logGroup == "orders")
        function.logGroupName = nil
        #expect(function.logGroup == "/aws/lambda/\(name)")
        #expect(
            function
                == FunctionResource(
                    logicalID: name, name: name, line: 0,
                    arn: "arn:aws:lambda:us-east-1:000000000000:function:\(name)",
                    runtime: "provided.al2023", handler: "bootstrap", architecture: "x86_64", timeoutSeconds: 30,
                    memorySizeMegabytes: 256,
                    logFormat: "Text", environment: environment, reservedConcurrentExecutions: nil,
                    codeKey: "\(name).zip",
                    roleARN: "arn:aws:iam::000000000000:role/sluice-\(name)Role",
                    description: Self.descriptions[name]!))
    }

    @Test(arguments: ["OrderProcessingDLQ", "PremiumServiceDLQ"])
    func queue(name: String) throws {
        var queue = try #require(try stack().queues.first { $0.logicalID == name })
        #expect(queue.line > 1)
        queue.line = 0
        #expect(
            queue
                == QueueResource(
                    logicalID: name, name: name, line: 0, arn: "arn:aws:sqs:us-east-1:000000000000:\(name)",
                    url: "http://127.0.0.1:4566/000000000000/\(name)", messageRetentionSeconds: 1_209_600,
                    visibilityTimeoutSeconds: 30, delaySeconds: 0, maximumMessageSizeBytes: 1_048_576,
                    receiveMessageWaitSeconds: 0, isFIFO: false, usesContentBasedDeduplication: false,
                    redrivePolicy: nil, kmsDataKeyReusePeriodSeconds: 300, usesManagedEncryption: true,
                    tags: ["application": "sluice"]))
    }

    /// What one order is told keeps its order, orders do not wait for each other, and what cannot be handled goes aside.
    @Test(arguments: ["Inventory", "Payment", "Fulfillment", "Vip"])
    func systemQueue(name: String) throws {
        let queues = try stack().queues
        let queue = try #require(queues.first { $0.logicalID == "\(name)Queue" })
        let deadLetters = try #require(queues.first { $0.logicalID == "\(name)DLQ" })
        #expect(queue.name == "\(name)Queue.fifo")
        #expect(queue.isFIFO && deadLetters.isFIFO)
        #expect(queue.deduplicationScope == "messageGroup")
        #expect(queue.throughputLimit == "perMessageGroupId")
        #expect(queue.redrivePolicy == .init(deadLetterQueueARN: deadLetters.arn, maxReceiveCount: 5))
        #expect(queue.messageRetentionSeconds == 1_209_600)
        #expect(deadLetters.messageRetentionSeconds == 1_209_600)
    }

    @Test func pipes() throws {
        let pipes = try stack().pipes.map { pipe in
            var pipe = pipe
            #expect(pipe.line > 1)
            #expect(pipe.patterns.allSatisfy { ($0.line ?? 0) > pipe.line })
            pipe.line = 0
            pipe.patterns = []
            // Prose.
            #expect(pipe.description?.isEmpty == false)
            pipe.description = nil
            pipe.properties = PipeProperties(evaluated: [])
            return pipe
        }
        func pipe(_ kind: String, _ function: String, _ queue: String) -> PipeResource {
            let stream = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/LATEST"
            return PipeResource(
                logicalID: kind, name: kind, line: 0, arn: "arn:aws:pipes:us-east-1:000000000000:pipe/\(kind)",
                sourceStreamARN: stream, sourceTableLogicalID: "OrdersTable", patterns: [], batchSize: 10,
                maximumBatchingWindowSeconds: 0, parallelizationFactor: 2, startingPosition: .trimHorizon,
                maximumRetryAttempts: 2, maximumRecordAgeSeconds: 43_200, bisectsOnPartialFailure: true,
                deadLetterQueueARN: "arn:aws:sqs:us-east-1:000000000000:\(queue)",
                targetARN: "arn:aws:lambda:us-east-1:000000000000:function:\(function)",
                target: .function(.requestResponse), isRunning: true,
                roleARN: "arn:aws:iam::000000000000:role/sluice-\(kind)Role",
                logConfiguration: .init(
                    logGroupARN: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/pipes/Orders:*",
                    logGroupName: "/aws/vendedlogs/pipes/Orders", level: .error, includesExecutionData: false),
                properties: PipeProperties(evaluated: []))
        }
        var premium = pipe("PremiumOrderPipe", "PremiumServiceFunction", "PremiumServiceDLQ")
        premium.batchSize = 5
        premium.parallelizationFactor = 1
        premium.maximumRetryAttempts = 3
        premium.bisectsOnPartialFailure = false
        #expect(pipes == [pipe("StandardOrderPipe", "OrderProcessorFunction", "OrderProcessingDLQ"), premium])
    }

    /// The design's section "The two filters", as JSON values.
    @Test(arguments: [
        (
            "StandardOrderPipe",
            """
            {"eventName":["INSERT","MODIFY"],"dynamodb":{"NewImage":{
                "status":{"S":["pending","shipped"]},
                "amountTier":{"S":["over100","over1000",{"exists":false}]},
                "emailDomain":{"S":[{"anything-but":["test.com"]},{"exists":false}]}}}}
            """
        ),
        (
            "PremiumOrderPipe",
            """
            {"eventName":["MODIFY"],"dynamodb":{
                "OldImage":{"status":{"S":["pending"]}},
                "NewImage":{"status":{"S":["shipped"]},
                    "amountTier":{"S":["over1000",{"exists":false}]},
                    "emailDomain":{"S":[{"anything-but":["test.com"]},{"exists":false}]}}}}
            """
        ),
    ])
    func filter(pipe: String, expected: String) throws {
        let patterns = try #require(try stack().pipes.first { $0.name == pipe }).patterns
        #expect(patterns.count == 1)
        func canonical(_ text: String) throws -> Data {
            let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
            return try JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
        }
        #expect(try canonical(patterns[0].text) == canonical(expected))
    }

    @Test func restOfTheStack() throws {
        let stack = try stack()
        #expect(stack.warnings == [])
        #expect(Set(stack.notLocal.map(\.type)) == ["AWS::IAM::Role", "AWS::SNS::Topic"])
        #expect(stack.notLocal.count == 5)
        #expect(
            stack.logGroups.map(\.name) == [
                "/aws/lambda/OrderProcessorFunction", "/aws/lambda/PremiumServiceFunction",
                "/aws/vendedlogs/pipes/Orders",
            ])
        #expect(stack.logGroups.allSatisfy { $0.retentionInDays == 30 })
        let outputs = Dictionary(stack.outputs.map { ($0.name, $0.value) }) { first, _ in first }
        #expect(outputs["OrdersTableName"] == "Orders")
        #expect(outputs["OrderProcessingDLQUrl"] == "http://127.0.0.1:4566/000000000000/OrderProcessingDLQ")
        #expect(outputs["PaymentQueueUrl"] == Self.url("PaymentQueue"))
        #expect(outputs.count == 20)
    }

    @Test func namesComeFromParameters() throws {
        let parameters = ["OrdersTableName": "Bestellungen", "PremiumServiceDLQName": "Premium-Rest"]
        let stack = try stack(StackOptions(region: "eu-central-1", accountID: "123456789012", parameters: parameters))
        #expect(stack.tables[0].name == "Bestellungen")
        #expect(stack.pipes[1].deadLetterQueueARN == "arn:aws:sqs:eu-central-1:123456789012:Premium-Rest")
        #expect(stack.pipes[1].sourceStreamARN == stack.tables[0].streamARN)
    }

    @Test func whatPeopleChangeIsAParameter() throws {
        let stack = try stack(
            StackOptions(parameters: [
                "StandardBatchSize": "100", "StandardParallelizationFactor": "10", "PremiumBatchSize": "1",
                "PremiumParallelizationFactor": "3", "FunctionMemorySize": "1024", "LogRetentionInDays": "7",
                "DeadLetterRetentionSeconds": "86400", "DeletionProtection": "false",
                "AlarmEmail": "ops@shop.example", "Application": "orders",
            ]))
        #expect(stack.pipes.map(\.batchSize) == [100, 1])
        #expect(stack.pipes.map(\.parallelizationFactor) == [10, 3])
        #expect(stack.functions.map(\.memorySizeMegabytes) == [1_024, 1_024])
        #expect(stack.logGroups.map(\.retentionInDays) == [7, 7, 7])
        #expect(
            stack.queues.filter { $0.messageRetentionSeconds == 86_400 }.map(\.logicalID).allSatisfy {
                $0.hasSuffix("DLQ")
            })
        #expect(stack.queues.count { $0.messageRetentionSeconds == 86_400 } == 6)
        #expect(stack.tables.allSatisfy { !$0.settings.isDeletionProtected })
        #expect(stack.tables.allSatisfy { $0.settings.tags == ["application": "orders"] })
        #expect(stack.notLocal.contains { $0.logicalID == "AlarmMail" })
    }

    @Test func noAddressNoMail() throws {
        #expect(try !stack().notLocal.contains { $0.logicalID == "AlarmMail" })
    }
}
