import TestSupport
import Testing

@testable import Queues

/// A standard queue's state, moved by hand: moments are milliseconds.
@Suite struct QueueStateTests {
    private var state = QueueState(isFIFO: false, retention: 60_000)
    private var random = SeededGenerator(seed: 1)

    private mutating func send(_ place: UInt64, at now: Int64 = 0, delay: UInt32 = 0) {
        state.insert(MessageRecord(place: place, sentAt: now, visibleAfter: delay), now: now)
    }

    private mutating func receive(
        _ limit: Int = 10, timeout: Int64 = 30_000, maxReceiveCount: Int? = nil, at now: Int64
    ) -> QueueState.Received {
        _ = state.advance(to: now)
        return state.receive(
            limit: limit, timeout: timeout, maxReceiveCount: maxReceiveCount, now: now, using: &random)
    }

    private var counts: [Int] { [state.visibleCount, state.notVisibleCount, state.delayedCount] }

    @Test mutating func aReceivedMessageIsInvisibleUntilItsTimeIsOver() {
        send(1)
        send(2)
        let first = receive(1, at: 100).delivered
        #expect(first.map(\.place) == [1])
        #expect(counts == [1, 1, 0])
        #expect(receive(at: 101).delivered.map(\.place) == [2])
        #expect(receive(at: 30_099).delivered.isEmpty)
        let again = receive(at: 30_100).delivered
        #expect(again.map(\.place) == [1])
        #expect(again[0].receiveCount == 2)
        // The first receive stays the first.
        #expect(again[0].firstReceivedAt == 100)
        #expect(again[0].receipt != first[0].receipt)
        #expect(counts == [0, 2, 0])
    }

    @Test mutating func aDelayedMessageCountsApartAndComesLater() {
        send(1, delay: 5_000)
        #expect(counts == [0, 0, 1])
        #expect(state.nextVisibility == 5_000)
        #expect(receive(at: 4_999).delivered.isEmpty)
        #expect(receive(at: 5_000).delivered.map(\.place) == [1])
    }

    @Test mutating func aTimeoutOfZeroLeavesTheMessageVisibleButOnceACall() {
        send(1)
        #expect(receive(timeout: 0, at: 0).delivered.map(\.receiveCount) == [1])
        #expect(counts == [1, 0, 0])
        #expect(receive(timeout: 0, at: 0).delivered.map(\.receiveCount) == [2])
    }

    /// The machine's clock was ahead and is no more.
    @Test mutating func aMessageFromTheFutureIsReceivedAndComesBackInTime() {
        send(1, at: 500_000)
        _ = state.advance(to: 100)
        state.insert(MessageRecord(place: 2, sentAt: 500_000), now: 100)
        #expect(counts == [2, 0, 0])
        #expect(receive(at: 100).delivered.map(\.sentAt) == [100, 100])
        #expect(receive(at: 30_099).delivered.isEmpty)
        #expect(receive(at: 30_100).delivered.map(\.place) == [1, 2])
        #expect(state.advance(to: 60_101) == [1, 2])
    }

    /// A day ahead for a while, with one message in flight and one delayed.
    @Test mutating func aClockThatIsSetBackHoldsNothingLongerThanWhatWasLeftOfItsTime() {
        let day: Int64 = 86_400_000
        state.retention = 14 * day
        send(1)
        #expect(receive(at: day).delivered.map(\.place) == [1])
        send(2, at: day, delay: 10_000)
        #expect(state.advance(to: day + 4_000).isEmpty)
        #expect(state.advance(to: 500).isEmpty)
        #expect(counts == [0, 1, 1])
        #expect(receive(at: 6_499).delivered.isEmpty)
        #expect(receive(at: 6_500).delivered.map(\.place) == [2])
        #expect(receive(at: 26_499).delivered.isEmpty)
        #expect(receive(at: 26_500).delivered.map(\.place) == [1])
    }

