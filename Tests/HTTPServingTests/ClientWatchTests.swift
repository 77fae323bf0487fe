import Testing

@testable import HTTPServing

/// How long a client may owe what it owes, without a connection.
@Suite struct ClientWatchTests {
    /// A watch that can be asked inside of an expectation.
    private final class Watch {
        private var watch = ClientWatch()

        func isOverdue(_ wait: ClientWatch.Wait, after count: Int, at second: Int, _ patience: Patience) -> Bool {
            watch.isOverdue(wait, after: count, at: second, patience)
        }

        func isDeaf(
            writtenBytes: Int, unsentBytes: @autoclosure () -> Int, at second: Int, _ patience: Patience
        ) -> Bool {
            watch.isDeaf(writtenBytes: writtenBytes, unsentBytes: unsentBytes(), at: second, patience)
        }
    }

    /// At which second, looked at each second from 1 on, a wait that does not change is over.
    private func end(of wait: ClientWatch.Wait, _ patience: Patience = .usual) -> Int? {
        let watch = Watch()
        return (1...1_000).first { watch.isOverdue(wait, after: 1, at: $0, patience) }
    }

    @Test func eachWaitHasItsEnd() {
        #expect(end(of: .header) == 11)
        #expect(end(of: .request) == 351)
        #expect(end(of: .body(receivedBytes: 0)) == 61)
        #expect(end(of: .nothing) == nil)
    }

    @Test func aBodyThatComesHasMoreTime() {
        #expect(end(of: .body(receivedBytes: 65_535)) == 61)
        #expect(end(of: .body(receivedBytes: 65_536)) == 62)
        // The largest body of the gateway: a little over five minutes, at 51 KB a second.
        #expect(end(of: .body(receivedBytes: 16 << 20)) == 317)
        #expect(end(of: .body(receivedBytes: 16 << 20), .short) == 22)
    }

    @Test func bytesThatComeNowAndThenDoNotMoveTheEnd() {
        let watch = Watch()
        let end = (1...1_000).first { watch.isOverdue(.body(receivedBytes: $0), after: 1, at: $0, .usual) }
        #expect(end == 61)
    }

    @Test func theNextRequestHasItsOwnTime() {
        let watch = Watch()
        for second in 1...10 { #expect(!watch.isOverdue(.header, after: 1, at: second, .usual)) }
        for second in 11...20 { #expect(!watch.isOverdue(.header, after: 2, at: second, .usual)) }
        #expect(watch.isOverdue(.header, after: 2, at: 21, .usual))
    }

    @Test func timeInWhichNothingIsOwedDoesNotCount() {
        let watch = Watch()
        for second in 1...10 { #expect(!watch.isOverdue(.header, after: 1, at: second, .usual)) }
        #expect(!watch.isOverdue(.nothing, after: 1, at: 11, .usual))
        for second in 12...21 { #expect(!watch.isOverdue(.header, after: 1, at: second, .usual)) }
        #expect(watch.isOverdue(.header, after: 1, at: 22, .usual))
    }

    @Test func whoTakesNothingForAMinuteIsDeaf() {
        let watch = Watch()
        let end = (1...1_000).first { watch.isDeaf(writtenBytes: 500, unsentBytes: 100, at: $0, .usual) }
        #expect(end == 61)
    }

    @Test func whoTakesAByteNowAndThenIsNot() {
        let watch = Watch()
        for second in 1...1_000 {
            #expect(!watch.isDeaf(writtenBytes: 1_000, unsentBytes: 1_000 - second / 59, at: second, .usual))
        }
    }

    /// More is left at each look, and all the same the client has taken what there was at the one before.
    @Test func whoIsSentMoreThanHeTakesIsNotDeaf() {
        let watch = Watch()
        for second in 1...1_000 {
            #expect(!watch.isDeaf(writtenBytes: 1_000 * second, unsentBytes: 500 * second, at: second, .usual))
        }
    }

    @Test func theNextAnswerHasItsOwnMinute() {
        let watch = Watch()
        #expect(!watch.isDeaf(writtenBytes: 500, unsentBytes: 0, at: 1, .usual))
        var asked = 0
        func unsent() -> Int {
            asked += 1
            return 100
        }
        // Not in the expectation itself, which would ask. Nothing was written, so nobody does.
        let isDeaf = watch.isDeaf(writtenBytes: 500, unsentBytes: unsent(), at: 100, .usual)
        #expect(!isDeaf)
        #expect(asked == 0)
        // Nothing of the second answer is taken, and it is new.
        for second in 101...160 {
            #expect(!watch.isDeaf(writtenBytes: 600, unsentBytes: unsent(), at: second, .usual))
        }
        #expect(watch.isDeaf(writtenBytes: 600, unsentBytes: unsent(), at: 161, .usual))
    }
}
