import Load
import Testing

@Suite struct LoadRunTests {
    private static let second: UInt64 = 1_000_000_000

    private static func run(
        rate: Double = 10, seconds: Double = 3, batch: Int = 1, updates: Double = 0, sampleStep: Int = 1
    ) -> LoadRun {
        LoadRun(
            schedule: Schedule(rate: rate, seconds: seconds),
            source: OrderSource(updates: updates, distance: 5, seed: 1), batch: batch, sampleStep: sampleStep,
            logStart: 0)
    }

    @Test func nothingIsSentBeforeItIsDue() {
        var run = Self.run()
        #expect(run.take(now: 0)?.due == 0)
        #expect(run.take(now: 99_999_999) == nil)
        #expect(run.nextDue == 100_000_000)
        #expect(run.take(now: 100_000_000)?.due == 100_000_000)
    }

    /// The one thing that the generator is for: a server that stands still for a second has answered everybody who came
    /// in that second late, not only the one request that was under way.
    @Test func aStandstillIsSeenByEverybodyWhoWasDueInIt() throws {
        var run = Self.run(rate: 100, seconds: 2)
        // One connection. All is answered in 1 ms, but for the first, which takes a second.
        let first = try run.taken(at: 0)
        run.end(first, .acknowledged, now: Self.second)
        var now = Self.second
        while true {
            guard let request = run.take(now: now) else {
                guard let due = run.nextDue else { break }
                now = due
                continue
            }
            now += 1_000_000
            run.end(request, .acknowledged, now: now)
        }
        run.closeSeconds()
        #expect(run.isOver)
        #expect(run.measure.latencies.count == 200)
        let latency = run.measure.latencies.percentiles
        #expect(abs(latency.max - 1_000) < 1)
        // A closed loop would have seen one slow answer in two hundred; here a quarter of all waited half a second and
        // more.
        #expect(run.measure.latencies.milliseconds(percentile: 75) > 450)
        #expect(run.measure.seconds.map(\.offered) == [100, 100])
        #expect(run.measure.seconds[0].p50 > 500)
        #expect(run.measure.seconds[1].max < 101)
    }

    @Test func aSecondIsClosedOnceAllOfItIsAnswered() throws {
        var run = Self.run(rate: 2, seconds: 3)
        let (a, b) = (try run.taken(at: 0), try run.taken(at: Self.second))
        run.end(b, .acknowledged, now: Self.second)
        let c = try run.taken(at: Self.second)
        run.end(c, .acknowledged, now: Self.second)
        run.closeSeconds()
        #expect(run.measure.seconds.isEmpty, "the first second's first request is under way")
        run.end(a, .acknowledged, now: 2 * Self.second)
        run.closeSeconds()
        #expect(run.measure.seconds.map(\.second) == [0])
        #expect(run.measure.seconds[0].max > 1_990)
    }

    @Test func errorsAreCountedByTypeAndNotTriedAgain() throws {
        var run = Self.run(rate: 1, seconds: 3, batch: 5)
        let outcomes: [WriteOutcome] = [
            .failed(type: "ThrottlingException", isUncertain: false), .unprocessed(2),
            .failed(type: WriteOutcome.ErrorType.timeout, isUncertain: true),
        ]
        for (number, outcome) in outcomes.enumerated() {
            let now = UInt64(number) * Self.second
            run.end(try run.taken(at: now), outcome, now: now)
        }
        run.closeSeconds()
        #expect(run.isOver)
        #expect(run.measure.offered == 15)
        #expect(run.measure.acknowledged == 3)
        #expect(run.measure.errors == 12)
        #expect(run.measure.errorTypes == ["ThrottlingException": 5, "unprocessed": 2, "timeout": 5])
        #expect(run.measure.uncertain == 5)
        #expect(run.measure.latencies.count == 3)
        #expect(run.measure.seconds.map(\.errors) == [5, 2, 5])
        #expect(run.sample.isEmpty, "of none of the batches every order is known to be there")
    }

    @Test func whatWaitsTooLongIsGivenUp() {
        var run = Self.run(rate: 1, seconds: 2)
        let late = 2 * Self.second + LoadRun.patienceNanoseconds
        #expect(run.take(now: late) == nil)
        #expect(run.isOver)
        #expect(run.measure.errorTypes == ["notSent": 2])
        #expect(run.seconds == 32)
    }

    @Test func ratesAreThoseOfTheScheduleAndOfTheAnswers() throws {
        var run = Self.run(rate: 10, seconds: 2, batch: 4)
        while let due = run.nextDue {
            let request = try run.taken(at: due)
            run.end(request, .acknowledged, now: due + 2 * Self.second + 100_000_000)
        }
        #expect(run.offeredPerSecond == 40)
        #expect(run.seconds == 4)
        #expect(run.achievedPerSecond == 20)
    }