    /// Neither on the queue nor, from its record, after a restart.
    @Test mutating func aTimeoutThatIsChangedAfterAStepBackLastsNoLonger() throws {
        state.retention = 1_209_600_000
        send(1, at: 86_400_000)
        let receipt = try #require(receive(at: 86_400_000).delivered.first).receipt
        #expect(state.advance(to: 0).isEmpty)
        #expect(state.changeVisibility(receipt, of: 1, timeout: 50_000, now: 0) == .changed)
        #expect(receive(at: 49_999).delivered.isEmpty)
        let record = try #require(state.record(at: 1))
        var reopened = QueueState(isFIFO: false, retention: state.retention)
        reopened.insert(record, now: 49_999)
        #expect(reopened.nextVisibility == 99_999)
        #expect(receive(at: 50_000).delivered.map(\.place) == [1])
    }

    @Test mutating func aReceiveMovesAHundredAtMostAway() {
        for place in 1...150 { send(UInt64(place)) }
        for _ in 0..<15 { _ = receive(timeout: 0, at: 0) }
        while receive(timeout: 1, at: 0).delivered.count == 10 {}
        let first = receive(maxReceiveCount: 1, at: 10)
        #expect(first.exhausted.count == 100)
        #expect(first.delivered.isEmpty)
        let second = receive(maxReceiveCount: 1, at: 10)
        #expect(second.exhausted.count == 50)
        #expect(receive(maxReceiveCount: 1, at: 10).exhausted.isEmpty)
    }

    @Test mutating func messagesGoAfterTheRetentionPeriodWhereverTheyAre() {
        send(1)
        send(2)
        send(3, delay: 900_000)
        send(4, at: 1)
        _ = receive(1, at: 10)
        #expect(state.advance(to: 60_000).isEmpty)
        #expect(Set(state.advance(to: 60_001)) == [1, 2, 3])
        #expect(counts == [1, 0, 0])
        #expect(receive(at: 60_001).delivered.map(\.place) == [4])
    }

    @Test mutating func aMessageMovedHereKeepsItsOldTime() {
        send(1, at: 50_000)
        state.insert(MessageRecord(place: 2, sentAt: 1_000), now: 50_000)
        #expect(state.advance(to: 61_001) == [2])
    }

    @Test mutating func onlyTheLatestReceiptIsCurrent() throws {
        send(1)
        let first = try #require(receive(at: 0).delivered.first)
        #expect(state.standing(first.receipt, of: 1) == .current)
        _ = state.advance(to: 30_000)
        #expect(state.standing(first.receipt, of: 1) == .lapsed)
        let second = try #require(receive(at: 30_000).delivered.first)
        #expect(state.standing(first.receipt, of: 1) == .outdated)
        #expect(state.standing(second.receipt, of: 1) == .current)
        #expect(state.standing(second.receipt, of: 2) == .gone)
    }

    @Test mutating func visibilityIsExtendedShortenedAndEnded() throws {
        send(1)
        let receipt = try #require(receive(at: 1_000).delivered.first).receipt
        #expect(state.changeVisibility(receipt, of: 1, timeout: 50_000, now: 2_000) == .changed)
        #expect(receive(at: 51_999).delivered.isEmpty)
        #expect(state.changeVisibility(receipt, of: 1, timeout: 1_000, now: 51_999) == .changed)
        #expect(state.changeVisibility(receipt, of: 1, timeout: 0, now: 52_000) == .changed)
        #expect(counts == [1, 0, 0])
        #expect(state.changeVisibility(receipt, of: 1, timeout: 5, now: 52_001) == .refused(.lapsed))
    }

    @Test mutating func aMessageIsInFlightForTwelveHoursAtMost() throws {
        state.retention = 1_209_600_000
        send(1)
        let receipt = try #require(receive(timeout: 43_200_000, at: 1_000).delivered.first).receipt
        #expect(state.changeVisibility(receipt, of: 1, timeout: 43_200_000, now: 1_000) == .changed)
        #expect(state.changeVisibility(receipt, of: 1, timeout: 43_199_999, now: 1_001) == .changed)
        #expect(state.changeVisibility(receipt, of: 1, timeout: 43_200_000, now: 1_001) == .tooLong)
    }

