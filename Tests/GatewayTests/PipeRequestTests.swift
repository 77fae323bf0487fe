import Clocks
import Foundation
import NIOHTTP1
import Testing

@testable import Gateway

/// What CreatePipe, UpdatePipe, DeletePipe and the operations on tags take and refuse.
@Suite struct PipeRequestTests {
    private static let arn = "arn:aws:pipes:us-east-1:000000000000:pipe/orders"
    private static let stream = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000"
    private static let function = "arn:aws:lambda:us-east-1:000000000000:function:F"
    private static let role = "arn:aws:iam::000000000000:role/pipe"

    private let control = ScriptedControl(
        pipes: [
            PipeDescription(
                name: "orders", arn: arn, desiredState: "RUNNING", currentState: "RUNNING", sourceARN: stream,
                targetARN: function, roleARN: role, createdAt: Timestamp(seconds: 1), changedAt: Timestamp(seconds: 2),
                sourceParametersJSON: Array("{}".utf8))
        ],
        refusals: [
            "there": .exists, "going": .isBeingDeleted, "wrong": .invalid("Source must be there"),
            "tagged": .tooManyTags,
        ])
    private var operations: PipeOperations { PipeOperations(control: control) }

    private static func body(_ changes: [String: Any?] = [:]) -> [UInt8] {
        var members: [String: Any] = [
            "Source": stream, "Target": function, "RoleArn": role,
            "SourceParameters": ["DynamoDBStreamParameters": ["StartingPosition": "LATEST"]],
        ]
        for (name, value) in changes { members[name] = value }
        // Texts, numbers, lists and maps: this cannot fail.
        return Array(try! JSONSerialization.data(withJSONObject: members))
    }

    private func send(_ method: HTTPMethod, _ name: String, _ body: [UInt8] = []) async throws -> String {
        let json = try await operations.answer(method, path: "/v1/pipes/\(name)", query: nil, body: body)
        return String(decoding: json, as: UTF8.self)
    }

    // MARK: What is taken