    @Test func stoppedEarlyItReportsWhatWasDone() throws {
        var run = Self.run(rate: 10, seconds: 10)
        let underWay = try run.taken(at: 0)
        for number in 1...9 {
            let now = UInt64(number) * 100_000_000
            run.end(try run.taken(at: now), .acknowledged, now: now)
        }
        run.stop(now: 950_000_000)
        #expect(!run.isOver)
        run.end(underWay, .acknowledged, now: Self.second)
        #expect(run.isOver)
        #expect(run.stoppedAt == 950_000_000)
        #expect(run.measure.offered == 10)
        #expect(run.measure.errors == 0)
        #expect(abs(run.offeredPerSecond - 10 / 0.95) < 1e-9)
        #expect(run.achievedPerSecond == 10)
    }

    @Test func whatWasTakenAheadOfItsMomentCanBeTakenBack() throws {
        var run = Self.run(rate: 1, seconds: 10)
        let now = try run.takenAhead(at: 0)
        let later = try run.takenAhead(at: 0)
        #expect(later.due == Self.second)
        run.end(now, .acknowledged, now: 1)
        run.stop(now: 500_000_000)
        run.withdraw(later, now: 500_000_000)
        run.closeSeconds()
        #expect(run.isOver)
        #expect(run.measure.offered == 1)
        #expect(run.measure.seconds.map(\.offered).reduce(0, +) == 1)
    }

    @Test func whatStandsInLineAtTheStopIsNoError() throws {
        var run = Self.run(rate: 10, seconds: 10, batch: 2)
        let underWay = try run.taken(at: 0)
        // Nine more became due, and the one connection was not free.
        run.stop(now: 950_000_000)
        run.stop(now: Self.second)
        run.end(underWay, .acknowledged, now: Self.second)
        run.closeSeconds()
        #expect(run.isOver)
        #expect(run.stoppedAt == 950_000_000)
        #expect(run.unsent == 18)
        #expect(run.measure.errors == 0)
        #expect(run.measure.offered == 2)
        #expect(run.measure.acknowledged == 2)
    }

    /// Few requests and many connections: each request is with a connection long before it is due.
    @Test func aLoadWhoseRequestsAreAllTakenAheadCanBeStopped() throws {
        var run = Self.run(rate: 1, seconds: 2)
        let now = try run.takenAhead(at: 0)
        let later = try run.takenAhead(at: 0)
        #expect(run.nextDue == nil)
        run.end(now, .acknowledged, now: 1)
        run.withdraw(later, now: 500_000_000)
        run.stop(now: 600_000_000)
        #expect(run.isOver)
        #expect(run.stoppedAt == 500_000_000)
        #expect(run.offeredPerSecond == 2)
    }

    @Test func aRequestTakenBackEndsWhatNobodyHasTakenAsWell() throws {
        var run = Self.run(rate: 1, seconds: 10)
        let first = try run.takenAhead(at: 0)
        let second = try run.takenAhead(at: 0)
        run.end(first, .acknowledged, now: 1)
        run.withdraw(second, now: 500_000_000)
        #expect(run.nextDue == nil)
        #expect(run.isOver)
    }

    /// The end of what is under way is waited for anyway.
    @Test func aStopAfterTheLastRequestStopsNothing() throws {
        var run = Self.run(rate: 1, seconds: 1)
        let only = try run.taken(at: 0)
        run.stop(now: 500_000_000)
        run.end(only, .acknowledged, now: 600_000_000)
        #expect(run.stoppedAt == nil)
    }

    @Test func aSampleHoldsNewOrdersThatAreAcknowledged() throws {
        var run = Self.run(rate: 100, seconds: 1, updates: 0.5, sampleStep: 4)
        var expected: [Int] = []
        while let due = run.nextDue {
            let request = try run.taken(at: due)
            let write = request.writes[0]
            if !write.isUpdate && write.order % 4 == 0 { expected.append(write.order) }
            run.end(request, .acknowledged, now: due)
        }
        #expect(expected.count > 10)
        #expect(run.sample == expected)
    }

    @Test func theProgressTellsWhatIsUnderWayAndInLine() throws {
        var run = Self.run(rate: 10, seconds: 2)
        _ = try run.taken(at: 0)
        let progress = run.progress(now: Self.second)
        #expect(progress.inFlight == 1)
        #expect(progress.offered == 10)
        #expect(progress.waiting == 9)
    }
}

extension LoadRun {
    fileprivate mutating func taken(at now: UInt64) throws -> Request {
        let request = take(now: now)
        return try #require(request, "something is due")
    }

    fileprivate mutating func takenAhead(at now: UInt64) throws -> Request {
        let request = takeAhead(now: now)
        return try #require(request, "something will be due")
    }
}
