import Clocks
import MetricMath
import Telemetry
import Testing
import TestSupport

/// Recorded values, rolled up and asked for, against the values themselves.
@Suite(.timeLimit(.minutes(1))) struct RollUpTests {
    private static let percents = [0, 1, 25, 50, 90, 99, 100]
    private static let statistics: [MetricStatistic] =
        [.sampleCount, .sum, .average, .minimum, .maximum] + percents.map { .percentile(Double($0)) }

    private func expectEqual(_ result: MetricStatistics, _ raw: RawValues, _ period: Int) {
        let stretches = raw.stretches(Int64(period))
        #expect(result.times == stretches.map { Timestamp(seconds: $0.start) }, "period \(period)")
        guard result.times.count == stretches.count else { return }
        for (index, (_, values)) in stretches.enumerated() {
            let found = result.columns.map { $0[index] ?? .nan }
            let sum = values.reduce(0, +)
            let allowed = 1e-9 * values.reduce(1e-300) { $0 + $1.magnitude }
            #expect(found[0] == Double(values.count))
            #expect(abs(found[1] - sum) <= allowed)
            #expect(abs(found[2] - sum / Double(values.count)) <= allowed)
            #expect([found[3], found[4]] == [values.first, values.last])
            for (column, percent) in Self.percents.enumerated() {
                let exact = percent == 0 ? values[0] : RawValues.percentile(percent, of: values)
                #expect(abs(found[5 + column] - exact) <= exact.magnitude / 128, "p\(percent), period \(period)")
            }
        }
    }

    @Test(arguments: UInt64(1)...12)
    func everyPeriodAgreesWithTheValues(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let metrics = try OpenMetrics(at: OpenMetrics.start + Int64(generator.below(100)))
        let source = RawValues.Source(using: &generator)
        // Two units of one metric, which a query without a unit joins.
        let recorders = [StandardUnit.milliseconds, .none].map { metrics.store.distribution(for: .orders, unit: $0) }
        var raw = RawValues()
        for _ in 0..<400 {
            if !generator.oneIn(3), metrics.now / 60 % 4 != 1 {
                for _ in 0..<generator.below(5) {
                    let value = source.next(using: &generator)
                    generator.pick(recorders).record(value)
                    raw.values.append((metrics.now, value))
                }
            }
            await metrics.pass(1)
        }
        for period in [1, 5, 10, 20, 30, 60, 120, 300, 3_600] {
            expectEqual(try metrics.query(.orders, Self.statistics, period: period), raw, period)
        }
        // The same from the store alone, but for the present minute.
        try metrics.forgetMemory()
        let present = metrics.now / 60 * 60
        raw.values.removeAll { $0.second >= present }
        for period in [60, 300] {
            expectEqual(try metrics.query(.orders, Self.statistics, period: period), raw, period)
        }
        #expect(try metrics.query(.orders, Self.statistics, period: 30).times.isEmpty)
    }

    @Test func putValuesAreJoinedWithRecordedOnes() async throws {
        var generator = SeededGenerator(seed: 7)
        let metrics = try OpenMetrics()
        let source = RawValues.Source(using: &generator)
        let recorder = metrics.store.distribution(for: .orders, unit: .none)
        var raw = RawValues()
        for _ in 0..<120 {
            for _ in 0..<2 {
                let value = source.next(using: &generator)
                recorder.record(value)
                raw.values.append((metrics.now, value))
            }
            let value = source.next(using: &generator)
            let second = metrics.now + Int64(generator.below(1_200)) - 1_000
            try await metrics.store.put([.at(second, value, resolution: .second)])
            raw.values.append((second, value))
            await metrics.pass(5)
        }
        for period in [1, 5, 10, 20, 30, 60, 300] {
            expectEqual(try metrics.query(.orders, Self.statistics, period: period), raw, period)
        }
    }

    @Test func pointsStandAtMultiplesOfThePeriodAndTheStartIsRoundedDown() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_100)
        let counter = metrics.store.counter(for: .orders)
        for _ in 0..<600 {
            counter.add()
            await metrics.pass(1)
        }
        let five = try metrics.query(.orders, [.sum], period: 300, from: 1_700_000_399, to: 1_700_000_700)
        #expect(five.times.map(\.seconds) == [1_700_000_100, 1_700_000_400])
        #expect(five.columns == [[300, 300]])
        let ten = try metrics.query(.orders, [.sum], period: 10, from: 1_700_000_683, to: 1_700_000_690)
        #expect(ten.times.map(\.seconds) == [1_700_000_680])
        // The end is not included.
        #expect(
            try metrics.query(.orders, [.sum], period: 60, from: 1_700_000_100, to: 1_700_000_160).columns == [[60]])
        #expect(try metrics.query(.orders, [.sum], from: 1_700_000_160, to: 1_700_000_160).times.isEmpty)
        #expect(try metrics.query(.orders, [.sum], from: .max / 2_000_000, to: .min / 2_000_000).times.isEmpty)
    }

    @Test func aLevelIsOneSampleASecondWithItsExtremes() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_100)
        let level = metrics.store.level(for: .orders)
        await metrics.pass(1)
        level.change(by: 1)
        level.change(by: 6)
        level.change(by: -5)
        await metrics.pass(1)
        await metrics.pass(2)
        level.set(10)
        await metrics.pass(1)
        let seconds = try metrics.query(.orders, [.sampleCount, .average, .minimum, .maximum], period: 1)
        #expect(seconds.columns == [[1, 1, 1, 1], [2, 2, 2, 10], [0, 2, 2, 2], [7, 2, 2, 10]])
        let minute = try metrics.query(.orders, [.sampleCount, .average, .minimum, .maximum, .percentile(50)])
        #expect(minute.columns == [[4], [4], [0], [10], [2]])
    }

    @Test func unitsAreKeptApartAndJoinedForWhoNamesNone() async throws {
        let metrics = try OpenMetrics()
        metrics.store.counter(for: .orders, unit: .count).add(1)
        metrics.store.counter(for: .orders, unit: .bytes).add(10)
        try await metrics.store.put([.at(metrics.now, 100)])
        await metrics.pass(1)
        for _ in 0..<2 {
            #expect(try metrics.total(.orders) == 111)
            #expect(try metrics.total(.orders, unit: .bytes) == 10)
            #expect(try metrics.total(.orders, unit: StandardUnit.none) == 100)
            #expect(try metrics.total(.orders, unit: .seconds) == 0)
            #expect(try metrics.query(.orders, [.sum]).units == [.count, .bytes, .none])
            await metrics.pass(60)
            try metrics.forgetMemory()
        }
    }

    @Test func whatIsNoNumberIsPassedOver() async throws {
        let metrics = try OpenMetrics()
        for value in [Double.nan, .infinity, -.infinity, 1e200] {
            metrics.store.counter(for: .orders).add(value)
            metrics.store.distribution(for: .orders, unit: .count).record(value)
            metrics.store.level(for: .orders).set(value)
            metrics.store.level(for: .orders).change(by: value)
        }
        metrics.store.distribution(for: .orders, unit: .count).record(1, count: 0)
        await metrics.pass(1)
        #expect(try metrics.query(.orders, [.sum]).times.isEmpty)
    }

    @Test func recordsFromManyTasksAreAllCounted() async throws {
        let metrics = try OpenMetrics()
        let counter = metrics.store.counter(for: .orders)
        let store = metrics.store
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { for _ in 0..<500 { counter.add(2) } } }
            group.addTask { for _ in 0..<50 { _ = store.endSecond() } }
        }
        await metrics.pass(60)
        #expect(try metrics.total(.orders) == 16_000)
        #expect(try metrics.query(.orders, [.sampleCount], period: 3_600).columns == [[8_000]])
    }
}
