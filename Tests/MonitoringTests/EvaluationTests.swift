import Alarms
import Clocks
import MetricMath
import Storage
import Telemetry
import Testing
import TestSupport

@testable import Monitoring

/// When alarms are evaluated and what comes of it, with the metric store and a clock that is moved.
@Suite(.timeLimit(.minutes(1))) struct EvaluationTests {
    /// AWS's table: N, M, the points from the oldest to the newest, then the states for missing, ignore, breaching and
    /// notBreaching (the user guide, "Configuring how CloudWatch alarms treat missing data").
    static let table = """
        3 3 | 0 - X - X | OK OK OK OK
        3 3 | 0 - - - - | OK OK OK OK
        3 3 | - - - - - | INSUFFICIENT_DATA keep ALARM OK
        3 3 | 0 X X - X | ALARM ALARM ALARM ALARM
        3 3 | - - X - - | ALARM keep ALARM OK
        3 2 | 0 - X - X | ALARM ALARM ALARM ALARM
        3 2 | 0 0 X 0 X | ALARM ALARM ALARM ALARM
        3 2 | 0 - X - - | OK OK ALARM OK
        3 2 | - - - - 0 | OK OK ALARM OK
        3 2 | - - - X - | ALARM keep ALARM OK
        """

    @Test(arguments: [60, 10], AlarmState.allCases)
    func theTableOfMissingData(period: Int, before: AlarmState) async throws {
        let open = try OpenAlarms()
        var expected: [String: AlarmState] = [:]
        open.time.advance(by: .seconds(5 * period))
        for row in Self.table.split(separator: "\n") {
            let parts = row.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
            for (treatment, state) in zip(MissingData.allCases, parts[2]) {
                let name = "\(treatment) \(parts[0]) \(parts[1])"
                for (place, point) in parts[1].enumerated() where point != "-" {
                    try await open.put([place * period + period / 2: point == "X" ? 5 : 0], of: name)
                }
                try await open.define(name, of: name) {
                    $0.period = period
                    $0.evaluationPeriods = Int(parts[0][0])
                    $0.datapointsToAlarm = Int(parts[0][1])
                    $0.treatMissingData = treatment.rawValue
                }
                _ = try await open.alarms.set(name, before, reason: "a test", reasonData: nil)
                expected[name] = state == "keep" ? before : try #require(AlarmState(rawValue: state))
            }
        }
        await open.evaluate(at: 5 * period)
        #expect(expected.count == 40)
        for (name, state) in expected { #expect(open.state(name) == state, "\(name)") }
    }

    /// All alarms are evaluated one after the other: what makes too many values would hold up the others.
    @Test func anAlarmThatIsTooMuchWorkKeepsItsState() async throws {
        let open = try OpenAlarms()
        let stat = MetricStat(
            metric: MetricReference(namespace: "Shop", name: "Orders"), statistic: .sum, period: 60)
        for (name, count) in [("small", 10), ("large", 100)] {
            // Each of ten expressions makes three times its periods for each of them.
            let sum = Array(repeating: "FILL(m1, 0)", count: count).joined(separator: " + ")
            let sums = (1...10).map {
                MetricDataQuery(id: "e\($0)", source: .expression(sum, period: nil), returnsData: $0 == 1)
            }
            try await open.define(name) { parameters in
                parameters = AlarmParameters(alarmName: name)
                parameters.evaluationPeriods = 1_440
                parameters.datapointsToAlarm = 1
                parameters.threshold = 1
                parameters.comparisonOperator = "GreaterThanThreshold"
                parameters.metrics = [MetricDataQuery(id: "m1", source: .metric(stat), returnsData: false)] + sums
            }
        }
        try await open.put([30: 5])
        await open.evaluate(at: 120)
        #expect(open.state("small") == .alarm)
        #expect(open.state("large") == .insufficientData)
    }

    @Test func aNewAlarmHasNotEnoughDataUntilThereAreSome() async throws {
        let open = try OpenAlarms()
        try await open.define()
        await open.evaluate(at: 0)
        #expect(open.state() == .insufficientData)
        // It has the state already: no change, and no item but that of its making.
        #expect(try open.history().map(\.kind) == [.configurationUpdate])
        try await open.put([30: 0])
        await open.evaluate(at: 60)
        #expect(open.state() == .ok)
    }

    @Test func anAlarmOfTenSecondsIsEvaluatedEveryTenSeconds() async throws {
        let open = try OpenAlarms()
        try await open.define { $0.period = 10 }
        let counter = open.metrics.counter(for: MetricIdentity("Shop", "Orders"))
        var states: [AlarmState?] = []
        for second in stride(from: 10, through: 60, by: 10) {
            if second == 20 { counter.add(2) }
            await open.evaluate(at: second)
            states.append(open.state())
        }
        // The point is of 10:00:10, and the newest one for as long as it is in the range of three periods.
        #expect(states == [.insufficientData, .alarm, .alarm, .alarm, .insufficientData, .insufficientData])
    }

    @Test func anAlarmOfMinutesIsEvaluatedAtWholeMinutesOnly() async throws {
        let open = try OpenAlarms()
        try await open.define()
        await open.evaluate(at: 0)
        try await open.put([0: 5, -60: 5])
        for second in [10, 50, 59] {
            await open.evaluate(at: second)
            #expect(open.state() == .insufficientData)
        }
        await open.evaluate(at: 60)
        #expect(open.state() == .alarm)
    }

    @Test func anAlarmOfMoreThanADayIsEvaluatedAtWholeHoursOnly() async throws {
        let open = try OpenAlarms()
        try await open.define {
            $0.period = 3_600
            $0.evaluationPeriods = 25
            $0.datapointsToAlarm = 1
        }
        await open.evaluate(at: 0)
        try await open.put([0: 5])
        await open.evaluate(at: 3_540)
        #expect(open.state() == .insufficientData)
        await open.evaluate(at: 3_600)
        #expect(open.state() == .alarm)
        #expect(open.reason().contains("(01/01/25 10:00:00)"))
        // The range has 27 hours.
        await open.evaluate(at: 27 * 3_600)
        #expect(open.state() == .alarm)
        await open.evaluate(at: 28 * 3_600)
        #expect(open.state() == .insufficientData)
    }

    @Test func aWeekIsTheLongestRange() async throws {
        let open = try OpenAlarms()
        try await open.define {
            $0.period = 3_600
            $0.evaluationPeriods = 168
            $0.datapointsToAlarm = 2
        }
        try await open.put([-168 * 3_600: 5, -3_600: 5])
        await open.evaluate(at: 0)
        #expect(open.state() == .alarm)
        #expect(throws: AlarmError.self) {
            try OpenAlarms.definition {
                $0.period = 3_600
                $0.evaluationPeriods = 169
            }
        }
    }

    @Test func setAlarmStateHoldsUntilTheNextEvaluation() async throws {
        let open = try OpenAlarms()
        try await open.define()
        try await open.put([-30: 0])
        await open.evaluate(at: 0)
        open.time.advance(by: .seconds(20))
        #expect(try await open.alarms.set("orders", .alarm, reason: "a drill", reasonData: nil))
        await open.evaluate(at: 30)
        #expect(open.state() == .alarm)
        #expect(open.reason() == "a drill")
        await open.evaluate(at: 60)
        #expect(open.state() == .ok)
        #expect(try open.history().map(\.kind) == [.configurationUpdate, .stateUpdate, .stateUpdate, .stateUpdate])
        #expect(try await open.alarms.set("none", .alarm, reason: "", reasonData: nil) == false)
    }

    @Test func aChangedAlarmKeepsItsStateAndIsEvaluatedAtTheNextTick() async throws {
        let open = try OpenAlarms()
        try await open.define()
        try await open.put([-30: 5])
        await open.evaluate(at: 0)
        #expect(open.state() == .alarm)
        try await open.define { $0.threshold = 10 }
        #expect(open.state() == .alarm)
        await open.evaluate(at: 10)
        #expect(open.state() == .ok)
        #expect(
            try open.history().map(\.kind) == [.configurationUpdate, .stateUpdate, .configurationUpdate, .stateUpdate])
    }

    @Test func aClockThatIsSetBackStopsNoAlarm() async throws {
        let open = try OpenAlarms()
        try await open.define()
        await open.evaluate(at: 0)
        open.time.set(by: .seconds(-3_600))
        try await open.put([-3_600: 5])
        open.time.advance(by: .seconds(60))
        await open.alarms.evaluate()
        #expect(open.state() == .alarm)
    }

    @Test(arguments: [("ignore", 999.0, AlarmState.ok), ("ignore", 1_000, .alarm), ("evaluate", 1, .alarm)])
    func fewSamplesOfAPercentile(treatment: String, samples: Double, expected: AlarmState) async throws {
        let open = try OpenAlarms()
        try await open.define {
            $0.period = 300
            $0.statistic = nil
            $0.extendedStatistic = "p99"
            $0.evaluateLowSampleCountPercentile = treatment
        }
        _ = try await open.alarms.set("orders", .ok, reason: "a test", reasonData: nil)
        open.time.advance(by: .seconds(720))
        // In two minutes of one of the alarm's periods, and in two periods since 1970.
        for (second, count) in [(440, samples - 1), (700, 1)] where count > 0 {
            try await open.metrics.put([
                MetricDatum(
                    MetricIdentity("Shop", "Orders"), .values([5], counts: [count]),
                    time: OpenAlarms.start + .seconds(second))
            ])
        }
        await open.evaluate(at: 720)
        #expect(open.state() == expected)
    }

    @Test func historyIsKeptForTwoWeeks() async throws {
        let open = try OpenAlarms()
        try await open.define()
        open.time.advance(by: .seconds(14 * 86_400))
        #expect(try open.history().count == 1)
        open.time.advance(by: .seconds(1))
        #expect(try open.history().isEmpty)
        // Not shown any more, and then not there any more either.
        func count() throws -> Int {
            var count = 0
            try open.database.scan(.metrics, from: [2], to: [3]) { _, _ in
                count += 1
                return true
            }
            return count
        }
        #expect(try count() == 1)
        let alarms = open.alarms
        let running = Task { await alarms.run { _, _, _ in nil } }
        #expect(await comesTrue { open.time.sleeperCount == 1 })
        open.time.advance(by: .seconds(10))
        #expect(try await comesTrue { try count() == 0 })
        running.cancel()
        await running.value
    }
}
