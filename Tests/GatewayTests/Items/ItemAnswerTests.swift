import Items
import Tables
import Testing

@testable import Gateway

/// PutItem, GetItem, UpdateItem and DeleteItem, from a request's bytes to an answer's.
struct ItemAnswerTests {
    private static let put = #"{"TableName":"hash","Item":{"a":{"S":"x"},"n":{"N":"1"}}"#

    /// What an update is bound to do to an index key is refused whatever the item is and whether its condition is met.
    @Test(arguments: [
        ("SET c.x = :n ADD d :n", "Type mismatch for Index Key d Expected: S Actual: N IndexName: byD"),
        ("SET v = d[1], d = a + :n", "Type mismatch for Index Key d Expected: S Actual: N IndexName: byD"),
        ("SET c = list_append(v, v)", "Type mismatch for Index Key c Expected: N Actual: L IndexName: byC"),
        ("ADD d.x :n", "IndexKey: d"), ("SET d[1] = :n", "IndexKey: d"), ("SET v = w, u = d[1] + :n", "IndexKey: d"),
    ])
    func updatesOfIndexKeys(_ update: String, _ message: String) async throws {
        let body =
            #"{"TableName":"range","Key":{"a":{"S":"x"},"b":{"S":"x"}},"UpdateExpression":"\#(update)","#
            + #""ConditionExpression":"attribute_exists(a)"\#(update.contains(":n") ? values : "")}"#
        let refusal = try await ItemStore().refusal(.updateItem, body)
        #expect(refusal?.hasPrefix("ValidationException: ") == true)
        #expect(refusal?.hasSuffix(message) == true, "\(refusal ?? "")")
    }

    private let values = #","ExpressionAttributeValues":{":n":{"N":"1"}}"#

