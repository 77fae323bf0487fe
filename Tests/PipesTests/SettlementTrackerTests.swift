import TestSupport
import Testing

@testable import Pipes

/// How far a checkpoint may move.
@Suite struct SettlementTrackerTests {
    @Test func aNewTrackerStandsAtItsCheckpoint() {
        var counts = PipeCounts()
        counts.read = 7
        counts.delivered = 7
        let tracker = SettlementTracker(checkpoint: Checkpoint(sequence: 70, counts: counts))
        #expect(tracker.checkpoint == Checkpoint(sequence: 70, counts: counts))
        #expect(tracker.openCount == 0)
    }

    @Test func theCheckpointWaitsForTheOldestRecord() throws {
        var tracker = SettlementTracker(checkpoint: Checkpoint(sequence: 10))
        for sequence in [11, 14, 15] as [UInt64] { tracker.track(sequence) }
        tracker.track(20, fate: .filteredOut)
        #expect(tracker.checkpoint.sequence == 10)
        tracker.settle(15, .delivered)
        tracker.settle(14, .dropped)
        #expect(tracker.checkpoint.sequence == 10)
        #expect(tracker.checkpoint.counts == PipeCounts())
        try #require(tracker.openCount == 4)
        tracker.settle(11, .deadLettered)
        #expect(tracker.checkpoint.sequence == 20)
        #expect(tracker.openCount == 0)
        let counts = tracker.checkpoint.counts
        #expect(
            [counts.read, counts.delivered, counts.deadLettered, counts.dropped, counts.filteredOut] == [4, 1, 1, 1, 1])
        #expect(counts.inFlight == 0)
    }

    @Test func filteredRecordsMoveItAtOnceWhenNothingIsOpen() {
        var tracker = SettlementTracker(checkpoint: Checkpoint())
        tracker.track(3, fate: .filteredOut)
        #expect(tracker.checkpoint.sequence == 3)
        tracker.track(4)
        tracker.track(5, fate: .filteredOut)
        #expect(tracker.checkpoint.sequence == 3)
    }

    /// The same in the plainest way.
    private struct Model {
        var base: UInt64
        var fates: [(sequence: UInt64, fate: Fate?)] = []

        var checkpoint: Checkpoint {
            var checkpoint = Checkpoint(sequence: base)
            for entry in fates {
                guard let fate = entry.fate else { break }
                checkpoint.sequence = entry.sequence
                checkpoint.counts.read += 1
                checkpoint.counts.add(fate)
            }
            return checkpoint
        }
    }

    @Test(arguments: 1...40)
    func randomInterleavingsAgreeWithTheModel(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let base = UInt64.random(in: 0...100, using: &random)
        var tracker = SettlementTracker(checkpoint: Checkpoint(sequence: base))
        var model = Model(base: base)
        var sequence = base
        for step in 0..<200 {
            let open = model.fates.indices.filter { model.fates[$0].fate == nil }
            if Bool.random(using: &random), let index = open.randomElement(using: &random) {
                let fate = [Fate.delivered, .deadLettered, .dropped].randomElement(using: &random)!
                tracker.settle(model.fates[index].sequence, fate)
                model.fates[index].fate = fate
            } else {
                sequence += UInt64.random(in: 1...3, using: &random)
                let fate: Fate? = Bool.random(using: &random) ? .filteredOut : nil
                tracker.track(sequence, fate: fate)
                model.fates.append((sequence, fate))
            }
            // A tracker that has gone wrong would trap at the next step.
            try #require(tracker.checkpoint == model.checkpoint, "step \(step)")
            #expect(tracker.checkpoint.counts.inFlight == 0)
            #expect(tracker.openCount == model.fates.count - model.checkpoint.counts.read)
        }
    }

    /// One stuck record holds thousands behind it; once it is settled they are passed in one go.
    @Test func aStuckRecordHoldsAllBehindIt() {
        var tracker = SettlementTracker(checkpoint: Checkpoint())
        let count: UInt64 = 20_000
        for sequence in 1...count { tracker.track(sequence) }
        // From the back, so that nothing can move.
        for sequence in (2...count).reversed() { tracker.settle(sequence, .delivered) }
        #expect(tracker.checkpoint.sequence == 0)
        tracker.settle(1, .delivered)
        #expect(tracker.checkpoint.sequence == count)
        #expect(tracker.openCount == 0)
    }

    /// In order, with something always open, the passed records are forgotten on the way.
    @Test func aSlidingWindowKeepsItsPlace() {
        var tracker = SettlementTracker(checkpoint: Checkpoint())
        let lag: UInt64 = 100
        for sequence in 1...UInt64(20_000) {
            tracker.track(sequence)
            guard sequence > lag else { continue }
            tracker.settle(sequence - lag, .delivered)
            if tracker.checkpoint.sequence != sequence - lag || tracker.openCount != Int(lag) {
                Issue.record("at \(sequence): \(tracker.checkpoint.sequence), \(tracker.openCount) open")
                return
            }
        }
    }

    @Test func misuseStops() async {
        await #expect(processExitsWith: .failure) {
            var tracker = SettlementTracker(checkpoint: Checkpoint(sequence: 5))
            tracker.track(5)
        }
        await #expect(processExitsWith: .failure) {
            var tracker = SettlementTracker(checkpoint: Checkpoint())
            tracker.track(1)
            tracker.track(2)
            tracker.settle(2, .delivered)
            tracker.settle(2, .delivered)
        }
        await #expect(processExitsWith: .failure) {
            var tracker = SettlementTracker(checkpoint: Checkpoint())
            tracker.settle(1, .delivered)
        }
    }
}
