import Items
import TestSupport
import Testing

@testable import Gateway

/// Damaged requests: whatever the bytes, they are read or refused in DynamoDB's terms.
struct RequestDamageTests {
    private static let requests: [(ItemOperation, String)] = [
        (
            .putItem,
            #"{"TableName":"abc","Item":{"a":{"S":"x"},"l":{"L":[{"N":"1"},{"M":{"b":{"BS":["YQ=="]}}}]}},"#
                + #""Expected":{"a":{"Exists":false}},"ReturnValues":"ALL_OLD"}"#
        ),
        (.getItem, #"{"TableName":"abc","Key":{"a":{"S":"x"}},"ConsistentRead":true,"AttributesToGet":["a","b"]}"#),
        (
            .updateItem,
            #"{"TableName":"abc","Key":{"a":{"S":"x"}},"UpdateExpression":"SET n = n + :n REMOVE m[1].k","#
                + #""ConditionExpression":"size(a) > :n","ExpressionAttributeValues":{":n":{"N":"1"}}}"#
        ),
        (.deleteItem, #"{"TableName":"abc","Key":{"a":{"S":"x"}},"ConditionExpression":"attribute_exists(a)"}"#),
        (
            .query,
            #"{"TableName":"abc","Limit":10,"KeyConditionExpression":"a = :a AND begins_with(b, :b)","#
                + #""ExpressionAttributeValues":{":a":{"S":"a"},":b":{"S":"b"}},"ScanIndexForward":false}"#
        ),
        (
            .scan,
            #"{"TableName":"abc","Segment":0,"TotalSegments":2,"ScanFilter":{"v":{"ComparisonOperator":"BETWEEN","#
                + #""AttributeValueList":[{"N":"1"},{"N":"2"}]}},"ExclusiveStartKey":{"a":{"S":"x"}}}"#
        ),
        (
            .batchGetItem,
            ##"{"RequestItems":{"abc":{"Keys":[{"a":{"S":"x"}}],"ProjectionExpression":"#a","##
                + ##""ExpressionAttributeNames":{"#a":"a"}}},"ReturnConsumedCapacity":"TOTAL"}"##
        ),
        (
            .batchWriteItem,
            #"{"RequestItems":{"abc":[{"PutRequest":{"Item":{"a":{"S":"x"}}}},{"DeleteRequest":{"Key":{"a":{"S":"y"}}}}]}}"#
        ),
        (
            .transactWriteItems,
            #"{"TransactItems":[{"Put":{"TableName":"abc","Item":{"a":{"S":"x"}}}},"#
                + #"{"ConditionCheck":{"TableName":"abc","Key":{"a":{"S":"y"}},"ConditionExpression":"attribute_exists(b)"}}],"#
                + #""ClientRequestToken":"t"}"#
        ),
        (.transactGetItems, #"{"TransactItems":[{"Get":{"TableName":"abc","Key":{"a":{"S":"x"}}}}]}"#),
    ]

    @Test(arguments: [UInt64(1), 2, 3]) func damagedRequestsAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let signs = Array(#"{}[]",:\0-1eaSNM#"#.utf8) + [0, 0x7F, 0x80, 0xC3, 0xFF]
        for (operation, text) in Self.requests {
            let whole = Array(text.utf8)
            for _ in 0..<200 {
                var body = whole
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: 0..<body.count, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: body[place] = signs.randomElement(using: &generator)!
                    case 1: body.insert(signs.randomElement(using: &generator)!, at: place)
                    case 2: body.remove(at: place)
                    default:
                        // A piece twice.
                        let end = min(body.count, place + Int.random(in: 1...20, using: &generator))
                        body.insert(contentsOf: body[place..<end], at: place)
                    }
                }
                do {
                    try operation.parse(body)
                } catch {
                    let code = (error as? ItemError)?.code
                    #expect(
                        code == .validation || code == .serialization || code == .malformedJSON,
                        "seed \(seed): \(String(decoding: body, as: UTF8.self)): \(error)")
                }
            }
        }
    }

    @Test func undamagedRequestsAreRead() throws {
        for (operation, text) in Self.requests {
            try operation.parse(Array(text.utf8))
        }
    }
}
