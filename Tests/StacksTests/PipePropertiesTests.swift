import Foundation
import Testing

@testable import Stacks

/// A pipe's properties from the Pipes API: read by the rules of a template's, changed as UpdatePipe does, stored as JSON.
@Suite struct PipePropertiesTests {
    private static let stream = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000"
    private static let function = "arn:aws:lambda:us-east-1:000000000000:function:F"
    private static let queue = "arn:aws:sqs:us-east-1:000000000000:Q"
    private static let arn = "arn:aws:pipes:us-east-1:000000000000:pipe/orders"

    private static func properties(_ json: String) throws -> PipeProperties {
        try JSONDecoder().decode(PipeProperties.self, from: Data(json.utf8))
    }

    private static func base(_ more: String = "") throws -> PipeProperties {
        try properties(
            #"{"Source":"\#(stream)","Target":"\#(function)","RoleArn":"arn:r","SourceParameters":{"#
                + #""DynamoDBStreamParameters":{"StartingPosition":"LATEST","BatchSize":5,"MaximumRetryAttempts":3},"#
                + #""FilterCriteria":{"Filters":[{"Pattern":"p"}]}}\#(more)}"#)
    }

    private static var ends: PipeEnds {
        var ends = PipeEnds()
        ends.tables[stream] = "T"
        ends.functions[function] = "F"
        ends.queues[queue] = "Q"
        ends.queues[queue + ".fifo"] = "Q.fifo"
        ends.fifoQueues = ["Q.fifo"]
        return ends
    }

    private func read(_ properties: PipeProperties) throws -> PipeResource {
        try PipeResource(name: "orders", arn: Self.arn, properties, ends: Self.ends)
    }

    @Test func areReadLikeATemplates() throws {
        let pipe = try read(
            Self.base(#","Description":"d","DesiredState":"STOPPED","Tags":{"a":"b"},"KmsKeyIdentifier":"k""#))
        #expect(pipe.name == "orders")
        #expect(pipe.arn == Self.arn)
        #expect(pipe.sourceStreamARN == Self.stream)
        #expect(pipe.batchSize == 5)
        #expect(pipe.maximumRetryAttempts == 3)
        #expect(pipe.startingPosition == .latest)
        #expect(pipe.patterns.map(\.text) == ["p"])
        #expect(pipe.target == .function(.requestResponse))
        #expect(!pipe.isRunning)
        #expect(pipe.description == "d")
        #expect(pipe.kmsKeyIdentifier == "k")
        #expect(pipe.tags == ["a": "b"])
    }

    @Test func areEqualToATemplatesThatSaysTheSame() throws {
        let template = try makeStack(TemplateText.pipeline).pipes[0].properties
        let json = try JSONEncoder().encode(template)
        #expect(try JSONDecoder().decode(PipeProperties.self, from: json) == template)
        #expect(try PipeResource(name: "orders", arn: Self.arn, template).properties == template)
    }

    @Test(
        arguments: [
            (
                #","Source":"arn:aws:kinesis:us-east-1:000000000000:stream/s""#,
                "Source must be the stream of a table that is here, not arn:aws:kinesis:us-east-1:000000000000:stream/s"
            ),
            (
                #","Target":"arn:aws:states:us-east-1:000000000000:stateMachine:m""#,
                "Target is a Step Functions state machine (arn:aws:states:us-east-1:000000000000:stateMachine:m), which "
                    + "pipes here do not lead to; use a function or standard queue that is here"
            ),
            (
                #","Target":"\#(function)2""#,
                "Target must be a function or standard queue that is here, not \(function)2"
            ),
            (
                #","Target":"\#(queue).fifo""#,
                "Target Q.fifo is a FIFO queue, which a pipe here cannot send to; take a standard queue; "
                    + "BatchSize must be 1 to 10 for a queue as target, not 50"
            ),
            (#","Enrichment":"\#(queue)""#, "Enrichment must be a function that is here, not \(queue)"),
            (
                #","TargetParameters":{"EcsTaskParameters":{}}"#,
                "EcsTaskParameters of TargetParameters is not supported"
            ),
            (
                #","SourceParameters":{"DynamoDBStreamParameters":{"StartingPosition":"LATEST","DeadLetterConfig":{"Arn":"x"}}}"#,
                "the dead-letter queue x is not here; correct its ARN"
            ),
            (#","SourceParameters":{"SqsQueueParameters":{}}"#, "only DynamoDB streams are sources here"),
            (#","Tags":{"aws:a":"b"}"#, "the tag aws:a begins with aws:"),
        ] as [(String, String)])
    func whatATemplateMayNotSayIsRefused(change: String, message: String) throws {
        // The last of two members with one name counts.
        let text =
            #"{"Source":"\#(Self.stream)","Target":"\#(Self.function)","RoleArn":"arn:r","SourceParameters":{"#
            + #""DynamoDBStreamParameters":{"StartingPosition":"LATEST","BatchSize":50}}\#(change)}"#
        var members = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let changed = try #require(
            JSONSerialization.jsonObject(with: Data("{\(change.dropFirst())}".utf8)) as? [String: Any])
        members.merge(changed) { _, new in new }
        let json = String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
        let error = #expect(throws: TemplateError.self) { try read(Self.properties(json)) }
        let messages = error?.diagnostics.map(\.message).joined(separator: "; ") ?? ""
        #expect(messages.contains(message), "\(messages)")
    }

    @Test func whatIsMissingByNowCanBeReadAllTheSame() throws {
        let pipe = try PipeResource(name: "orders", arn: Self.arn, Self.base())
        #expect(pipe.targetARN == Self.function)
    }

    // MARK: UpdatePipe

    private func updated(_ json: String, of base: PipeProperties? = nil) throws -> PipeResource {
        try read((base ?? Self.base()).updated(by: Self.properties(json)))
    }

    @Test func whatIsLeftOutStays() throws {
        let pipe = try updated(#"{"RoleArn":"arn:new"}"#)
        #expect(pipe.roleARN == "arn:new")
        #expect(pipe.batchSize == 5)
        #expect(pipe.patterns.map(\.text) == ["p"])
    }

    @Test func aBlockIsReplacedAsAWholeButForTheStartingPosition() throws {
        let pipe = try updated(
            #"{"SourceParameters":{"DynamoDBStreamParameters":{"ParallelizationFactor":4,"StartingPosition":"TRIM_HORIZON"}}}"#
        )
        #expect(pipe.parallelizationFactor == 4)
        #expect(pipe.batchSize == PipeResource.batchSizeDefault)
        #expect(pipe.maximumRetryAttempts == -1)
        #expect(pipe.startingPosition == .latest)
        #expect(pipe.patterns.map(\.text) == ["p"])
    }

    @Test func aFilterIsReplacedAndRemoved() throws {
        let other = try updated(
            #"{"SourceParameters":{"FilterCriteria":{"Filters":[{"Pattern":"q"},{"Pattern":"r"}]}}}"#)
        #expect(other.patterns.map(\.text) == ["q", "r"])
        #expect(other.batchSize == 5)
        #expect(try updated(#"{"SourceParameters":{"FilterCriteria":{"Filters":[]}}}"#).patterns.isEmpty)
    }

    @Test func theSourceStays() throws {
        #expect(try updated(#"{"Source":"arn:aws:dynamodb:elsewhere"}"#).sourceStreamARN == Self.stream)
    }

    @Test func anotherKindOfTargetTakesTheOldOnesBlockAway() throws {
        let base = try Self.base(
            #","TargetParameters":{"InputTemplate":"t","LambdaFunctionParameters":{"InvocationType":"FIRE_AND_FORGET"}}"#
        )
        let pipe = try updated(#"{"Target":"\#(Self.queue)"}"#, of: base)
        #expect(pipe.target == .queue)
        #expect(pipe.targetTemplate?.text == "t")
        let same = try updated(#"{"Target":"\#(Self.function)","TargetParameters":{"InputTemplate":""}}"#, of: base)
        #expect(same.target == .function(.fireAndForget))
        #expect(same.targetTemplate == nil)
    }

    @Test func anEmptyEnrichmentTakesItAway() throws {
        let base = try Self.base(#","Enrichment":"\#(Self.function)","EnrichmentParameters":{"InputTemplate":"t"}"#)
        #expect(try read(base).enrichmentTemplate?.text == "t")
        let pipe = try updated(#"{"Enrichment":""}"#, of: base)
        #expect(pipe.enrichmentFunctionARN == nil)
        #expect(pipe.enrichmentTemplate == nil)
    }

    @Test func tagsAreReplaced() throws {
        let tagged = try Self.base(#","Tags":{"a":"b"}"#).tagged(["c": "d"])
        #expect(try read(tagged).tags == ["c": "d"])
        #expect(try tagged.tagged([:]) == Self.base())
    }
}
