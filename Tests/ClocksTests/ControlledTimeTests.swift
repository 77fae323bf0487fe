import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Clocks

@Suite(.timeLimit(.minutes(1))) struct ControlledTimeTests {
    /// Notes who woke, in that order, and what the clock read.
    private final class WakeLog: Sendable {
        private let entries = Mutex<[String]>([])
        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    /// Runs tasks one after the other in the order in which they become ready.
    private final class OneAfterTheOther: TaskExecutor {
        private let queue = DispatchQueue(label: "sluice.test.serial")
        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    private let base = ManualTime(start: Timestamp(seconds: 100))
    private let time: ControlledTime
    private let log = WakeLog()

    init() { time = ControlledTime(base: base) }

    /// Lets other tasks run until the condition holds.
    private func wait(_ what: Comment, until condition: () -> Bool) async throws {
        guard await !comesTrue(condition) else { return }
        Issue.record(what)
        throw CancellationError()
    }

    /// A task that sleeps, then notes its name; returns once it does sleep.
    private func sleeper(_ name: String, _ duration: Duration) async throws -> Task<Void, any Error> {
        let (before, isFrozen) = (time.sleeperCount, time.reading.isFrozen)
        let timers = base.sleeperCount
        let task = Task { [time, log] in
            try await time.sleep(for: duration)
            log.note("\(name) at \(time.now().milliseconds)")
        }
        try await wait("\(name) does not sleep") {
            time.sleeperCount == before + 1 && (isFrozen || base.sleeperCount == timers + 1)
        }
        return task
    }

    // MARK: Reading it

    @Test func itRunsAlongWithItsBase() {
        #expect(time.now() == Timestamp(seconds: 100))
        base.advance(by: .seconds(5))
        #expect(time.reading == .init(now: Timestamp(seconds: 105), ahead: .zero, isFrozen: false))
    }

    @Test func anAdvanceStaysOnTop() {
        #expect(time.advance(by: .seconds(3_600)))
        base.advance(by: .seconds(5))
        #expect(time.advance(by: .milliseconds(1)))
        #expect(
            time.reading
                == .init(now: Timestamp(milliseconds: 3_705_001), ahead: .milliseconds(3_600_001), isFrozen: false))
    }

    @Test func frozenItStands() {
        time.freeze()
        base.advance(by: .seconds(5))
        #expect(time.reading == .init(now: Timestamp(seconds: 100), ahead: .seconds(-5), isFrozen: true))
        time.freeze()
        #expect(time.now() == Timestamp(seconds: 100))
        time.advance(by: .seconds(60))
        #expect(time.reading == .init(now: Timestamp(seconds: 160), ahead: .seconds(55), isFrozen: true))
    }

    @Test func resumedItGoesOnFromWhereItStood() {
        time.freeze()
        base.advance(by: .seconds(5))
        time.resume()
        #expect(time.reading == .init(now: Timestamp(seconds: 100), ahead: .seconds(-5), isFrozen: false))
        base.advance(by: .seconds(7))
        #expect(time.now() == Timestamp(seconds: 107))
        time.resume()
        #expect(time.now() == Timestamp(seconds: 107))
    }

    @Test func itMovesNeitherBackNorBeyondTheLastYear() {
        #expect(!time.advance(by: .seconds(-1)))
        #expect(!time.advance(by: .seconds(Int64.max)))
        #expect(time.now() == Timestamp(seconds: 100))
        #expect(time.advance(by: ControlledTime.latest - Timestamp(seconds: 100)))
        #expect(time.now() == ControlledTime.latest)
        #expect(!time.advance(by: .microseconds(1)))
    }

    // MARK: Sleeping on it

    @Test func aSleepEndsWithTheBase() async throws {
        let task = try await sleeper("A", .seconds(10))
        base.advance(by: .milliseconds(9_999))
        #expect(time.sleeperCount == 1)
        base.advance(by: .milliseconds(1))
        try await task.value
        #expect(log.all == ["A at 110000"])
        #expect(time.sleeperCount == 0)
    }

    @Test func anAdvanceEndsWhatIsDueAndShortensTheRest() async throws {
        let first = try await sleeper("A", .seconds(10))
        let second = try await sleeper("B", .seconds(30))
        time.advance(by: .seconds(10))
        try await first.value
        #expect(log.all == ["A at 110000"])
        // B's timer has been set anew.
        try await wait("no timer") { base.sleeperCount == 1 }
        base.advance(by: .milliseconds(19_999))
        #expect(time.sleeperCount == 1)
        base.advance(by: .milliseconds(1))
        try await second.value
        #expect(log.all.last == "B at 130000")
    }

    @Test func frozenNoSleepEndsExceptByAnAdvance() async throws {
        let before = try await sleeper("A", .seconds(10))
        time.freeze()
        try await wait("the timer of A runs on") { base.sleeperCount == 0 }
        let frozen = try await sleeper("B", .seconds(20))
        base.advance(by: .seconds(1_000))
        #expect(time.sleeperCount == 2)
        time.advance(by: .seconds(10))
        try await before.value
        #expect(log.all == ["A at 110000"])
        #expect(time.sleeperCount == 1)
        time.advance(by: .seconds(10))
        try await frozen.value
        #expect(log.all.last == "B at 120000")
    }

    @Test func resumedASleepTakesTheRestOfItsTime() async throws {
        let task = try await sleeper("A", .seconds(10))
        base.advance(by: .seconds(4))
        time.freeze()
        base.advance(by: .seconds(1_000))
        time.resume()
        try await wait("no timer") { base.sleeperCount == 1 }
        base.advance(by: .milliseconds(5_999))
        #expect(time.sleeperCount == 1)
        base.advance(by: .milliseconds(1))
        try await task.value
        #expect(log.all == ["A at 110000"])
    }

    @Test func anAdvanceWakesInTheOrderOfTheTimes() async throws {
        time.freeze()
        let executor = OneAfterTheOther()
        // The last two are due together: who began to sleep first wakes first.
        let spans = [("A", 30), ("B", 10), ("C", 50), ("D", 20), ("E", 40), ("F", 40)]
        for round in 0..<20 {
            try await withThrowingTaskGroup(of: Void.self) { [time, log] group in
                for (place, (name, seconds)) in spans.enumerated() {
                    group.addTask(executorPreference: executor) {
                        try await time.sleep(for: .seconds(seconds))
                        log.note(name)
                    }
                    try await wait("\(name) does not sleep") { time.sleeperCount == place + 1 }
                }
                time.advance(by: .seconds(60))
                try await group.waitForAll()
            }
            #expect(log.all.suffix(6) == ["B", "D", "A", "E", "F", "C"], "round \(round)")
        }
    }

    // MARK: Cancelling

    @Test(arguments: [false, true])
    func aCancelledSleeperIsGone(isFrozen: Bool) async throws {
        if isFrozen { time.freeze() }
        let task = try await sleeper("A", .seconds(10))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(time.sleeperCount == 0)
        #expect(base.sleeperCount == 0)
        time.advance(by: .seconds(20))
        #expect(log.all == [])
    }

    @Test func whoIsCancelledBeforeSleepingDoesNotSleep() async throws {
        let task = Task { [time] in
            while !Task.isCancelled { await Task.yield() }
            try await time.sleep(for: .seconds(10))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(time.sleeperCount == 0)
    }

    @Test(arguments: [0, -1])
    func noTimeIsNoWait(_ seconds: Int) async throws {
        time.freeze()
        try await time.sleep(for: .seconds(seconds))
    }

    /// Advances, freezes, resumes and cancellations that cross: each sleeper ends once, and nothing is left behind.
    @Test func movesAndCancellationsMayCross() async throws {
        for round in 0..<100 {
            let task = Task { [time] in try await time.sleep(for: .seconds(1)) }
            try await wait("nobody sleeps") { time.sleeperCount == 1 }
            async let frozen: Void = time.freeze()
            async let advanced = time.advance(by: .seconds(1))
            async let resumed: Void = time.resume()
            if round.isMultiple(of: 2) { task.cancel() }
            _ = await (frozen, advanced, resumed)
            _ = await task.result
            time.resume()
            #expect(time.sleeperCount == 0)
            #expect(base.sleeperCount == 0)
        }
    }
}
