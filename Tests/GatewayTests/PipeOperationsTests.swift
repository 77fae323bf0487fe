import Clocks
import Foundation
import NIOHTTP1
import Testing

@testable import Gateway

/// The Pipes API without a socket; what a real client makes of it is tested in `Tests/Clients`.
@Suite struct PipeOperationsTests {
    private static func pipe(_ name: String, target: String = "arn:t", desired: String = "RUNNING") -> PipeDescription {
        PipeDescription(
            name: name, arn: "arn:aws:pipes:us-east-1:000000000000:pipe/\(name)", desiredState: desired,
            currentState: desired, sourceARN: "arn:s", targetARN: target, roleARN: "arn:r",
            createdAt: Timestamp(milliseconds: 1_700_000_000_250), changedAt: Timestamp(seconds: 1_700_000_001),
            sourceParametersJSON: Array(#"{"DynamoDBStreamParameters":{"BatchSize":10}}"#.utf8))
    }

    private let operations = PipeOperations(
        control: ScriptedControl(pipes: [
            pipe("a-orders"), pipe("b-orders", target: "arn:other"), pipe("c-stopped", desired: "STOPPED"),
        ]))

    private struct Page: Decodable {
        struct Pipe: Decodable { let Name: String }
        let Pipes: [Pipe]
        let NextToken: String?
        var names: [String] { Pipes.map(\.Name) }
    }

    private func list(_ query: String?) async throws -> Page {
        let json = try await operations.answer(.GET, path: "/v1/pipes", query: query)
        return try JSONDecoder().decode(Page.self, from: Data(json))
    }

    @Test(
        arguments: [
            (nil, ["a-orders", "b-orders", "c-stopped"]), ("NamePrefix=b", ["b-orders"]),
            ("DesiredState=STOPPED", ["c-stopped"]), ("CurrentState=RUNNING", ["a-orders", "b-orders"]),
            ("TargetPrefix=arn%3Ao", ["b-orders"]), ("SourcePrefix=arn:x", []),
            ("NamePrefix=a&DesiredState=STOPPED", []),
        ] as [(String?, [String])])
    func aListIsNarrowed(query: String?, names: [String]) async throws {
        #expect(try await list(query).names == names)
    }

    @Test func aListGoesOnFromItsToken() async throws {
        let first = try await list("Limit=2")
        #expect(first.names == ["a-orders", "b-orders"])
        let token = try #require(first.NextToken?.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let second = try await list("Limit=2&NextToken=\(token)")
        #expect(second.names == ["c-stopped"])
        #expect(second.NextToken == nil)
    }

    @Test func aDescriptionHasWhatAWSSays() async throws {
        let json = try await operations.answer(.GET, path: "/v1/pipes/a-orders", query: nil)
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"Arn":"arn:aws:pipes:us-east-1:000000000000:pipe/a-orders","CreationTime":1700000000.250,"#
                + #""CurrentState":"RUNNING","DesiredState":"RUNNING","LastModifiedTime":1700000001.000,"#
                + #""Name":"a-orders","RoleArn":"arn:r","Source":"arn:s","#
                + #""SourceParameters":{"DynamoDBStreamParameters":{"BatchSize":10}},"Target":"arn:t"}"#)
    }

    @Test func aDescriptionHasTheStages() async throws {
        var pipe = Self.pipe("a")
        pipe.enrichmentARN = "arn:e"
        pipe.enrichmentParametersJSON = Array(#"{"InputTemplate":"x"}"#.utf8)
        pipe.targetParametersJSON = Array(#"{"InputTemplate":"y"}"#.utf8)
        let operations = PipeOperations(control: ScriptedControl(pipes: [pipe]))
        let description = try await operations.answer(.GET, path: "/v1/pipes/a", query: nil)
        let text = String(decoding: description, as: UTF8.self)
        #expect(text.contains(#""Enrichment":"arn:e","EnrichmentParameters":{"InputTemplate":"x"},"RoleArn":"arn:r""#))
        #expect(text.hasSuffix(#""Target":"arn:t","TargetParameters":{"InputTemplate":"y"}}"#))
        let list = try await operations.answer(.GET, path: "/v1/pipes", query: nil)
        #expect(String(decoding: list, as: UTF8.self).contains(#""Enrichment":"arn:e","Source":"arn:s""#))
    }

    @Test func aPipeIsStoppedAndStarted() async throws {
        for (verb, state) in [("stop", "STOPPING"), ("start", "STARTING")] {
            let json = try await operations.answer(.POST, path: "/v1/pipes/a-orders/\(verb)", query: nil)
            #expect(String(decoding: json, as: UTF8.self).contains(#""CurrentState":"\#(state)""#))
        }
    }

    @Test(
        arguments: [
            (HTTPMethod.GET, "/v1/pipes/nobody", nil, "NotFoundException", "Pipe nobody does not exist."),
            (.POST, "/v1/pipes/nobody/stop", nil, "NotFoundException", "Pipe nobody does not exist."),
            (.GET, "/v1/pipes", "Limit=0", "ValidationException", "'limit'"),
            (.GET, "/v1/pipes", "Limit=x", "ValidationException", "Value 'x' at 'limit'"),
            (.GET, "/v1/pipes", "CurrentState=GONE", "ValidationException", "Value 'GONE' at 'currentState'"),
            (.GET, "/v1/pipes", "NextToken=*", "ValidationException", "token"),
            (.GET, "/v1/pipes", "Limit=1&NextToken=T3Blbg%3D%3\u{EB}", "ValidationException", "token"),
            (.GET, "/v1/pipes", "CurrentState=%zz", "ValidationException", "Value '%zz' at 'currentState'"),
            (.DELETE, "/v1/pipes/nobody", nil, "NotFoundException", "Pipe nobody does not exist."),
            (.GET, "/v1/pipes/a%20b", nil, "ValidationException", "Value 'a b' at 'name'"),
            (.DELETE, "/v1/pipes/a%2Fb", nil, "ValidationException", "Value 'a/b' at 'name'"),
            (.GET, "/tags/arn:aws:pipes:us-east-1:000000000000:pipe/nobody", nil, "NotFoundException", "nobody"),
            (.GET, "/tags/nobody", nil, "ValidationException", "Value 'nobody' at 'resourceArn'"),
            (.DELETE, "/tags/arn:aws:pipes:us-east-1:000000000000:pipe%2Fa-orders", nil, "ValidationException", "null"),
            (.GET, "/v1/pipes/a/b/c", nil, "UnknownOperationException", "There is no"),
        ] as [(HTTPMethod, String, String?, String, String)])
    func refusals(method: HTTPMethod, path: String, query: String?, type: String, text: String) async throws {
        let failure = await #expect(throws: PipeFailure.self) {
            try await operations.answer(method, path: path, query: query)
        }
        #expect(failure?.type == type)
        #expect(failure?.message.contains(text) == true, "\(failure?.message ?? "")")
    }
}
