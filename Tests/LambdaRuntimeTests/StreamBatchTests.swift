import Clocks
import Foundation
import Items
import Logging
import Synchronization
import Testing

@testable import LambdaRuntime

/// A pipe's batch, from its bytes to the answer's.
struct StreamBatchTests {
    private struct Refused: Error {}

    private let context = LambdaContext(
        requestID: "r", invokedFunctionARN: "", deadline: Timestamp(seconds: 1),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    /// A record as AWS delivers it.
    private func record(_ id: String, item: String, extra: String = "") -> String {
        #"""
        {"eventID":"\#(id)","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-west-1",
         "dynamodb":{"ApproximateCreationDateTime":1.5e9,"Keys":{"orderId":{"S":"\#(item)"}},
          "NewImage":{"orderId":{"S":"\#(item)"},"amount":{"N":"10"}},"SequenceNumber":"\#(id)00","SizeBytes":20,
          "StreamViewType":"NEW_AND_OLD_IMAGES"\#(extra)},"eventSourceARN":"arn:s","userIdentity":null,"new":[1]}
        """#
    }

    private func handle(
        _ records: [String], identifier: StreamBatchHandler.Identifier = .eventID, failing: Set<String> = []
    ) async throws -> (handled: [String], answer: String) {
        let handled = Mutex<[String]>([])
        let handler = StreamBatchHandler(identifier: identifier) { record, _ in
            if failing.contains(record.eventID) { throw Refused() }
            handled.withLock { $0.append(record.eventID) }
        }
        let event = Array("[\(records.joined(separator: ","))]".utf8)
        let answer = try await handler.handle(event, context: context)
        return (handled.withLock { $0 }, String(decoding: answer, as: UTF8.self))
    }

    private func failures(_ ids: String...) -> String {
        let entries = ids.map { #"{"itemIdentifier":"\#($0)"}"# }
        return #"{"batchItemFailures":[\#(entries.joined(separator: ","))]}"#
    }

    @Test func aRecordIsReadAsACoderReadsIt() throws {
        let json = record("1", item: "a", extra: #","OldImage":{"x":{"L":[{"BOOL":true}]}},"Unknown":{"a":[]}"#)
        var position = 0
        let read = try StreamRecord(json: Array(json.utf8).span.bytes, at: &position)
        #expect(read == (try JSONDecoder().decode(StreamRecord.self, from: Data(json.utf8))))
        #expect(position == json.utf8.count)
        let expired = json.replacing(
            #""userIdentity":null"#, with: #""userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}"#)
        position = 0
        let removal = try StreamRecord(json: Array(expired.utf8).span.bytes, at: &position)
        #expect(removal.userIdentity?.principalId == "dynamodb.amazonaws.com")
        #expect(removal == (try JSONDecoder().decode(StreamRecord.self, from: Data(expired.utf8))))
    }

    @Test func allHandledIsAnEmptyList() async throws {
        let outcome = try await handle([record("1", item: "a"), record("2", item: "b")])
        #expect(outcome.handled == ["1", "2"])
        #expect(outcome.answer == failures())
        #expect(try await handle([]).answer == failures())
    }

    @Test func laterRecordsOfAFailedItemFailWithIt() async throws {
        let records = [("1", "a"), ("2", "b"), ("3", "a"), ("4", "c"), ("5", "a")].map { record($0.0, item: $0.1) }
        let outcome = try await handle(records, failing: ["3"])
        #expect(outcome.handled == ["1", "2", "4"])
        #expect(outcome.answer == failures("3", "5"))
        let named = try await handle(records, identifier: .sequenceNumber, failing: ["3"])
        #expect(named.answer == failures("300", "500"))
    }

    @Test func aRecordThatCannotBeReadFailsByItselfAndItsItemWithIt() async throws {
        let bad = record("2", item: "a").replacing(#""N":"10""#, with: #""N":"ten""#)
        let outcome = try await handle([
            record("1", item: "a"), bad, record("3", item: "a"), record("4", item: "b"),
        ])
        #expect(outcome.handled == ["1", "4"])
        #expect(outcome.answer == failures("2", "3"))
    }

    @Test func itsItemIsKnownWhereItsKeysCanOnlyBeCompared() async throws {
        let keys = #""Keys":{"orderId":{"S":"a"}}"#
        let bad = ["1", "2"].map { record($0, item: "a").replacing(keys, with: #""Keys":{"orderId":{"N":"x"}}"#) }
        let noKeys = ["3", "4"].map { record($0, item: "a").replacing(keys + ",", with: "") }
        let outcome = try await handle(bad + noKeys + [record("5", item: "a")])
        #expect(outcome.handled == ["5"])
        #expect(outcome.answer == failures("1", "2", "3", "4"))
    }

    @Test func aFailedRecordThatNothingNamesFailsTheBatch() async throws {
        for bad in ["7", "null", "[]", "{}", #"{"eventID":7}"#, #"{"eventID":null,"dynamodb":3}"#] {
            await #expect(throws: UnnamedRecordError.self) {
                _ = try await handle([record("1", item: "a"), bad])
            }
        }
    }

    @Test func whatIsNoBatchFailsWhole() async throws {
        for text in ["", "7", "{}", #"{"Records":7}"#, "[", "[{]", "[] 1", #"{"records":[]}"#] {
            #expect(throws: ItemError.self) { _ = try StreamBatch(json: Array(text.utf8)) }
        }
    }

    @Test func aMappingsEnvelopeIsOpened() throws {
        let batch = try StreamBatch(json: Array(#"{"Other":1,"Records":[\#(record("1", item: "a"))]}"#.utf8))
        #expect(batch.entries.map(\.eventID) == ["1"])
        #expect(batch.entries.map(\.sequenceNumber) == ["100"])
    }
}
