import Foundation
import Items
import Testing

@Suite struct ItemCodableTests {
    @Test func agreesWithTheParser() throws {
        var random = RandomItems(seed: 3)
        for _ in 0..<100 {
            let item = random.item()
            #expect(try JSONDecoder().decode(Item.self, from: Data(item.json)) == item)
            #expect(try Item(json: Array(JSONEncoder().encode(item))) == item)
        }
    }

    @Test(arguments: [
        #"{"a":{}}"#, #"{"a":{"S":"x","N":"1"}}"#, #"{"a":{"N":"x"}}"#, #"{"a":{"SS":["x","x"]}}"#, #"{"a":{"Q":"x"}}"#,
    ])
    func refused(_ text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Item.self, from: Data(text.utf8)) }
    }

    /// A record's shape as it was recorded on AWS.
    @Test func streamRecord() throws {
        let text = """
            {"eventID":"c4ca4238a0b923820dcc509a6f75849b","eventName":"MODIFY","eventVersion":"1.1",
            "eventSource":"aws:dynamodb","awsRegion":"eu-west-1","dynamodb":{"ApproximateCreationDateTime":1735786800.0,
            "Keys":{"pk":{"S":"ORDER#1"}},"NewImage":{"pk":{"S":"ORDER#1"},"status":{"S":"PAID"}},
            "OldImage":{"pk":{"S":"ORDER#1"},"status":{"S":"NEW"}},"SequenceNumber":"100000000000000000001",
            "SizeBytes":46,"StreamViewType":"NEW_AND_OLD_IMAGES"},
            "eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2026-01-01T00:00:00.000"}
            """
        let record = try JSONDecoder().decode(StreamRecord.self, from: Data(text.utf8))
        #expect(record.eventName == .modify)
        #expect(record.dynamodb.approximateCreationDateTime == 1_735_786_800)
        #expect(record.dynamodb.newImage?["status"]?.string == "PAID")
        #expect(record.userIdentity == nil)
        let images = [record.dynamodb.keys, record.dynamodb.newImage ?? [:], record.dynamodb.oldImage ?? [:]]
        #expect(images.reduce(0) { $0 + $1.sizeBytes } == record.dynamodb.sizeBytes)
        #expect(try JSONDecoder().decode(StreamRecord.self, from: JSONEncoder().encode(record)) == record)
    }
}