    @Test mutating func whatWasReceivedTooOftenLeaves() throws {
        send(1)
        send(2)
        for moment in [0, 30_000] as [Int64] {
            #expect(receive(1, maxReceiveCount: 2, at: moment).delivered.map(\.place) == [1])
        }
        let third = receive(1, maxReceiveCount: 2, at: 60_000)
        #expect(third.exhausted.map(\.place) == [1])
        #expect(third.delivered.map(\.place) == [2])
        // It cannot be had any more, and comes back when its move fails.
        #expect(state.record(at: 1) == nil)
        state.undoLeaving(place: 1)
        #expect(receive(at: 60_000).delivered.map(\.place) == [1])
        #expect(state.beginLeaving(place: 1) == true)
        #expect(state.beginLeaving(place: 1) == false)
        state.finishLeaving(place: 1)
        #expect(counts == [0, 1, 0])
    }

    @Test mutating func aMessageThatIsLeavingDoesNotExpire() {
        send(1)
        #expect(state.beginLeaving(place: 1) == true)
        #expect(state.advance(to: 100_000).isEmpty)
        state.undoLeaving(place: 1)
        #expect(state.advance(to: 100_000) == [1])
    }

    @Test mutating func removalUpToAPlaceLeavesWhatCameLater() {
        for place in 1...4 as ClosedRange<UInt64> { send(place) }
        _ = receive(1, at: 0)
        #expect(state.beginLeaving(place: 2) == true)
        state.removeAll(upTo: 3)
        #expect(counts == [1, 0, 0])
        // What was on its way out has nothing to finish, and takes nobody else along.
        send(5)
        state.finishLeaving(place: 2)
        #expect(receive(at: 0).delivered.map(\.place) == [4, 5])
        state.removeAll(upTo: 5)
        #expect(counts == [0, 0, 0])
        #expect(state.nextVisibility == nil)
        send(6)
        #expect(receive(at: 0).delivered.map(\.place) == [6])
    }

    @Test mutating func recordsFromTheDiskStandWhereTheyStood() {
        let inFlight = MessageRecord(
            place: 1, sentAt: 0, visibleAfter: 9_000, firstReceivedAfter: 5, lastReceivedAfter: 5, receiveCount: 1,
            receipt: 77)
        state.insert(inFlight, now: 1_000)
        state.insert(MessageRecord(place: 2, sentAt: 0, visibleAfter: 9_000), now: 1_000)
        state.insert(MessageRecord(place: 3, sentAt: 0, visibleAfter: 900), now: 1_000)
        #expect(counts == [1, 1, 1])
        #expect(state.standing(77, of: 1) == .current)
        #expect(state.record(at: 1) == inFlight)
    }

    /// They were received, or sent, by a clock that was a day ahead.
    @Test mutating func recordsOfAClockThatWasAheadWaitTheirWholeTimeAtMost() {
        let received = MessageRecord(
            place: 1, sentAt: 0, visibleAfter: 86_430_000, firstReceivedAfter: 86_400_000,
            lastReceivedAfter: 86_400_000, receiveCount: 1, receipt: 77)
        state.insert(received, now: 1_000)
        state.insert(MessageRecord(place: 2, sentAt: 86_400_000, visibleAfter: 10_000), now: 1_000)
        #expect(counts == [0, 1, 1])
        #expect(state.standing(77, of: 1) == .current)
        #expect(receive(at: 10_999).delivered.isEmpty)
        #expect(receive(at: 11_000).delivered.map(\.place) == [2])
        #expect(receive(at: 30_999).delivered.isEmpty)
        #expect(receive(at: 31_000).delivered.map(\.place) == [1])
    }

    @Test func recordsComeBackFromTheirBytes() throws {
        let record = MessageRecord(
            place: 9, sentAt: 1_700_000_000_123, visibleAfter: 1, firstReceivedAfter: 2, lastReceivedAfter: 3,
            receiveCount: 4, receipt: .max, group: "grüße")
        let bytes = record.encoded
        #expect(try MessageRecord(bytes.span.bytes, place: 9, isGrouped: true) == record)
        let short = Array(bytes[..<27])
        #expect(throws: (any Error).self) { try MessageRecord(short.span.bytes, place: 9, isGrouped: true) }
    }

    /// A million messages: memory is what the state allocates, three arrays.
    @Test func aMessageTakesAboutAHundredBytes() {
        #expect(MemoryLayout<QueueState.Entry>.stride <= 56)
    }
}
