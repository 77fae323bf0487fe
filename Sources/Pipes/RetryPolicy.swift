import Clocks

/// What follows from an invocation's outcome. Pure: the same batch, outcome, time and jitter give the same answer.
struct RetryPolicy {
    struct Verdict: Equatable {
        /// Records that are handled.
        var delivered: [SourceRecord] = []
        /// What is sent again, in this order, before anything else of the lane.
        var again: [Batch] = []
        /// Records given up.
        var givenUp: [SourceRecord] = []
    }

    /// First wait before a retry. AWS publishes none of these figures.
    static let firstDelay = Duration.milliseconds(250)
    /// Longest wait before a retry.
    static let longestDelay = Duration.seconds(30)

    let maximumRetryAttempts: Int
    let bisectsBatches: Bool

    init(_ configuration: PipeConfiguration) {
        maximumRetryAttempts = configuration.maximumRetryAttempts
        bisectsBatches = configuration.bisectsBatches
    }

    /// - Parameters:
    ///   - jitter: 0 up to 1; the wait is between half of the full delay and all of it.
    ///   - identifiers: by which a partial answer may name a record.
    func verdict(
        _ batch: Batch, _ outcome: BatchOutcome, now: Timestamp, jitter: Double,
        identifiers: (SourceRecord) -> [String]
    ) -> Verdict {
        switch outcome {
        case .succeeded:
            return Verdict(delivered: batch.records)
        case .notReached:
            var again = batch
            again.missedTries += 1
            again.notBefore = now + delay(after: batch.failedAttempts + again.missedTries, jitter: jitter)
            return Verdict(again: [again])
        case .failed:
            return wholeBatchFailed(batch, now: now, jitter: jitter)
        case .partlyFailed(let named):
            // An identifier that is not in the batch fails the whole batch (recorded on AWS for event source mappings).
            guard let failed = failedIndices(batch, named, identifiers) else {
                return wholeBatchFailed(batch, now: now, jitter: jitter)
            }
            // An answer that names none is success (EventBridge's user guide, on DynamoDB streams).
            guard let first = failed.first else { return Verdict(delivered: batch.records) }
            if bisectsBatches {
                // The cut is made at the first failed record: what lies before it is handled, the rest is tried again, so
                // that an item's later records never overtake its failed one. A cut that takes nothing away is a failure
                // of the whole batch.
                if first == 0 { return wholeBatchFailed(batch, now: now, jitter: jitter) }
                let rest = retry(of: batch, records: Array(batch.records[first...]), notBefore: nil)
                return Verdict(delivered: Array(batch.records[..<first]), again: [rest])
            }
            // Without bisection only the named records are tried again (the same page).
            let failedSet = Set(failed)
            let delivered = batch.records.indices.filter { !failedSet.contains($0) }.map { batch.records[$0] }
            var remaining = batch
            remaining.records = failed.map { batch.records[$0] }
            var verdict = attemptFailed(remaining, now: now, jitter: jitter)
            verdict.delivered = delivered
            return verdict
        }
    }

    private func wholeBatchFailed(_ batch: Batch, now: Timestamp, jitter: Double) -> Verdict {
        guard bisectsBatches, batch.records.count > 1 else { return attemptFailed(batch, now: now, jitter: jitter) }
        // Halving costs no attempt, as with event source mappings, and no wait: it ends at single records, so a batch of n
        // costs 2n - 1 calls at most before waits begin, and the good records of a batch do not wait for the bad one.
        let middle = (batch.records.count + 1) / 2
        return Verdict(again: [
            retry(of: batch, records: Array(batch.records[..<middle]), notBefore: nil),
            retry(of: batch, records: Array(batch.records[middle...]), notBefore: nil),
        ])
    }

    private func attemptFailed(_ batch: Batch, now: Timestamp, jitter: Double) -> Verdict {
        let failedAttempts = batch.failedAttempts + 1
        if maximumRetryAttempts >= 0, failedAttempts > maximumRetryAttempts { return Verdict(givenUp: batch.records) }
        var again = retry(
            of: batch, records: batch.records, notBefore: now + delay(after: failedAttempts, jitter: jitter))
        again.failedAttempts = failedAttempts
        return Verdict(again: [again])
    }

    private func retry(of batch: Batch, records: [SourceRecord], notBefore: Timestamp?) -> Batch {
        Batch(records: records, failedAttempts: batch.failedAttempts, isRetry: true, notBefore: notBefore)
    }

    /// Doubles with each failure up to the longest, less up to half of it by jitter.
    func delay(after failures: Int, jitter: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 16)
        let full = min(Self.firstDelay * (1 << doublings), Self.longestDelay)
        return full / 2 + (full / 2) * jitter
    }

    /// Places of the failed records, or nil when an identifier names none of them. Linear: an answer may name 10,000.
    private func failedIndices(
        _ batch: Batch, _ named: [String], _ identifiers: (SourceRecord) -> [String]
    ) -> [Int]? {
        var places: [String: Int] = [:]
        for (index, record) in batch.records.enumerated() {
            for identifier in identifiers(record) where places[identifier] == nil { places[identifier] = index }
        }
        var failed: Set<Int> = []
        for identifier in named {
            guard let index = places[identifier] else { return nil }
            failed.insert(index)
        }
        return failed.sorted()
    }
}