    @Test func settingsReachTheEngineWithoutWhatAWSDoesNotKnow() async throws {
        let body = Self.body([
            "Nonsense": 1, "Name": "another", "Description": NSNull(), "Tags": ["team": "orders"],
            "SourceParameters": [
                "DynamoDBStreamParameters": ["StartingPosition": "LATEST", "BatchSize": 10],
                "FilterCriteria": ["Filters": [["Pattern": #"{"eventName":["INSERT"]}"#]]],
            ],
        ])
        let answer = try await send(.POST, "new", body)
        #expect(answer.contains(#""Arn":"arn:aws:pipes:us-east-1:000000000000:pipe/new""#))
        #expect(answer.contains(#""CurrentState":"CREATING","DesiredState":"RUNNING""#))
        #expect(
            control.lastSettings
                == #"{"RoleArn":"\#(Self.role)","Source":"\#(Self.stream)","SourceParameters":{"#
                + #""DynamoDBStreamParameters":{"BatchSize":10,"StartingPosition":"LATEST"},"#
                + #""FilterCriteria":{"Filters":[{"Pattern":"{\"eventName\":[\"INSERT\"]}"}]}},"#
                + #""Tags":{"team":"orders"},"Target":"\#(Self.function)"}"#)
    }

    @Test func blocksOfOtherServicesReachTheEngineByName() async throws {
        _ = try await send(
            .POST, "new", Self.body(["SourceParameters": ["KinesisStreamParameters": ["StartingPosition": "LATEST"]]]))
        #expect(control.lastSettings.contains(#""SourceParameters":{"KinesisStreamParameters":{}}"#))
    }

    @Test func anUpdateNeedsTheRoleAlone() async throws {
        let answer = try await send(.PUT, "orders", Array(#"{"RoleArn":"\#(Self.role)","Source":"x"}"#.utf8))
        #expect(answer.contains(#""CurrentState":"UPDATING""#))
        #expect(control.lastSettings == #"{"RoleArn":"\#(Self.role)"}"#)
    }

    @Test func aDeletedPipeSaysSo() async throws {
        #expect(try await send(.DELETE, "orders").contains(#""CurrentState":"DELETING","DesiredState":"DELETED""#))
    }

    @Test(arguments: [
        arn, arn.replacing("/", with: "%2F"), arn.replacing(":", with: "%3A").replacing("/", with: "%2F"),
    ])
    func tagsAreSetListedAndRemoved(resource: String) async throws {
        let path = "/tags/\(resource)"
        let body = Array(#"{"tags":{"team":"orders","stage":"test"}}"#.utf8)
        #expect(try await operations.answer(.POST, path: path, query: nil, body: body).isEmpty)
        let tagged = try await operations.answer(.GET, path: path, query: nil)
        #expect(String(decoding: tagged, as: UTF8.self) == #"{"tags":{"stage":"test","team":"orders"}}"#)
        #expect(
            try await operations.answer(.DELETE, path: path, query: "tagKeys=team&tagKeys=other").isEmpty)
        let left = try await operations.answer(.GET, path: path, query: nil)
        #expect(String(decoding: left, as: UTF8.self) == #"{"tags":{"stage":"test"}}"#)
    }

    // MARK: What is refused

    struct Refusal: Sendable, CustomTestStringConvertible {
        var method = HTTPMethod.POST
        var name = "new"
        let body: [UInt8]
        var type = "ValidationException"
        let message: String
        var testDescription: String { message }

        /// A value that breaks one constraint.
        static func constraint(_ changes: [String: Any?], _ value: String, _ path: String, _ rule: String) -> Refusal {
            Refusal(
                body: PipeRequestTests.body(changes),
                message: "1 validation error detected: Value\(value) at '\(path)' failed to satisfy constraint: \(rule)"
            )
        }
    }

    static let arnPattern =
        #"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?)?:(\d{12})?:(.+)"#

    static let refusals: [Refusal] = [
        Refusal(
            name: "a%20b", body: body(),
            message: "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint: "
                + #"Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+"#),
        Refusal(
            name: String(repeating: "n", count: 65), body: body(),
            message: "1 validation error detected: Value '\(String(repeating: "n", count: 65))' at 'name' failed to "
                + "satisfy constraint: Member must have length less than or equal to 64"),
        Refusal(
            body: Array("{}".utf8),
            message: "3 validation errors detected: Value null at 'source' failed to satisfy constraint: "
                + "Member must not be null; Value null at 'target' failed to satisfy constraint: Member must not be "
                + "null; Value null at 'roleArn' failed to satisfy constraint: Member must not be null"),
        Refusal(
            method: .PUT, body: [],
            message: "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: "
                + "Member must not be null"),
        .constraint(
            ["Target": "queue"], " 'queue'", "target", "Member must satisfy regular expression pattern: \(arnPattern)"),
        .constraint(
            ["Enrichment": "x"], " 'x'", "enrichment",
            "Member must satisfy regular expression pattern: $|\(arnPattern)"),
        .constraint(
            ["RoleArn": "arn:aws:iam::1:role/x"], " 'arn:aws:iam::1:role/x'", "roleArn",
            #"Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z0-9+=,.@\-_/]+"#
        ),
        .constraint(
            ["DesiredState": "PAUSED"], " 'PAUSED'", "desiredState",
            "Member must satisfy enum value set: [RUNNING, STOPPED]"),
        .constraint(
            ["Description": String(repeating: "d", count: 513)], "", "description",
            "Member must have length less than or equal to 512"),
        .constraint(
            ["KmsKeyIdentifier": "my key"], " 'my key'", "kmsKeyIdentifier",
            #"Member must satisfy regular expression pattern: [a-zA-Z0-9_\-/:]*"#),
        .constraint(
            ["SourceParameters": ["DynamoDBStreamParameters": ["StartingPosition": "LATEST", "BatchSize": 0]]], " '0'",
            "sourceParameters.dynamoDBStreamParameters.batchSize", "Member must have value greater than or equal to 1"),
        .constraint(
            ["SourceParameters": ["DynamoDBStreamParameters": ["BatchSize": 1]]], " null",
            "sourceParameters.dynamoDBStreamParameters.startingPosition", "Member must not be null"),
        .constraint(
            ["SourceParameters": ["DynamoDBStreamParameters": ["StartingPosition": "AT_TIMESTAMP"]]],
            " 'AT_TIMESTAMP'", "sourceParameters.dynamoDBStreamParameters.startingPosition",
            "Member must satisfy enum value set: [TRIM_HORIZON, LATEST]"),
        .constraint(
            [
                "SourceParameters": [
                    "FilterCriteria": ["Filters": Array(repeating: ["Pattern": "secret"], count: 6)]
                ]
            ],
            " '[\(Array(repeating: "Filter(pattern=***Sensitive Data Redacted***)", count: 6).joined(separator: ", "))]'",
            "sourceParameters.filterCriteria.filters", "Member must have length less than or equal to 5"),
        .constraint(
            ["TargetParameters": ["InputTemplate": String(repeating: "t", count: 8_193)]], "",
            "targetParameters.inputTemplate", "Member must have length less than or equal to 8192"),
        .constraint(["Tags": [String: String]()], "", "tags", "Member must have length greater than or equal to 1"),
        .constraint(
            ["Tags": Dictionary(uniqueKeysWithValues: (1...51).map { ("k\($0)", "v") })], "", "tags",
            "Member must have length less than or equal to 50"),
        .constraint(
            ["Tags": ["": "v"]], "", "tags",
            "Map keys must satisfy constraint: [Member must have length less than or equal to 128, "
                + "Member must have length greater than or equal to 1]"),
        Refusal(
            body: body(["Tags": ["aws:mine": "v"]]), message: "Tag Key cannot be prefixed with aws:, Key: aws:mine"),
        Refusal(
            body: body(["Source": 1]), type: "SerializationException",
            message: "NUMBER_VALUE cannot be converted to String"),
        Refusal(
            body: body(["SourceParameters": [1]]), type: "SerializationException",
            message: "Unrecognized collection type class com.amazonaws.pipes.v20151007.PipeSourceParameters"),
        Refusal(body: Array("{".utf8), type: "SerializationException", message: ""),
        Refusal(name: "there", body: body(), type: "ConflictException", message: "Pipe there already exists."),
        Refusal(
            method: .PUT, name: "going", body: body(), type: "ConflictException",
            message: "Pipe going is being deleted."),
        Refusal(name: "wrong", body: body(), message: "Source must be there"),
        Refusal(
            method: .DELETE, name: "nobody", body: [], type: "NotFoundException", message: "Pipe nobody does not exist."
        ),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) async throws {
        let failure = await #expect(throws: PipeFailure.self) {
            try await operations.answer(
                refusal.method, path: "/v1/pipes/\(refusal.name)", query: nil, body: refusal.body)
        }
        #expect(failure?.type == refusal.type)
        #expect(failure?.message == refusal.message)
    }

    @Test func aConflictNamesThePipe() async throws {
        let failure = await #expect(throws: PipeFailure.self) { try await send(.POST, "there", Self.body()) }
        #expect(failure?.status == .conflict)
        #expect(failure?.details.map(\.value) == ["there", "Pipe"])
    }

    @Test func tagsHaveTheirRules() async throws {
        for (body, message) in [
            (
                #"{"tags":{}}"#,
                "1 validation error detected: Value at 'tags' failed to satisfy constraint: "
                    + "Member must have length greater than or equal to 1"
            ),
            (
                "{}",
                "1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null"
            ),
            (#"{"tags":{"AWS:x":"v"}}"#, "Tag Key cannot be prefixed with aws:, Key: AWS:x"),
        ] {
            let failure = await #expect(throws: PipeFailure.self) {
                try await operations.answer(.POST, path: "/tags/\(Self.arn)", query: nil, body: Array(body.utf8))
            }
            #expect(failure?.message == message)
        }
    }

    @Test func moreTagsThanAWSAllowsAreRefused() {
        let failure = PipeFailure(.tooManyTags, pipe: "tagged")
        #expect(failure.type == "ValidationException")
        #expect(failure.message == "Number of Tags exceed the current limit for the provided ResourceArn")
    }

    /// Each expression of AWS's model that is not checked by hand compiles, takes what it should and refuses the rest.
    @Test(
        arguments: [
            (.arn, function, "arn:aws:lambda"), (.arn, stream, "arn:aws:lambda:US-EAST-1:000000000000:x"),
            (.optionalARN, "", "x"), (.optionalARN, function, "$"), (.arnOrURL, "smk://broker.test:9092", "smk://x"),
            (.arnOrURL, stream, "orders"), (.roleARN, role, "arn:aws:iam::٠٠٠٠٠٠٠٠٠٠٠٠:role/pipe"),
            (.pipeARN, arn, "pipe/orders"), (.kmsKey, "alias/mine", "a b"), (.line, "any thing", "two\nlines"),
            (.account, "000000000000", "12"),
            (.logGroupARN, "arn:aws:logs:us-east-1:000000000000:log-group:/a/b:*", "arn:aws:logs"),
            (.firehoseARN, "arn:aws:firehose:us-east-1:000000000000:deliverystream/a", "arn:aws:firehose"),
        ] as [(Shape.Pattern, String, String)])
    func expressions(pattern: Shape.Pattern, good: String, bad: String) {
        #expect(pattern.matches(good))
        #expect(!pattern.matches(bad))
    }
}
