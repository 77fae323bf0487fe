import Testing

@testable import Pipes

/// What follows from one outcome, case by case.
@Suite struct RetryPolicyTests {
    /// A piece that is sent again.
    struct Piece: Equatable, Sendable {
        var records: [UInt64]
        /// Attempts used up.
        var attempts = 0
        var waits = true
        var isRetry = true
    }

    /// One outcome for a batch of the records 1 to `count`.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        var count: UInt64 = 4
        var bisects = false
        /// MaximumRetryAttempts.
        var retries = 2
        /// Attempts that the batch has used up before.
        var failed = 0
        let outcome: BatchOutcome
        var delivered: [UInt64] = []
        var again: [Piece] = []
        var givenUp: [UInt64] = []

        var testDescription: String { name }
    }

    private static func events(_ sequences: UInt64...) -> BatchOutcome {
        .partlyFailed(identifiers: sequences.map(Samples.eventID))
    }

    private static func numbers(_ sequences: UInt64...) -> BatchOutcome {
        .partlyFailed(identifiers: sequences.map(Samples.sequenceNumber))
    }

    private static let failed = BatchOutcome.failed(reason: "raised")
    private static let missed = BatchOutcome.notReached(reason: "throttled")

    static let wholeBatches = [
        Case(name: "success", outcome: .succeeded, delivered: [1, 2, 3, 4]),
        Case(name: "first failure", outcome: failed, again: [Piece(records: [1, 2, 3, 4], attempts: 1)]),
        Case(name: "last retry left", failed: 1, outcome: failed, again: [Piece(records: [1, 2, 3, 4], attempts: 2)]),
        Case(name: "retries exhausted", failed: 2, outcome: failed, givenUp: [1, 2, 3, 4]),
        Case(name: "no retries", count: 1, retries: 0, outcome: failed, givenUp: [1]),
        Case(
            name: "-1 never gives up", retries: -1, failed: 99_999, outcome: failed,
            again: [Piece(records: [1, 2, 3, 4], attempts: 100_000)]),
        Case(
            name: "not reached costs no attempt", failed: 2, outcome: missed,
            again: [Piece(records: [1, 2, 3, 4], attempts: 2, isRetry: false)]),
        Case(
            name: "not reached, no retries allowed", count: 1, bisects: true, retries: 0, outcome: missed,
            again: [Piece(records: [1], isRetry: false)]),
    ]

    static let halves = [
        Case(
            name: "halves, even", bisects: true, outcome: failed,
            again: [Piece(records: [1, 2], waits: false), Piece(records: [3, 4], waits: false)]),
        Case(
            name: "halves, odd: the first is larger", count: 5, bisects: true, outcome: failed,
            again: [Piece(records: [1, 2, 3], waits: false), Piece(records: [4, 5], waits: false)]),
        Case(
            name: "halves, two", count: 2, bisects: true, outcome: failed,
            again: [Piece(records: [1], waits: false), Piece(records: [2], waits: false)]),
        Case(
            name: "halving costs no attempt, also without any left", bisects: true, retries: 0, outcome: failed,
            again: [Piece(records: [1, 2], waits: false), Piece(records: [3, 4], waits: false)]),
        Case(
            name: "a single record is not halved", count: 1, bisects: true, outcome: failed,
            again: [Piece(records: [1], attempts: 1)]),
        Case(name: "a single record is given up", count: 1, bisects: true, failed: 2, outcome: failed, givenUp: [1]),
        Case(
            name: "not reached is not halved", bisects: true, outcome: missed,
            again: [Piece(records: [1, 2, 3, 4], isRetry: false)]),
    ]

    static let partial = [
        Case(name: "by event id", outcome: events(2), delivered: [1, 3, 4], again: [Piece(records: [2], attempts: 1)]),
        Case(
            name: "by sequence number", outcome: numbers(2, 4), delivered: [1, 3],
            again: [Piece(records: [2, 4], attempts: 1)]),
        Case(
            name: "named out of order and twice",
            outcome: .partlyFailed(
                identifiers: [Samples.eventID(4), Samples.eventID(2), Samples.sequenceNumber(4), Samples.eventID(2)]),
            delivered: [1, 3], again: [Piece(records: [2, 4], attempts: 1)]),
        Case(name: "all named", outcome: events(1, 2, 3, 4), again: [Piece(records: [1, 2, 3, 4], attempts: 1)]),
        Case(name: "none named", outcome: events(), delivered: [1, 2, 3, 4]),
        Case(
            name: "named at the last attempt", failed: 2, outcome: events(1, 3), delivered: [2, 4], givenUp: [1, 3]),
        Case(
            name: "unknown identifier", outcome: .partlyFailed(identifiers: ["nobody"]),
            again: [Piece(records: [1, 2, 3, 4], attempts: 1)]),
        Case(
            name: "unknown beside known", outcome: events(2, 5), again: [Piece(records: [1, 2, 3, 4], attempts: 1)]),
        Case(name: "unknown at the last attempt", failed: 2, outcome: events(5), givenUp: [1, 2, 3, 4]),
    ]

    static let cuts = [
        Case(
            name: "cut at the first failed", bisects: true, outcome: events(3), delivered: [1, 2],
            again: [Piece(records: [3, 4], waits: false)]),
        Case(
            name: "cut at the first of several", bisects: true, outcome: numbers(4, 2), delivered: [1],
            again: [Piece(records: [2, 3, 4], waits: false)]),
        Case(
            name: "a cut costs no attempt", bisects: true, retries: 0, outcome: events(2), delivered: [1],
            again: [Piece(records: [2, 3, 4], waits: false)]),
        Case(
            name: "nothing before the first failed: halves", bisects: true, outcome: events(1, 4),
            again: [Piece(records: [1, 2], waits: false), Piece(records: [3, 4], waits: false)]),
        Case(
            name: "unknown identifier: halves", bisects: true, outcome: events(9),
            again: [Piece(records: [1, 2], waits: false), Piece(records: [3, 4], waits: false)]),
        Case(
            name: "a single record named", count: 1, bisects: true, outcome: events(1),
            again: [Piece(records: [1], attempts: 1)]),
        Case(name: "none named, bisect", bisects: true, outcome: events(), delivered: [1, 2, 3, 4]),
    ]

    @Test(arguments: wholeBatches + halves + partial + cuts)
    func verdict(_ expected: Case) throws {
        let policy = RetryPolicy(try Samples.configuration(retries: expected.retries, bisects: expected.bisects))
        let batch = Batch(records: Samples.records(1...expected.count), failedAttempts: expected.failed)
        let verdict = policy.verdict(batch, expected.outcome, now: Samples.start, jitter: 0.5) {
            [$0.eventID, Samples.sequenceNumber($0.sequence)]
        }
        #expect(verdict.delivered.sequences == expected.delivered)
        #expect(
            verdict.again.map {
                Piece(
                    records: $0.records.sequences, attempts: $0.failedAttempts, waits: $0.notBefore != nil,
                    isRetry: $0.isRetry)
            } == expected.again)
        #expect(verdict.givenUp.sequences == expected.givenUp)
        let all = verdict.delivered + verdict.again.flatMap(\.records) + verdict.givenUp
        #expect(all.sequences.sorted() == Array(1...expected.count), "each record has one fate")
    }

    @Test(arguments: 0...5, [false, true])
    func givenUpAfterExactlyOneMoreAttemptThanRetries(_ retries: Int, _ bisects: Bool) throws {
        let policy = RetryPolicy(try Samples.configuration(retries: retries, bisects: bisects))
        var batch = Batch(records: Samples.records(1...1))
        var attempts = 0
        while attempts < 100 {
            attempts += 1
            // A throttled call in between changes nothing.
            for outcome in [Self.missed, Self.failed] {
                let verdict = policy.verdict(batch, outcome, now: Samples.start, jitter: 0) { [$0.eventID] }
                guard let again = verdict.again.first else {
                    #expect(attempts == retries + 1)
                    return
                }
                batch = again
            }
        }
        Issue.record("never given up")
    }
}
