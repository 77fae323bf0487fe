import Clocks

@testable import Pipes

/// The obvious model beside the pipe: it keeps one entry a record, hears of everything that crosses the pipe's border, and
/// says when a law is broken. It knows nothing of lanes, retries in waiting or queues.
struct Ledger {
    /// Where a record is.
    enum Place {
        case unread, held, running, givingUp, settled
        /// Taken away by the stream's retention before it was read. Counts for nothing.
        case trimmed
    }

    struct Entry {
        var record: SourceRecord
        var isMatch: Bool
        var isTrimmed = false
        var place = Place.unread
        var fate: Fate?
        var readAt: Moment?
        /// Failures that count against MaximumRetryAttempts.
        var attempts = 0
        var wasSent = false
        /// Before this moment it may not be sent again.
        var rests: Moment?
        /// Fates over all runs.
        var settlements = 0

        /// Whether nothing waits for it.
        var isBehind: Bool { place == .settled || place == .trimmed }
        /// Whether it will never be read, or not again.
        var isOutOfReach: Bool { place == .trimmed || isTrimmed && place == .settled }
    }

    let configuration: PipeConfiguration
    private(set) var entries: [Entry] = []
    private(set) var places: [UInt64: Int] = [:]
    /// The matching records of each item in stream order, and how many at its front are settled.
    private(set) var items: [UInt64: (entries: [Int], settled: Int)] = [:]
    /// Entries read or passed over, and entries that a checkpoint may pass.
    private var readCount = 0
    private var passedCount = 0
    /// The sequence read last.
    private(set) var readPosition: UInt64 = 0
    private(set) var passed = Checkpoint()
    private(set) var counts = PipeCounts()
    private(set) var unsettledCount = 0
    private(set) var restarts = 0
    /// Records that have used up their attempts and must be given up in the same step.
    private(set) var exhausted: [Int] = []

    init(_ configuration: PipeConfiguration) { self.configuration = configuration }

    /// Whether everything that is written is read and settled.
    var isDrained: Bool { unsettledCount == 0 && entries[readCount...].allSatisfy(\.isOutOfReach) }

    mutating func write(_ record: SourceRecord, isMatch: Bool) {
        places[record.sequence] = entries.count
        if isMatch { items[record.itemKey, default: ([], 0)].entries.append(entries.count) }
        entries.append(Entry(record: record, isMatch: isMatch))
    }

    /// The stream no longer holds an entry. Says whether it was lost by that.
    mutating func trim(_ index: Int) -> Bool {
        entries[index].isTrimmed = true
        guard entries[index].place == .unread else { return false }
        entries[index].place = .trimmed
        return true
    }

    mutating func read(_ records: [SourceRecord], now: Moment) throws {
        for record in records {
            while readCount < entries.count, entries[readCount].isOutOfReach { readCount += 1 }
            try require(entries[readCount].record.sequence == record.sequence, "\(record.sequence) is not next")
            let index = readCount
            readPosition = record.sequence
            readCount += 1
            // What the run before this one has settled is read again, and that is all.
            if entries[index].place != .settled {
                entries[index].readAt = now
                counts.read += 1
                if entries[index].isMatch {
                    entries[index].place = .held
                    unsettledCount += 1
                } else {
                    settle(index, .filteredOut)
                }
            }
            pass()
        }
    }

    /// The shard is told that there is nothing more: what lies behind the last read is out of its reach.
    mutating func end() throws {
        try require(entries[readCount...].allSatisfy(\.isOutOfReach), "at its end before all is read")
        readCount = entries.count
        pass()
    }

    /// A batch goes to the target.
    mutating func handOver(_ batch: Batch, now: Moment) throws {
        let indices = try next(batch.records)
        let first = entries[indices[0]]
        try require(indices.count <= configuration.batchSize, "a batch of \(indices.count)")
        try require(indices.allSatisfy { entries[$0].wasSent == first.wasSent }, "old and new records in one batch")
        let shard = first.record.shardStart
        try require(indices.allSatisfy { entries[$0].record.shardStart == shard }, "records of two shards in one batch")
        try require(first.rests.map { $0.hasCome(at: now) } ?? true, "sent again without a pause")
        if let age = configuration.maximumRecordAge {
            try require(
                indices.allSatisfy { now.wall - entries[$0].record.arrival <= age }, "a record too old was sent")
        } else if !first.wasSent, let readAt = first.readAt {
            let isOpen = !(readAt + configuration.maximumBatchingWindow).hasCome(at: now)
            // A batch also ends where its shard does.
            try require(
                !isOpen || indices.count == configuration.batchSize
                    || entries.contains { $0.place == .held && $0.record.shardStart > shard },
                "sent before its window closed")
        }
        counts.invocations += 1
        if first.wasSent { counts.retried += indices.count }
        for index in indices {
            entries[index].place = .running
            entries[index].wasSent = true
        }
    }

