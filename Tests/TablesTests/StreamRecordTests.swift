import Clocks
import Foundation
import Items
import Tables
import Testing

/// A record's bytes, against the shape that was recorded on AWS.
@Suite struct StreamRecordTests {
    private static let key: Item = ["pk": .string("ORDER#1")]
    private static let new: Item = ["pk": .string("ORDER#1"), "status": .string("NEW")]
    private static let paid: Item = ["pk": .string("ORDER#1"), "status": .string("PAID")]

    /// An insertion, a modification and a removal, as they are stored.
    private static func records(_ viewType: TableDefinition.StreamViewType) async throws -> [StoredStreamRecord] {
        let store = try await OpenTable(.table(stream: viewType))
        try await store.table.put(new)
        store.time.advance(by: .milliseconds(709))
        try await store.table.put(paid)
        store.time.advance(by: .milliseconds(1_999))
        try await store.table.delete(key: key)
        return try store.stream.records(after: 0, limit: 10)
    }

    private static func text(
        _ record: StoredStreamRecord, eventName: String, second: Int, images: String, size: Int,
        viewType: String = "NEW_AND_OLD_IMAGES"
    ) throws -> String {
        // The id is computed: it is read from the record, and checked below.
        let eventID = try JSONDecoder().decode(StreamRecord.self, from: Data(record.json)).eventID
        return
            #"{"eventID":"\#(eventID)","eventName":"\#(eventName)","eventVersion":"1.1","eventSource":"aws:dynamodb","#
            + #""awsRegion":"eu-west-1","dynamodb":{"ApproximateCreationDateTime":\#(second).0,"#
            + #""Keys":{"pk":{"S":"ORDER#1"}},\#(images)"SequenceNumber":"10000000000000000000\#(record.sequence)","#
            + #""SizeBytes":\#(size),"StreamViewType":"\#(viewType)"},"eventSourceARN":"#
            + #""arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2025-01-02T03:00:00.291"}"#
    }

    private static let newImage = #""NewImage":{"pk":{"S":"ORDER#1"},"status":{"S":"PAID"}},"#
    private static let oldImage = #""OldImage":{"pk":{"S":"ORDER#1"},"status":{"S":"NEW"}},"#

    @Test func theBytesAreThoseOfTheFacts() async throws {
        let records = try await Self.records(.newAndOldImages)
        let texts = records.map { String(decoding: $0.json, as: UTF8.self) }
        try #require(texts.count == 3)
        #expect(
            try texts[0]
                == Self.text(
                    records[0], eventName: "INSERT", second: 1_735_786_800,
                    images: Self.oldImage.replacing("OldImage", with: "NewImage"), size: 27))
        // Recorded on AWS with this item: 46 bytes.
        #expect(
            try texts[1]
                == Self.text(
                    records[1], eventName: "MODIFY", second: 1_735_786_801, images: Self.newImage + Self.oldImage,
                    size: 46))
        #expect(
            try texts[2]
                == Self.text(
                    records[2], eventName: "REMOVE", second: 1_735_786_802,
                    images: Self.newImage.replacing("NewImage", with: "OldImage"), size: 28))
    }

    @Test(
        arguments: [
            (.keysOnly, "KEYS_ONLY", "", 9), (.newImage, "NEW_IMAGE", newImage, 28),
            (.oldImage, "OLD_IMAGE", oldImage, 27),
        ] as [(TableDefinition.StreamViewType, String, String, Int)])
    func theViewTypeSaysWhichImagesAreShown(
        _ viewType: TableDefinition.StreamViewType, _ name: String, _ images: String, _ size: Int
    ) async throws {
        let records = try await Self.records(viewType)
        let modification = try Self.text(
            records[1], eventName: "MODIFY", second: 1_735_786_801, images: images, size: size, viewType: name)
        #expect(String(decoding: records[1].json, as: UTF8.self) == modification)
        let decoded = try records.map { try JSONDecoder().decode(StreamRecord.self, from: Data($0.json)).dynamodb }
        #expect(
            decoded.map { $0.newImage != nil }
                == (viewType == .newImage ? [true, true, false] : [false, false, false]))
        #expect(
            decoded.map { $0.oldImage != nil }
                == (viewType == .oldImage ? [false, true, true] : [false, false, false]))
    }

    @Test func aFunctionDecodesTheRecord() async throws {
        let stored = try await Self.records(.newAndOldImages)[1]
        let record = try JSONDecoder().decode(StreamRecord.self, from: Data(stored.json))
        let change = StreamRecord.Change(
            approximateCreationDateTime: 1_735_786_801, keys: Self.key, newImage: Self.paid, oldImage: Self.new,
            sequenceNumber: "100000000000000000002", sizeBytes: 46, streamViewType: "NEW_AND_OLD_IMAGES")
        #expect(
            record
                == StreamRecord(
                    eventID: record.eventID, eventName: .modify, awsRegion: "eu-west-1", dynamodb: change,
                    eventSourceARN:
                        "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2025-01-02T03:00:00.291"))
        #expect(stored.arrival == OpenTable.start + .milliseconds(709))
    }

    @Test func eventIDsAreUniqueAnd32LowerCaseHexDigits() async throws {
        let store = try await OpenTable()
        for number in 0..<50 {
            try await store.table.put(["pk": .string("\(number % 5)"), "n": .number(Number(number))])
        }
        let other = try await store.openBeside(.table(name: "Other"))
        try await other.put(Self.new)
        let theirs = try other.stream!.records(after: 0, limit: 1).map {
            try JSONDecoder().decode(StreamRecord.self, from: Data($0.json)).eventID
        }
        let ids = try store.changes().map(\.eventID) + theirs
        #expect(Set(ids).count == 51)
        #expect(ids.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil })
    }

    @Test func textThatNeedsEscapesIsValidJSON() async throws {
        let store = try await OpenTable()
        let item: Item = ["pk": .string("\"\\\n\u{1}ü🚚"), "a \"b\"": .string("\u{7f}\t/")]
        try await store.table.put(item)
        #expect(try store.changes().map(\.dynamodb.newImage) == [item])
        #expect(try store.changes().map(\.dynamodb.keys) == [["pk": item["pk"]!]])
    }

    /// Half of all milliseconds have a binary fraction a little below themselves.
    @Test(arguments: [0, 1, 4, 7, 291, 999])
    func theStreamsLabelHasTheMillisecondsOfItsCreation(_ milliseconds: Int) async throws {
        let store = try await OpenTable()
        store.time.advance(
            by: Timestamp(milliseconds: 1_800_000_000_000 + Int64(milliseconds)) - OpenTable.start)
        let stream = try #require(try await store.openBeside(.table(name: "Other")).stream)
        let digits = String(repeating: "0", count: 3 - String(milliseconds).count) + String(milliseconds)
        #expect(
            stream.arn == "arn:aws:dynamodb:eu-west-1:123456789012:table/Other/stream/2027-01-15T08:00:00.\(digits)")
        #expect(stream.shards[0].id.hasPrefix("shardId-00000001800000000\(digits)-"))
        #expect(stream.shards[0].id.wholeMatch(of: /shardId-[0-9]{20}-[0-9a-f]{8}/) != nil)
    }
}
