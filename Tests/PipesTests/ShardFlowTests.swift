import Clocks
import TestSupport
import Testing

@testable import Pipes

/// A shard's flow, step by step: what random runs reach seldom or never.
@Suite struct ShardFlowTests {
    private let start = Samples.start

    private func flow(_ configuration: PipeConfiguration, after sequence: UInt64 = 0) -> ShardFlow {
        ShardFlow(
            configuration: configuration, checkpoint: Checkpoint(sequence: sequence),
            sequenceNumber: Samples.sequenceNumber)
    }

    private func handle(_ flow: inout ShardFlow, _ event: ShardFlow.Event, at now: Timestamp) -> [ShardFlow.Action] {
        var random = SeededGenerator(seed: 1)
        return flow.handle(event, now: now, random: &random)
    }

    private func handle(_ flow: inout ShardFlow, _ records: [SourceRecord], at now: Timestamp) -> [ShardFlow.Action] {
        handle(&flow, .records(records, matched: records.map { _ in true }), at: now)
    }

    private func wakes(_ actions: [ShardFlow.Action]) -> [Timestamp] {
        actions.compactMap { if case .wake(let at) = $0 { at } else { nil } }
    }

    private func sends(_ actions: [ShardFlow.Action], on lane: Int) -> Bool {
        actions.contains { if case .invoke(lane, _) = $0 { true } else { false } }
    }

    @Test func itBeginsBehindItsCheckpoint() throws {
        var flow = flow(try Samples.configuration(), after: 42)
        #expect(flow.start(now: start) == [.read(after: 42, limit: ShardFlow.readCountMax)])
    }

    /// A stuck target: reading stops when the shard holds as much as it may, and goes on when there is room.
    @Test func aStuckTargetStopsTheReader() throws {
        let configuration = try Samples.configuration(batchSize: 10)
        #expect(configuration.recordsHeldMax == 1_000)
        var flow = flow(configuration)
        _ = flow.start(now: start)
        var actions = handle(&flow, Samples.records(1...995), at: start)
        #expect(actions.contains(.read(after: 995, limit: 5)))
        actions = handle(&flow, Samples.records(996...1_000), at: start)
        #expect(actions == [])
        actions = handle(&flow, .invocationEnded(lane: 0, .failed(reason: "")), at: start)
        #expect(actions.count == 1, "nothing but a timer for the retry")
        let retry = try #require(wakes(actions).first)
        _ = handle(&flow, .wake(at: retry), at: retry)
        actions = handle(&flow, .invocationEnded(lane: 0, .succeeded), at: start + .seconds(1))
        #expect(actions.contains(.read(after: 1_000, limit: 10)))
    }

    /// Large records: reading stops by their bytes long before it would by their number, and goes on when some are
    /// settled.
    @Test func aStuckTargetStopsTheReaderOfLargeRecords() throws {
        let configuration = try Samples.configuration(batchSize: 10)
        #expect(configuration.bytesHeldMax == 32 << 20)
        var flow = flow(configuration)
        _ = flow.start(now: start)
        let template = Samples.record(1, bytes: 1 << 20)
        let records = (UInt64(1)...32).map {
            var record = template
            record.sequence = $0
            return record
        }
        var actions = handle(&flow, Array(records[..<31]), at: start)
        #expect(actions.contains(.read(after: 31, limit: 969)))
        actions = handle(&flow, Array(records[31...]), at: start)
        #expect(actions.isEmpty)
        // Five make the largest batch that a function takes.
        actions = handle(&flow, .invocationEnded(lane: 0, .succeeded), at: start)
        #expect(actions.contains(.read(after: 32, limit: 973)))
    }

    @Test func largeBatchesMayFill() throws {
        let configuration = try Samples.configuration(batchSize: 10_000, lanes: 10)
        #expect(configuration.bytesHeldMax >= 2 * configuration.batchBytesMax * configuration.parallelizationFactor)
        #expect(configuration.recordsHeldMax >= configuration.batchSize * configuration.parallelizationFactor)
    }

    /// One stuck record and a filter that drops the rest: what stands behind the checkpoint is bounded as well.
    @Test func filteredRecordsBehindAStuckOneAreBounded() throws {
        var flow = flow(try Samples.configuration())
        _ = flow.start(now: start)
        var actions = handle(&flow, [Samples.record(1)], at: start)
        var next: UInt64 = 2
        let template = Samples.record(1)
        while actions.contains(where: { if case .read = $0 { true } else { false } }) {
            let records = (next..<next + 1_000).map {
                var record = template
                record.sequence = $0
                return record
            }
            next += 1_000
            actions = handle(&flow, .records(records, matched: records.map { _ in false }), at: start)
            guard next < 200_000 else { break }
        }
        #expect(Int(next) > ShardFlow.openRecordsMax)
        #expect(Int(next) <= ShardFlow.openRecordsMax + ShardFlow.readCountMax)
        #expect(flow.checkpoint.sequence == 0)
        actions = handle(&flow, .invocationEnded(lane: 0, .succeeded), at: start)
        #expect(actions.contains(.read(after: next - 1, limit: ShardFlow.readCountMax)))
        #expect(flow.checkpoint.sequence == next - 1)
    }

