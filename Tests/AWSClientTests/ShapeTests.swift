import Items
import Testing

@testable import AWSClient

/// Requests and answers as botocore's models of DynamoDB and SQS have them.
struct ShapeTests {
    private func text(_ body: JSONMembers) -> String { String(decoding: body.closed, as: UTF8.self) }

    @Test func aWriteHasTheSameShapeAloneAndInATransaction() {
        let update = ItemWrite.Update(
            tableName: "T", key: ["id": .string("1")], expression: "SET #s = :s", condition: "#s = :old",
            names: ["#s": "status"], values: [":s": .string("b"), ":old": .string("a")], returnsItemOnFailure: true)
        let json =
            ##"{"TableName":"T","Key":{"id":{"S":"1"}},"UpdateExpression":"SET #s = :s","##
            + ##""ConditionExpression":"#s = :old","ExpressionAttributeNames":{"#s":"status"},"##
            + ##""ExpressionAttributeValues":{":old":{"S":"a"},":s":{"S":"b"}},"##
            + ##""ReturnValuesOnConditionCheckFailure":"ALL_OLD"}"##
        #expect(text(update.body) == json)
        #expect(text(ItemWrite.update(update).body) == json)
        #expect(ItemWrite.update(update).memberName == "Update")
    }

    @Test func whatIsNotSaidIsLeftOut() {
        #expect(
            text(ItemWrite.Put(tableName: "T", item: ["a": .number(Number(1))]).body)
                == #"{"TableName":"T","Item":{"a":{"N":"1"}}}"#)
        #expect(
            text(ItemWrite.Delete(tableName: "T", key: ["a": .bool(true)], condition: "attribute_exists(a)").body)
                == #"{"TableName":"T","Key":{"a":{"BOOL":true}},"ConditionExpression":"attribute_exists(a)"}"#)
        #expect(
            text(Query(tableName: "T", keyCondition: "a = :a", values: [":a": .null]).body)
                == #"{"TableName":"T","KeyConditionExpression":"a = :a","ExpressionAttributeValues":{":a":{"NULL":true}}}"#
        )
    }

    @Test func aQuerySaysAll() {
        let query = Query(
            tableName: "T", indexName: "I", keyCondition: "k", filter: "f", projection: "p", names: ["#n": "n"],
            limit: 3, isAscending: false, isConsistent: true, exclusiveStartKey: ["a": .string("x")])
        #expect(
            text(query.body)
                == ##"{"TableName":"T","IndexName":"I","KeyConditionExpression":"k","FilterExpression":"f","##
                + ##""ProjectionExpression":"p","ExpressionAttributeNames":{"#n":"n"},"Limit":3,"##
                + ##""ScanIndexForward":false,"ConsistentRead":true,"ExclusiveStartKey":{"a":{"S":"x"}}}"##)
    }

    @Test func aMessageCarriesItsAttributes() {
        var body = JSONMembers()
        OutgoingMessage(
            body: "say \"hi\"", delaySeconds: 5,
            attributes: ["b": .binary([1, 2]), "a": .string("x"), "n": .number(7)]
        ).add(to: &body)
        #expect(
            text(body)
                == #"{"MessageBody":"say \"hi\"","DelaySeconds":5,"MessageAttributes":{"#
                + #""a":{"DataType":"String","StringValue":"x"},"b":{"DataType":"Binary","BinaryValue":"AQI="},"#
                + #""n":{"DataType":"Number","StringValue":"7"}}}"#)
    }

    @Test func theReasonsOfATransactionAreRead() {
        let body = #"""
            {"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled",
             "CancellationReasons":[{"Code":"None"},
              {"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":{"id":{"S":"1"}}}]}
            """#
        let error = AWSError(status: 400, requestID: "r", body: Array(body.utf8))
        #expect(error.code == .transactionCanceled)
        #expect(error.message == "cancelled")
        #expect(
            error.cancellationReasons == [
                .init(code: "None"),
                .init(
                    code: AWSError.CancellationReason.conditionalCheckFailed,
                    message: "The conditional request failed", item: ["id": .string("1")]),
            ])
    }

    @Test func theItemThatWasInTheWayIsRead() {
        let body =
            #"{"__type":"x#ConditionalCheckFailedException","message":"m","Item":{"a":{"L":[{"N":"1"}]}},"new":[1,{}]}"#
        let error = AWSError(status: 400, requestID: nil, body: Array(body.utf8))
        #expect(error.code == .conditionalCheckFailed)
        #expect(error.item == ["a": .list([.number(Number(1))])])
        // A service's words may repeat an order's contents, and errors are logged.
        #expect("\(error)" == "ConditionalCheckFailedException (status 400, request without a name)")
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"__type":7}"#, #"{"__type":null}"#, "\u{FF}"])
    func aRefusalThatSaysNothingStaysOne(_ body: String) {
        let error = AWSError(status: 403, requestID: nil, body: Array(body.utf8))
        #expect(error.code == .unreadableAnswer)
        #expect(error.status == 403)
        #expect(error.message.contains("403"))
    }

    @Test func aReceivedMessageIsReadWhole() throws {
        let json = #"""
            {"MessageId":"m","ReceiptHandle":"r","MD5OfBody":"x","Body":"b","Attributes":{"ApproximateReceiveCount":"2"},
             "MessageAttributes":{"t":{"DataType":"String","StringValue":"v"},"b":{"DataType":"Binary","BinaryValue":"AQI="}}}
            """#
        var messages: [ReceivedMessage] = []
        try AnswerReader.members(of: Array(#"{"Messages":[\#(json)],"Other":{"deep":[true,1.5,"x"]}}"#.utf8)) {
            name, reader, json in
            guard name == "Messages" else { return false }
            try reader.elements(json) { reader, json in messages.append(try ReceivedMessage(&reader, json)) }
            return true
        }
        let message = try #require(messages.first)
        #expect(message.body == "b")
        #expect(message.receiptHandle == "r")
        #expect(message.systemAttributes == ["ApproximateReceiveCount": "2"])
        #expect(message.attributes == ["t": .string("v"), "b": .binary([1, 2])])
    }
}
