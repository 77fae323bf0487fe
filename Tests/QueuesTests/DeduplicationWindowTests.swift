import Testing

@testable import Queues

/// What a FIFO queue knows of the sendings of the last five minutes.
@Suite struct DeduplicationWindowTests {
    private var window = DeduplicationWindow()

    private func sending(_ key: String, _ place: UInt64, at now: Int64) -> DeduplicationWindow.Sending {
        .init(key: key, sentAt: now, place: place, messageID: MessageID(1, place))
    }

    @Test mutating func anIDIsADuplicateForFiveMinutesAndNoLonger() {
        let first = sending("x", 1, at: 1_000)
        window.insert(first)
        #expect(window.sending("x", now: 300_999) == first)
        #expect(window.sending("x", now: 301_000) == nil)
        #expect(window.sending("y", now: 1_000) == nil)
    }

    /// The disk would keep one that is not told: nobody names it any more.
    @Test mutating func whatIsOverIsToldOnceEvenWhenItsKeyCameAgain() {
        for place in 1...250 { window.insert(sending("\(place)", UInt64(place), at: 0)) }
        let again = sending("250", 251, at: 300_000)
        window.insert(again)
        var pruned: [UInt64] = []
        for _ in 0..<4 { pruned += window.prune(now: 300_001).map(\.place) }
        #expect(pruned == Array(1...250))
        #expect(window.sending("250", now: 300_001) == again)
        #expect(window.count == 1)
    }

    /// The clock was two hours ahead: a sender's next attempt is known, and the id free five minutes later.
    @Test mutating func anIDOfAClockThatWasAheadCountsForFiveMinutesFromTheStepBack() {
        let ahead = sending("x", 1, at: 7_200_000)
        window.insert(ahead)
        #expect(window.sending("x", now: 1_000) == ahead)
        #expect(window.sending("x", now: 300_999) == ahead)
        #expect(window.sending("x", now: 301_000) == nil)
        // Under the time that it lies on the disk by.
        #expect(window.prune(now: 301_000) == [ahead])
        #expect(window.count == 0)
    }

    /// Others are sent after the step, and prune what is over.
    @Test mutating func whatAClockThatWasAheadHasSentIsPruned() {
        for place in 1...3 as ClosedRange<UInt64> { window.insert(sending("\(place)", place, at: 7_200_000)) }
        window.insert(sending("4", 4, at: 0))
        #expect(window.prune(now: 299_999).isEmpty)
        window.insert(sending("5", 5, at: 299_999))
        #expect(window.prune(now: 300_000).map(\.place) == [1, 2, 3, 4])
        #expect(window.count == 1)
    }

    /// By their times, the later of two sendings under one key may lie in front of the earlier one.
    @Test func whatLiesOnTheDiskComesInTheOrderOfItsSending() {
        let ahead = sending("x", 1, at: 7_200_000)
        let later = sending("x", 2, at: 400_000)
        var window = DeduplicationWindow([later, ahead], now: 500_000)
        #expect(window.sending("x", now: 500_000) == later)
        #expect(window.sending("x", now: 700_000) == nil)
        #expect(window.prune(now: 700_000) == [ahead, later])
    }

    @Test func whatLiesOnTheDiskFromAClockThatWasAheadCountsFromTheOpening() {
        let ahead = sending("x", 1, at: 7_200_000)
        var window = DeduplicationWindow([ahead], now: 1_000)
        #expect(window.sending("x", now: 300_999) == ahead)
        #expect(window.sending("x", now: 301_000) == nil)
    }

    @Test mutating func whatIsTakenBackIsNoDuplicate() {
        let lost = sending("x", 1, at: 0)
        window.insert(lost)
        window.remove(lost)
        #expect(window.sending("x", now: 0) == nil)
        let next = sending("x", 2, at: 2)
        window.insert(next)
        window.remove(lost)
        #expect(window.sending("x", now: 3) == next)
    }

    @Test func aGroupHasIDsOfItsOwnWhereTheScopeSaysSo() {
        let keys = ["a", "b"].map { DeduplicationWindow.key(id: "x", group: $0, scope: .messageGroup) }
        #expect(keys[0] != keys[1])
        #expect(DeduplicationWindow.key(id: "x", group: "a", scope: .queue) == "x")
    }
}