    /// Two lanes wait, the second for less: two timers run. Each is heard once, and none breeds another.
    @Test func timersDoNotMultiply() throws {
        let configuration = try Samples.configuration(batchSize: 10, window: .seconds(300), lanes: 2)
        var flow = flow(configuration)
        _ = flow.start(now: start)
        var timers = wakes(handle(&flow, [Samples.record(1, item: 0)], at: start))
        #expect(timers == [start + .seconds(300)])
        var sequence: UInt64 = 2
        var now = start
        for _ in 0..<20 {
            // A full batch on lane 1 that fails and is tried again: a short wait beside the long one.
            let records = (sequence..<sequence + 10).map { Samples.record($0, item: 1) }
            sequence += 10
            try #require(sends(handle(&flow, records, at: now), on: 1))
            timers += wakes(handle(&flow, .invocationEnded(lane: 1, .failed(reason: "")), at: now))
            now = try #require(timers.min())
            timers.removeAll { $0 == now }
            let actions = handle(&flow, .wake(at: now), at: now)
            try #require(sends(actions, on: 1))
            timers += wakes(actions)
            timers += wakes(handle(&flow, .invocationEnded(lane: 1, .succeeded), at: now))
            #expect(timers == [start + .seconds(300)])
        }
    }

    /// The machine's clock was set back while a timer ran: it fires before its time and is set again.
    @Test func aTimerThatFiresTooEarlyIsSetAgain() throws {
        var flow = flow(try Samples.configuration(window: .seconds(5)))
        _ = flow.start(now: start)
        let at = start + .seconds(5)
        #expect(wakes(handle(&flow, [Samples.record(1)], at: start)) == [at])
        #expect(handle(&flow, .wake(at: at), at: start + .seconds(4)) == [.wake(at: at)])
        #expect(handle(&flow, .wake(at: at), at: at) == [.invoke(lane: 0, Batch(records: [Samples.record(1)]))])
    }

