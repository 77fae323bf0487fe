import Stacks
import Testing

@testable import Permissions

/// What AWS's documents say that a part of a pipe or function needs.
struct DocumentedPermissions: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var arn: String
    var actions: [String]

    init(_ name: String, _ arn: String, _ actions: String...) {
        testDescription = name
        self.arn = arn
        self.actions = actions
    }
}

@Suite struct NeedTests {
    private static let place = "us-east-1:000000000000"

    /// Source: Amazon EventBridge User Guide, "Event source permissions for Amazon EventBridge Pipes".
    static let sources = [
        DocumentedPermissions(
            "DynamoDB stream", "arn:aws:dynamodb:\(place):table/Orders/stream/LATEST", "dynamodb:DescribeStream",
            "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
        DocumentedPermissions(
            "Kinesis stream", "arn:aws:kinesis:\(place):stream/orders", "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards",
            "kinesis:ListStreams", "kinesis:SubscribeToShard"),
        DocumentedPermissions(
            "SQS queue", "arn:aws:sqs:\(place):orders", "sqs:ReceiveMessage", "sqs:DeleteMessage",
            "sqs:GetQueueAttributes"),
    ]

    /// Source: EventBridge's user guide, on permissions of pipes, and the API that each target's page of the same guide names.
    static let targets = [
        DocumentedPermissions("function", "arn:aws:lambda:\(place):function:orders", "lambda:InvokeFunction"),
        DocumentedPermissions("queue", "arn:aws:sqs:\(place):orders", "sqs:SendMessage"),
        DocumentedPermissions("topic", "arn:aws:sns:\(place):orders", "sns:Publish"),
        DocumentedPermissions("event bus", "arn:aws:events:\(place):event-bus/orders", "events:PutEvents"),
        DocumentedPermissions(
            "Kinesis stream", "arn:aws:kinesis:\(place):stream/orders", "kinesis:PutRecord", "kinesis:PutRecords"),
        DocumentedPermissions("state machine", "arn:aws:states:\(place):stateMachine:orders", "states:StartExecution"),
    ]

    @Test(arguments: sources) func theRoleCheckAgreesWithAWSAboutASource(_ documented: DocumentedPermissions) {
        #expect(Set(Need.sourceActions(documented.arn)) == Set(documented.actions))
    }

    @Test(arguments: targets) func theRoleCheckAgreesWithAWSAboutATargetOrDeadLetterQueue(
        _ documented: DocumentedPermissions
    ) {
        #expect(Set(Need.sendingActions(documented.arn)) == Set(documented.actions))
    }

    private func pairs(_ needs: [Need], _ part: Need.Part) -> Set<String> {
        Set(needs.filter { $0.part == part }.map { "\($0.actions.joined(separator: "|")) \($0.resource)" })
    }

    @Test func aPipeOfTheProjectNeedsWhatAWSDocuments() throws {
        let stack = try Fixture.projectStack()
        let pipe = try #require(stack.pipes.first { $0.logicalID == "StandardOrderPipe" })
        let needs = Need.all(of: pipe, in: stack)
        let stream = "arn:aws:dynamodb:\(Self.place):table/Orders/stream/LATEST"
        #expect(pairs(needs, .source) == Set(Self.sources[0].actions.map { "\($0) \(stream)" }))
        #expect(
            pairs(needs, .target)
                == ["lambda:InvokeFunction arn:aws:lambda:\(Self.place):function:OrderProcessorFunction"])
        #expect(pairs(needs, .deadLetters) == ["sqs:SendMessage arn:aws:sqs:\(Self.place):OrderProcessingDLQ"])
        let group = "arn:aws:logs:\(Self.place):log-group:/aws/vendedlogs/pipes/Orders:log-stream:"
        #expect(
            pairs(needs, .logs) == [
                "logs:CreateLogGroup \(group)", "logs:CreateLogStream \(group)", "logs:PutLogEvents \(group)",
            ])
        #expect(Set(needs.map(\.part)) == [.source, .target, .deadLetters, .logs])
    }

    @Test func everyPipeAndFunctionOfTheProjectNeedsItsOwnResourcesOnly() throws {
        let stack = try Fixture.projectStack()
        for pipe in stack.pipes {
            let resources = Set(Need.all(of: pipe, in: stack).map(\.resource))
            #expect(resources.isSuperset(of: [pipe.sourceStreamARN, pipe.targetARN, pipe.deadLetterQueueARN!]))
            #expect(resources.count == 4)
        }
        let premium = try #require(stack.functions.first { $0.logicalID == "PremiumServiceFunction" })
        let needs = Need.all(of: premium, in: stack)
        #expect(
            Set(needs.filter { $0.part == .environment }.map(\.resource)) == [
                "arn:aws:dynamodb:\(Self.place):table/Customers", "arn:aws:dynamodb:\(Self.place):table/Idempotency",
                "arn:aws:sqs:\(Self.place):VipQueue.fifo", "arn:aws:sqs:\(Self.place):FulfillmentQueue.fifo",
            ])
        #expect(pairs(needs, .logs).count == 2)
    }

    @Test func anEnrichmentIsInvokedAndAPipeThatDoesNotLogNeedsNoLog() throws {
        let stack = try Fixture.projectStack()
        var pipe = stack.pipes[0]
        pipe.enrichmentFunctionARN = stack.functions[1].arn
        pipe.logConfiguration?.level = .off
        let needs = Need.all(of: pipe, in: stack)
        #expect(pairs(needs, .enrichment) == ["lambda:InvokeFunction \(stack.functions[1].arn)"])
        #expect(pairs(needs, .logs) == [])
    }

    /// Which key an alias stands for is not in the template, and IAM asks about the key.
    @Test(arguments: [("key/abc", true), ("alias/own", false), ("alias/aws/lambda", false)])
    func anEnvironmentsKeyIsNeededWhenItIsNoAlias(name: String, isNeeded: Bool) throws {
        let stack = try Fixture.projectStack()
        var function = stack.functions[0]
        let arn = "arn:aws:kms:\(Self.place):\(name)"
        function.kmsKeyARN = arn
        #expect(pairs(Need.all(of: function, in: stack), .key) == (isNeeded ? ["kms:Decrypt \(arn)"] : []))
    }

    @Test func everyNeedHasAReason() throws {
        let stack = try Fixture.projectStack()
        let needs =
            stack.pipes.flatMap { Need.all(of: $0, in: stack) }
            + stack.functions.flatMap { Need.all(of: $0, in: stack) }
        #expect(needs.count > 20)
        #expect(needs.allSatisfy { !$0.why.isEmpty && !$0.actions.isEmpty })
    }
}
