import Testing

@testable import Stacks

/// Where a pipe sends its batches, as the template says it.
@Suite struct PipeResourceTests {
    private static let target = "      Target: !GetAtt Worker.Arn"

    private func pipe(_ properties: String) throws -> PipeResource {
        try makeStack(TemplateText.pipeline(Self.target, properties)).pipes[0]
    }

    @Test func aFunctionByDefault() throws {
        let pipe = try makeStack(TemplateText.pipeline).pipes[0]
        #expect(pipe.targetARN == "arn:aws:lambda:us-east-1:000000000000:function:sluice-Worker")
        #expect(pipe.target == .function(.requestResponse))
        #expect(pipe.targetTemplate == nil)
        #expect(pipe.enrichmentFunctionARN == nil)
        #expect(pipe.enrichmentTemplate == nil)
    }

    @Test func invocationTypes() throws {
        func type(_ name: String) throws -> PipeResource.TargetKind {
            try pipe(
                Self.target + "\n      TargetParameters: {LambdaFunctionParameters: {InvocationType: \(name)}}"
            ).target
        }
        #expect(try type("REQUEST_RESPONSE") == .function(.requestResponse))
        #expect(try type("FIRE_AND_FORGET") == .function(.fireAndForget))
    }

    @Test func enrichmentAndTemplates() throws {
        let pipe = try pipe(
            """
                  Target: !GetAtt Worker.Arn
                  Enrichment: !GetAtt Helper.Arn
                  EnrichmentParameters:
                    InputTemplate: '{"id": <$.eventID>}'
                  TargetParameters:
                    InputTemplate: |
                      {"name": <aws.pipes.pipe-name>}
              Helper:
                Type: AWS::Lambda::Function
                Properties:
                  Runtime: provided.al2023
                  Handler: bootstrap
                  Role: arn:aws:iam::000000000000:role/worker
                  Code: {S3Bucket: code, S3Key: v1/Helper.zip}
            """)
        #expect(pipe.enrichmentFunctionARN == "arn:aws:lambda:us-east-1:000000000000:function:sluice-Helper")
        #expect(pipe.enrichmentTemplate?.text == #"{"id": <$.eventID>}"#)
        #expect(pipe.targetTemplate?.text == #"{"name": <aws.pipes.pipe-name>}"# + "\n")
        let lines = [pipe.line, pipe.enrichmentTemplate?.line ?? 0, pipe.targetTemplate?.line ?? 0]
        #expect(lines == lines.sorted() && Set(lines).count == 3)
    }

    @Test func noLogsByDefault() throws {
        #expect(try makeStack(TemplateText.pipeline).pipes[0].logConfiguration == nil)
        let off = try pipe(Self.target + "\n      LogConfiguration: {}").logConfiguration
        #expect(off?.level == .off)
    }

    /// A group of the template, whose ARN ends in a star, and any other group by its ARN.
    @Test func logs() throws {
        let own = try pipe(
            """
                  Target: !GetAtt Worker.Arn
                  LogConfiguration:
                    CloudwatchLogsLogDestination: {LogGroupArn: !GetAtt FlowLogs.Arn}
                    Level: ERROR
              FlowLogs:
                Type: AWS::Logs::LogGroup
                Properties: {LogGroupName: /aws/vendedlogs/pipes/flow}
            """
        ).logConfiguration
        #expect(own?.logGroupName == "/aws/vendedlogs/pipes/flow")
        #expect(
            own?.logGroupARN == "arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/pipes/flow:*")
        #expect(own?.level == .error)
        #expect(own?.includesExecutionData == false)

        let other = try pipe(
            """
                  Target: !GetAtt Worker.Arn
                  LogConfiguration:
                    CloudwatchLogsLogDestination: {LogGroupArn: "arn:aws:logs:eu-west-1:123456789012:log-group:a#b"}
                    IncludeExecutionData: [ALL]
                    Level: TRACE
            """
        ).logConfiguration
        #expect(other?.logGroupName == "a#b")
        #expect(other?.level == .trace)
        #expect(other?.includesExecutionData == true)
    }

    @Test func aLevelWithoutADestinationIsWarnedOf() throws {
        let stack = try makeStack(
            TemplateText.pipeline(Self.target, Self.target + "\n      LogConfiguration: {Level: INFO}"))
        #expect(stack.warnings.map(\.message).contains { $0.hasPrefix("Level is INFO and no CloudwatchLogsLog") })
    }

    /// With an empty text AWS takes a template away.
    @Test func anEmptyTemplateIsNone() throws {
        #expect(try pipe(Self.target + "\n      TargetParameters: {InputTemplate: ''}").targetTemplate == nil)
    }

    @Test func aTemplateOfTheLengthAllowed() throws {
        let text = String(repeating: "\u{F6}", count: 8_192)
        #expect(
            try pipe(Self.target + "\n      TargetParameters: {InputTemplate: \(text)}").targetTemplate?.text == text)
    }

    @Test func aQueue() throws {
        let pipe = try pipe(
            "      Target: !GetAtt Letters.Arn\n      TargetParameters: {InputTemplate: x, SqsQueueParameters: {}}")
        #expect(pipe.target == .queue)
        #expect(pipe.targetARN == pipe.deadLetterQueueARN)
        #expect(pipe.batchSize == 10)
    }

    @Test func aQueueTakesTenAtATimeByDefault() throws {
        let yaml = TemplateText.pipeline("          BatchSize: 10\n", "")
            .replacing(Self.target, with: "      Target: !GetAtt Letters.Arn")
        let stack = try makeStack(yaml)
        #expect(stack.pipes[0].batchSize == 10)
        #expect(stack.warnings.map(\.message).contains { $0.contains("; 10 is used here; set it") })
    }
}
