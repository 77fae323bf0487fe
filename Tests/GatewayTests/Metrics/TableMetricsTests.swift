import Clocks
import Telemetry
import Testing

@testable import Gateway

/// What requests leave in `AWS/DynamoDB`, by DynamoDB's developer guide, on metrics and dimensions.
@Suite struct TableMetricsTests {
    private static let index =
        #","GlobalSecondaryIndexes":[{"IndexName":"byOwner","KeySchema":[{"AttributeName":"owner","KeyType":"HASH"}],"#
        + #""Projection":{"ProjectionType":"ALL"}}]"#

    private func item(_ pk: String, _ n: Int, size: Int = 0, _ more: String = "") -> String {
        let padding = size > 0 ? #","v":{"S":"\#(String(repeating: "v", count: size))"}"# : ""
        return #"{"TableName":"Orders","Item":{"pk":{"S":"\#(pk)"},"n":{"N":"\#(n)"}\#(padding)}\#(more)}"#
    }

    private func key(_ pk: String, _ n: Int) -> String {
        #"{"TableName":"Orders","Key":{"pk":{"S":"\#(pk)"},"n":{"N":"\#(n)"}}}"#
    }

    /// Each metric that has values, its dimensions, how many values and their sum; latencies with their number alone, as
    /// the clock stands.
    private func metrics(_ service: OpenService) throws -> [String: [Double]] {
        service.time.advance(by: .seconds(1))
        _ = service.metrics.endSecond()
        var found: [String: [Double]] = [:]
        for identity in service.metrics.list() {
            let query = MetricQuery(
                identity, [.sampleCount, .sum], period: .minute, from: OpenService.start, to: service.time.now())
            let columns = try service.metrics.statistics(query).columns
            found[String(identity.description.trimmingPrefix("AWS/DynamoDB "))] = columns.map { column in
                column.reduce(0) { $0 + ($1 ?? 0) }
            }
        }
        return found
    }

    @Test func itemsCostWhatTheySay() async throws {
        let service = try await OpenService()
        try await service.createOrders()
        _ = try await service.call("PutItem", item("a", 1))
        _ = try await service.call("PutItem", item("a", 2, size: 1_500))
        _ = try await service.call("GetItem", key("a", 1))
        _ = try await service.call("GetItem", key("none", 1))
        _ = try await service.call(
            "Query",
            #"{"TableName":"Orders","KeyConditionExpression":"pk = :a","FilterExpression":"attribute_exists(v)","#
                + #""ExpressionAttributeValues":{":a":{"S":"a"}},"ConsistentRead":true}"#)
        #expect(
            try metrics(service) == [
                "ConsumedReadCapacityUnits{TableName=Orders}": [3, 2],
                "ConsumedWriteCapacityUnits{TableName=Orders}": [2, 3],
                "ReturnedItemCount{Operation=Query,TableName=Orders}": [1, 1],
                "SuccessfulRequestLatency{Operation=GetItem,TableName=Orders}": [2, 0],
                "SuccessfulRequestLatency{Operation=PutItem,TableName=Orders}": [2, 0],
                "SuccessfulRequestLatency{Operation=Query,TableName=Orders}": [1, 0],
            ])
    }

