import Clocks
import EventPatterns
import Logging
import Synchronization

/// The shell around a ``ShardFlow``: does its reads, invocations, dead letters, waits and checkpoint saves, and reports
/// what came of them.
final class ShardRunner: Sendable {
    private typealias Post = AsyncStream<ShardFlow.Event>.Continuation

    private let configuration: PipeConfiguration
    private let shard: any StreamShard
    private let borders: PipeBorders
    private let stages: PipeStages
    private let pace: Replay.Pace?
    private let logger: Logger
    /// What is settled beyond the checkpoint, and whether that is all: before the run, and again after it.
    private let settled: Mutex<(ahead: [UInt64: Fate], isComplete: Bool)>
    private let published: Mutex<ShardSnapshot>
    /// What went wrong last in each lane: a dead letter tells of it.
    private let failures = Mutex<[Int: PipeFailure]>([:])
    // By the machine's clock: it spares work, and decides nothing.
    private let began = ContinuousClock.now
    private let rhythm = Mutex(ReadRhythm(now: .zero))
    // Unbounded on purpose: each event answers one action, and actions are bounded by the lanes, one read and few wakes.
    private let events: AsyncStream<ShardFlow.Event>
    private let post: Post

    init(
        configuration: PipeConfiguration, shard: any StreamShard, borders: PipeBorders, ahead: [UInt64: Fate],
        pace: Replay.Pace?, logger: Logger
    ) {
        self.configuration = configuration
        self.shard = shard
        self.borders = borders
        stages = PipeStages(configuration, borders, sourceARN: shard.streamARN)
        self.pace = pace
        self.logger = logger
        settled = Mutex((ahead, false))
        var snapshot = ShardSnapshot(shardID: shard.shardID)
        snapshot.laneCount = configuration.parallelizationFactor
        // A place that cannot be read stops the pipe as soon as it runs; until then there is nothing to report.
        if let stored = try? borders.checkpoints.load(pipe: configuration.name, shardID: shard.shardID) {
            snapshot.counts = stored.counts.adding(ahead.values)
            snapshot.countsAtStart = snapshot.counts
            snapshot.checkpoint = stored
            snapshot.readPosition = stored.sequence
            snapshot.aheadCount = ahead.count
        }
        published = Mutex(snapshot)
        (events, post) = AsyncStream.makeStream()
    }

    /// How things stood after the last event.
    var snapshot: ShardSnapshot {
        var snapshot = published.withLock { $0 }
        // A store that cannot be read stops the pipe, which says so; a report need not fail for it as well.
        let backlog = (try? shard.backlog(after: snapshot.readPosition)) ?? 0
        snapshot.behind = max(0, backlog - snapshot.aheadCount)
        snapshot.firstUnsettledArrival = try? shard.firstArrival(after: snapshot.checkpoint.sequence)
        return snapshot
    }

    /// Fates of settled records beyond the checkpoint, by sequence: once ``run()`` has returned, what it leaves.
    var settledAhead: [UInt64: Fate] { settled.withLock { $0.ahead } }

    /// Whether ``run()`` has come to the shard's end with everything settled.
    var isComplete: Bool { settled.withLock { $0.isComplete } }

    /// Asks ``run()`` to take nothing new and to return when what is with the target is settled.
    func stop() { post.yield(.stop) }

