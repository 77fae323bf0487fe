import Clocks

/// One of a shard's parallel ways to the target. A lane sends one batch at a time and settles it before the next, so the
/// records of an item, which all go through one lane, keep their order.
struct Lane {
    enum Step: Equatable {
        /// Send this batch.
        case invoke(Batch)
        /// Give these up.
        case giveUp([SourceRecord], DeadLetterCondition)
        /// Nothing to do before this time.
        case wait(until: Timestamp)
        /// Nothing to do until something happens.
        case idle
    }

    private enum State {
        case free
        case running(Batch)
        case givingUp(GivenUp)
    }

    /// Records on their way to the dead-letter queue.
    private struct GivenUp {
        let records: [SourceRecord]
        let condition: DeadLetterCondition
        /// How often the queue has refused them.
        var refusals = 0
        /// When they may be sent again; nil while they are being sent.
        var notBefore: Timestamp?
    }

    private struct Waiting {
        let record: SourceRecord
        var since: Timestamp
    }

    private var state = State.free
    /// Batches that are made: the one just taken from the queue, or pieces of failed ones, the next one last. They go
    /// before the queue.
    private var made: [Batch] = []
    /// Records that wait for their first try, from `queueStart` on.
    private var queue: [Waiting] = []
    private var queueStart = 0

    /// Whether a batch is with the target or on its way to the dead-letter queue.
    var isBusy: Bool {
        if case .free = state { return false }
        return true
    }

    /// Whether something is being sent that will be answered.
    var isWaitingForAnswer: Bool {
        switch state {
        case .free: false
        case .running: true
        case .givingUp(let given): given.notBefore == nil
        }
    }

    mutating func enqueue(_ record: SourceRecord, now: Timestamp) {
        queue.append(Waiting(record: record, since: now))
    }

    /// What the lane wants to do now. An invocation or a giving up makes it busy until ``finish`` is called.
    mutating func next(now: Timestamp, _ configuration: PipeConfiguration) -> Step {
        switch state {
        case .free: break
        case .running: return .idle
        case .givingUp(let given): return again(given, now: now)
        }
        if made.isEmpty {
            guard queueStart < queue.count else { return .idle }
            let range = nextBatchRange(configuration)
            let isFull = range.count == configuration.batchSize || range.upperBound < queue.count
            // The window runs from the moment when the oldest waiting record entered the queue, or from now when the clock
            // has been set back behind that moment.
            queue[queueStart].since = min(queue[queueStart].since, now)
            let closes = queue[queueStart].since + configuration.maximumBatchingWindow
            if !isFull, closes > now { return .wait(until: closes) }
            made.append(Batch(records: queue[range].map(\.record)))
            take(range.count)
        }
        var batch = made.removeLast()
        if let age = configuration.maximumRecordAge {
            let isTooOld = { (record: SourceRecord) in now - record.arrival > age }
            let areTooOld = isTooOld(batch.records[0])
            // As a rule the old ones are in front. Where the clock was set back between two writes they are not.
            let front = batch.records.prefix { isTooOld($0) == areTooOld }
            if front.count < batch.records.count {
                var rest = batch
                rest.records.removeFirst(front.count)
                made.append(rest)
                batch.records = Array(front)
            }
            if areTooOld {
                state = .givingUp(GivenUp(records: batch.records, condition: .recordAgeExceeded))
                return .giveUp(batch.records, .recordAgeExceeded)
            }
        }
        if let notBefore = batch.notBefore, notBefore > now {
            // No wait is longer than the longest one; when this one seems to be, the clock has been set back.
            let until = min(notBefore, now + RetryPolicy.longestDelay)
            batch.notBefore = until
            made.append(batch)
            // The age limit may come first: a record too old is not kept waiting for its next try.
            let oldest = batch.records[0].arrival
            let expiry = configuration.maximumRecordAge.map { oldest + $0 + .microseconds(1) }
            return .wait(until: min(until, expiry ?? until))
        }
        state = .running(batch)
        return .invoke(batch)
    }

    /// Ends what the lane was busy with; `again` is what must be sent before anything else, in order.
    mutating func finish(again: [Batch] = []) {
        made.append(contentsOf: again.reversed())
        state = .free
    }

    /// The batch that is with the target.
    var runningBatch: Batch? {
        if case .running(let batch) = state { return batch }
        return nil
    }

    /// Turns the running batch, or a part of it that failed for good, into one that is on its way to the dead letters.
    mutating func beginGivingUp(_ records: [SourceRecord], again: [Batch]) {
        made.append(contentsOf: again.reversed())
        state = .givingUp(GivenUp(records: records, condition: .retryAttemptsExhausted))
    }

    /// The records whose dead letter is being sent.
    var recordsBeingGivenUp: [SourceRecord]? {
        if case .givingUp(let given) = state, given.notBefore == nil { return given.records }
        return nil
    }

    /// The queue did not take the dead letter: it is sent again, before anything else of the lane.
    ///
    /// - Parameter delay: from the number of refusals to the wait.
    mutating func deadLetterRefused(now: Timestamp, delay: (Int) -> Duration) {
        guard case .givingUp(var given) = state, given.notBefore == nil else {
            preconditionFailure("a dead letter was refused that was not sent")
        }
        given.refusals += 1
        given.notBefore = now + delay(given.refusals)
        state = .givingUp(given)
    }

    private mutating func again(_ given: GivenUp, now: Timestamp) -> Step {
        guard let notBefore = given.notBefore else { return .idle }
        var given = given
        // As for batches: no wait is longer than the longest one.
        given.notBefore = notBefore > now ? min(notBefore, now + RetryPolicy.longestDelay) : nil
        state = .givingUp(given)
        return given.notBefore.map { .wait(until: $0) } ?? .giveUp(given.records, given.condition)
    }

    /// As many waiting records as one batch may hold, by number and by payload, and all of one shard (EventBridge's user
    /// guide, on DynamoDB streams).
    private func nextBatchRange(_ configuration: PipeConfiguration) -> Range<Int> {
        var end = queueStart
        var bytes = 2
        while end < queue.count, end - queueStart < configuration.batchSize {
            bytes += queue[end].record.json.count + 1
            // A single record always goes: an item has 400 KB at most, so it is far below the limit.
            if bytes > configuration.batchBytesMax, end > queueStart { break }
            if queue[end].record.shardStart != queue[queueStart].record.shardStart { break }
            end += 1
        }
        return queueStart..<end
    }

    private mutating func take(_ count: Int) {
        queueStart += count
        if queueStart == queue.count {
            queue.removeAll(keepingCapacity: true)
            queueStart = 0
        } else if queueStart > 1_024, queueStart > queue.count / 2 {
            queue.removeFirst(queueStart)
            queueStart = 0
        }
    }
}
