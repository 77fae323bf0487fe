import Clocks
import TestSupport

@testable import Pipes

/// The store refused a read or a write.
struct StorageFailed: Error {}

/// One lineage of shards with its flow, and what is under way between the flow and the world. It does what
/// ``ShardRunner`` does, one thing at a time.
struct SimulatedShard {
    enum Choice { case start, write, read, answer, store, wake, save, stop }

    private enum Run { case down, running, toldToStop, finished }

    private let plan: SimulationPlan
    private let writes: [SimulationPlan.Write]
    private let name: Int
    private let mutation: Mutation?
    private var flow: ShardFlow
    private var ledger: Ledger
    private var stream: [SourceRecord] = []
    /// The first sequence of the shard that is written to.
    private var shardStart: UInt64 = 0
    /// How many records the retention has taken away.
    private var trimmedCount = 0
    private var run = Run.down
    private var mustStop = false
    /// The checkpoint that the store holds, and the one that waits to be saved.
    private var saved = Checkpoint()
    private var offered = Checkpoint()
    // What is under way.
    private var reading: (after: UInt64, limit: Int)?
    private var invocations: [(lane: Int, batch: Batch, isThrottled: Bool)] = []
    private var deadLetters: [(lane: Int, records: [SourceRecord])] = []
    /// Dead letters that were refused and wait for their next try.
    private var refused: [(lane: Int, records: [SourceRecord])] = []
    private var timers: [(at: Timestamp, due: Timestamp)] = []

    /// More timers than this at once are a leak: a lane waits for one moment at a time.
    private static let timerCountMax = 12
    /// What a stream keeps. AWS: 24 hours.
    private static let retention = Duration.seconds(86_400)

    init(_ plan: SimulationPlan, _ name: Int, _ mutation: Mutation?) {
        self.plan = plan
        self.name = name
        self.mutation = mutation
        writes = plan.lineages[name]
        ledger = Ledger(plan.configuration)
        flow = Self.flow(plan, mutation, from: saved, ahead: [:])
    }

    private static func flow(
        _ plan: SimulationPlan, _ mutation: Mutation?, from checkpoint: Checkpoint, ahead: [UInt64: Fate]
    ) -> ShardFlow {
        var configuration = plan.configuration
        let attempts = configuration.maximumRetryAttempts
        // -1 is no bound and 0 the least one.
        if mutation == .oneRetryTooMany, attempts >= 0 { configuration.maximumRetryAttempts = attempts + 1 }
        if mutation == .oneRetryTooFew, attempts > 0 { configuration.maximumRetryAttempts = attempts - 1 }
        return ShardFlow(
            configuration: configuration, checkpoint: checkpoint, ahead: mutation == .aheadForgotten ? [:] : ahead,
            sequenceNumber: Samples.sequenceNumber)
    }

    private var checkpoint: Checkpoint {
        var checkpoint = flow.checkpoint
        if mutation == .checkpointTooFar {
            let next = stream.firstIndex(after: checkpoint.sequence)
            if next < stream.count, stream[next].sequence <= flow.readPosition {
                checkpoint.sequence = stream[next].sequence
            }
        }
        return checkpoint
    }

    var isFinished: Bool { run == .finished }
    /// Whether everything is written and settled, and no stop is under way.
    var isDone: Bool {
        run == .running && !mustStop && stream.count == writes.count && ledger.isDrained
    }
    var nextTimer: Timestamp? { timers.map(\.due).min() }

    func check() throws { try ledger.check(counts: flow.counts, checkpoint: checkpoint) }

    func checkEnd(_ surroundings: Surroundings) throws {
        try ledger.checkEnd(handled: surroundings.function.handled, deadLetters: surroundings.deadLetters)
    }

    /// Asks the shard to stop; it hears of it in a step of its own.
    mutating func stop() { if run != .finished { mustStop = true } }

    /// One of the things that can happen to this shard now, nil when there is none.
    func choose(_ surroundings: inout Surroundings) -> Choice? {
        if run == .down { return surroundings.random.oneIn(3) && stream.count < writes.count ? .write : .start }
        let canSave = offered != saved && run != .finished
        if canSave, surroundings.random.oneIn(5) { return .save }
        if mustStop, run == .running, surroundings.random.oneIn(2) { return .stop }
        var choices: [Choice] = []
        if stream.count < writes.count { choices.append(.write) }
        if let reading, let newest = stream.last, newest.sequence > reading.after, trimmedCount < stream.count {
            choices.append(.read)
        }
        if !invocations.isEmpty { choices += [.answer, .answer] }
        if !deadLetters.isEmpty { choices.append(.store) }
        if timers.contains(where: { $0.due <= surroundings.now.even }) { choices += [.wake, .wake] }
        if choices.isEmpty { return mustStop && run == .running ? .stop : nil }
        return surroundings.random.pick(choices)
    }