    @Test func aGlobalIndexHasUnitsOfItsOwn() async throws {
        let service = try await OpenService()
        _ = try await service.call(
            "CreateTable",
            #"{"TableName":"Orders","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},"#
                + #"{"AttributeName":"owner","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","#
                + #""KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"\#(Self.index)}"#)
        for owner in ["x", "y"] {
            _ = try await service.call(
                "PutItem", #"{"TableName":"Orders","Item":{"pk":{"S":"a"},"owner":{"S":"\#(owner)"}}}"#)
        }
        _ = try await service.call("Scan", #"{"TableName":"Orders","IndexName":"byOwner"}"#)
        let found = try metrics(service)
        let index = "{GlobalSecondaryIndexName=byOwner,TableName=Orders}"
        #expect(found["ConsumedWriteCapacityUnits{TableName=Orders}"] == [2, 2])
        #expect(found["ConsumedWriteCapacityUnits\(index)"] == [2, 3], "an entry that moves pays twice")
        #expect(found["ConsumedReadCapacityUnits\(index)"] == [1, 0.5])
        #expect(found["ConsumedReadCapacityUnits{TableName=Orders}"] == nil)
        #expect(found["ReturnedItemCount{Operation=Scan,TableName=Orders}"] == [1, 1])
    }

    @Test func severalItemsCountForTheirTables() async throws {
        let service = try await OpenService()
        try await service.createOrders()
        _ = try await service.call(
            "BatchWriteItem",
            #"{"RequestItems":{"Orders":[{"PutRequest":{"Item":{"pk":{"S":"a"},"n":{"N":"1"}}}},"#
                + #"{"PutRequest":{"Item":{"pk":{"S":"a"},"n":{"N":"2"}}}}]}}"#)
        _ = try await service.call(
            "BatchGetItem", #"{"RequestItems":{"Orders":{"Keys":[{"pk":{"S":"a"},"n":{"N":"1"}}]}}}"#)
        _ = try await service.call(
            "TransactWriteItems", #"{"TransactItems":[{"Put":\#(item("b", 1))}]}"#)
        _ = try await service.call("TransactGetItems", #"{"TransactItems":[{"Get":\#(key("b", 1))}]}"#)
        _ = try await service.call("ExecuteStatement", #"{"Statement":"SELECT * FROM Orders WHERE pk = 'a'"}"#)
        _ = try await service.call("ExecuteStatement", #"{"Statement":"INSERT INTO Orders VALUE {'pk':'c','n':1}"}"#)
        #expect(
            try metrics(service) == [
                "ConsumedReadCapacityUnits{TableName=Orders}": [3, 0.5 + 2 + 0.5],
                "ConsumedWriteCapacityUnits{TableName=Orders}": [4, 1 + 1 + 2 + 1],
                "ReturnedItemCount{Operation=ExecuteStatement,TableName=Orders}": [1, 2],
                "SuccessfulRequestLatency{Operation=BatchWriteItem,TableName=Orders}": [1, 0],
                "SuccessfulRequestLatency{Operation=BatchGetItem,TableName=Orders}": [1, 0],
                "SuccessfulRequestLatency{Operation=TransactWriteItems,TableName=Orders}": [1, 0],
                "SuccessfulRequestLatency{Operation=TransactGetItems,TableName=Orders}": [1, 0],
                "SuccessfulRequestLatency{Operation=ExecuteStatement,TableName=Orders}": [2, 0],
            ])
    }

    @Test func errorsAreTheRequestsTheConditionsOrOurs() async throws {
        let faults = ListedFaults([nil, nil, nil, .throttled, .throttled, .failed, .throttled, nil])
        let service = try await OpenService(faults: faults)
        try await service.createOrders()
        _ = try await service.call("PutItem", item("a", 1))
        _ = try await service.call(
            "PutItem", item("a", 1, #","ConditionExpression":"attribute_not_exists(pk)""#))
        _ = try await service.call("PutItem", "{}")
        _ = try await service.call("PutItem", item("a", 1))
        _ = try await service.call("GetItem", key("a", 1))
        _ = try await service.call("UpdateItem", key("a", 1))
        _ = try await service.call("GetItem", #"{"TableName":"Nowhere","Key":{"pk":{"S":"a"}}}"#)
        _ = try await service.call("GetItem", #"{"TableName":"Nowhere","Key":{"pk":{"S":"a"}}}"#)
        _ = try await service.call("DescribeTable", #"{"TableName":"Nowhere"}"#)
        #expect(
            try metrics(service) == [
                "ConditionalCheckFailedRequests{TableName=Orders}": [1, 1],
                "ConsumedWriteCapacityUnits{TableName=Orders}": [1, 1],
                "ReadThrottleEvents{TableName=Orders}": [1, 1],
                "SuccessfulRequestLatency{Operation=PutItem,TableName=Orders}": [1, 0],
                "SystemErrors{Operation=UpdateItem,TableName=Orders}": [1, 1],
                "ThrottledRequests{Operation=GetItem,TableName=Orders}": [1, 1],
                "ThrottledRequests{Operation=PutItem,TableName=Orders}": [1, 1],
                "UserErrors": [3, 3],
                "WriteThrottleEvents{TableName=Orders}": [1, 1],
            ], "a table that is not there has no metrics")
    }

    @Test func aStreamsRecordsAreThoseOfGetRecords() async throws {
        let service = try await OpenService()
        try await service.createOrders(
            #","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}"#)
        for number in 1...3 { _ = try await service.call("PutItem", item("a", number)) }
        let listed = try await service.callStreams("ListStreams")
        let arn = try #require(member(listed, "Streams", 0, "StreamArn"))
        let label = try #require(member(listed, "Streams", 0, "StreamLabel"))
        let stream = try await service.callStreams("DescribeStream", #"{"StreamArn":"\#(arn)"}"#)
        let shard = try #require(member(stream, "StreamDescription", "Shards", 0, "ShardId"))
        let iterator = try #require(
            member(
                try await service.callStreams(
                    "GetShardIterator",
                    #"{"StreamArn":"\#(arn)","ShardId":"\#(shard)","ShardIteratorType":"TRIM_HORIZON"}"#),
                "ShardIterator"))
        let records = try await service.callStreams("GetRecords", #"{"ShardIterator":"\#(iterator)"}"#)
        let list = try #require(records.firstMatch(of: /"Records":\[(.*)\]/)?.1)
        let found = try metrics(service)
        let part = "{Operation=GetRecords,StreamLabel=\(label),TableName=Orders}"
        #expect(found["ReturnedRecordsCount\(part)"] == [1, 3])
        // The records without the commas between them.
        #expect(found["ReturnedBytes\(part)"] == [1, Double(list.utf8.count - 2)])
        #expect(found["SuccessfulRequestLatency\(part)"] == [1, 0])
        #expect(found.keys.filter { $0.contains("GetShardIterator") || $0.contains("DescribeStream") } == [])
    }

    @Test func aTableThatIsGoneIsRecordedNoMore() async throws {
        let service = try await OpenService()
        try await service.createOrders()
        _ = try await service.call("PutItem", item("a", 1))
        let name = "aws_dynamodb_consumed_write_capacity_units"
        #expect(service.metrics.prometheusText().contains(name))
        service.tableMetrics.retire("Orders")
        #expect(!service.metrics.prometheusText().contains(name))
        _ = try await service.call("PutItem", item("a", 2))
        #expect(try metrics(service)["ConsumedWriteCapacityUnits{TableName=Orders}"] == [2, 2], "what was there stays")
    }
}
