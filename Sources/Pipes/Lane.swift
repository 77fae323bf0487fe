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
        case givingUp([SourceRecord])
    }

    private var state = State.free
    /// Pieces of failed batches, the next one last. They go before the queue.
    private var retries: [Batch] = []
    /// Records that wait for their first try, from `queueStart` on.
    private var queue: [SourceRecord] = []
    private var queueStart = 0
    /// When the oldest waiting record entered the queue: the batching window runs from there.
    private var windowOpened: Timestamp?

    /// Whether a batch is with the target or on its way to the dead-letter queue.
    var isBusy: Bool {
        if case .free = state { return false }
        return true
    }

    /// Records held: queued, failed and running.
    var heldCount: Int {
        let running =
            switch state {
            case .free: 0
            case .running(let batch): batch.records.count
            case .givingUp(let records): records.count
            }
        return running + retries.reduce(0) { $0 + $1.records.count } + queue.count - queueStart
    }

    mutating func enqueue(_ record: SourceRecord, now: Timestamp) {
        if windowOpened == nil { windowOpened = now }
        queue.append(record)
    }

    /// What the lane wants to do now. An invocation or a giving up makes it busy until ``finish`` is called.
    mutating func next(now: Timestamp, _ configuration: PipeConfiguration) -> Step {
        guard case .free = state else { return .idle }
        if let batch = retries.last {
            if let expired = expire(batch.records, now: now, configuration) {
                retries.removeLast()
                var rest = batch
                rest.records.removeFirst(expired.count)
                if !rest.records.isEmpty { retries.append(rest) }
                return giveUp(expired)
            }
            if let notBefore = batch.notBefore, notBefore > now {
                // The age limit may come first: a record too old is not kept waiting for its next try.
                let oldest = batch.records[0].arrival
                let expiry = configuration.maximumRecordAge.map { oldest + $0 + .microseconds(1) }
                return .wait(until: min(notBefore, expiry ?? notBefore))
            }
            retries.removeLast()
            state = .running(batch)
            return .invoke(batch)
        }
        guard queueStart < queue.count, let opened = windowOpened else { return .idle }
        let full = nextBatchRange(configuration)
        let closes = opened + configuration.maximumBatchingWindow
        let isFull = full.count == configuration.batchSize || full.upperBound < queue.count
        if !isFull, closes > now { return .wait(until: closes) }
        let records = Array(queue[full])
        if let expired = expire(records, now: now, configuration) {
            take(expired.count, now: now)
            return giveUp(expired)
        }
        take(records.count, now: now)
        let batch = Batch(records: records)
        state = .running(batch)
        return .invoke(batch)
    }

    /// Ends what the lane was busy with; `again` is what must be sent before anything else, in order.
    mutating func finish(again: [Batch] = []) {
        retries.append(contentsOf: again.reversed())
        state = .free
    }

    /// The batch that is with the target.
    var runningBatch: Batch? {
        if case .running(let batch) = state { return batch }
        return nil
    }

    /// Turns the running batch, or a part of it that failed for good, into one that is on its way to the dead letters.
    mutating func beginGivingUp(_ records: [SourceRecord], again: [Batch]) {
        retries.append(contentsOf: again.reversed())
        state = .givingUp(records)
    }

    var recordsBeingGivenUp: [SourceRecord]? {
        if case .givingUp(let records) = state { return records }
        return nil
    }

    private mutating func giveUp(_ records: [SourceRecord]) -> Step {
        state = .givingUp(records)
        return .giveUp(records, .recordAgeExceeded)
    }

    /// The records at the front that are too old to be tried, or nil when the first is not.
    private func expire(
        _ records: [SourceRecord], now: Timestamp, _ configuration: PipeConfiguration
    ) -> [SourceRecord]? {
        guard let age = configuration.maximumRecordAge else { return nil }
        let expired = records.prefix { now - $0.arrival > age }
        return expired.isEmpty ? nil : Array(expired)
    }

    /// As many waiting records as one batch may hold, by number and by payload.
    private func nextBatchRange(_ configuration: PipeConfiguration) -> Range<Int> {
        var end = queueStart
        var bytes = 2
        while end < queue.count, end - queueStart < configuration.batchSize {
            bytes += queue[end].json.count + 1
            // A single record always goes: an item has 400 KB at most, so it is far below the limit.
            if bytes > PipeConfiguration.payloadBytesMax, end > queueStart { break }
            end += 1
        }
        return queueStart..<end
    }

    private mutating func take(_ count: Int, now: Timestamp) {
        queueStart += count
        windowOpened = queueStart < queue.count ? now : nil
        if queueStart == queue.count {
            queue.removeAll(keepingCapacity: true)
            queueStart = 0
        } else if queueStart > 1_024, queueStart > queue.count / 2 {
            queue.removeFirst(queueStart)
            queueStart = 0
        }
    }
}
