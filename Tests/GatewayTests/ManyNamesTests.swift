import Foundation
import HTTPServing
import Items
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

/// Requests with very many names, entries or parameters. Each is answered on the connection's thread, which serves others too: what
/// compares every name with every other takes hours of it.
@Suite(.timeLimit(.minutes(1))) struct ManyNamesTests {
    private static let count = 100_000
    private let service: OpenQueueService

    init() async throws { service = try await OpenQueueService() }

    private static func many(_ text: (Int) -> String) -> String { (0..<count).map(text).joined(separator: ",") }

    @Test(
        arguments: [
            (
                "AmazonSQS.SendMessage",
                #"{"QueueUrl":"URL","MessageBody":"x","MessageAttributes":{NAMES}}"#,
                #"{"DataType":"String","StringValue":"v"}"#, "Number of message attributes [100000]"
            ),
            ("DynamoDB_20120810.BatchWriteItem", #"{"RequestItems":{NAMES}}"#, "[]", "Map value must satisfy"),
            (
                "DynamoDB_20120810.BatchGetItem", #"{"RequestItems":{NAMES}}"#, #"{"Keys":[{"a":{"S":"b"}}]}"#,
                "Too many items requested"
            ),
        ] as [(String, String, String, String)])
    func areRefusedInLinearTime(target: String, body: String, value: String, says: String) async {
        _ = await service.call("CreateQueue", #"{"QueueName":"many"}"#)
        let names = Self.many { "\"name-\($0)\":\(value)" }
        let reply = await service.respond(
            "/", ["X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"],
            body.replacing("URL", with: OpenQueueService.url("many")).replacing("NAMES", with: names))
        #expect(reply.status == .badRequest)
        #expect(String(buffer: reply.body).contains(says), "\(String(buffer: reply.body).prefix(200))")
    }

    /// Each is compared with an expression, which is made for it.
    @Test func ofAListThatIsTooLongTheFirstAreLookedAt() async {
        let identifiers = Array(repeating: "\"log-group\"", count: 4 * Self.count).joined(separator: ",")
        let reply = await service.respond(
            "/",
            ["X-Amz-Target": "Logs_20140328.DescribeLogGroups", "Content-Type": "application/x-amz-json-1.1"],
            "{\"logGroupIdentifiers\":[\(identifiers)]}")
        #expect(reply.status == .badRequest)
        #expect(String(buffer: reply.body).contains("Member must have length less than or equal to 50"))
    }

    @Test func ofTwoPairsWithOneNameTheLastStays() throws {
        var reader = JSONReader(Array(#"{"x":{"a":1,"b":2,"a":3,"c":4,"b":5}}"#.utf8))
        var pairs: [(name: String, value: Int)] = []
        try reader.request { reader, _ throws(ItemError) in
            pairs = try reader.pairs(of: "") { reader, _ throws(ItemError) in try reader.int() }
        }
        #expect(pairs.map { "\($0.name)\($0.value)" } == ["a3", "c4", "b5"])
    }

    /// They are counted for the message; an entry takes thirty times its bytes.
    @Test func entriesBeyondTheMostAreNotKept() throws {
        var reader = JSONReader(Array("{\"Entries\":[\(Self.many { "\($0)" })]}".utf8))
        var given = BatchEntries.Given<Int>()
        try reader.request { reader, _ throws(ItemError) in
            given = try reader.entries { reader throws(ItemError) in try reader.int() }
        }
        #expect(given.count == Self.count)
        #expect(given.kept == Array(0..<10))
    }
}