    /// Runs until stopped or cancelled. May be called once.
    func run() async throws {
        let checkpoint = try await configuration.place(in: shard, borders.checkpoints)
        published.withLock { $0.countsAtStart = checkpoint.counts.adding(settledAhead.values) }
        let saver = CheckpointSaver(
            store: borders.checkpoints, pipe: configuration.name, shardID: shard.shardID, saved: checkpoint)
        enum Part { case flow, saver }
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask { [time = borders.time] in
                try await saver.run(time: time)
                return .saver
            }
            group.addTask {
                try await self.runFlow(from: checkpoint, saver)
                return .flow
            }
            while let part = try await group.next(), part != .flow {}
            group.cancelAll()
        }
        try await saver.saveNow()
    }

    private func runFlow(from checkpoint: Checkpoint, _ saver: CheckpointSaver) async throws {
        var flow = ShardFlow(
            configuration: configuration, checkpoint: checkpoint, ahead: settledAhead,
            sequenceNumber: { [shard] in shard.sequenceNumber($0) })
        var random = SystemRandomNumberGenerator()
        publish(flow)
        try await withThrowingDiscardingTaskGroup { work in
            for action in flow.start(now: borders.time.now()) { perform(action, in: &work) }
            events: for await event in events {
                let actions = flow.handle(event, now: borders.time.now(), random: &random)
                publish(flow)
                saver.offer(flow.checkpoint)
                for action in actions {
                    if action == .finished { break events }
                    perform(action, in: &work)
                }
            }
            // The read that waits for records and the timers have nothing to report to any more.
            work.cancelAll()
        }
        try Task.checkCancellation()
        settled.withLock { $0 = (flow.settledAhead, flow.isComplete) }
        saver.offerLast(flow.checkpoint)
    }

    private func perform(_ action: ShardFlow.Action, in work: inout ThrowingDiscardingTaskGroup<any Error>) {
        work.addTask { [self] in
            do {
                if let event = try await event(of: action) { post.yield(event) }
            } catch is CancellationError {
                // Stopped while waiting: what was not settled is read again at the next start.
            } catch {
                // A child's error does not end the group's body: without this, the flow would wait for events for ever.
                post.finish()
                throw error
            }
        }
    }

    private func event(of action: ShardFlow.Action) async throws -> ShardFlow.Event? {
        switch action {
        case .read(let after, let limit):
            try await shard.waitForRecords(after: after)
            let wait = rhythm.withLock { $0.wait(now: ContinuousClock.now - began) }
            if wait > .zero { try await Task.sleep(for: wait) }
            // From the read's beginning on: a paced one has waited already.
            let readAt = ContinuousClock.now - began
            let records = try await read(after: after, limit: limit)
            // By its bytes a read ends before the record that would be too much, so somewhat below the most.
            let isFull =
                records.count == limit || records.reduce(0) { $0 + $1.json.count } > ShardFlow.readBytesMax / 2
            rhythm.withLock { $0.note(count: records.count, isFull: isFull, now: readAt) }
            if records.isEmpty, shard.isFinite { return .end }
            return .records(records, matched: records.map(matches))
        case .invoke(let lane, let batch):
            let invocation = await stages.invoke(batch)
            if let handedOverAt = invocation.handedOverAt, !batch.isRetry {
                for record in batch.records {
                    borders.observer?.handedOver(pipe: configuration.name, arrival: record.arrival, at: handedOverAt)
                }
            }
            note(invocation, batch, lane: lane)
            return .invocationEnded(lane: lane, invocation.outcome)
        case .sendDeadLetter(let lane, let records, let condition):
            let letter = DeadLetter(
                records: records, condition: condition, pipeARN: configuration.arn, shard: shard,
                now: borders.time.now())
            guard let queue = borders.deadLetters else { preconditionFailure("dead letters are sent only to a queue") }
            let failure = failures.withLock { $0[lane] }.flatMap { failure in
                failure.sequences.contains(records[0].sequence) ? failure : nil
            }
            do {
                try await queue.send(
                    letter.body, records: DeadRecords(records, pipe: configuration.name, shard: shard, failure))
            } catch let refusal as QueueRefusal {
                note(refusal, records, attempts: failure?.attempts ?? 0)
                return .deadLetterRefused(lane: lane)
            }
            note(.deadLettered, records, condition, attempts: failure?.attempts ?? 0)
            logger.warning(
                "records went to the dead-letter queue",
                metadata: ["condition": "\(condition.rawValue)", "records": "\(records.count)"])
            return .deadLetterStored(lane: lane)
        case .reportDrop(let records, let condition):
            note(.dropped, records, condition, attempts: 0)
            logger.warning(
                "records were dropped: the pipe has no dead-letter queue",
                metadata: ["condition": "\(condition.rawValue)", "records": "\(records.count)"])
            return nil
        case .wake(let at):
            let now = borders.time.now()
            if at > now { try await borders.time.sleep(for: at - now) }
            return .wake(at: at)
        case .finished:
            return nil
        }
    }

    private func matches(_ record: SourceRecord) -> Bool {
        let judgement = configuration.criteria.judge(record.json)
        switch judgement {
        case .passes, .filteredOut: break
        case .unjudged(let error):
            logger.warning(
                "a stream record is delivered unjudged",
                metadata: ["sequence": "\(shard.sequenceNumber(record.sequence))", "error": "\(error)"])
        case .unreadable(let error):
            logger.error(
                "a stream record cannot be read and is passed over",
                metadata: ["sequence": "\(shard.sequenceNumber(record.sequence))", "error": "\(error)"])
        }
        return judgement.passes
    }

    /// A page of the shard, no faster than the pace of a replay until that has caught up.
    private func read(after sequence: UInt64, limit: Int) async throws -> [SourceRecord] {
        guard let pace, sequence < pace.until else { return try await shard.records(after: sequence, limit: limit) }
        // A tenth of a second's worth at a time, so that a slow pace is even.
        let most = max(1, Int(pace.recordsPerSecond / 10))
        let records = try await shard.records(after: sequence, limit: min(limit, most))
        try await borders.time.sleep(for: .seconds(Double(records.count) / pace.recordsPerSecond))
        return records
    }

    private func note(
        _ kind: PipeSetback.Kind, _ records: [SourceRecord], _ condition: DeadLetterCondition, attempts: Int
    ) {
        borders.setbacks?(
            PipeSetback(
                timestamp: borders.time.now().milliseconds, kind: kind, sequences: records.map(\.sequence),
                attempts: attempts, reason: condition.rawValue))
    }

    private func note(_ invocation: Invocation, _ batch: Batch, lane: Int) {
        let reason: String
        var attempts = batch.failedAttempts + 1
        switch invocation.outcome {
        case .succeeded: return
        case .partlyFailed(let identifiers): reason = "\(identifiers.count) of \(batch.records.count) records failed"
        case .failed(let text): reason = text
        case .notReached(let text):
            reason = text
            attempts -= 1
        }
        let first = batch.records[0].sequence
        let failure = PipeFailure(
            at: borders.time.now(), reason: reason, requestID: invocation.requestID, attempts: attempts,
            sequences: first...batch.records[batch.records.count - 1].sequence)
        borders.setbacks?(PipeSetback(invocation, batch, failure, sequenceNumber: shard.sequenceNumber))
        failures.withLock { $0[lane] = failure }
        published.withLock { $0.lastFailure = failure }
        logger.debug(
            "an invocation failed",
            metadata: [
                "reason": "\(reason)", "records": "\(batch.records.count)", "attempts": "\(attempts)",
                "sequence": "\(shard.sequenceNumber(first))",
            ])
    }

    /// What kept a dead letter from its queue. The lane's own failure stays as it is: the dead letter will tell of it.
    private func note(_ refusal: QueueRefusal, _ records: [SourceRecord], attempts: Int) {
        let failure = PipeFailure(
            at: borders.time.now(), reason: "the dead-letter queue does not take the records: \(refusal)",
            requestID: nil, attempts: attempts,
            sequences: records[0].sequence...records[records.count - 1].sequence)
        published.withLock { $0.lastFailure = failure }
        logger.warning(
            "a dead letter is refused and will be sent again",
            metadata: ["reason": "\(refusal)", "records": "\(records.count)"])
    }

    private func publish(_ flow: ShardFlow) {
        published.withLock {
            $0.counts = flow.counts
            $0.readPosition = flow.readPosition
            $0.checkpoint = flow.checkpoint
            $0.aheadCount = flow.aheadCount
            $0.busyLaneCount = flow.busyLaneCount
        }
    }
}
