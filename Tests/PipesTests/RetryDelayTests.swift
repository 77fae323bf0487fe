import Clocks
import TestSupport
import Testing

@testable import Pipes

/// AWS publishes no figures for its back-off, so these are the pipe's own.
@Suite struct RetryDelayTests {
    private func policy() throws -> RetryPolicy { RetryPolicy(try Samples.configuration(retries: -1)) }

    @Test func delaysDoubleUpToTheCeiling() throws {
        let policy = try policy()
        let milliseconds = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]
        for (place, full) in milliseconds.enumerated() {
            #expect(policy.delay(after: place + 1, jitter: 1) == .milliseconds(full))
            #expect(policy.delay(after: place + 1, jitter: 0) == .milliseconds(full / 2))
        }
        #expect(policy.delay(after: 1_000_000, jitter: 1) == RetryPolicy.longestDelay)
        #expect(policy.delay(after: Int.max, jitter: 1) == RetryPolicy.longestDelay)
    }

    @Test func jitterTakesAwayHalfAtMost() throws {
        let policy = try policy()
        var random = SeededGenerator(seed: 5)
        for failures in 1...20 {
            let full = policy.delay(after: failures, jitter: 1)
            for _ in 0..<50 {
                let delay = policy.delay(after: failures, jitter: Double.random(in: 0..<1, using: &random))
                #expect(delay >= full / 2)
                #expect(delay <= full)
            }
        }
    }

    /// The wait grows with failed attempts, and with tries in a row that reached nobody.
    @Test func eachFailureLengthensTheWait() throws {
        let policy = try policy()
        var batch = Batch(records: Samples.records(1...3))
        func fail(_ outcome: BatchOutcome) throws -> Duration {
            let verdict = policy.verdict(batch, outcome, now: Samples.start, jitter: 1) { [$0.eventID] }
            batch = try #require(verdict.again.first)
            return try #require(batch.notBefore) - Samples.start
        }
        #expect(try fail(.failed(reason: "")) == .milliseconds(250))
        #expect(try fail(.failed(reason: "")) == .milliseconds(500))
        #expect(try fail(.notReached(reason: "")) == .milliseconds(1_000))
        #expect(try fail(.notReached(reason: "")) == .milliseconds(2_000))
        // Reached again: the misses are forgotten, the attempts are not.
        #expect(try fail(.failed(reason: "")) == .milliseconds(1_000))
        #expect(batch.failedAttempts == 3)
        #expect(batch.missedTries == 0)
    }

    /// An answer may name every record of the largest batch: finding them must not take the square of that.
    @Test(.timeLimit(.minutes(1))) func aLongAnswerIsReadInLinearTime() throws {
        let policy = try policy()
        let records = Samples.records(1...10_000)
        var asked = 0
        let outcome = BatchOutcome.partlyFailed(identifiers: records.map(\.eventID).reversed())
        let verdict = policy.verdict(Batch(records: records), outcome, now: Samples.start, jitter: 0) {
            asked += 1
            return [$0.eventID]
        }
        #expect(verdict.again.map(\.records) == [records])
        #expect(asked == records.count)
    }
}
