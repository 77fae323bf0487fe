import Clocks
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ManualTimeTests {
    /// Notes who woke, in that order.
    private final class WakeLog: Sendable {
        private let entries = Mutex<[Int]>([])
        func note(_ entry: Int) { entries.withLock { $0.append(entry) } }
        var all: [Int] { entries.withLock { $0 } }
    }

    private let time = ManualTime(start: Timestamp(seconds: 100))
    private let log = WakeLog()

    /// Lets other tasks run until the clock has so many sleepers.
    private func waitForSleepers(_ count: Int) async throws {
        for _ in 0..<1_000_000 {
            if time.sleeperCount == count { return }
            await Task.yield()
        }
        Issue.record("\(time.sleeperCount) sleepers instead of \(count)")
        throw CancellationError()
    }

    @Test func itStandsStillUntilMoved() {
        #expect(time.now() == Timestamp(seconds: 100))
        time.advance(by: .milliseconds(1_500))
        #expect(time.now() == Timestamp(milliseconds: 101_500))
    }

    @Test func sleepersWakeWhenTheirTimeHasComeAndNotBefore() async throws {
        try await withThrowingTaskGroup(of: Void.self) { [time, log] group in
            for (place, seconds) in [30, 10, 20].enumerated() {
                group.addTask {
                    try await time.sleep(for: .seconds(seconds))
                    log.note(seconds)
                }
                try await waitForSleepers(place + 1)
            }
            time.advance(by: .milliseconds(9_999))
            #expect(time.sleeperCount == 3)
            time.advance(by: .milliseconds(1))
            #expect(time.sleeperCount == 2)
            try await group.next()
            #expect(log.all == [10])
            time.advance(by: .seconds(20))
            #expect(time.sleeperCount == 0)
            try await group.waitForAll()
        }
        #expect(log.all.sorted() == [10, 20, 30])
    }

    @Test func aCancelledSleeperIsGone() async throws {
        let sleeper = Task { [time] in try await time.sleep(for: .seconds(10)) }
        try await waitForSleepers(1)
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(time.sleeperCount == 0)
        time.advance(by: .seconds(20))
    }

    @Test func whoIsCancelledBeforeSleepingDoesNotSleep() async throws {
        let sleeper = Task { [time] in
            while !Task.isCancelled { await Task.yield() }
            try await time.sleep(for: .seconds(10))
        }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(time.sleeperCount == 0)
    }

    /// A wake-up and a cancellation that cross: the sleeper ends once, one way or the other.
    @Test func wakingAndCancellingMayCross() async throws {
        for _ in 0..<50 {
            let sleeper = Task { [time] in try await time.sleep(for: .seconds(1)) }
            try await waitForSleepers(1)
            async let cancelled: Void = sleeper.cancel()
            time.advance(by: .seconds(1))
            await cancelled
            _ = await sleeper.result
            #expect(time.sleeperCount == 0)
        }
    }

    /// As with the machine's clock: who asks for no time, or for time that is over, does not wait.
    @Test(arguments: [0, -1])
    func noTimeIsNoWait(_ seconds: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { [time, log] group in
            group.addTask {
                try await time.sleep(for: .seconds(seconds))
                log.note(seconds)
            }
            for _ in 0..<100_000 where log.all.isEmpty { await Task.yield() }
            // Ends a sleeper that did wait.
            time.advance(by: .seconds(1))
            #expect(log.all == [seconds])
            try await group.waitForAll()
        }
    }
}
