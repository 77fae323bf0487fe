import Clocks
import Testing

@testable import Pipes

/// When a lane makes a batch of what waits, and how large.
@Suite struct LaneBatchingTests {
    private let start = Samples.start

    private func sequences(_ step: Lane.Step) -> [UInt64]? {
        if case .invoke(let batch) = step { batch.records.sequences } else { nil }
    }

    @Test func anEmptyLaneIsIdle() throws {
        var lane = Lane()
        #expect(lane.next(now: start, try Samples.configuration()) == .idle)
        #expect(!lane.isBusy)
    }

    /// Without a window a batch goes at once, however small, and never holds more than BatchSize.
    @Test func batchesHoldUpToTheirSizeInOrder() throws {
        let configuration = try Samples.configuration(batchSize: 3)
        var lane = Lane()
        for record in Samples.records(1...7) { lane.enqueue(record, now: start) }
        var sent: [[UInt64]] = []
        while let batch = sequences(lane.next(now: start, configuration)) {
            sent.append(batch)
            lane.finish()
        }
        #expect(sent == [[1, 2, 3], [4, 5, 6], [7]])
    }

    @Test func aBusyLaneTakesNothingNew() throws {
        let configuration = try Samples.configuration(batchSize: 1, window: .seconds(1))
        var lane = Lane()
        for record in Samples.records(1...2) { lane.enqueue(record, now: start) }
        #expect(sequences(lane.next(now: start, configuration)) == [1])
        #expect(lane.isBusy)
        #expect(lane.runningBatch?.records.sequences == [1])
        #expect(lane.next(now: start + .seconds(100), configuration) == .idle)
        lane.finish()
        #expect(!lane.isBusy)
        #expect(lane.runningBatch == nil)
        #expect(sequences(lane.next(now: start, configuration)) == [2])
    }

    /// 6 MB is the bound of one payload, brackets and commas included.
    @Test func thePayloadIsBounded() throws {
        let configuration = try Samples.configuration(batchSize: 10_000, window: .seconds(300))
        let each = 400_000
        var lane = Lane()
        let records = (1...20).map { Samples.record($0, bytes: each) }
        for record in records { lane.enqueue(record, now: start) }
        // The size of n records is n * each, n - 1 commas and two brackets.
        let fits = (PipeConfiguration.payloadBytesMax - 1) / (each + 1)
        #expect(fits == 15)
        guard case .invoke(let batch) = lane.next(now: start, configuration) else {
            Issue.record("a full payload does not wait for its window")
            return
        }
        #expect(batch.records.sequences == Array(1...UInt64(fits)))
        #expect(TargetBatch(batch.records).payload.count == fits * each + fits - 1 + 2)
        #expect(TargetBatch(batch.records).payload.count <= PipeConfiguration.payloadBytesMax)
        lane.finish()
        #expect(lane.next(now: start, configuration) == .wait(until: start + .seconds(300)))
    }

    @Test func aPayloadMayBeExactlyFull() throws {
        let configuration = try Samples.configuration(batchSize: 10_000)
        let half = (PipeConfiguration.payloadBytesMax - 3) / 2
        for (extra, expected) in [(0, [1, 2]), (2, [1])] as [(Int, [UInt64])] {
            var lane = Lane()
            lane.enqueue(Samples.record(1, bytes: half), now: start)
            lane.enqueue(Samples.record(2, bytes: half + extra), now: start)
            #expect(sequences(lane.next(now: start, configuration)) == expected)
        }
    }

    @Test func aRecordLargerThanTheBoundStillGoes() throws {
        var lane = Lane()
        for sequence in UInt64(1)...2 {
            lane.enqueue(Samples.record(sequence, bytes: PipeConfiguration.payloadBytesMax + 1), now: start)
        }
        #expect(sequences(lane.next(now: start, try Samples.configuration())) == [1])
    }

    /// A shard's end is a batch's end, and nothing more can come that would fill it.
    @Test func aBatchHoldsRecordsOfOneShard() throws {
        let configuration = try Samples.configuration(batchSize: 10, window: .seconds(300))
        var lane = Lane()
        var records = Samples.records(1...6)
        for index in 2..<5 { records[index].shardStart = 3 }
        records[5].shardStart = 6
        for record in records { lane.enqueue(record, now: start) }
        var sent: [[UInt64]] = []
        while let batch = sequences(lane.next(now: start, configuration)) {
            sent.append(batch)
            lane.finish()
        }
        #expect(sent == [[1, 2], [3, 4, 5]])
        #expect(lane.next(now: start, configuration) == .wait(until: start + .seconds(300)))
    }

