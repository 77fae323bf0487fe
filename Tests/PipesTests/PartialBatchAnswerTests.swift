import Testing

@testable import Pipes

/// What a function's answer says of its batch.
@Suite struct PartialBatchAnswerTests {
    enum Meaning: Sendable, Equatable {
        case success
        case names([String])
        case wholeBatchFailed
    }

    struct Answer: CustomTestStringConvertible, Sendable {
        let payload: String
        let meaning: Meaning

        init(_ payload: String, _ meaning: Meaning) {
            self.payload = payload
            self.meaning = meaning
        }

        var testDescription: String { payload.isEmpty ? "(empty)" : payload }
    }

    // Source: EventBridge's user guide, on DynamoDB streams, and recordings on AWS of November 2025.
    static let success = [
        Answer("", .success),
        Answer("null", .success),
        Answer("{}", .success),
        Answer("[]", .success),
        Answer(#"{"batchItemFailures":[]}"#, .success),
        Answer(#"{"batchItemFailures":null}"#, .success),
        Answer(#" { "batchItemFailures" : [ ] } "#, .success),
        // Answers that say nothing of failures.
        Answer(#""done""#, .success),
        Answer("17", .success),
        Answer("true", .success),
        Answer(#"{"statusCode":200,"body":"ok"}"#, .success),
        Answer(#"[{"itemIdentifier":"a"}]"#, .success),
        Answer(#"{"BatchItemFailures":[{"itemIdentifier":"a"}]}"#, .success),
    ]

    static let failures = [
        Answer(#"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#, .names(["a"])),
        Answer(#"{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"a"}]}"#, .names(["b", "a"])),
        Answer(#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"a"}]}"#, .names(["a", "a"])),
        Answer(#"{"more":1,"batchItemFailures":[{"itemIdentifier":"a","why":"x"}]}"#, .names(["a"])),
        Answer(#"{"batchItemFailures":[{"itemIdentifier":"\u0061"}]}"#, .names(["a"])),
    ]

    static let wholeBatchFailed = [
        Answer(#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":[{"itemidentifier":"a"}]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":[{"identifier":null}]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":[{}]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":""}]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":[{"itemIdentifier":17}]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":["a"]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":[null]}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":"a"}"#, .wholeBatchFailed),
        Answer(#"{"batchItemFailures":{"itemIdentifier":"a"}}"#, .wholeBatchFailed),
        Answer("{", .wholeBatchFailed),
        Answer("done", .wholeBatchFailed),
        Answer(#"{"batchItemFailures":[]} rest"#, .wholeBatchFailed),
    ]

    @Test(arguments: success + failures + wholeBatchFailed)
    func answer(_ answer: Answer) {
        let outcome = BatchOutcome(answer: PartialBatchAnswer(payload: Array(answer.payload.utf8)))
        switch outcome {
        case .succeeded: #expect(answer.meaning == .success)
        case .partlyFailed(let identifiers): #expect(answer.meaning == .names(identifiers))
        case .failed(let reason):
            #expect(answer.meaning == .wholeBatchFailed)
            #expect(!reason.isEmpty)
        case .notReached: Issue.record("an answer came from the target, so it was reached")
        }
    }

    @Test func bytesThatAreNoTextFail() {
        guard case .malformed = PartialBatchAnswer(payload: [0xFF, 0xFE, 0x00]) else {
            Issue.record("no JSON, yet understood")
            return
        }
    }

    /// An answer as large as Lambda allows is read, and nested ones do not bring the pipe down.
    @Test func largeAnswersAreRead() {
        let entry = #"{"itemIdentifier":"\#(Samples.eventID(1))"}"#
        let many = Array(repeating: entry, count: 10_000).joined(separator: ",")
        let answer = PartialBatchAnswer(payload: Array(#"{"batchItemFailures":[\#(many)]}"#.utf8))
        #expect(answer == .failures(identifiers: Array(repeating: Samples.eventID(1), count: 10_000)))
        let deep = String(repeating: "[", count: 100_000)
        guard case .malformed = PartialBatchAnswer(payload: Array(deep.utf8)) else {
            Issue.record("an endless list is no JSON")
            return
        }
    }
}
