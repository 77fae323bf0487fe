import TestSupport
import Clocks

@testable import Pipes

/// A whole shard in one value: a stream that grows, a pipe's flow, a target and a dead-letter queue that answer in any
/// order and fail, a clock that only this run moves. The same seed gives the same run.
struct ShardSimulation {
    let plan: SimulationPlan
    /// What happened, line by line; kept only when asked for.
    private(set) var trace: [String] = []
    private let isTracing: Bool
    private var random: SeededGenerator
    private var now = Samples.start
    private var flow: ShardFlow
    private(set) var ledger: Ledger
    private var stream: [SourceRecord] = []
    /// The checkpoint that a crash leaves.
    private var saved = Checkpoint()
    private(set) var stepCount = 0
    private var isStopping = false
    // What is under way.
    private var reading: (after: UInt64, limit: Int)?
    private var invocations: [(lane: Int, batch: Batch)] = []
    private var deadLetters: [(lane: Int, records: [SourceRecord])] = []
    private var timers: [Timestamp] = []

    /// More timers than this at once are a leak: a lane waits for one moment at a time.
    private static let timerCountMax = 12

    init(seed: UInt64, isTracing: Bool = false) throws {
        self.isTracing = isTracing
        random = SeededGenerator(seed: seed)
        plan = try SimulationPlan(seed: seed, random: &random)
        ledger = Ledger(plan.configuration)
        flow = Self.flow(plan, from: saved)
    }

    private static func flow(_ plan: SimulationPlan, from checkpoint: Checkpoint) -> ShardFlow {
        ShardFlow(configuration: plan.configuration, checkpoint: checkpoint, sequenceNumber: Samples.sequenceNumber)
    }

    /// Runs until everything is settled; throws ``LawBroken``.
    mutating func run() throws {
        try take(flow.start(now: now))
        try ledger.check(flow)
        let stepsMax = plan.calmAfter + 2_000 + plan.writes.count * 100
        while stream.count < plan.writes.count || !ledger.isDrained || isStopping {
            stepCount += 1
            guard stepCount < stepsMax else { throw LawBroken("no end after \(stepCount) steps") }
            try step()
            try ledger.check(flow)
        }
        try ledger.checkEnd()
    }

    private var isCalm: Bool { stepCount > plan.calmAfter }

    private enum Choice { case write, read, answer, store, wake, save, crash, stop }

    private mutating func step() throws {
        now = now + .microseconds(Int64.random(in: 0...20_000, using: &random))
        var choices: [Choice] = []
        if stream.count < plan.writes.count { choices.append(.write) }
        if let reading, let newest = stream.last, newest.sequence > reading.after { choices.append(.read) }
        if !invocations.isEmpty { choices += [.answer, .answer] }
        if !deadLetters.isEmpty { choices.append(.store) }
        if timers.contains(where: { $0 <= now }) { choices += [.wake, .wake] }
        if choices.isEmpty {
            // Nothing can happen before the next timer.
            guard let next = timers.min() else { throw LawBroken("stuck: nothing is under way") }
            now = max(now, next)
            choices = [.wake]
        }
        if chance(0.2) { choices = [.save] }
        if !isCalm, chance(plan.crashChance) { choices = [.crash] }
        if !isCalm, !isStopping, chance(plan.stopChance) { choices = [.stop] }
        try perform(choices[Int.random(in: 0..<choices.count, using: &random)])
    }

    private mutating func perform(_ choice: Choice) throws {
        switch choice {
        case .write: write()
        case .read: try finishRead()
        case .answer: try answer()
        case .store:
            let (lane, records) = deadLetters.remove(at: Int.random(in: 0..<deadLetters.count, using: &random))
            note("dead letter of \(records.sequences) is stored")
            ledger.deadLetterStored(records)
            try handle(.deadLetterStored(lane: lane))
        case .wake:
            let due = timers.indices.filter { timers[$0] <= now }
            let at = timers.remove(at: due[Int.random(in: 0..<due.count, using: &random)])
            try handle(.wake(at: at))
        case .save:
            saved = flow.checkpoint
        case .crash:
            note("crash")
            try restart()
        case .stop:
            note("stop")
            isStopping = true
            try handle(.stop)
            guard !isStopping || !invocations.isEmpty || !deadLetters.isEmpty else {
                throw LawBroken("nothing is under way, yet the stop does not finish")
            }
        }
    }

    private mutating func write() {
        let most = plan.writes.count > 500 ? 200 : 5
        for write in plan.writes[stream.count...].prefix(Int.random(in: 1...most, using: &random)) {
            let record = Samples.record(write.sequence, item: write.itemKey, arrival: now)
            stream.append(record)
            ledger.write(record, isMatch: write.isMatch)
        }
        let count = stream.count
        note("\(count) records are written")
    }

