import Clocks
import Testing

@testable import Pipes

/// What a lane does before it turns to its queue, and what it gives up for age.
@Suite struct LaneRetryTests {
    private let start = Samples.start

    private func sequences(_ step: Lane.Step) -> [UInt64]? {
        if case .invoke(let batch) = step { batch.records.sequences } else { nil }
    }

    private func expired(_ step: Lane.Step) -> [UInt64]? {
        if case .giveUp(let records, .recordAgeExceeded) = step { records.sequences } else { nil }
    }

    /// A lane whose first batch is running and whose queue holds more.
    private func running(
        _ configuration: PipeConfiguration, _ arrivals: [Int]
    ) throws -> (lane: Lane, batch: Batch) {
        var lane = Lane()
        for (place, second) in arrivals.enumerated() {
            let arrival = start + .seconds(second)
            lane.enqueue(Samples.record(UInt64(place + 1), arrival: arrival), now: arrival)
        }
        guard case .invoke(let batch) = lane.next(now: start, configuration) else { throw CancellationError() }
        return (lane, batch)
    }

    @Test func piecesOfAFailedBatchGoBeforeTheQueueAndInOrder() throws {
        let configuration = try Samples.configuration(batchSize: 4)
        var (lane, batch) = try running(configuration, [0, 0, 0, 0, 0])
        #expect(batch.records.sequences == [1, 2, 3, 4])
        func piece(_ records: ClosedRange<UInt64>) -> Batch { Batch(records: Samples.records(records), isRetry: true) }
        lane.finish(again: [piece(1...2), piece(3...4)])
        #expect(sequences(lane.next(now: start, configuration)) == [1, 2])
        // The first half is halved again: its halves go before the second half.
        lane.finish(again: [piece(1...1), piece(2...2)])
        var sent: [[UInt64]] = []
        while let batch = sequences(lane.next(now: start, configuration)) {
            sent.append(batch)
            lane.finish()
        }
        #expect(sent == [[1], [2], [3, 4], [5]])
    }

    /// The queue does not overtake a batch that waits for its next try, full batch or not.
    @Test func aWaitingRetryHoldsTheLane() throws {
        let configuration = try Samples.configuration(batchSize: 2)
        var (lane, batch) = try running(configuration, [0, 0, 0, 0, 0])
        batch.notBefore = start + .seconds(1)
        lane.finish(again: [batch])
        #expect(!lane.isBusy)
        let early = start + .seconds(1) - .microseconds(1)
        #expect(lane.next(now: early, configuration) == .wait(until: start + .seconds(1)))
        #expect(!lane.isBusy)
        #expect(sequences(lane.next(now: start + .seconds(1), configuration)) == [1, 2])
    }

    /// A record already too old goes without having been tried. The limit itself is not too old.
    @Test func oldRecordsAreGivenUpBeforeTheirFirstTry() throws {
        let configuration = try Samples.configuration(age: .seconds(10))
        for (microseconds, tooOld) in [(0, false), (1, true)] {
            var lane = Lane()
            lane.enqueue(Samples.record(1, arrival: start), now: start)
            let step = lane.next(now: start + .seconds(10) + .microseconds(microseconds), configuration)
            #expect(expired(step) == (tooOld ? [1] : nil))
            #expect(sequences(step) == (tooOld ? nil : [1]))
            #expect(lane.isBusy)
            #expect(lane.recordsBeingGivenUp?.sequences == (tooOld ? [1] : nil))
        }
    }

    @Test func theYoungRecordsOfABatchAreTriedAfterTheOldOnesAreSettled() throws {
        let configuration = try Samples.configuration(age: .seconds(10))
        var lane = Lane()
        for (place, second) in [0, 0, 5, 6].enumerated() {
            lane.enqueue(Samples.record(UInt64(place + 1), arrival: start + .seconds(second)), now: start)
        }
        let now = start + .seconds(11)
        #expect(expired(lane.next(now: now, configuration)) == [1, 2])
        #expect(lane.next(now: now, configuration) == .idle, "the dead letter is not stored yet")
        lane.finish()
        #expect(sequences(lane.next(now: now, configuration)) == [3, 4])
    }

