import TestSupport
import Testing

@testable import Queues

/// A FIFO queue's state, moved by hand.
@Suite struct MessageGroupTests {
    private var state = QueueState(isFIFO: true, retention: 3_600_000)
    private var random = SeededGenerator(seed: 1)

    private mutating func send(_ place: UInt64, _ group: String, at now: Int64 = 0, delay: UInt32 = 0) {
        state.insert(MessageRecord(place: place, sentAt: now, visibleAfter: delay, group: group), now: now)
    }

    private mutating func receive(_ limit: Int = 10, maxReceiveCount: Int? = nil, at now: Int64) -> [UInt64] {
        _ = state.advance(to: now)
        let received = state.receive(
            limit: limit, timeout: 30_000, maxReceiveCount: maxReceiveCount, now: now, using: &random)
        return received.delivered.map(\.place)
    }

    private mutating func delete(_ place: UInt64) {
        #expect(state.beginLeaving(place: place) == true)
        state.finishLeaving(place: place)
    }

    @Test mutating func oneGroupIsTakenAsFarAsItGoesBeforeTheNext() {
        for (place, group) in zip(1...6 as ClosedRange<UInt64>, ["a", "b", "a", "b", "a", "c"]) { send(place, group) }
        #expect(receive(4, at: 0) == [1, 3, 5, 2])
        // Both groups have messages out.
        #expect(receive(at: 1) == [6])
        #expect(receive(at: 2).isEmpty)
        #expect(state.visibleCount == 1)
    }

    @Test mutating func aGroupWaitsUntilAllThatIsOutIsDeleted() {
        for place in 1...4 as ClosedRange<UInt64> { send(place, "a") }
        #expect(receive(2, at: 0) == [1, 2])
        delete(1)
        #expect(receive(at: 0).isEmpty)
        delete(2)
        #expect(receive(at: 0) == [3, 4])
    }

    @Test mutating func whatComesBackIsTheFirstAgain() {
        for place in 1...3 as ClosedRange<UInt64> { send(place, "a") }
        #expect(receive(2, at: 0) == [1, 2])
        #expect(receive(at: 30_000) == [1, 2, 3])
    }

    @Test mutating func aFailingMessageHoldsItsGroupUntilItHasLeft() {
        send(1, "a")
        send(2, "a")
        #expect(receive(1, maxReceiveCount: 1, at: 0) == [1])
        #expect(receive(1, maxReceiveCount: 1, at: 30_000) == [2])
        // 1 is on its way to the dead-letter queue, and 2 is out.
        delete(2)
        #expect(state.notVisibleCount == 1)
        state.finishLeaving(place: 1)
        #expect(state.count == 0)
        #expect(state.groups.count == 0)
    }

    @Test mutating func aNewDelayHoldsForWhatWaits() {
        send(1, "a", delay: 10_000)
        #expect(receive(at: 5_000).isEmpty)
        state.setDelay(4_000, now: 5_000)
        #expect(receive(at: 5_000) == [1])
    }

    @Test mutating func aNewDelayHoldsFromNowForWhatAClockThatWasAheadHasSent() {
        send(1, "a", at: 3_000_000, delay: 10_000)
        state.setDelay(4_000, now: 1_000)
        #expect(receive(at: 4_999).isEmpty)
        #expect(receive(at: 5_000) == [1])
    }

    @Test mutating func aClockThatIsSetBackHoldsNoGroup() {
        send(1, "a")
        send(2, "a")
        #expect(receive(1, at: 3_000_000) == [1])
        #expect(receive(at: 1_000).isEmpty)
        #expect(receive(at: 30_999).isEmpty)
        #expect(receive(at: 31_000) == [1, 2])
    }

    @Test mutating func aDelayedMessageIsNotOvertakenInItsGroup() {
        send(1, "a", delay: 10_000)
        send(2, "a")
        send(3, "b")
        #expect(receive(at: 0) == [3])
        #expect(receive(at: 10_000) == [1, 2])
    }

    @Test func sequenceNumbersHaveTwentyDigitsAndRise() {
        let numbers = [1, 9, 10, 1_000_000].map { FIFOSequence.text($0) }
        #expect(numbers.allSatisfy { $0.count == 20 })
        #expect(numbers == numbers.sorted())
    }
}