    private mutating func finishRead() throws {
        guard let (after, limit) = reading else { return }
        reading = nil
        let start = stream.firstIndex { $0.sequence > after }!
        // Now and then a read brings less than there is, or nothing.
        let most = chance(0.3) ? Int.random(in: 0...3, using: &random) : limit
        let range = start..<min(stream.count, start + min(most, limit))
        let records = Array(stream[range])
        note("read \(records.sequences)")
        ledger.read(records, now: now)
        try handle(.records(records, matched: range.map { plan.writes[$0].isMatch }))
    }

    private mutating func answer() throws {
        let (lane, batch) = invocations.remove(at: Int.random(in: 0..<invocations.count, using: &random))
        let outcome = outcome(batch)
        note("lane \(lane), \(batch.records.sequences): \(outcome)")
        ledger.invocationEnded(batch, outcome, now: now)
        try handle(.invocationEnded(lane: lane, outcome))
    }

    private mutating func outcome(_ batch: Batch) -> BatchOutcome {
        let endless = plan.configuration.maximumRetryAttempts < 0
        var failing = batch.records.filter { record in
            // Poison that is tried for ever is cured in the end, or the run would not end.
            !(endless && isCalm) && plan.writes[stream.firstIndex(of: record.sequence)].isPoison
        }
        if !isCalm, chance(plan.missChance) { return .notReached(reason: "throttled") }
        if !isCalm, chance(plan.failureChance) { return .failed(reason: "raised") }
        if !isCalm, chance(plan.partialChance) {
            failing += batch.records.filter { _ in Bool.random(using: &random) }
        }
        guard !failing.isEmpty else { return .succeeded }
        if chance(0.3) { return .failed(reason: "raised") }
        // Named by either identifier, in any order, some of them twice.
        var identifiers = failing.map { record in
            Bool.random(using: &random) ? record.eventID : Samples.sequenceNumber(record.sequence)
        }
        identifiers.shuffle(using: &random)
        if chance(0.1) { identifiers.append("nobody") }
        return .partlyFailed(identifiers: identifiers)
    }

    private mutating func handle(_ event: ShardFlow.Event) throws {
        try take(flow.handle(event, now: now, random: &random))
    }

    private mutating func take(_ actions: [ShardFlow.Action]) throws {
        for action in actions {
            switch action {
            case .read(let after, let limit):
                guard reading == nil else { throw LawBroken("two reads at once") }
                guard !isStopping else { throw LawBroken("a read after the stop") }
                try ledger.checkRead(after: after, limit: limit)
                reading = (after, limit)
            case .invoke(let lane, let batch):
                guard !isStopping else { throw LawBroken("an invocation after the stop") }
                try requireFree(lane)
                note("lane \(lane) sends \(batch.records.sequences)")
                try ledger.handOver(batch, now: now)
                invocations.append((lane, batch))
            case .sendDeadLetter(let lane, let records, let condition):
                try requireFree(lane)
                note("lane \(lane) gives up \(records.sequences): \(condition)")
                try ledger.giveUp(records, condition, now: now)
                deadLetters.append((lane, records))
            case .reportDrop(let records, let condition):
                note("\(records.sequences) dropped: \(condition)")
                try ledger.drop(records, condition, now: now)
            case .wake(let at):
                guard !timers.contains(at) else { throw LawBroken("two timers for one moment") }
                timers.append(at)
                guard timers.count <= Self.timerCountMax else { throw LawBroken("\(timers.count) timers at once") }
            case .finished:
                guard isStopping, invocations.isEmpty, deadLetters.isEmpty else {
                    throw LawBroken("finished with work under way")
                }
                // The pipe saves before it ends.
                saved = flow.checkpoint
                note("finished")
                return try restart()
            }
        }
    }

    private func requireFree(_ lane: Int) throws {
        guard !invocations.contains(where: { $0.lane == lane }), !deadLetters.contains(where: { $0.lane == lane })
        else {
            throw LawBroken("lane \(lane) has two things to do at once")
        }
    }

    /// What was under way is forgotten, as far as the pipe knows.
    private mutating func restart() throws {
        let sequence = saved.sequence
        note("restart behind \(sequence)")
        isStopping = false
        reading = nil
        invocations = []
        deadLetters = []
        timers = []
        ledger.restart(from: saved)
        flow = Self.flow(plan, from: saved)
        try take(flow.start(now: now))
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    private mutating func note(_ line: @autoclosure () -> String) {
        if isTracing { trace.append("\(stepCount) \(now - Samples.start): \(line())") }
    }
}

extension [SourceRecord] {
    /// Where a sequence stands.
    fileprivate func firstIndex(of sequence: UInt64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