    /// With a window longer than the age limit the batch's old records expire; those that are young enough must not wait
    /// for a window of their own, in which they would expire as well.
    @Test func whatIsLeftOfABatchDoesNotWaitForAnotherWindow() throws {
        let configuration = try Samples.configuration(window: .seconds(300), age: .seconds(60))
        var lane = Lane()
        for (place, second) in [0, 100, 250, 290].enumerated() {
            let arrival = start + .seconds(second)
            lane.enqueue(Samples.record(UInt64(place + 1), arrival: arrival), now: arrival)
        }
        let closes = start + .seconds(300)
        #expect(lane.next(now: start + .seconds(290), configuration) == .wait(until: closes))
        #expect(expired(lane.next(now: closes, configuration)) == [1, 2])
        lane.finish()
        #expect(sequences(lane.next(now: closes, configuration)) == [3, 4])
    }

    @Test func oldRecordsAreGivenUpBetweenRetries() throws {
        let configuration = try Samples.configuration(age: .seconds(10))
        var (lane, batch) = try running(configuration, [0, 0, 8])
        batch.isRetry = true
        batch.failedAttempts = 3
        batch.notBefore = start + .seconds(30)
        lane.finish(again: [batch])
        // The age limit comes before the next try, so the lane wakes for it.
        let expiry = start + .seconds(10) + .microseconds(1)
        #expect(lane.next(now: start + .seconds(9), configuration) == .wait(until: expiry))
        #expect(expired(lane.next(now: expiry, configuration)) == [1, 2])
        lane.finish()
        // The rest keeps what it has used up and its time.
        let next = start + .seconds(18) + .microseconds(1)
        #expect(lane.next(now: expiry, configuration) == .wait(until: next))
        batch.records.removeFirst(2)
        #expect(lane.next(now: start + .seconds(18), configuration) == .wait(until: next))
        #expect(expired(lane.next(now: next, configuration)) == [3])
        lane.finish()
        #expect(lane.next(now: next, configuration) == .idle)
    }

    @Test func aRetryInTimeKeepsItsAttempts() throws {
        let configuration = try Samples.configuration(age: .seconds(10))
        var (lane, batch) = try running(configuration, [0, 8])
        batch.isRetry = true
        batch.failedAttempts = 3
        batch.notBefore = start + .seconds(11)
        lane.finish(again: [batch])
        #expect(expired(lane.next(now: start + .seconds(11), configuration)) == [1])
        lane.finish()
        batch.records.removeFirst()
        #expect(lane.next(now: start + .seconds(11), configuration) == .invoke(batch))
    }

    /// While the dead letter of a part is under way, the lane waits; then the pieces go.
    @Test func givingUpAPartOfABatchKeepsTheRest() throws {
        let configuration = try Samples.configuration(batchSize: 2)
        var (lane, batch) = try running(configuration, [0, 0, 0])
        let rest = Batch(records: [batch.records[1]], isRetry: true)
        lane.beginGivingUp([batch.records[0]], again: [rest])
        batch.records.removeLast()
        #expect(lane.recordsBeingGivenUp == batch.records)
        #expect(lane.runningBatch == nil)
        #expect(lane.isBusy)
        #expect(lane.next(now: start, configuration) == .idle)
        lane.finish()
        #expect(lane.recordsBeingGivenUp == nil)
        #expect(lane.next(now: start, configuration) == .invoke(rest))
        lane.finish()
        #expect(sequences(lane.next(now: start, configuration)) == [3])
    }

    /// A clock that is set back an hour does not delay a retry by an hour.
    @Test func aClockSetBackDelaysARetryByTheLongestWaitAtMost() throws {
        let configuration = try Samples.configuration()
        var (lane, batch) = try running(configuration, [0])
        batch.notBefore = start + .seconds(1)
        lane.finish(again: [batch])
        let back = start - .seconds(3_600)
        let next = back + RetryPolicy.longestDelay
        #expect(lane.next(now: back, configuration) == .wait(until: next))
        #expect(lane.next(now: back + .seconds(10), configuration) == .wait(until: next))
        #expect(sequences(lane.next(now: next, configuration)) == [1])
    }

    /// Where the clock was set back between two writes, the later record may be the older one. It is not sent along.
    @Test func anOldRecordBehindAYoungOneIsGivenUpInItsTurn() throws {
        let configuration = try Samples.configuration(age: .seconds(10))
        var lane = Lane()
        for (place, second) in [100, 100, 0, 100].enumerated() {
            lane.enqueue(Samples.record(UInt64(place + 1), arrival: start + .seconds(second)), now: start)
        }
        let now = start + .seconds(105)
        #expect(sequences(lane.next(now: now, configuration)) == [1, 2])
        lane.finish()
        #expect(expired(lane.next(now: now, configuration)) == [3])
        lane.finish()
        #expect(sequences(lane.next(now: now, configuration)) == [4])
    }
}
