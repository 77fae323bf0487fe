import Testing

@testable import Stacks

/// What CloudFormation fills in when the template says nothing.
@Suite struct StackDefaultsTests {
    @Test func function() throws {
        let function = try makeStack(TemplateText.pipeline).functions[0]
        #expect(function.timeoutSeconds == 3)
        #expect(function.memorySizeMegabytes == 128)
        #expect(function.codeKey == "Worker.zip")
        #expect(function.reservedConcurrentExecutions == nil)
    }

    @Test func queue() throws {
        let queue = try makeStack(TemplateText.pipeline).queues[0]
        #expect(queue.messageRetentionSeconds == 345_600)
        #expect(queue.visibilityTimeoutSeconds == 30)
        #expect(queue.maximumMessageSizeBytes == 1_048_576)
        #expect(!queue.isFIFO)
    }

    @Test func pipe() throws {
        let pipe = try makeStack(TemplateText.pipeline).pipes[0]
        #expect(pipe.maximumRetryAttempts == -1)
        #expect(pipe.maximumRecordAgeSeconds == -1)
        #expect(pipe.maximumBatchingWindowSeconds == 0)
        #expect(pipe.parallelizationFactor == 1)
        #expect(pipe.startingPosition == .latest)
        #expect(pipe.patterns == [])
        #expect(pipe.isRunning)
        #expect(!pipe.bisectsOnPartialFailure)
    }

    @Test func whatIsSetIsTaken() throws {
        let yaml = TemplateText.pipeline("      Target:", "      DesiredState: STOPPED\n      Target:")
            .replacing(
                "      Handler: bootstrap",
                with: """
                          Handler: bootstrap
                          ReservedConcurrentExecutions: 0
                          Environment: {Variables: {TABLE: !Ref Orders, LIMIT: 5}}
                    """
            )
            .replacing("Code: {S3Bucket: code, S3Key: v1/Worker.zip}", with: "Code: ./build/Worker.zip")
        let stack = try makeStack(yaml)
        #expect(!stack.pipes[0].isRunning)
        #expect(stack.functions[0].reservedConcurrentExecutions == 0)
        #expect(stack.functions[0].environment == ["TABLE": "sluice-Orders", "LIMIT": "5"])
        #expect(stack.functions[0].codeKey == "./build/Worker.zip")
    }

    @Test func indexesAndExpiry() throws {
        let yaml = TemplateText.pipeline(
            "      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]",
            """
                  AttributeDefinitions:
                    - {AttributeName: id, AttributeType: S}
                    - {AttributeName: at, AttributeType: N}
                    - {AttributeName: tag, AttributeType: B}
                  TimeToLiveSpecification: {Enabled: true, AttributeName: expiry}
                  GlobalSecondaryIndexes:
                    - IndexName: byTag
                      KeySchema: [{AttributeName: tag, KeyType: HASH}]
                      Projection: {ProjectionType: INCLUDE, NonKeyAttributes: [a, b]}
                  LocalSecondaryIndexes:
                    - IndexName: byTime
                      KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: at, KeyType: RANGE}]
                      Projection: {ProjectionType: KEYS_ONLY}
            """
        ).replacing(
            "      KeySchema: [{AttributeName: id, KeyType: HASH}]\n      Stream",
            with:
                "      KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: tag, KeyType: RANGE}]\n      Stream"
        )
        let table = try makeStack(yaml).tables[0]
        #expect(table.ttlAttribute == "expiry")
        #expect(table.keySchema.range == .init(name: "tag", type: .binary))
        #expect(
            table.indexes == [
                .init(
                    name: "byTag", isGlobal: true, hash: .init(name: "tag", type: .binary), range: nil,
                    projection: .include(["a", "b"])),
                .init(
                    name: "byTime", isGlobal: false, hash: .init(name: "id", type: .string),
                    range: .init(name: "at", type: .number), projection: .keysOnly),
            ])
    }

    @Test func redrivePolicy() throws {
        let yaml = """
            Resources:
              Work:
                Type: AWS::SQS::Queue
                Properties:
                  RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
              Dead: {Type: AWS::SQS::Queue}
            """
        let queues = try makeStack(yaml).queues
        #expect(queues[0].redrivePolicy?.deadLetterQueueARN == queues[1].arn)
        #expect(queues[0].redrivePolicy?.maxReceiveCount == 5)
    }
}
