import Clocks

/// One shard's way through a pipe: filter verdicts in, invocations, dead letters and checkpoints out.
///
/// A value without input or output. Each event is answered with the actions to take; the shell (``ShardRunner``) takes
/// them and reports back with further events. Time and randomness are arguments.
struct ShardFlow {
    enum Event: Sendable {
        /// The answer to `Action.read`: records in stream order, with the filter's verdict on each.
        case records([SourceRecord], matched: [Bool])
        /// The other answer to `Action.read`: there are no records any more, and there will be none.
        case end
        case invocationEnded(lane: Int, BatchOutcome)
        /// The dead letter of `Action.sendDeadLetter` is stored durably.
        case deadLetterStored(lane: Int)
        /// The queue did not take the dead letter of `Action.sendDeadLetter`.
        case deadLetterRefused(lane: Int)
        /// The time of `Action.wake` has come.
        case wake(at: Timestamp)
        /// Take nothing new; finish what is with the target.
        case stop
    }

    enum Action: Equatable {
        case read(after: UInt64, limit: Int)
        case invoke(lane: Int, Batch)
        case sendDeadLetter(lane: Int, [SourceRecord], DeadLetterCondition)
        /// These were given up without a dead-letter queue to go to. Nothing to do but to say so.
        case reportDrop([SourceRecord], DeadLetterCondition)
        case wake(at: Timestamp)
        /// Stopped, and nothing is with the target any more; or at the end, and everything is settled.
        case finished
    }

    /// Most records one read asks for. AWS: 1,000 records in one GetRecords answer.
    static let readCountMax = 1_000
    /// About where a shard ends a read by its bytes. AWS: 1 MB in one GetRecords answer.
    static let readBytesMax = 1 << 20
    /// Most records that may stand between the checkpoint and the reader: a lane that is stuck holds the checkpoint, and
    /// what is read behind it must not grow without bound even when the filter drops all of it.
    static let openRecordsMax = 65_536

    let configuration: PipeConfiguration
    private let retryPolicy: RetryPolicy
    private let sequenceNumber: @Sendable (UInt64) -> String
    private var lanes: [Lane]
    private var tracker: SettlementTracker
    private(set) var counts: PipeCounts
    /// The last record read; reading goes on behind it.
    private(set) var readPosition: UInt64
    private var heldCount = 0
    private var heldBytes = 0
    private var isReading = false
    private var isAtEnd = false
    private var isStopping = false
    /// What the run before this one has settled beyond the checkpoint, the first one last: read again, and not done again.
    private var ahead: [(sequence: UInt64, fate: Fate)]
    /// The timers that run. A new one is asked for only when none of them comes in time, so they stay few.
    private var wakes: Set<Timestamp> = []

    /// - Parameters:
    ///   - ahead: fates of settled records beyond the checkpoint, by sequence, as a run that was stopped has left them.
    ///   - sequenceNumber: the text of a sequence, as targets name it in partial answers.
    init(
        configuration: PipeConfiguration, checkpoint: Checkpoint, ahead: [UInt64: Fate] = [:],
        sequenceNumber: @escaping @Sendable (UInt64) -> String
    ) {
        self.configuration = configuration
        self.sequenceNumber = sequenceNumber
        // A place may have been moved over some of them.
        let ahead = ahead.filter { $0.key > checkpoint.sequence }
        retryPolicy = RetryPolicy(configuration)
        lanes = Array(repeating: Lane(), count: configuration.parallelizationFactor)
        tracker = SettlementTracker(checkpoint: checkpoint)
        counts = checkpoint.counts.adding(ahead.values)
        readPosition = checkpoint.sequence
        self.ahead = ahead.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
    }

    /// Whether everything is settled and nothing will come.
    var isComplete: Bool { isAtEnd && heldCount == 0 }

    /// Records behind the read position that are settled all the same.
    var aheadCount: Int { ahead.count }

    /// Fates of the settled records beyond the checkpoint: what the next run need not do again.
    var settledAhead: [UInt64: Fate] {
        var fates = tracker.settledAhead
        for (sequence, fate) in ahead { fates[sequence] = fate }
        return fates
    }

    /// What may be saved: everything up to its sequence is settled.
    var checkpoint: Checkpoint {
        var checkpoint = tracker.checkpoint
        checkpoint.counts.retried = counts.retried
        checkpoint.counts.invocations = counts.invocations
        return checkpoint
    }

    /// Lanes that have a batch with the target or are giving one up.
    var busyLaneCount: Int { lanes.count { $0.isBusy } }

    /// The first actions.
    mutating func start(now: Timestamp) -> [Action] { advance(now: now) }