    @Test func theWindowRunsFromTheOldestRecord() throws {
        let configuration = try Samples.configuration(batchSize: 3, window: .seconds(5))
        var lane = Lane()
        lane.enqueue(Samples.record(1), now: start)
        #expect(lane.next(now: start, configuration) == .wait(until: start + .seconds(5)))
        lane.enqueue(Samples.record(2), now: start + .seconds(4))
        #expect(lane.next(now: start + .seconds(4), configuration) == .wait(until: start + .seconds(5)))
        let early = start + .seconds(5) - .microseconds(1)
        #expect(lane.next(now: early, configuration) == .wait(until: start + .seconds(5)))
        #expect(sequences(lane.next(now: start + .seconds(5), configuration)) == [1, 2])
    }

    @Test func aFullBatchDoesNotWait() throws {
        let configuration = try Samples.configuration(batchSize: 3, window: .seconds(300))
        var lane = Lane()
        for record in Samples.records(1...4) { lane.enqueue(record, now: start) }
        #expect(sequences(lane.next(now: start, configuration)) == [1, 2, 3])
        lane.finish()
        #expect(lane.next(now: start, configuration) == .wait(until: start + .seconds(300)))
    }

    /// A record has waited since it came, not since the batch before it was made.
    @Test func waitingBehindAnotherBatchCountsForTheWindow() throws {
        let configuration = try Samples.configuration(batchSize: 2, window: .seconds(5))
        var lane = Lane()
        for record in Samples.records(1...2) { lane.enqueue(record, now: start) }
        #expect(sequences(lane.next(now: start, configuration)) == [1, 2])
        for record in Samples.records(3...5) { lane.enqueue(record, now: start + .seconds(1)) }
        lane.finish()
        #expect(sequences(lane.next(now: start + .seconds(3), configuration)) == [3, 4])
        lane.finish()
        #expect(lane.next(now: start + .seconds(4), configuration) == .wait(until: start + .seconds(6)))
        #expect(sequences(lane.next(now: start + .seconds(6), configuration)) == [5])
    }

    @Test func aLongQueueKeepsItsOrder() throws {
        let configuration = try Samples.configuration(batchSize: 100)
        var lane = Lane()
        var sent: [UInt64] = []
        var next: UInt64 = 1
        // The queue is filled while it is emptied, so that it is compacted on the way.
        for _ in 0..<60 {
            for _ in 0..<150 {
                lane.enqueue(Samples.record(next), now: start)
                next += 1
            }
            sent += try #require(sequences(lane.next(now: start, configuration)))
            lane.finish()
        }
        while let batch = sequences(lane.next(now: start, configuration)) {
            sent += batch
            lane.finish()
        }
        #expect(sent == Array(1..<next))
    }

    @Test func thePayloadIsTheRecordsBetweenBrackets() {
        let records = Samples.records(1...2)
        let texts = records.map { String(decoding: $0.json, as: UTF8.self) }
        #expect(String(decoding: TargetBatch(records).payload, as: UTF8.self) == "[\(texts[0]),\(texts[1])]")
        #expect(String(decoding: TargetBatch([records[0]]).payload, as: UTF8.self) == "[\(texts[0])]")
        #expect(records.map(\.eventID) == [Samples.eventID(1), Samples.eventID(2)])
    }

    /// A clock that is set back an hour does not hold the window open for an hour.
    @Test func aClockSetBackBeginsTheWindowAnew() throws {
        let configuration = try Samples.configuration(window: .seconds(5))
        var lane = Lane()
        lane.enqueue(Samples.record(1), now: start)
        let back = start - .seconds(3_600)
        #expect(lane.next(now: back, configuration) == .wait(until: back + .seconds(5)))
        #expect(lane.next(now: back + .seconds(4), configuration) == .wait(until: back + .seconds(5)))
        #expect(sequences(lane.next(now: back + .seconds(5), configuration)) == [1])
    }
}
