import Items
import Tables
import Testing

@testable import Gateway

/// BatchWriteItem, BatchGetItem, TransactWriteItems and TransactGetItems, from a request's bytes to an answer's.
struct BatchAnswerTests {
    private static func put(_ table: String, _ key: String, more: String = "") -> String {
        table == "hash"
            ? #"{"PutRequest":{"Item":{"a":{"S":"\#(key)"}\#(more)}}}"#
            : #"{"PutRequest":{"Item":{"a":{"S":"\#(key)"},"b":{"S":"b"}\#(more)}}}"#
    }

    @Test func batchesWriteAndRead() async throws {
        let store = try await ItemStore()
        let puts = "\(Self.put("hash", "x")),\(Self.put("hash", "y"))"
        #expect(
            try await store.ask(
                .batchWriteItem, #"{"RequestItems":{"hash":[\#(puts)],"range":[\#(Self.put("range", "x"))]}}"#)
                == #"{"UnprocessedItems":{}}"#)
        #expect(
            try await store.ask(
                .batchGetItem,
                #"{"RequestItems":{"range":{"Keys":[{"a":{"S":"x"},"b":{"S":"b"}}],"ProjectionExpression":"b"},"#
                    + #""hash":{"Keys":[{"a":{"S":"y"}},{"a":{"S":"z"}},{"a":{"S":"x"}}]}}}"#)
                == #"{"Responses":{"range":[{"b":{"S":"b"}}],"hash":[{"a":{"S":"y"}},{"a":{"S":"x"}}]},"#
                + #""UnprocessedKeys":{}}"#)
        #expect(
            try await store.ask(
                .batchWriteItem, #"{"RequestItems":{"hash":[{"DeleteRequest":{"Key":{"a":{"S":"x"}}}}]}}"#)
                == #"{"UnprocessedItems":{}}"#)
        #expect(try await store.ask(.getItem, #"{"TableName":"hash","Key":{"a":{"S":"x"}}}"#) == "{}")
    }

    @Test func aBatchNamesAnItemOnce() async throws {
        let store = try await ItemStore()
        let message = "ValidationException: Provided list of item keys contains duplicates"
        #expect(
            await store.refusal(
                .batchWriteItem,
                #"{"RequestItems":{"hash":[\#(Self.put("hash", "x")),{"DeleteRequest":{"Key":{"a":{"S":"x"}}}}]}}"#)
                == message)
        #expect(
            await store.refusal(
                .batchGetItem, #"{"RequestItems":{"hash":{"Keys":[{"a":{"S":"x"}},{"a":{"S":"x"}}]}}}"#) == message)
        #expect(
            await store.refusal(.batchGetItem, #"{"RequestItems":{"none":{"Keys":[{}]}}}"#)
                == "ResourceNotFoundException: Requested resource not found")
    }

    @Test func aBatchThatIsFullLeavesTheRest() async throws {
        // An item has 9 bytes: two fit, and none behind the first that does not.
        let store = try await ItemStore(batchGetBytesMax: 26)
        let keys = (1...4).map { #"{"a":{"S":"key-\#($0)"}}"# }
        let puts = (1...4).map { Self.put("hash", "key-\($0)", more: #","v":{"S":"v\#($0)"}"#) }
        _ = try await store.ask(.batchWriteItem, #"{"RequestItems":{"hash":[\#(puts.joined(separator: ","))]}}"#)
        let answer = try await store.ask(
            .batchGetItem,
            ##"{"RequestItems":{"hash":{"Keys":[\##(keys.joined(separator: ","))],"ProjectionExpression":"#a","##
                + ##""ExpressionAttributeNames":{"#a":"a"},"ConsistentRead":true}}}"##)
        #expect(
            answer
                == #"{"Responses":{"hash":[\#(keys[..<2].joined(separator: ","))]},"UnprocessedKeys":{"hash":{"#
                + #""Keys":[\#(keys[2...].joined(separator: ","))],"ConsistentRead":true,"#
                + ##""ProjectionExpression":"#a","ExpressionAttributeNames":{"#a":"a"}}}}"##)
    }

    @Test func batchesTellTheirCost() async throws {
        let store = try await ItemStore()
        #expect(
            try await store.ask(
                .batchWriteItem,
                #"{"RequestItems":{"range":[\#(Self.put("range", "x")),\#(Self.put("range", "y"))],"#
                    + #""hash":[\#(Self.put("hash", "x"))]},"ReturnConsumedCapacity":"TOTAL","#
                    + #""ReturnItemCollectionMetrics":"SIZE"}"#)
                == #"{"UnprocessedItems":{},"ItemCollectionMetrics":{"range":["#
                + #"{"ItemCollectionKey":{"a":{"S":"x"}},"SizeEstimateRangeGB":[0.0,1.0]},"#
                + #"{"ItemCollectionKey":{"a":{"S":"y"}},"SizeEstimateRangeGB":[0.0,1.0]}]},"#
                + #""ConsumedCapacity":[{"TableName":"range","CapacityUnits":2.0},"#
                + #"{"TableName":"hash","CapacityUnits":1.0}]}"#)
        #expect(
            try await store.ask(
                .batchGetItem,
                #"{"RequestItems":{"hash":{"Keys":[{"a":{"S":"x"}},{"a":{"S":"z"}}]}},"ReturnConsumedCapacity":"TOTAL"}"#
            )
                == #"{"Responses":{"hash":[{"a":{"S":"x"}}]},"UnprocessedKeys":{},"#
                + #""ConsumedCapacity":[{"TableName":"hash","CapacityUnits":1.0}]}"#)
    }

    // MARK: Transactions

    private static func actions(_ actions: String..., more: String = "") -> String {
        #"{"TransactItems":[\#(actions.joined(separator: ","))]\#(more)}"#
    }

    private static func transactPut(_ key: String, more: String = "") -> String {
        #"{"Put":{"TableName":"hash","Item":{"a":{"S":"\#(key)"}}\#(more)}}"#
    }

    @Test func aTransactionIsAllOrNothing() async throws {
        let store = try await ItemStore()
        #expect(try await store.ask(.transactWriteItems, Self.actions(Self.transactPut("x"))) == "{}")
        let isNew = #","ConditionExpression":"attribute_not_exists(a)""#
        for more in ["", #","ReturnValuesOnConditionCheckFailure":"ALL_OLD""#] {
            let error = await #expect(throws: TransactionCanceled.self) {
                _ = try await store.ask(
                    .transactWriteItems,
                    Self.actions(Self.transactPut("y"), Self.transactPut("x", more: isNew + more)))
            }
            let reasons = error?.reasons ?? []
            #expect(reasons.map(\.code) == ["None", "ConditionalCheckFailed"])
            #expect(reasons.last?.message == "The conditional request failed")
            #expect((reasons.last?.item?.json == Array(#"{"a":{"S":"x"}}"#.utf8)) == !more.isEmpty)
        }
        #expect(try await store.ask(.getItem, #"{"TableName":"hash","Key":{"a":{"S":"y"}}}"#) == "{}")
        let all = Self.actions(
            Self.transactPut("y"),
            #"{"Update":{"TableName":"hash","Key":{"a":{"S":"x"}},"UpdateExpression":"SET n = :n","#
                + #""ExpressionAttributeValues":{":n":{"N":"1"}}}}"#,
            #"{"Delete":{"TableName":"hash","Key":{"a":{"S":"z"}}}}"#,
            #"{"ConditionCheck":{"TableName":"hash","Key":{"a":{"S":"w"}},"ConditionExpression":"attribute_not_exists(a)"}}"#
        )
        #expect(try await store.ask(.transactWriteItems, all) == "{}")
        #expect(
            try await store.ask(
                .transactGetItems,
                Self.actions(
                    #"{"Get":{"TableName":"hash","Key":{"a":{"S":"x"}},"ProjectionExpression":"n"}}"#,
                    #"{"Get":{"TableName":"hash","Key":{"a":{"S":"w"}}}}"#,
                    #"{"Get":{"TableName":"hash","Key":{"a":{"S":"y"}}}}"#))
                == #"{"Responses":[{"Item":{"n":{"N":"1"}}},{},{"Item":{"a":{"S":"y"}}}]}"#)
    }

    /// What only the table's schema shows is one action's fault: the first is told, and no condition is looked at.
    @Test func aWrongKeyCancelsATransaction() async throws {
        let store = try await ItemStore()
        let wrong = #"{"Put":{"TableName":"hash","Item":{"a":{"N":"7"}}}}"#
        let unmet = Self.transactPut("x", more: #","ConditionExpression":"attribute_exists(a)""#)
        var error = await #expect(throws: TransactionCanceled.self) {
            _ = try await store.ask(.transactWriteItems, Self.actions(unmet, wrong, wrong))
        }
        #expect(error?.reasons.map(\.code) == ["None", "ValidationError", "None"])
        #expect(
            error?.reasons[1].message
                == "One or more parameter values were invalid: Type mismatch for key a expected: S actual: N")
        error = await #expect(throws: TransactionCanceled.self) {
            _ = try await store.ask(
                .transactGetItems, Self.actions(#"{"Get":{"TableName":"hash","Key":{"b":{"S":"x"}}}}"#))
        }
        #expect(error?.reasons.map(\.code) == ["ValidationError"])
        #expect(error?.reasons[0].message == "The provided key element does not match the schema")
    }

    @Test func aTransactionNamesAnItemOnce() async throws {
        let store = try await ItemStore()
        let message = "ValidationException: Transaction request cannot include multiple operations on one item"
        #expect(
            await store.refusal(
                .transactWriteItems,
                Self.actions(
                    Self.transactPut("x"), #"{"Delete":{"TableName":"hash","Key":{"a":{"S":"x"}}}}"#)) == message)
        let get = #"{"Get":{"TableName":"hash","Key":{"a":{"S":"x"}}}}"#
        #expect(await store.refusal(.transactGetItems, Self.actions(get, get)) == message)
    }

    @Test func aTokenIsForOneRequest() async throws {
        let store = try await ItemStore()
        let token = #","ClientRequestToken":"t-1","ReturnConsumedCapacity":"TOTAL""#
        #expect(
            try await store.ask(.transactWriteItems, Self.actions(Self.transactPut("x"), more: token))
                == #"{"ConsumedCapacity":[{"TableName":"hash","CapacityUnits":2.0,"WriteCapacityUnits":2.0}]}"#)
        #expect(
            try await store.ask(.transactWriteItems, Self.actions(Self.transactPut("x"), more: token))
                == #"{"ConsumedCapacity":[{"TableName":"hash","CapacityUnits":2.0,"ReadCapacityUnits":2.0}]}"#)
        let refusal = await store.refusal(.transactWriteItems, Self.actions(Self.transactPut("y"), more: token))
        #expect(refusal?.hasPrefix("IdempotentParameterMismatchException: ") == true)
    }

    @Test func aTransactionIsNotLargerThanItMayBe() async throws {
        // Two items have 10 bytes.
        let store = try await ItemStore(transactionBytesMax: 9)
        let refusal = await store.refusal(
            .transactWriteItems, Self.actions(Self.transactPut("four"), Self.transactPut("more")))
        let fault = "Transaction payload size cannot exceed 4MB. Payload Size: "
        #expect(refusal == "ValidationException: \(fault): \(fault)10")
        #expect(try await store.ask(.transactWriteItems, Self.actions(Self.transactPut("four"))) == "{}")
    }

    @Test func limitsAreThoseOfAWS() async throws {
        let operations = try await ItemStore().operations
        #expect(operations.batchGetBytesMax == 16 * 1_024 * 1_024)
        #expect(operations.transactionBytesMax == 4 * 1_024 * 1_024)
    }
}
