import Items
import Tables
import Testing

@testable import Gateway

/// Query and Scan, from a request's bytes to an answer's.
struct PageAnswerTests {
    /// Four items of the hash key "x": b1 to b4, with `c` descending and `d` and `e` the same for all.
    private static func filled() async throws -> ItemStore {
        let store = try await ItemStore()
        for number in 1...4 {
            _ = try await store.ask(
                .putItem,
                #"{"TableName":"range","Item":{"a":{"S":"x"},"b":{"S":"b\#(number)"},"c":{"N":"\#(5 - number)"},"#
                    + #""d":{"S":"d"},"e":{"S":"e"},"v":{"N":"\#(number)"}}}"#)
        }
        return store
    }

    private static let query =
        #"{"TableName":"range","KeyConditionExpression":"a = :a","ExpressionAttributeValues":{":a":{"S":"x"}}"#

    /// An item's bytes.
    private static func item(_ number: Int, isWhole: Bool = true) -> String {
        let end = isWhole ? #","d":{"S":"d"},"e":{"S":"e"},"v":{"N":"\#(number)"}}"# : "}"
        return #"{"a":{"S":"x"},"b":{"S":"b\#(number)"},"c":{"N":"\#(5 - number)"}"# + end
    }

    @Test func pagesFollowEachOther() async throws {
        let store = try await Self.filled()
        #expect(
            try await store.ask(.query, Self.query + #","Limit":2}"#)
                == #"{"Items":[\#(Self.item(1)),\#(Self.item(2))],"Count":2,"ScannedCount":2,"#
                + #""LastEvaluatedKey":{"a":{"S":"x"},"b":{"S":"b2"}}}"#)
        #expect(
            try await store.ask(
                .query,
                Self.query + #","ExclusiveStartKey":{"a":{"S":"x"},"b":{"S":"b2"}}}"#)
                == #"{"Items":[\#(Self.item(3)),\#(Self.item(4))],"Count":2,"ScannedCount":2}"#)
        #expect(
            try await store.ask(.query, Self.query + #","Limit":1,"ScanIndexForward":false}"#)
                == #"{"Items":[\#(Self.item(4))],"Count":1,"ScannedCount":1,"#
                + #""LastEvaluatedKey":{"a":{"S":"x"},"b":{"S":"b4"}}}"#)
    }

    /// Recorded on AWS by dynalite's tests: in which step, and in which words, what a request holds is refused.
    @Test(arguments: [
        (#""ExclusiveStartKey":{"a":{"S":"x"}}"#, "z = :x", "The provided starting key is invalid"),
        (
            #""ExclusiveStartKey":{"a":{"N":"1"},"z":{"S":"a"}}"#, "z = :x",
            "The provided key element does not match the schema"
        ),
        (
            #""ExclusiveStartKey":{"a":{"S":"x"},"z":{"S":"a"}}"#, "z = :x",
            "Query condition missed key schema element: a"
        ),
        (#""ExclusiveStartKey":{"a":{"S":"x"},"z":{"S":"a"}}"#, "a = :x", "The provided starting key is invalid"),
        (
            #""IndexName":"byC","ExclusiveStartKey":{"a":{"S":"x"},"b":{"N":"1"},"c":{"N":"1"}}"#, "a = :x",
            "The provided starting key is invalid: The provided key element does not match the schema"
        ),
        (
            #""ExclusiveStartKey":{"a":{"S":"y"},"b":{"S":"x"}}"#, "a = :x",
            "The provided starting key is outside query boundaries based on provided conditions"
        ),
        (
            #""ExclusiveStartKey":{"a":{"S":"y"},"b":{"S":"x"}}"#, "a = :x AND b > :x",
            "The provided starting key does not match the range key predicate"
        ),
        (
            #""ExclusiveStartKey":{"a":{"S":"y"},"b":{"S":"x"}}"#, "a = :x AND b <= :x",
            "The query can return at most one row and cannot be restarted"
        ),
        (
            #""FilterExpression":"a[1] = :x""#, "a = :x",
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: a"
        ),
        (
            #""IndexName":"byD","Select":"ALL_ATTRIBUTES","FilterExpression":"d = :x""#, "d = :x",
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: d"
        ),
        (
            #""FilterExpression":"e[1] = :x""#, "a = :x",
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: e"
        ),
    ])
    func queriesAreRefusedStepByStep(_ parameters: String, _ condition: String, _ message: String) async throws {
        let body =
            #"{"TableName":"range","KeyConditionExpression":"\#(condition)","#
            + #""ExpressionAttributeValues":{":x":{"S":"x"}},\#(parameters)}"#
        #expect(try await ItemStore().refusal(.query, body) == "ValidationException: \(message)")
    }

    @Test(arguments: [
        (
            #""IndexName":"byD","Select":"ALL_ATTRIBUTES","ExclusiveStartKey":{"d":{"S":"x"}}"#,
            "The provided starting key is invalid"
        ),
        (
            #""IndexName":"byD","ExclusiveStartKey":{"x":{"S":"x"},"y":{"S":"x"},"d":{"N":"1"}}"#,
            "The provided key element does not match the schema"
        ),
        (
            #""IndexName":"byD","Select":"ALL_ATTRIBUTES","ExclusiveStartKey":{"x":{"N":"1"},"y":{"N":"1"},"#
                + #""d":{"S":"x"}}"#,
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
                + "secondary index byD because its projection type is not ALL"
        ),
        (
            #""FilterExpression":"attribute_exists(a.b)","ExclusiveStartKey":{"a":{"S":"x"}}"#,
            "The provided starting key is invalid: The provided key element does not match the schema"
        ),
    ])
    func scansAreRefusedStepByStep(_ parameters: String, _ message: String) async throws {
        let body = #"{"TableName":"range",\#(parameters)}"#
        #expect(try await ItemStore().refusal(.scan, body) == "ValidationException: \(message)")
    }

    @Test func keyConditionsAreTheOlderWay() async throws {
        let store = try await Self.filled()
        #expect(
            try await store.ask(
                .query,
                #"{"TableName":"range","KeyConditions":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"x"}]},"#
                    + #""b":{"ComparisonOperator":"GT","AttributeValueList":[{"S":"b2"}]}},"#
                    + #""QueryFilter":{"v":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"3"}]}},"#
                    + #""AttributesToGet":["v"]}"#) == #"{"Items":[{"v":{"N":"4"}}],"Count":1,"ScannedCount":2}"#)
    }

    @Test func filtersAndCounts() async throws {
        let store = try await Self.filled()
        let filtered =
            #"{"TableName":"range","KeyConditionExpression":"a = :a","FilterExpression":"v > :v","#
            + #""ExpressionAttributeValues":{":a":{"S":"x"},":v":{"N":"2"}}"#
        #expect(
            try await store.ask(.query, filtered + #","Select":"COUNT"}"#) == #"{"Count":2,"ScannedCount":4}"#)
        #expect(
            try await store.ask(.query, filtered + #","ProjectionExpression":"b"}"#)
                == #"{"Items":[{"b":{"S":"b3"}},{"b":{"S":"b4"}}],"Count":2,"ScannedCount":4}"#)
        #expect(
            try await store.ask(
                .scan,
                #"{"TableName":"range","FilterExpression":"v = :v","ExpressionAttributeValues":{":v":{"N":"2"}}}"#)
                == #"{"Items":[\#(Self.item(2))],"Count":1,"ScannedCount":4}"#)
    }

    @Test func aQuerysFilterNamesNoKey() async throws {
        let store = try await Self.filled()
        let message =
            "can only contain non-primary key attributes: Primary key attribute: b"
        #expect(
            await store.refusal(
                .query,
                #"{"TableName":"range","KeyConditionExpression":"a = :a","FilterExpression":"b = :a","#
                    + #""ExpressionAttributeValues":{":a":{"S":"x"}}}"#)
                == "ValidationException: Filter Expression \(message)")
        #expect(
            await store.refusal(
                .query,
                #"{"TableName":"range","KeyConditions":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"x"}]}},"#
                    + #""QueryFilter":{"b":{"ComparisonOperator":"NOT_NULL"}}}"#)
                == "ValidationException: QueryFilter \(message)")
    }

    @Test func aLocalIndexFetchesWhatItDoesNotHold() async throws {
        let store = try await Self.filled()
        let query = Self.query + #","IndexName":"byC","Limit":1"#
        let last = #","LastEvaluatedKey":{"a":{"S":"x"},"b":{"S":"b4"},"c":{"N":"1"}}}"#
        let counts = #""Count":1,"ScannedCount":1"#
        #expect(
            try await store.ask(.query, query + "}")
                == #"{"Items":[\#(Self.item(4, isWhole: false))],\#(counts)"# + last)
        #expect(
            try await store.ask(.query, query + #","Select":"ALL_ATTRIBUTES"}"#)
                == #"{"Items":[\#(Self.item(4))],\#(counts)"# + last)
        #expect(
            try await store.ask(.query, query + #","ProjectionExpression":"v"}"#)
                == #"{"Items":[{"v":{"N":"4"}}],\#(counts)"# + last)
    }

    /// As a Query of it, and at its price.
    @Test func aSelectOfALocalIndexFetchesWhatItDoesNotHold() async throws {
        let store = try await Self.filled()
        func selected(_ statement: String) async throws -> String {
            try await store.ask(
                .executeStatement, #"{"Statement":"\#(statement)","ReturnConsumedCapacity":"TOTAL"}"#)
        }
        let queried = try await store.ask(
            .query,
            #"{"TableName":"range","IndexName":"byC","KeyConditionExpression":"a = :a","FilterExpression":"v > :v","#
                + #""ExpressionAttributeValues":{":a":{"S":"x"},":v":{"N":"2"}},"ReturnConsumedCapacity":"TOTAL"}"#)
        let capacity = #","ConsumedCapacity":{"TableName":"range","CapacityUnits":2.5}}"#
        let found = #"{"Items":[\#(Self.item(4)),\#(Self.item(3))]"#
        #expect(queried == found + #","Count":2,"ScannedCount":4"# + capacity)
        let from = #"FROM \"range\".\"byC\""#
        #expect(try await selected("SELECT * \(from) WHERE a = 'x' AND v > 2") == found + capacity)
        let projected = #"{"Items":[{"v":{"N":"4"}},{"v":{"N":"3"}}]"# + capacity
        #expect(try await selected("SELECT v \(from) WHERE a = 'x' AND c < 3") == projected)
        // Without an equality on the hash key it is a scan.
        #expect(try await selected("SELECT v \(from) WHERE v > 2") == projected)
        // What the index holds costs no more than the index.
        let held = try await selected("SELECT b \(from) WHERE a = 'x' AND c = 1")
        #expect(
            held == #"{"Items":[{"b":{"S":"b4"}}],"ConsumedCapacity":{"TableName":"range","CapacityUnits":0.5}}"#)
    }

    @Test func aSelectOfAGlobalIndexNamesWhatItHolds() async throws {
        let store = try await Self.filled()
        func body(_ attributes: String, _ more: String = "") -> String {
            #"{"Statement":"SELECT \#(attributes) FROM \"range\".\"byD\" WHERE d = 'd' AND v > 2"\#(more)}"#
        }
        #expect(
            await store.refusal(.executeStatement, body("a, v"))
                == "ValidationException: One or more parameter values were invalid: Global secondary index byD does not "
                + "project [v]")
        #expect(
            await store.refusal(.executeStatement, body("a", #","ConsistentRead":true"#))
                == "ValidationException: Consistent reads are not supported on global secondary indexes")
        // A filter finds nothing in what the index does not hold, as that of a Query.
        let queried = try await store.ask(
            .query,
            #"{"TableName":"range","IndexName":"byD","KeyConditionExpression":"d = :d","FilterExpression":"v > :v","#
                + #""ExpressionAttributeValues":{":d":{"S":"d"},":v":{"N":"2"}}}"#)
        #expect(queried == #"{"Items":[],"Count":0,"ScannedCount":4}"#)
        #expect(try await store.ask(.executeStatement, body("a")) == #"{"Items":[]}"#)
    }

    @Test func aGlobalIndexHoldsWhatItHolds() async throws {
        let store = try await Self.filled()
        let query =
            #"{"TableName":"range","IndexName":"byD","KeyConditionExpression":"d = :d","#
            + #""ExpressionAttributeValues":{":d":{"S":"d"}}"#
        #expect(
            try await store.ask(.query, query + #","Limit":1}"#)
                == #"{"Items":[{"a":{"S":"x"},"b":{"S":"b1"},"d":{"S":"d"}}],"Count":1,"ScannedCount":1,"#
                + #""LastEvaluatedKey":{"a":{"S":"x"},"b":{"S":"b1"},"d":{"S":"d"}}}"#)
        for (more, message) in [
            (#","ConsistentRead":true"#, "Consistent reads are not supported on global secondary indexes"),
            (
                #","Select":"ALL_ATTRIBUTES""#,
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for "
                    + "global secondary index byD because its projection type is not ALL"
            ),
            (
                #","ProjectionExpression":"a, v, e""#,
                "One or more parameter values were invalid: Global secondary index byD does not project [v, e]"
            ),
        ] { #expect(await store.refusal(.query, query + more + "}") == "ValidationException: \(message)") }
        #expect(
            await store.refusal(.scan, #"{"TableName":"range","IndexName":"byX"}"#)
                == "ValidationException: The table does not have the specified index: byX")
    }

    @Test func segmentsShareOutTheItems() async throws {
        let store = try await ItemStore()
        for number in 0..<20 {
            _ = try await store.ask(.putItem, #"{"TableName":"hash","Item":{"a":{"S":"k\#(number)"}}}"#)
        }
        var counts = 0
        for segment in 0..<3 {
            let answer = try await store.ask(
                .scan, #"{"TableName":"hash","Segment":\#(segment),"TotalSegments":3,"Select":"COUNT"}"#)
            var reader = JSONReader(Array(answer.utf8))
            try reader.request { reader, member throws(ItemError) in
                if case "Count" = member { counts += try reader.int() } else { try reader.skipValue() }
            }
        }
        #expect(counts == 20)
    }

    @Test func pagesCostByAllTheyEvaluate() async throws {
        let store = try await Self.filled()
        let detail = #","ReturnConsumedCapacity":"INDEXES","Select":"COUNT"}"#
        #expect(
            try await store.ask(.query, Self.query + detail)
                == #"{"Count":4,"ScannedCount":4,"ConsumedCapacity":{"TableName":"range","CapacityUnits":0.5,"#
                + #""Table":{"CapacityUnits":0.5}}}"#)
        #expect(
            try await store.ask(.query, Self.query + #","IndexName":"byC","ConsistentRead":true"# + detail)
                == #"{"Count":4,"ScannedCount":4,"ConsumedCapacity":{"TableName":"range","CapacityUnits":1.0,"#
                + #""Table":{"CapacityUnits":0.0},"LocalSecondaryIndexes":{"byC":{"CapacityUnits":1.0}}}}"#)
    }
}