    /// The target's answer. Says what AWS makes of it in the plainest way.
    mutating func invocationEnded(_ batch: Batch, _ outcome: BatchOutcome, now: Moment) {
        let indices = batch.records.map { places[$0.sequence]! }
        for index in indices { entries[index].place = .held }
        switch outcome {
        case .succeeded:
            for index in indices { settle(index, .delivered) }
        case .notReached:
            rest(indices[0], now)
        case .failed:
            wholeBatchFailed(indices, now)
        case .partlyFailed(let identifiers):
            let named = indices.filter { index in
                let record = entries[index].record
                return identifiers.contains(record.eventID)
                    || identifiers.contains(Samples.sequenceNumber(record.sequence))
            }
            let known = named.flatMap { index in
                [entries[index].record.eventID, Samples.sequenceNumber(entries[index].record.sequence)]
            }
            if !identifiers.allSatisfy(known.contains) {
                wholeBatchFailed(indices, now)
            } else if configuration.bisectsBatches {
                guard named[0] != indices[0] else { return wholeBatchFailed(indices, now) }
                for index in indices where index < named[0] { settle(index, .delivered) }
            } else {
                for index in indices where !named.contains(index) { settle(index, .delivered) }
                attemptFailed(named, now)
            }
        }
    }

    private mutating func wholeBatchFailed(_ indices: [Int], _ now: Moment) {
        // Halving costs nothing.
        if configuration.bisectsBatches, indices.count > 1 { return }
        attemptFailed(indices, now)
    }

    private mutating func attemptFailed(_ indices: [Int], _ now: Moment) {
        rest(indices[0], now)
        for index in indices {
            entries[index].attempts += 1
            let limit = configuration.maximumRetryAttempts
            if limit >= 0, entries[index].attempts == limit + 1 { exhausted.append(index) }
        }
    }

    private mutating func rest(_ index: Int, _ now: Moment) {
        entries[index].rests = now + RetryPolicy.firstDelay / 2
    }

    /// Records leave for the dead-letter queue.
    mutating func giveUp(_ records: [SourceRecord], _ condition: DeadLetterCondition, now: Timestamp) throws {
        try require(configuration.hasDeadLetterQueue, "a dead letter without a queue")
        for index in try mayGiveUp(records, condition, now: now) { entries[index].place = .givingUp }
    }

    /// The queue did not take a dead letter: nothing has changed but that it may not be sent at once.
    mutating func deadLetterRefused(_ records: [SourceRecord], now: Moment) { rest(places[records[0].sequence]!, now) }

    mutating func sendDeadLetterAgain(_ records: [SourceRecord], now: Moment) throws {
        let indices = records.map { places[$0.sequence]! }
        try require(indices.allSatisfy { entries[$0].place == .givingUp }, "a dead letter of what is not given up")
        try require(entries[indices[0]].rests.map { $0.hasCome(at: now) } ?? false, "sent again without a pause")
    }

    mutating func deadLetterStored(_ records: [SourceRecord]) {
        for record in records { settle(places[record.sequence]!, .deadLettered) }
    }

    /// Records are dropped.
    mutating func drop(_ records: [SourceRecord], _ condition: DeadLetterCondition, now: Timestamp) throws {
        try require(!configuration.hasDeadLetterQueue, "dropped past the dead-letter queue")
        for index in try mayGiveUp(records, condition, now: now) { settle(index, .dropped) }
    }

    private mutating func mayGiveUp(
        _ records: [SourceRecord], _ condition: DeadLetterCondition, now: Timestamp
    ) throws -> [Int] {
        let indices = try next(records)
        switch condition {
        case .recordAgeExceeded:
            let age = configuration.maximumRecordAge
            try require(
                indices.allSatisfy { index in age.map { now - entries[index].record.arrival > $0 } ?? false },
                "given up for age, but not old")
        case .retryAttemptsExhausted:
            try require(indices == exhausted, "given up after the wrong number of attempts")
            try require(!configuration.bisectsBatches || indices.count == 1, "given up together in spite of bisect")
            exhausted = []
        }
        return indices
    }

    /// The run ends; another begins from a saved checkpoint.
    /// - Parameter keepsSettled: whether it knows what is settled beyond the checkpoint.
    mutating func restart(from checkpoint: Checkpoint, keepsSettled: Bool) {
        restarts += 1
        exhausted = []
        unsettledCount = 0
        readPosition = checkpoint.sequence
        readCount = places[checkpoint.sequence].map { $0 + 1 } ?? 0
        passedCount = readCount
        passed = checkpoint
        counts = checkpoint.counts
        for index in entries.indices {
            entries[index].attempts = 0
            entries[index].wasSent = false
            entries[index].rests = nil
            guard index >= readCount else { continue }
            if keepsSettled, let fate = entries[index].fate {
                counts.read += 1
                counts.add(fate)
                continue
            }
            entries[index].place = entries[index].isTrimmed ? .trimmed : .unread
            entries[index].fate = nil
        }
        for key in items.keys {
            let item = items[key]!.entries
            items[key]!.settled = item.prefix { $0 < readCount || entries[$0].isBehind }.count
        }
    }

    private mutating func settle(_ index: Int, _ fate: Fate) {
        entries[index].place = .settled
        entries[index].fate = fate
        entries[index].settlements += 1
        counts.add(fate)
        if entries[index].isMatch {
            unsettledCount -= 1
            let key = entries[index].record.itemKey
            let rest = items[key]!.entries[items[key]!.settled...]
            items[key]!.settled += rest.prefix { entries[$0].isBehind }.count
        }
        pass()
    }

    /// Moves what a checkpoint may pass over what is read and behind.
    private mutating func pass() {
        while passedCount < readCount, entries[passedCount].isBehind {
            if let fate = entries[passedCount].fate {
                passed.sequence = entries[passedCount].record.sequence
                passed.counts.read += 1
                passed.counts.add(fate)
            }
            passedCount += 1
        }
    }
}