    @Test func withoutADeadLetterQueueADropIsReportedAndTheLaneGoesOn() throws {
        let configuration = try Samples.configuration(batchSize: 1, retries: 0, deadLetters: false)
        var flow = flow(configuration)
        _ = flow.start(now: start)
        _ = handle(&flow, Samples.records(1...2), at: start)
        let actions = handle(&flow, .invocationEnded(lane: 0, .failed(reason: "")), at: start)
        #expect(
            actions == [
                .reportDrop([Samples.record(1)], .retryAttemptsExhausted),
                .invoke(lane: 0, Batch(records: [Samples.record(2)])),
            ])
        #expect(flow.counts.dropped == 1)
        #expect(flow.checkpoint.sequence == 1)
    }

    /// A stop while a dead letter is under way waits for it, so that it is not sent twice.
    @Test func stoppingWaitsForTheDeadLetter() throws {
        var flow = flow(try Samples.configuration(batchSize: 1, retries: 0))
        _ = flow.start(now: start)
        _ = handle(&flow, Samples.records(1...2), at: start)
        let actions = handle(&flow, .invocationEnded(lane: 0, .failed(reason: "")), at: start)
        try #require(actions == [.sendDeadLetter(lane: 0, [Samples.record(1)], .retryAttemptsExhausted)])
        #expect(flow.checkpoint.sequence == 0)
        #expect(handle(&flow, .stop, at: start) == [])
        #expect(handle(&flow, .deadLetterStored(lane: 0), at: start) == [.finished])
        #expect(flow.checkpoint.sequence == 1)
        #expect(flow.counts.inFlight == 1, "the second record is read again at the next start")
    }

    /// Refused, the letter rests, whatever else happens, and is the lane's next business.
    @Test func aRefusedDeadLetterIsSentAgainAfterItsPause() throws {
        var flow = flow(try Samples.configuration(batchSize: 1, retries: 0))
        _ = flow.start(now: start)
        _ = handle(&flow, Samples.records(1...2), at: start)
        let letter = ShardFlow.Action.sendDeadLetter(lane: 0, [Samples.record(1)], .retryAttemptsExhausted)
        try #require(handle(&flow, .invocationEnded(lane: 0, .failed(reason: "")), at: start) == [letter])
        var now = start
        for refusal in 1...10 {
            let actions = handle(&flow, .deadLetterRefused(lane: 0), at: now)
            let wake = try #require(wakes(actions).first)
            let full = min(Duration.milliseconds(250) * (1 << (refusal - 1)), RetryPolicy.longestDelay)
            #expect((full / 2...full).contains(wake - now), "refusal \(refusal): \(wake - now)")
            #expect(handle(&flow, Samples.records(UInt64(refusal * 10)...UInt64(refusal * 10)), at: now).count == 1)
            now = wake
            #expect(handle(&flow, .wake(at: wake), at: now) == [letter])
        }
        #expect(flow.busyLaneCount == 1)
        #expect(flow.checkpoint.sequence == 0)
        let actions = handle(&flow, .deadLetterStored(lane: 0), at: now)
        #expect(actions == [.invoke(lane: 0, Batch(records: [Samples.record(2)]))])
        #expect(flow.checkpoint.sequence == 1)
    }

    /// The clock was set back while the letter rested: it rests no longer than the longest pause from then on.
    @Test func aClockSetBackDoesNotHoldARefusedDeadLetter() throws {
        var flow = flow(try Samples.configuration(batchSize: 1, retries: 0))
        _ = flow.start(now: start)
        _ = handle(&flow, Samples.records(1...1), at: start)
        _ = handle(&flow, .invocationEnded(lane: 0, .failed(reason: "")), at: start)
        let wake = try #require(wakes(handle(&flow, .deadLetterRefused(lane: 0), at: start)).first)
        let past = start - .seconds(3_600)
        #expect(handle(&flow, .wake(at: wake), at: past) == [.wake(at: past + RetryPolicy.longestDelay)])
    }

    @Test func stoppingDoesNotWaitForARefusedDeadLetter() throws {
        var flow = flow(try Samples.configuration(batchSize: 1, retries: 0))
        _ = flow.start(now: start)
        _ = handle(&flow, Samples.records(1...1), at: start)
        _ = handle(&flow, .invocationEnded(lane: 0, .failed(reason: "")), at: start)
        var resting = flow
        _ = handle(&resting, .deadLetterRefused(lane: 0), at: start)
        #expect(handle(&resting, .stop, at: start) == [.finished])
        // Told to stop while the letter is on its way: its answer is waited for, and a refusal is one.
        #expect(handle(&flow, .stop, at: start) == [])
        #expect(handle(&flow, .deadLetterRefused(lane: 0), at: start) == [.finished])
        #expect(flow.checkpoint.sequence == 0)
        #expect(flow.counts.inFlight == 1)
    }

    @Test func stoppingAnIdleFlowFinishesAtOnce() throws {
        var flow = flow(try Samples.configuration())
        _ = flow.start(now: start)
        #expect(handle(&flow, .stop, at: start) == [.finished])
    }

    // MARK: Settled beyond the checkpoint

    @Test func whatAnEarlierRunHasSettledIsNotDoneAgain() throws {
        let ahead: [UInt64: Fate] = [2: .delivered, 3: .filteredOut, 5: .deadLettered]
        var flow = ShardFlow(
            configuration: try Samples.configuration(batchSize: 10), checkpoint: Checkpoint(sequence: 0), ahead: ahead,
            sequenceNumber: Samples.sequenceNumber)
        #expect(flow.counts.read == 3)
        #expect(flow.counts.inFlight == 0)
        #expect(flow.aheadCount == 3)
        #expect(flow.settledAhead == ahead)
        _ = flow.start(now: start)
        let actions = handle(&flow, Samples.records(1...6), at: start)
        #expect(flow.aheadCount == 0)
        #expect(flow.counts.read == 6)
        #expect(flow.counts.inFlight == 3)
        #expect(flow.settledAhead == ahead)
        let sent = actions.compactMap { if case .invoke(_, let batch) = $0 { batch.records.sequences } else { nil } }
        #expect(sent == [[1, 4, 6]])
        _ = handle(&flow, .invocationEnded(lane: 0, .succeeded), at: start)
        #expect(flow.checkpoint.sequence == 6)
        #expect(flow.checkpoint.counts.delivered == 4)
        #expect(flow.checkpoint.counts.filteredOut == 1)
        #expect(flow.checkpoint.counts.deadLettered == 1)
        #expect(flow.settledAhead.isEmpty)
        #expect(flow.counts == flow.checkpoint.counts)
    }

    /// A place can be moved forward over what is settled ahead of it.
    @Test func whatTheCheckpointHasPassedIsNotAheadOfIt() throws {
        var flow = ShardFlow(
            configuration: try Samples.configuration(), checkpoint: Checkpoint(sequence: 10),
            ahead: [7: .delivered, 10: .filteredOut, 12: .delivered], sequenceNumber: Samples.sequenceNumber)
        #expect(flow.settledAhead == [12: .delivered])
        #expect(flow.counts.read == 1)
        _ = flow.start(now: start)
        _ = handle(&flow, Samples.records(11...12), at: start)
        _ = handle(&flow, .invocationEnded(lane: 0, .succeeded), at: start)
        #expect(flow.checkpoint.sequence == 12)
        #expect(flow.checkpoint.counts.delivered == 2)
    }
}
