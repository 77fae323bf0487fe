import Foundation
import HTTPServing
import Items
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

/// Requests with very many names, entries or parameters. Each is answered on the connection's thread, which serves others
/// too: what compares every name with every other takes hours of it, and what keeps all takes hundreds of megabytes.
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
                #"{"DataType":"String","StringValue":"v"}"#, "Number of message attributes [10000] exceeds"
            ),
            ("DynamoDB_20120810.BatchWriteItem", #"{"RequestItems":{NAMES}}"#, "[]", "Map value must satisfy"),
            (
                "DynamoDB_20120810.BatchGetItem", #"{"RequestItems":{NAMES}}"#, #"{"Keys":[{"a":{"S":"b"}}]}"#,
                "Too many items requested"
            ),
        ] as [(String, String, String, String)])
    func areRefusedInLinearTime(target: String, body: String, value: String, says: String) async {
        _ = await service.call("CreateQueue", #"{"QueueName":"many"}"#)
        // In AWS's words as far as they are kept, in ours beyond that.
        for (count, says) in [(JSONReader.pairsMax, says), (Self.count, "more than 10000 values")] {
            let names = (0..<count).map { "\"name-\($0)\":\(value)" }.joined(separator: ",")
            let reply = await service.respond(
                "/", ["X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"],
                body.replacing("URL", with: OpenQueueService.url("many")).replacing("NAMES", with: names))
            #expect(reply.status == .badRequest)
            #expect(String(buffer: reply.body).contains(says), "\(String(buffer: reply.body).prefix(200))")
        }
    }

    /// An attribute takes ten bytes of the request, and hundreds on its way to an update or a condition.
    @Test(
        arguments: [
            ("UpdateItem", #"{"TableName":"Orders","Key":{"k":{"S":"a"}},"AttributeUpdates":{NAMES}}"#),
            ("PutItem", #"{"TableName":"Orders","Item":{"k":{"S":"a"}},"Expected":{NAMES}}"#),
        ])
    func moreAttributesThanItemsHaveRoomForAreRefused(operation: String, body: String) async {
        let names = String(repeating: #""a":{},"#, count: LegacyParameters.attributesMax) + #""a":{}"#
        let reply = await service.respond(
            "/", ["X-Amz-Target": "DynamoDB_20120810.\(operation)", "Content-Type": "application/x-amz-json-1.0"],
            body.replacing("NAMES", with: names))
        #expect(reply.status == .badRequest)
        let answer = String(buffer: reply.body)
        #expect(answer.contains("more than 300000 values"), "\(answer.prefix(200))")
    }

    /// It stands in each fault's path.
    @Test func aLongNameIsShownInPart() async {
        let table = String(repeating: "n", count: 1 << 20)
        let writes = Array(repeating: #"{"PutRequest":{}}"#, count: GivenLists.keptMax).joined(separator: ",")
        let reply = await service.respond(
            "/", ["X-Amz-Target": "DynamoDB_20120810.BatchWriteItem", "Content-Type": "application/x-amz-json-1.0"],
            #"{"RequestItems":{"\#(table)":[\#(writes)]}}"#)
        #expect(reply.status == .badRequest)
        #expect(reply.body.readableBytes < 1 << 20)
        let answer = String(buffer: reply.body)
        #expect(answer.contains("10 validation errors detected: Value '{nnn"), "\(answer.prefix(200))")
        #expect(answer.contains("nnn...' failed to satisfy constraint: Member must not be null"))
    }

    @Test func faultsThatAreNotListedAreNotMade() throws {
        var made = 0
        func path() -> String {
            made += 1
            return "path"
        }
        var faults = ConstraintFaults()
        for number in 0..<1_000 {
            faults.require(number % 2 == 0, at: path())
            faults.check(number, atLeast: 500, at: path())
        }
        #expect(made == 10)
        #expect(throws: ItemError.self) { try faults.check() }
    }

    /// All are looked up for each attribute of each message.
    @Test func whatAReceiveShowsIsFoundInLinearTime() async {
        _ = await service.call("CreateQueue", #"{"QueueName":"many"}"#)
        let url = OpenQueueService.url("many")
        let attributes = (0..<10).map { #""attribute-\#($0)":{"DataType":"String","StringValue":"v"}"# }
        for _ in 0..<10 {
            _ = await service.call(
                "SendMessage",
                #"{"QueueUrl":"\#(url)","MessageBody":"x","MessageAttributes":{\#(attributes.joined(separator: ","))}}"#
            )
        }
        let names = Self.many { "\"name-\($0).*\"" }
        let received = await service.call(
            "ReceiveMessage",
            #"{"QueueUrl":"\#(url)","MaxNumberOfMessages":10,"MessageAttributeNames":["attribute-1.*",\#(names)]}"#)
        #expect(received.split(separator: "attribute-").count == 11)
        let tooMany = String(repeating: #""a","#, count: RequestTree.valuesMax)
        let refusal = await service.call("ReceiveMessage", #"{"QueueUrl":"\#(url)","AttributeNames":[\#(tooMany)"a"]}"#)
        #expect(refusal.contains("more than 500000 values"))
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
        var given = GivenList<Int>()
        try reader.request { reader, _ throws(ItemError) in
            given = try reader.entries { reader throws(ItemError) in try reader.int() }
        }
        #expect(given.count == Self.count)
        #expect(given.kept == Array(0..<10))
    }

    /// Each part makes a dictionary, of which there would be a million.
    @Test func theNamesOfAFormCountByTheirParts() {
        func read(_ pairs: [String]) -> [String: FormTree]? {
            FormTree.read(Array(pairs.joined(separator: "&").utf8))
        }
        #expect(read((0..<Self.count).map { "\($0).1.1.1.1.1.1.1.1.1.1.1=" }) == nil)
        // What names share counts once, and dots in values do not count.
        #expect(read((0..<Self.count).map { "MetricData.member.\($0 / 100).Values.member.\($0 % 100)=1.5" }) != nil)
        #expect(read(["MessageBody=" + String(repeating: ".", count: RequestTree.valuesMax)]) != nil)
    }

    /// They are counted for the message, which shows the first.
    @Test(
        arguments: [
            ("TransactGetItems", #"{"TransactItems":[LIST]}"#, "length less than or equal to 100"),
            ("TransactWriteItems", #"{"TransactItems":[LIST]}"#, "length less than or equal to 100"),
            ("BatchWriteItem", #"{"RequestItems":{"Orders":[LIST]}}"#, "length less than or equal to 25"),
            ("BatchGetItem", #"{"RequestItems":{"Orders":{"Keys":[LIST]}}}"#, "length less than or equal to 100"),
        ] as [(String, String, String)])
    func aListThatIsTooLongIsNotShownToItsEnd(operation: String, body: String, says: String) async {
        let reply = await service.respond(
            "/", ["X-Amz-Target": "DynamoDB_20120810.\(operation)", "Content-Type": "application/x-amz-json-1.0"],
            body.replacing("LIST", with: Self.many { _ in "{}" }))
        #expect(reply.status == .badRequest)
        #expect(reply.body.readableBytes < 100_000)
        #expect(String(buffer: reply.body).contains(says), "\(String(buffer: reply.body).prefix(200))")
    }

    @Test func elementsBeyondTheFirstAreCountedAndNotKept() {
        var list = GivenList<Int>()
        for number in 0..<Self.count { list.add(number) }
        #expect(list.count == Self.count)
        #expect(list.kept == Array(0..<GivenLists.keptMax))
        #expect(GivenLists.shown("X", count: 2) == "[X, X]")
        #expect(GivenLists.shown("X", count: 3, atMost: 2) == "[X, X, ...]")
        #expect(GivenLists.shown("X", count: 0) == "[]")
    }

    /// Where a table is named twice the last list stays, and none of it may be missing.
    @Test func writesThatWereNotKeptAreRefused() throws {
        let write = #"{"DeleteRequest":{"Key":{"a":{"S":"b"}}}}"#
        func request(_ count: Int) throws(ItemError) -> BatchWriteItemRequest {
            let first = Array(repeating: write, count: count).joined(separator: ",")
            return try BatchWriteItemRequest(
                Array("{\"RequestItems\":{\"Orders\":[\(first)],\"Orders\":[\(write)]}}".utf8))
        }
        let counts = try request(GivenLists.keptMax - 1).tables.map { $0.writes.count }
        #expect(counts == [1])
        #expect(throws: ItemError.self) { _ = try request(GivenLists.keptMax) }
    }

    @Test func keysThatWereNotKeptAreRefused() throws {
        let key = #"{"a":{"S":"b"}}"#
        func request(_ count: Int) throws(ItemError) -> BatchGetItemRequest {
            let first = Array(repeating: key, count: count).joined(separator: ",")
            return try BatchGetItemRequest(
                Array(#"{"RequestItems":{"Orders":{"Keys":[\#(first)]},"Orders":{"Keys":[\#(key)]}}}"#.utf8))
        }
        let counts = try request(GivenLists.keptMax - 1).tables.map { $0.keys.count }
        #expect(counts == [1])
        #expect(throws: ItemError.self) { _ = try request(GivenLists.keptMax) }
    }
}