    mutating func perform(_ choice: Choice, _ surroundings: inout Surroundings) throws {
        switch choice {
        case .start:
            run = .running
            try take(flow.start(now: surroundings.now.wall), &surroundings)
        case .write: write(&surroundings)
        case .read: try finishRead(&surroundings)
        case .answer: try answer(&surroundings)
        case .store: try store(&surroundings)
        case .wake:
            let due = timers.indices.filter { timers[$0].due <= surroundings.now.even }
            let timer = timers.remove(at: surroundings.random.pick(due))
            try handle(.wake(at: timer.at), &surroundings)
        case .save: try save(&surroundings)
        case .stop:
            surroundings.note("shard \(name) is told to stop")
            if !refused.isEmpty { surroundings.reach(.stopWhileRefused) }
            run = .toldToStop
            try handle(.stop, &surroundings)
            guard run == .finished || !invocations.isEmpty || !deadLetters.isEmpty else {
                throw LawBroken("nothing is under way, yet the stop does not finish")
            }
        }
    }

    private mutating func write(_ surroundings: inout Surroundings) {
        let most = 1 + surroundings.random.below(writes.count > 500 ? writes.count : 5)
        for write in writes[stream.count...].prefix(most) {
            if write.isFirstOfShard { shardStart = write.sequence }
            var record = Samples.record(write.sequence, item: write.itemKey, arrival: surroundings.now.wall)
            record.shardStart = shardStart
            stream.append(record)
            ledger.write(record, isMatch: write.isMatch)
        }
        let count = stream.count
        surroundings.note("shard \(name) has \(count) records")
    }

    private mutating func finishRead(_ surroundings: inout Surroundings) throws {
        guard let (after, limit) = reading else { return }
        reading = nil
        if surroundings.fails(plan.faults.readError) {
            surroundings.reach(.readError)
            throw StorageFailed()
        }
        let start = max(stream.firstIndex(after: after), trimmedCount)
        // Now and then a read brings less than there is, or nothing; it ends where a shard closes.
        let most = surroundings.random.happens(300) ? min(limit, surroundings.random.below(4)) : limit
        var end = start
        while end < stream.count, end - start < most, end == start || !writes[end].isFirstOfShard { end += 1 }
        if end < stream.count, end > start, writes[end].isFirstOfShard { surroundings.reach(.nextShard) }
        var records = Array(stream[start..<end])
        surroundings.note("shard \(name) reads \(records.sequences)")
        try ledger.read(records, now: surroundings.now)
        if ledger.unsettledCount == plan.configuration.recordsHeldMax { surroundings.reach(.fullPipe) }
        if mutation == .itemIgnored {
            for index in records.indices { records[index].itemKey = SeededGenerator.mix(records[index].sequence) }
        }
        if mutation == .shardsIgnored { for index in records.indices { records[index].shardStart = 0 } }
        try handle(.records(records, matched: writes[start..<end].map(\.isMatch)), &surroundings)
    }

    private mutating func answer(_ surroundings: inout Surroundings) throws {
        let (lane, batch, isThrottled) = invocations.remove(at: surroundings.random.below(invocations.count))
        let outcome =
            isThrottled
            ? .notReached(reason: "throttled")
            : surroundings.function.end(batch, isCalm: surroundings.isCalm, &surroundings.random)
        surroundings.note("shard \(name), lane \(lane), \(batch.records.sequences): \(outcome)")
        switch outcome {
        case .succeeded: surroundings.reach(.delivered)
        case .notReached: surroundings.reach(.throttled)
        case .partlyFailed(let identifiers):
            surroundings.reach(identifiers.contains("nobody") ? .mistakenAnswer : .partlyFailed)
        case .failed(reason: "timed out"):
            surroundings.now.pass(.seconds(3))
            surroundings.reach(.timeOut)
        case .failed(reason: "died"): surroundings.reach(.functionCrash)
        case .failed: break
        }
        ledger.invocationEnded(batch, outcome, now: surroundings.now)
        try handle(.invocationEnded(lane: lane, outcome), &surroundings)
    }

    private mutating func store(_ surroundings: inout Surroundings) throws {
        let (lane, records) = deadLetters.remove(at: surroundings.random.below(deadLetters.count))
        if surroundings.fails(plan.faults.sendRefusal) {
            surroundings.note("shard \(name), lane \(lane): dead letter of \(records.sequences) is refused")
            surroundings.reach(.sendRefusal)
            ledger.deadLetterRefused(records, now: surroundings.now)
            refused.append((lane, records))
            let event: ShardFlow.Event =
                mutation == .refusalIgnored ? .deadLetterStored(lane: lane) : .deadLetterRefused(lane: lane)
            return try handle(event, &surroundings)
        }
        let isFailure = surroundings.fails(plan.faults.sendError)
        // A write that is reported as failed may have been made.
        if !isFailure || surroundings.random.oneIn(2) { surroundings.store(records) }
        if isFailure {
            surroundings.reach(.sendError)
            throw StorageFailed()
        }
        surroundings.note("shard \(name), lane \(lane): dead letter of \(records.sequences) is stored")
        ledger.deadLetterStored(records)
        try handle(.deadLetterStored(lane: lane), &surroundings)
    }