    @Test func whatIsPutIsGot() async throws {
        let store = try await ItemStore()
        #expect(try await store.ask(.putItem, Self.put + "}") == "{}")
        #expect(
            try await store.ask(.getItem, #"{"TableName":"hash","Key":{"a":{"S":"x"}},"ConsistentRead":true}"#)
                == #"{"Item":{"a":{"S":"x"},"n":{"N":"1"}}}"#)
        #expect(try await store.ask(.getItem, #"{"TableName":"hash","Key":{"a":{"S":"y"}}}"#) == "{}")
        let projected =
            ##"{"TableName":"hash","Key":{"a":{"S":"x"}},"ProjectionExpression":"#n","##
            + ##""ExpressionAttributeNames":{"#n":"n"}}"##
        #expect(try await store.ask(.getItem, projected) == #"{"Item":{"n":{"N":"1"}}}"#)
        #expect(
            try await store.ask(
                .getItem, #"{"TableName":"hash","Key":{"a":{"S":"x"}},"AttributesToGet":["n","z"]}"#)
                == #"{"Item":{"n":{"N":"1"}}}"#)
    }

    @Test func puttingAnswersTheOldItem() async throws {
        let store = try await ItemStore()
        let again = Self.put + #","ReturnValues":"ALL_OLD"}"#
        #expect(try await store.ask(.putItem, again) == "{}")
        #expect(
            try await store.ask(.putItem, again) == #"{"Attributes":{"a":{"S":"x"},"n":{"N":"1"}}}"#)
    }

    @Test func aFailedConditionHoldsTheItemOnlyWhenAsked() async throws {
        let store = try await ItemStore()
        _ = try await store.ask(.putItem, Self.put + "}")
        let condition = #","ConditionExpression":"attribute_not_exists(a)""#
        for (more, item) in [
            ("", nil), (#","ReturnValuesOnConditionCheckFailure":"ALL_OLD""#, #"{"a":{"S":"x"},"n":{"N":"1"}}"#),
        ] {
            let error = await #expect(throws: TableError.self) {
                _ = try await store.ask(.putItem, Self.put + condition + more + "}")
            }
            #expect(error?.code == .conditionalCheckFailed)
            #expect(error?.message == "The conditional request failed")
            #expect((error?.item?.json).map { String(decoding: $0, as: UTF8.self) } == item)
        }
    }

    @Test func expectedIsACondition() async throws {
        let store = try await ItemStore()
        _ = try await store.ask(.putItem, Self.put + "}")
        #expect(
            await store.refusal(.putItem, Self.put + #","Expected":{"a":{"Exists":false}}}"#)
                == "ConditionalCheckFailedException: The conditional request failed")
        #expect(
            try await store.ask(.putItem, Self.put + #","Expected":{"n":{"Value":{"N":"1"}}}}"#) == "{}")
    }

    @Test(arguments: [
        ("NONE", "{}"),
        ("ALL_OLD", #"{"Attributes":{"a":{"S":"x"},"n":{"N":"1"}}}"#),
        ("ALL_NEW", #"{"Attributes":{"a":{"S":"x"},"m":{"S":"new"},"n":{"N":"3"}}}"#),
        ("UPDATED_OLD", #"{"Attributes":{"n":{"N":"1"}}}"#),
        ("UPDATED_NEW", #"{"Attributes":{"m":{"S":"new"},"n":{"N":"3"}}}"#),
    ])
    func updatingAnswers(_ returnValues: String, _ answer: String) async throws {
        let store = try await ItemStore()
        _ = try await store.ask(.putItem, Self.put + "}")
        #expect(
            try await store.ask(
                .updateItem,
                #"{"TableName":"hash","Key":{"a":{"S":"x"}},"UpdateExpression":"SET m = :m ADD n :n","#
                    + #""ExpressionAttributeValues":{":m":{"S":"new"},":n":{"N":"2"}},"ReturnValues":"\#(returnValues)"}"#
            )
                == answer)
    }

    @Test func anUpdateOfNothingMakesTheItem() async throws {
        let store = try await ItemStore()
        let update = #"{"TableName":"hash","Key":{"a":{"S":"x"}},"ReturnValues":"ALL_NEW"}"#
        #expect(try await store.ask(.updateItem, update) == #"{"Attributes":{"a":{"S":"x"}}}"#)
        #expect(
            try await store.ask(
                .updateItem, #"{"TableName":"hash","Key":{"a":{"S":"x"}},"ReturnValues":"UPDATED_NEW"}"#) == "{}")
    }

    @Test func attributeUpdatesUpdate() async throws {
        let store = try await ItemStore()
        #expect(
            try await store.ask(
                .updateItem,
                #"{"TableName":"hash","Key":{"a":{"S":"x"}},"AttributeUpdates":{"n":{"Action":"ADD","Value":{"N":"2"}}},"#
                    + #""ReturnValues":"UPDATED_NEW"}"#) == #"{"Attributes":{"n":{"N":"2"}}}"#)
    }

    /// "é" in one scalar and in two: names of two attributes, which a dictionary would take for one.
    @Test func theOlderParametersTellNamesByTheirBytes() async throws {
        let store = try await ItemStore()
        func entries(_ one: Int, _ two: Int) -> String {
            #"{"\u00e9":{"Value":{"N":"\#(one)"}},"e\u0301":{"Value":{"N":"\#(two)"}}}"#
        }
        func update(_ more: String) -> String { #"{"TableName":"hash","Key":{"a":{"S":"x"}},\#(more)}"# }
        let updated = try await store.ask(
            .updateItem, update(#""AttributeUpdates":\#(entries(1, 2)),"ReturnValues":"ALL_NEW""#))
        let expected = #"{"Attributes":{"a":{"S":"x"},"e\#u{301}":{"N":"2"},"\#u{e9}":{"N":"1"}}}"#
        // By their bytes: Swift finds texts equal that differ in just this.
        #expect(Array(updated.utf8) == Array(expected.utf8))
        #expect(await store.refusal(.updateItem, update(#""Expected":\#(entries(1, 2))"#)) == nil)
        for (one, two) in [(1, 3), (3, 2), (3, 1)] {
            #expect(
                await store.refusal(.updateItem, update(#""Expected":\#(entries(one, two))"#))
                    == "ConditionalCheckFailedException: The conditional request failed")
        }
    }

    @Test func deletingAnswersTheOldItem() async throws {
        let store = try await ItemStore()
        _ = try await store.ask(.putItem, Self.put + "}")
        let delete = #"{"TableName":"hash","Key":{"a":{"S":"x"}},"ReturnValues":"ALL_OLD"}"#
        #expect(try await store.ask(.deleteItem, delete) == #"{"Attributes":{"a":{"S":"x"},"n":{"N":"1"}}}"#)
        #expect(try await store.ask(.deleteItem, delete) == "{}")
    }

    @Test func tablesAndKeysThatAreNotThere() async throws {
        let store = try await ItemStore()
        #expect(
            await store.refusal(.getItem, #"{"TableName":"none","Key":{}}"#)
                == "ResourceNotFoundException: Requested resource not found")
        let mismatch = "ValidationException: The provided key element does not match the schema"
        for key in [#"{}"#, #"{"b":{"S":"a"}}"#, #"{"a":{"N":"1"}}"#, #"{"a":{"S":"a"},"b":{"S":"b"}}"#] {
            #expect(await store.refusal(.getItem, #"{"TableName":"hash","Key":\#(key)}"#) == mismatch)
            #expect(await store.refusal(.deleteItem, #"{"TableName":"hash","Key":\#(key)}"#) == mismatch)
        }
        #expect(
            await store.refusal(.putItem, #"{"TableName":"hash","Item":{"b":{"S":"a"}}}"#)
                == "ValidationException: One or more parameter values were invalid: Missing the key a in the item")
    }

    // MARK: Capacity and collections

    private func item(sizeBytes: Int) -> String {
        #"{"a":{"S":"x"},"b":{"S":"y"},"v":{"S":"\#(String(repeating: "v", count: sizeBytes - 5))"}}"#
    }

    @Test func readsCostByFourKilobytes() async throws {
        let store = try await ItemStore()
        for (size, units) in [(4_096, ("0.5", "1.0")), (4_097, ("1.0", "2.0"))] {
            _ = try await store.ask(.putItem, #"{"TableName":"range","Item":\#(item(sizeBytes: size))}"#)
            for (isConsistent, units) in [(false, units.0), (true, units.1)] {
                let answer = try await store.ask(
                    .getItem,
                    #"{"TableName":"range","Key":{"a":{"S":"x"},"b":{"S":"y"}},"ReturnConsumedCapacity":"TOTAL","#
                        + #""ConsistentRead":\#(isConsistent)}"#)
                #expect(
                    answer.hasSuffix(#""ConsumedCapacity":{"TableName":"range","CapacityUnits":\#(units)}}"#),
                    "\(size) bytes")
            }
        }
        #expect(
            try await store.ask(
                .getItem, #"{"TableName":"hash","Key":{"a":{"S":"x"}},"ReturnConsumedCapacity":"INDEXES"}"#)
                == #"{"ConsumedCapacity":{"TableName":"hash","CapacityUnits":0.5,"Table":{"CapacityUnits":0.5}}}"#)
    }

    @Test func writesCostByOneKilobyteAndByIndex() async throws {
        let store = try await ItemStore()
        let put = #"{"TableName":"range","Item":{"a":{"S":"x"},"b":{"S":"y"},"c":{"N":"1"},"d":{"S":"z"}},"#
        #expect(
            try await store.ask(.putItem, put + #""ReturnConsumedCapacity":"INDEXES"}"#)
                == #"{"ConsumedCapacity":{"TableName":"range","CapacityUnits":3.0,"Table":{"CapacityUnits":1.0},"#
                + #""LocalSecondaryIndexes":{"byC":{"CapacityUnits":1.0}},"#
                + #""GlobalSecondaryIndexes":{"byD":{"CapacityUnits":1.0}}}}"#)
        // Nothing changes in the indexes.
        #expect(
            try await store.ask(.putItem, put + #""ReturnConsumedCapacity":"TOTAL"}"#)
                == #"{"ConsumedCapacity":{"TableName":"range","CapacityUnits":1.0}}"#)
    }

    @Test func collectionsAreThoseOfTablesWithLocalIndexes() async throws {
        let store = try await ItemStore()
        #expect(
            try await store.ask(
                .putItem,
                #"{"TableName":"range","Item":{"a":{"S":"x"},"b":{"S":"y"}},"ReturnItemCollectionMetrics":"SIZE"}"#)
                == #"{"ItemCollectionMetrics":{"ItemCollectionKey":{"a":{"S":"x"}},"SizeEstimateRangeGB":[0.0,1.0]}}"#)
        #expect(try await store.ask(.putItem, Self.put + #","ReturnItemCollectionMetrics":"SIZE"}"#) == "{}")
    }
}