    mutating func handle(_ event: Event, now: Timestamp, random: inout some RandomNumberGenerator) -> [Action] {
        switch event {
        case .records(let records, let matched):
            isReading = false
            for (record, isMatch) in zip(records, matched) { take(record, isMatch: isMatch, now: now) }
        case .end:
            isReading = false
            isAtEnd = true
            takeAhead(upTo: .max)
        case .invocationEnded(let lane, let outcome):
            return finishInvocation(lane, outcome, now: now, jitter: Double.random(in: 0..<1, using: &random))
                + advance(now: now)
        case .deadLetterStored(let lane):
            guard let records = lanes[lane].recordsBeingGivenUp else {
                preconditionFailure("a dead letter was stored for lane \(lane), which gave nothing up")
            }
            settle(records, .deadLettered)
            lanes[lane].finish()
        case .deadLetterRefused(let lane):
            let jitter = Double.random(in: 0..<1, using: &random)
            lanes[lane].deadLetterRefused(now: now) { retryPolicy.delay(after: $0, jitter: jitter) }
        case .wake(let at):
            wakes.remove(at)
        case .stop:
            isStopping = true
        }
        return advance(now: now)
    }

    private mutating func take(_ record: SourceRecord, isMatch: Bool, now: Timestamp) {
        readPosition = record.sequence
        if takeAhead(upTo: record.sequence) == record.sequence { return }
        counts.read += 1
        guard isMatch else {
            counts.add(.filteredOut)
            tracker.track(record.sequence, fate: .filteredOut)
            return
        }
        tracker.track(record.sequence)
        heldCount += 1
        heldBytes += record.json.count
        lanes[laneIndex(of: record)].enqueue(record, now: now)
    }

    /// Takes over what an earlier run has settled. Some of it may not be there any more; it is settled all the same.
    ///
    /// - Returns: the last sequence of it.
    @discardableResult
    private mutating func takeAhead(upTo limit: UInt64) -> UInt64? {
        var last: UInt64?
        while let (sequence, fate) = ahead.last, sequence <= limit {
            ahead.removeLast()
            tracker.track(sequence, fate: fate)
            last = sequence
        }
        return last
    }

    /// All records of one item go through one lane.
    private func laneIndex(of record: SourceRecord) -> Int { Int(record.itemKey % UInt64(lanes.count)) }

    private mutating func finishInvocation(
        _ lane: Int, _ outcome: BatchOutcome, now: Timestamp, jitter: Double
    ) -> [Action] {
        guard let batch = lanes[lane].runningBatch else {
            preconditionFailure("an invocation ended on lane \(lane), which has none")
        }
        let verdict = retryPolicy.verdict(batch, outcome, now: now, jitter: jitter) { record in
            [record.eventID, sequenceNumber(record.sequence)]
        }
        settle(verdict.delivered, .delivered)
        if verdict.givenUp.isEmpty {
            lanes[lane].finish(again: verdict.again)
            return []
        }
        lanes[lane].beginGivingUp(verdict.givenUp, again: verdict.again)
        return giveUp(lane, verdict.givenUp, .retryAttemptsExhausted)
    }

    private mutating func giveUp(
        _ lane: Int, _ records: [SourceRecord], _ condition: DeadLetterCondition
    ) -> [Action] {
        if configuration.hasDeadLetterQueue { return [.sendDeadLetter(lane: lane, records, condition)] }
        settle(records, .dropped)
        lanes[lane].finish()
        return [.reportDrop(records, condition)]
    }

    private mutating func settle(_ records: [SourceRecord], _ fate: Fate) {
        counts.add(fate, records.count)
        heldCount -= records.count
        for record in records {
            heldBytes -= record.json.count
            tracker.settle(record.sequence, fate)
        }
    }

    /// Starts whatever can be started now.
    private mutating func advance(now: Timestamp) -> [Action] {
        // A dead letter that the queue refuses is not waited for: its records are given up again after the restart.
        if isStopping { return lanes.contains { $0.isWaitingForAnswer } ? [] : [.finished] }
        var actions: [Action] = []
        var earliest: Timestamp?
        for index in lanes.indices {
            // A lane that drops records without a dead-letter queue is free again at once, hence the loop.
            lane: while true {
                switch lanes[index].next(now: now, configuration) {
                case .invoke(let batch):
                    counts.invocations += 1
                    if batch.isRetry || batch.missedTries > 0 { counts.retried += batch.records.count }
                    actions.append(.invoke(lane: index, batch))
                    break lane
                case .giveUp(let records, let condition):
                    actions += giveUp(index, records, condition)
                    if lanes[index].isBusy { break lane }
                case .wait(let until):
                    earliest = min(earliest ?? until, until)
                    break lane
                case .idle:
                    break lane
                }
            }
        }
        if let earliest, !wakes.contains(where: { $0 <= earliest }) {
            wakes.insert(earliest)
            actions.append(.wake(at: earliest))
        }
        let room = configuration.recordsHeldMax - heldCount
        let hasRoom = room > 0 && heldBytes < configuration.bytesHeldMax && tracker.openCount < Self.openRecordsMax
        if !isReading, !isAtEnd, hasRoom {
            isReading = true
            actions.append(.read(after: readPosition, limit: min(room, Self.readCountMax)))
        }
        if isComplete { actions.append(.finished) }
        return actions
    }
}