    private mutating func save(_ surroundings: inout Surroundings) throws {
        let isFailure = surroundings.fails(plan.faults.saveError)
        if !isFailure || surroundings.random.oneIn(2) { saved = offered }
        if isFailure {
            surroundings.reach(.saveError)
            throw StorageFailed()
        }
    }

    /// What was under way is forgotten; the next run begins from what is saved and, after a graceful stop, does nothing
    /// again that is settled.
    mutating func fallBack(isGraceful: Bool, _ surroundings: inout Surroundings) {
        let ahead = isGraceful ? flow.settledAhead : [:]
        if !ahead.isEmpty { surroundings.reach(.settledAhead) }
        run = .down
        mustStop = false
        reading = nil
        invocations = []
        deadLetters = []
        refused = []
        timers = []
        offered = saved
        ledger.restart(from: saved, keepsSettled: isGraceful)
        flow = Self.flow(plan, mutation, from: saved, ahead: ahead)
        let sequence = saved.sequence
        surroundings.note("shard \(name) falls back to \(sequence)")
    }

    /// The retention takes away what is too old by the wall clock.
    mutating func trim(_ surroundings: inout Surroundings) {
        while trimmedCount < stream.count,
            surroundings.now.wall - stream[trimmedCount].arrival > Self.retention
        {
            if ledger.trim(trimmedCount) { surroundings.reach(.trimmedUnread) }
            trimmedCount += 1
        }
    }

    private mutating func handle(_ event: ShardFlow.Event, _ surroundings: inout Surroundings) throws {
        let actions = flow.handle(event, now: surroundings.now.wall, random: &surroundings.random)
        if flow.checkpoint.sequence != offered.sequence { offered = checkpoint }
        try take(actions, &surroundings)
    }

    private mutating func take(_ actions: [ShardFlow.Action], _ surroundings: inout Surroundings) throws {
        for action in actions {
            switch action {
            case .read(let after, let limit):
                guard reading == nil else { throw LawBroken("two reads at once") }
                guard run == .running else { throw LawBroken("a read after the stop") }
                try ledger.checkRead(after: after, limit: limit)
                reading = (after, limit)
            case .invoke(let lane, let batch):
                guard run == .running else { throw LawBroken("an invocation after the stop") }
                try requireFree(lane)
                surroundings.note("shard \(name), lane \(lane) sends \(batch.records.sequences)")
                try ledger.handOver(batch, now: surroundings.now)
                invocations.append((lane, batch, !surroundings.function.begin()))
            case .sendDeadLetter(let lane, let records, _) where refused.contains { $0.lane == lane }:
                guard refused.contains(where: { $0.lane == lane && $0.records == records }) else {
                    throw LawBroken("lane \(lane) forgets a dead letter that was refused")
                }
                refused.removeAll { $0.lane == lane }
                try ledger.sendDeadLetterAgain(records, now: surroundings.now)
                deadLetters.append((lane, records))
            case .sendDeadLetter(let lane, let records, let condition):
                try requireFree(lane)
                surroundings.note("shard \(name), lane \(lane) gives up \(records.sequences): \(condition)")
                surroundings.reach(
                    condition == .recordAgeExceeded ? .deadLetterForAge : .deadLetterForAttempts)
                try ledger.giveUp(records, condition, now: surroundings.now.wall)
                deadLetters.append((lane, records))
            case .reportDrop(let records, let condition):
                surroundings.note("shard \(name) drops \(records.sequences): \(condition)")
                surroundings.reach(condition == .recordAgeExceeded ? .droppedForAge : .droppedForAttempts)
                try ledger.drop(records, condition, now: surroundings.now.wall)
            case .wake(let at):
                try wait(until: at, surroundings)
            case .finished:
                try finish(&surroundings)
            }
        }
    }

    private mutating func wait(until at: Timestamp, _ surroundings: Surroundings) throws {
        let wait = max(.zero, at - surroundings.now.wall)
        let longest = max(RetryPolicy.longestDelay, plan.configuration.maximumBatchingWindow)
        guard wait <= longest else { throw LawBroken("a wait of \(wait)") }
        guard !timers.contains(where: { $0.at == at }) else { throw LawBroken("two timers for one moment") }
        timers.append((at, surroundings.now.even + wait))
        guard timers.count <= Self.timerCountMax else { throw LawBroken("\(timers.count) timers at once") }
    }

    private mutating func finish(_ surroundings: inout Surroundings) throws {
        guard run == .toldToStop, invocations.isEmpty, deadLetters.isEmpty else {
            throw LawBroken("finished with work under way")
        }
        run = .finished
        reading = nil
        timers = []
        surroundings.note("shard \(name) is finished")
        // The pipe saves before it ends.
        offered = checkpoint
        try save(&surroundings)
    }

    private func requireFree(_ lane: Int) throws {
        let isBusy =
            invocations.contains { $0.lane == lane } || (deadLetters + refused).contains { $0.lane == lane }
        if isBusy {
            throw LawBroken("lane \(lane) has two things to do at once")
        }
    }
}

extension [SourceRecord] {
    /// Where the records behind a sequence begin.
    fileprivate func firstIndex(after sequence: UInt64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
