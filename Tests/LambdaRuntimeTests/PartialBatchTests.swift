import Foundation
import LambdaRuntime
import Testing

struct PartialBatchTests {
    struct Record: Sendable {
        let id: String
        let item: String
    }

    struct Refused: Error {}

    private func handle(_ records: [Record], failing: Set<String>) async -> (
        handled: [String], failed: [String], response: [String]
    ) {
        var handled: [String] = []
        var failed: [String] = []
        let response = await handleBatch(
            records, identifier: \.id, item: \.item, failed: { record, _ in failed.append(record.id) }
        ) { record in
            if failing.contains(record.id) { throw Refused() }
            handled.append(record.id)
        }
        return (handled, failed, response.batchItemFailures.map(\.itemIdentifier))
    }

    private let records = [
        Record(id: "1", item: "a"), Record(id: "2", item: "b"), Record(id: "3", item: "a"), Record(id: "4", item: "c"),
        Record(id: "5", item: "b"),
    ]

    @Test func allHandledIsAnEmptyList() async throws {
        let outcome = await handle(records, failing: [])
        #expect(outcome.handled == ["1", "2", "3", "4", "5"])
        #expect(outcome.response.isEmpty)
        let json = String(decoding: try JSONEncoder().encode(PartialBatchResponse()), as: UTF8.self)
        #expect(json == #"{"batchItemFailures":[]}"#)
    }

    @Test func laterRecordsOfAFailedItemAreLeftForTheRetry() async {
        let outcome = await handle(records, failing: ["1"])
        #expect(outcome.handled == ["2", "4", "5"])
        #expect(outcome.failed == ["1"])
        #expect(outcome.response == ["1", "3"])
    }

    @Test func failuresOfSeveralItemsAreAllNamed() async {
        let outcome = await handle(records, failing: ["3", "2"])
        #expect(outcome.handled == ["1", "4"])
        #expect(outcome.response == ["2", "3", "5"])
    }

    @Test func theAnswerHasTheFieldNamesThatAWSReads() throws {
        let response = PartialBatchResponse(batchItemFailures: [.init(itemIdentifier: "x")])
        let json = String(decoding: try JSONEncoder().encode(response), as: UTF8.self)
        #expect(json == #"{"batchItemFailures":[{"itemIdentifier":"x"}]}"#)
    }
}
