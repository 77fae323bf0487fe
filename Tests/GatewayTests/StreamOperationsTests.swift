import Clocks
import Testing

@testable import Gateway
@testable import Tables

/// The operations on streams, from the request's bytes to the answer's.
@Suite struct StreamOperationsTests {
    private static let streamARN = "\(OpenService.arn)/stream/2025-01-02T03:00:00.291"
    private static let unknownShard = "shardId-00000000000000000000-00000000"

    private let service: OpenService

    init() async throws {
        service = try await OpenService()
        try await service.createOrders(
            #","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}"#)
    }

    private func shardID() async throws -> String {
        let text = try await service.callStreams("DescribeStream", #"{"StreamArn":"\#(Self.streamARN)"}"#)
        return try #require(member(text, "StreamDescription", "Shards", 0, "ShardId"))
    }

    private func iterator(_ more: String) async throws -> String {
        try await service.callStreams(
            "GetShardIterator", #"{"StreamArn":"\#(Self.streamARN)","ShardId":"\#(shardID())",\#(more)}"#)
    }

    private func records(_ more: String) async throws -> String {
        let text = try await iterator(more)
        let iterator = try #require(member(text, "ShardIterator"), "\(text)")
        return try await service.callStreams("GetRecords", #"{"ShardIterator":"\#(iterator)"}"#)
    }

    private func put(_ number: Int) async throws {
        let answer = try await service.call(
            "PutItem", #"{"TableName":"Orders","Item":{"pk":{"S":"a"},"n":{"N":"\#(number)"}}}"#)
        #expect(answer == "{}")
    }

    @Test func streamsAreListed() async throws {
        let stream =
            #"{"Streams":[{"StreamArn":"\#(Self.streamARN)","StreamLabel":"2025-01-02T03:00:00.291","#
            + #""TableName":"Orders"}]}"#
        #expect(try await service.callStreams("ListStreams") == stream)
        #expect(try await service.callStreams("ListStreams", #"{"TableName":"Orders","Limit":1}"#) == stream)
        #expect(try await service.callStreams("ListStreams", #"{"TableName":"Others"}"#) == #"{"Streams":[]}"#)
        #expect(
            try await service.callStreams("ListStreams", #"{"ExclusiveStartStreamArn":"\#(Self.streamARN)"}"#)
                == #"{"Streams":[]}"#)
    }

    @Test func aStreamIsDescribed() async throws {
        let text = try await service.callStreams("DescribeStream", #"{"StreamArn":"\#(Self.streamARN)"}"#)
        #expect(
            text.hasPrefix(
                #"{"StreamDescription":{"StreamArn":"\#(Self.streamARN)","StreamLabel":"2025-01-02T03:00:00.291","#
                    + #""StreamStatus":"ENABLED","StreamViewType":"NEW_IMAGE","CreationRequestDateTime":1735786800.291,"#
                    + #""TableName":"Orders","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},"#
                    + #"{"AttributeName":"n","KeyType":"RANGE"}],"Shards":[{"ShardId":"shardId-"#))
        #expect(
            member(text, "StreamDescription", "Shards", 0, "SequenceNumberRange", "StartingSequenceNumber") != nil)
        #expect(
            member(text, "StreamDescription", "Shards", 0, "SequenceNumberRange", "EndingSequenceNumber") == nil)
        #expect(member(text, "StreamDescription", "LastEvaluatedShardId") == nil)
    }

    @Test func recordsAreRead() async throws {
        for number in 1...3 { try await put(number) }
        let all = try await records(#""ShardIteratorType":"TRIM_HORIZON""#)
        let numbers = (0..<4).map {
            member(all, "Records", $0, "dynamodb", "NewImage", "n", "N")
        }
        #expect(numbers == ["1", "2", "3", nil])
        #expect(member(all, "Records", 0, "eventSourceARN") == nil, "the poller adds it, not the service")
        let second = try #require(member(all, "Records", 1, "dynamodb", "SequenceNumber"))
        let from = try await records(#""ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"\#(second)""#)
        #expect(member(from, "Records", 0, "dynamodb", "SequenceNumber") == second)
        let after = try await records(#""ShardIteratorType":"AFTER_SEQUENCE_NUMBER","SequenceNumber":"\#(second)""#)
        #expect(member(after, "Records", 0, "dynamodb", "NewImage", "n", "N") == "3")
        let latest = try await records(#""ShardIteratorType":"LATEST""#)
        #expect(latest.hasPrefix(#"{"Records":[],"NextShardIterator":""#))
    }

    @Test func theNextIteratorGoesOn() async throws {
        let text = try await records(#""ShardIteratorType":"LATEST""#)
        let next = try #require(member(text, "NextShardIterator"))
        try await put(7)
        let more = try await service.callStreams("GetRecords", #"{"ShardIterator":"\#(next)","Limit":1}"#)
        #expect(member(more, "Records", 0, "dynamodb", "NewImage", "n", "N") == "7")
    }

    @Test func anIteratorExpires() async throws {
        let text = try await iterator(#""ShardIteratorType":"LATEST""#)
        let iterator = try #require(member(text, "ShardIterator"))
        service.time.advance(by: .seconds(15 * 60 + 1))
        let refused = try await service.callStreams("GetRecords", #"{"ShardIterator":"\#(iterator)"}"#)
        #expect(refused.hasPrefix(#"{"__type":"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException""#))
    }

    @Test func requestsAreChecked() async throws {
        let invalid = #"{"__type":"com.amazon.coral.validate#ValidationException","message":""#
        #expect(
            try await service.callStreams("GetRecords", #"{"ShardIterator":"x","Limit":1001}"#)
                == invalid
                + "1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member "
                + #"must have value less than or equal to 1000"}"#)
        #expect(
            try await service.callStreams("GetRecords", #"{"ShardIterator":"x"}"#)
                == invalid + #"Invalid ShardIterator"}"#)
        #expect(
            try await iterator(#""ShardIteratorType":"AT_SEQUENCE_NUMBER""#)
                == invalid + "One or more parameter values were invalid: SequenceNumber must be specified for "
                + #"ShardIteratorType AT_SEQUENCE_NUMBER"}"#)
        #expect(
            try await iterator(#""ShardIteratorType":"LATEST","SequenceNumber":"100000000000000000001""#)
                == invalid + "One or more parameter values were invalid: SequenceNumber must not be specified for "
                + #"ShardIteratorType LATEST"}"#)
        #expect(
            try await service.callStreams("ListStreams", #"{"Limit":101}"#)
                == invalid + "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member "
                + #"must have value less than or equal to 100"}"#)
        let noARN = String(repeating: "x", count: 37)
        for (operation, member) in [("ListStreams", "ExclusiveStartStreamArn"), ("DescribeStream", "StreamArn")] {
            #expect(
                try await service.callStreams(operation, #"{"\#(member)":"\#(noARN)"}"#)
                    == invalid + #"Invalid StreamArn"}"#)
        }
        #expect(
            try await iterator(#""ShardIteratorType":"SOMETIMES""#)
                == invalid + "1 validation error detected: Value 'SOMETIMES' at 'shardIteratorType' failed to satisfy "
                + "constraint: Member must satisfy enum value set: [TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, "
                + #"AFTER_SEQUENCE_NUMBER]"}"#)
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let notFound = #"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"#
        let other = "\(OpenService.arn)/stream/2020-01-01T00:00:00.000"
        #expect(
            try await service.callStreams("DescribeStream", #"{"StreamArn":"\#(other)"}"#)
                == notFound + #""Requested resource not found: Stream: \#(other) not found"}"#)
        #expect(
            try await service.callStreams(
                "GetShardIterator",
                #"{"StreamArn":"\#(Self.streamARN)","ShardId":"\#(Self.unknownShard)","ShardIteratorType":"LATEST"}"#)
                == notFound + #""Requested resource not found: Shard does not exist"}"#)
    }

    // MARK: Pages of shards

    private static let shards = ["a", "b", "c"].map {
        ChangeStream.Shard(id: $0, parentID: nil, startingSequenceNumber: "1", endingSequenceNumber: nil)
    }

    @Test(
        arguments: [
            (nil, 3, ["a", "b", "c"], nil), (nil, 2, ["a", "b"], "b"), ("b", 2, ["c"], nil), ("aa", 1, ["b"], "b"),
            ("c", 1, [], nil),
        ] as [(String?, Int, [String], String?)])
    func shardsComeInPages(after: String?, limit: Int, ids: [String], last: String?) {
        let page = ShardPage(Self.shards, after: after, limit: limit)
        #expect(page.shards.map(\.id) == ids)
        #expect(page.lastEvaluatedShardID == last)
    }

    @Test func closedShardsAndChildrenSayWhereTheyBelong() {
        var json = JSONWriter()
        let shard = ChangeStream.Shard(
            id: "b", parentID: "a", startingSequenceNumber: "5", endingSequenceNumber: "9")
        json.object { ShardPage([shard], after: nil, limit: 1).write(to: &$0) }
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"Shards":[{"ShardId":"b","SequenceNumberRange":{"StartingSequenceNumber":"5","#
                + #""EndingSequenceNumber":"9"},"ParentShardId":"a"}]}"#)
    }
}
