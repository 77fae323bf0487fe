import Alarms
import Clocks
import MetricMath
import Telemetry
import Testing

@testable import Monitoring

/// Which period a value belongs to, with the metric store and a clock that is moved.
@Suite(.timeLimit(.minutes(1))) struct PeriodEdgeTests {
    /// Moments at which an alarm of a period is evaluated, none a multiple of the longer periods since 1970.
    private static let periods = [(10, 130), (20, 130), (30, 130), (60, 120), (300, 720), (3_600, 840)]

    /// Seconds after ten as reasons have them.
    private static func text(_ seconds: Int) -> String {
        let time = (OpenAlarms.start + .seconds(seconds)).calendarTime
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "01/01/25 \(padded(time.hour)):\(padded(time.minute)):\(padded(time.second))"
    }

    private func reason(_ period: Int, at now: Int, value second: Int) async throws -> String {
        let open = try OpenAlarms()
        try await open.define { $0.period = period }
        open.time.advance(by: .seconds(now))
        try await open.put([second: 5])
        await open.evaluate(at: now)
        return open.reason()
    }

    @Test(arguments: periods) func theFirstSecondOfAPeriodIsPartOfIt(period: Int, now: Int) async throws {
        let reason = try await reason(period, at: now, value: now - period)
        #expect(reason.contains("[5.0 (\(Self.text(now - period)))]"), "\(reason)")
    }

    @Test(arguments: periods) func theSecondBeforeIsPartOfThePeriodBefore(period: Int, now: Int) async throws {
        let reason = try await reason(period, at: now, value: now - period - 1)
        #expect(reason.contains("[5.0 (\(Self.text(now - 2 * period)))]"), "\(reason)")
    }

    @Test(arguments: periods) func theLastSecondOfTheNewestPeriodCounts(period: Int, now: Int) async throws {
        let reason = try await reason(period, at: now, value: now - 1)
        #expect(reason.contains("[5.0 (\(Self.text(now - period)))]"), "\(reason)")
    }

    @Test(arguments: periods) func whatIsNotOverYetDoesNot(period: Int, now: Int) async throws {
        #expect(try await reason(period, at: now, value: now) == "Unchecked: Initial alarm creation")
    }

    @Test(arguments: periods) func theRangeHasTwoPeriodsBeyondThoseOfTheAlarm(period: Int, now: Int) async throws {
        let reason = try await reason(period, at: now, value: now - 3 * period)
        #expect(reason.contains("[5.0 (\(Self.text(now - 3 * period)))]"), "\(reason)")
        #expect(try await self.reason(period, at: now, value: now - 3 * period - 1).hasPrefix("Unchecked"))
    }

    /// Two values that are in one period since 1970 never, and in one of the alarm's for some minutes.
    @Test func theRangeSlidesByTheMinute() async throws {
        let open = try OpenAlarms()
        try await open.define { $0.period = 300 }
        open.time.advance(by: .seconds(600))
        try await open.put([480: 1, 660: 1])
        var states: [AlarmState?] = []
        for minute in 11...16 {
            await open.evaluate(at: minute * 60)
            states.append(open.state())
        }
        // The minutes 10:08 and 10:11 are both in the five that end at 10:12 and at 10:13, and at no other of these.
        #expect(states == [.ok, .alarm, .alarm, .ok, .ok, .ok])
    }

    @Test func expressionsFillThePeriodsOfTheAlarm() async throws {
        let open = try OpenAlarms()
        func stat(_ id: String, _ metric: String) -> MetricDataQuery {
            let stat = MetricStat(
                metric: MetricReference(namespace: "Shop", name: metric), statistic: .sum, period: 300)
            return MetricDataQuery(id: id, source: .metric(stat), returnsData: false)
        }
        try await open.define { parameters in
            parameters = AlarmParameters(alarmName: "orders")
            parameters.evaluationPeriods = 2
            parameters.threshold = 1
            parameters.comparisonOperator = "GreaterThanThreshold"
            parameters.metrics = [
                stat("m1", "Orders"), stat("m2", "Returned"),
                MetricDataQuery(id: "e1", source: .expression("m1 - FILL(m2, 0)", period: nil)),
            ]
        }
        open.time.advance(by: .seconds(720))
        try await open.put([130: 3, 700: 5])
        await open.evaluate(at: 720)
        // A zero of a period since 1970 would stand beside them: 10:05 is in the alarm's period from 10:02.
        #expect(
            open.reason().contains("2 out of the last 2 datapoints [5.0 (01/01/25 10:07:00), 3.0 (01/01/25 10:02:00)]"))
    }

    /// The metrics' own loop has not run: what was recorded counts all the same.
    @Test(arguments: [10, 60]) func theSecondThatIsJustOverCounts(period: Int) async throws {
        let open = try OpenAlarms()
        try await open.define { $0.period = period }
        let counter = open.metrics.counter(for: MetricIdentity("Shop", "Orders"))
        open.time.advance(by: .seconds(period - 1))
        open.metrics.takeValues()
        counter.add(2)
        await open.evaluate(at: period)
        #expect(open.state() == .alarm)
        // And the store gets its minute: whoever writes is still told of it.
        #expect(open.metrics.endSecond() == (period == 60))
    }
}
