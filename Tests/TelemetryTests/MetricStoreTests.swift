import Clocks
import Foundation
import MetricMath
import Storage
import Telemetry
import Testing
import TestSupport

/// What is kept, how long, and what a restart leaves.
@Suite(.timeLimit(.minutes(1))) struct MetricStoreTests {
    private static let day = 86_400

    @Test func aKillLosesThePresentMinuteAndNoOther() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_100)
        metrics.store.counter(for: .orders).add(1)
        await metrics.pass(60)
        metrics.store.counter(for: .orders).add(10)
        await metrics.pass(10)
        #expect(try metrics.total(.orders) == 11)
        try metrics.forgetMemory()
        #expect(try metrics.total(.orders) == 1)
        // What comes after it in the same minute is there.
        metrics.store.counter(for: .orders).add(100)
        await metrics.pass(50)
        #expect(try metrics.query(.orders, [.sum]).columns == [[1, 100]])
    }

    @Test func aStopLosesNothingAndAStartGoesOnInTheSameMinute() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_100)
        for value in [1.0, 10] {
            let (store, time) = (metrics.store, metrics.time)
            let running = Task { await store.run() }
            #expect(await comesTrue { time.sleeperCount == 1 })
            store.counter(for: .orders).add(value)
            time.advance(by: .seconds(1))
            #expect(try await comesTrue { try metrics.query(.orders, [.sum], period: 1).columns[0].last == value })
            store.counter(for: .orders).add(value)
            running.cancel()
            await running.value
            try metrics.forgetMemory()
        }
        #expect(try metrics.query(.orders, [.sum, .sampleCount]).columns == [[22], [4]])
    }

    @Test func runWritesAMinuteWhenItIsOver() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_100)
        let (store, time) = (metrics.store, metrics.time)
        let running = Task { await store.run() }
        store.counter(for: .orders).add(5)
        for _ in 0..<60 {
            #expect(await comesTrue { time.sleeperCount == 1 })
            time.advance(by: .seconds(1))
        }
        #expect(try await comesTrue { try metrics.entryCount() == 2 })
        running.cancel()
        await running.value
        try metrics.forgetMemory()
        #expect(try metrics.query(.orders, [.sum]).times.map(\.seconds) == [1_700_000_100])
    }

    @Test func aMinuteWithoutValuesTakesNoRoom() async throws {
        let metrics = try OpenMetrics()
        let counter = metrics.store.counter(for: .orders)
        _ = metrics.store.distribution(for: MetricIdentity("Shop", "Never"), unit: .count)
        await metrics.pass(1_200, step: 10)
        #expect(try metrics.entryCount() == 0)
        counter.add()
        await metrics.pass(1_200, step: 10)
        #expect(try metrics.entryCount() == 2)
        #expect(try metrics.query(.orders, [.sum]).columns == [[1]])
    }

    /// Two weeks back, before now in this minute, and two hours ahead; each before and after the process died.
    @Test func putValuesAreInTheirMinutes() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_130)
        let seconds = [-14 * 86_400, -7_201, -60, 0, 60, 7_200].map { metrics.now + Int64($0) }
        for (index, second) in seconds.enumerated() {
            try await metrics.store.put([.at(second, Double(index + 1)), .at(second, 0.5)])
        }
        let expected = seconds.map { $0 / 60 * 60 }
        let result = try metrics.query(.orders, [.sum])
        #expect(result.times.map(\.seconds) == expected)
        #expect(result.columns == [[1.5, 2.5, 3.5, 4.5, 5.5, 6.5]])
        try metrics.forgetMemory()
        #expect(try metrics.query(.orders, [.sum]).columns == [[1.5, 2.5, 3.5, 5.5, 6.5]])
        // What comes to a minute that has been written joins it.
        try await metrics.store.put([.at(seconds[1], 100)])
        await metrics.pass(60)
        try await metrics.store.put([.at(seconds[3], 1_000)])
        try metrics.forgetMemory()
        #expect(try metrics.query(.orders, [.sum]).columns == [[1.5, 102.5, 3.5, 1_000, 5.5, 6.5]])
    }

    @Test func aPutOfAWholeMinuteShowsAtItsBeginning() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_130)
        try await metrics.store.put([.at(metrics.now - 5, 1), .at(metrics.now - 5, 2, resolution: .second)])
        let tens = try metrics.query(.orders, [.sum], period: 5)
        #expect(tens.times.map(\.seconds) == [1_700_000_100, 1_700_000_125])
        #expect(tens.columns == [[1, 2]])
    }

    @Test func countsAndStatisticSetsArePut() async throws {
        let metrics = try OpenMetrics()
        try await metrics.store.put([
            MetricDatum(.orders, .values([1, 2, 3], counts: [5, 0, 2.5])),
            MetricDatum(MetricIdentity("Shop", "Sets"), .statistics(sampleCount: 4, sum: 10, minimum: 1, maximum: 4)),
            MetricDatum(MetricIdentity("Shop", "Empty"), .statistics(sampleCount: 0, sum: 0, minimum: 0, maximum: 0)),
        ])
        #expect(
            try metrics.query(.orders, [.sampleCount, .sum, .minimum, .maximum, .percentile(90)]).columns
                == [[7.5], [12.5], [1], [3], [3]])
        let sets = MetricIdentity("Shop", "Sets")
        #expect(try metrics.query(sets, [.average, .percentile(50)]).columns == [[2.5], [nil]])
        #expect(metrics.store.list().map(\.name) == ["Orders", "Sets"])
    }

    @Test func oneRefusedValueRefusesAll() async throws {
        let metrics = try OpenMetrics()
        await #expect(throws: MetricError.self) {
            try await metrics.store.put([.at(metrics.now, 1), .at(metrics.now - 14 * 86_400 - 1, 1)])
        }
        #expect(try metrics.total(.orders) == 0)
        #expect(metrics.store.list().isEmpty)
    }

    @Test func noMoreThanTenThousandMetricsCanBePut() async throws {
        let metrics = try OpenMetrics()
        let data = (0..<10_000).map { MetricDatum.at(metrics.now, 1, MetricIdentity("Shop", "\($0)")) }
        try await metrics.store.put(data)
        let error = await #expect(throws: MetricError.self) { try await metrics.store.put([.at(metrics.now, 1)]) }
        #expect(error?.code == .tooManyMetrics)
        try await metrics.store.put([data[17]])
        // The engine's own are recorded all the same.
        metrics.store.counter(for: .orders).add()
        await metrics.pass(1)
        #expect(try metrics.total(.orders) == 1)
    }

    @Test func daysAreKeptForFifteen() async throws {
        let metrics = try OpenMetrics(at: 1_699_920_000)
        metrics.store.counter(for: .orders).add()
        let gone = MetricIdentity("Shop", "Gone")
        try await metrics.store.put([.at(metrics.now + 60, 1, gone)])
        for _ in 0..<15 { await metrics.pass(Self.day, step: Self.day) }
        // Just within: the range that can be asked for ends, before the day is deleted.
        #expect(try metrics.query(.orders, [.sum]).times.map(\.seconds) == [1_699_920_000])
        await metrics.pass(60, step: 60)
        #expect(try metrics.total(.orders) == 0)
        #expect(try metrics.total(gone) == 1)
        #expect(try metrics.entryCount() == 4)
        await metrics.pass(Self.day, step: Self.day)
        #expect(try metrics.total(gone) == 0)
        // The name that is recorded stays.
        #expect(try metrics.entryCount() == 1)
        try metrics.forgetMemory()
        #expect(metrics.store.list().isEmpty)
        metrics.store.counter(for: .orders).add()
        await metrics.pass(60)
        try metrics.forgetMemory()
        #expect(try metrics.total(.orders) == 1)
    }

    @Test func listsAreOfTwoWeeksAndCanBeFiltered() async throws {
        let metrics = try OpenMetrics()
        func listed(_ change: (inout MetricStore.Filter) -> Void) -> [String] {
            var filter = MetricStore.Filter()
            change(&filter)
            return metrics.store.list(filter).map(\.description)
        }
        let b = MetricIdentity("Shop", "Orders", ["Region": "south", "Kind": "b"])
        try await metrics.store.put([
            .at(metrics.now, 1), .at(metrics.now, 1, unit: .count), .at(metrics.now - 3 * 3_600 - 60, 1, b),
            .at(metrics.now - 14 * 86_400 + 120, 1, MetricIdentity("Other", "Old")),
        ])
        for _ in 0..<2 {
            #expect(
                listed { _ in }
                    == ["Other Old", "Shop Orders{Kind=b,Region=south}", "Shop Orders{Region=north}"])
            #expect(listed { $0.namespace = "Other" } == ["Other Old"])
            #expect(listed { $0.name = "Orders" }.count == 2)
            #expect(listed { $0.dimensions = ["Region": nil] }.count == 2)
            #expect(listed { $0.dimensions = ["Region": "south"] }.count == 1)
            #expect(listed { $0.dimensions = ["Region": "south", "Kind": "c"] }.isEmpty)
            #expect(listed { $0.isRecentlyActive = true } == ["Shop Orders{Region=north}"])
            await metrics.pass(60)
            try metrics.forgetMemory()
        }
        await metrics.pass(180)
        #expect(listed { $0.namespace = "Other" }.isEmpty)
    }

    /// Two weeks by the second of many metrics that nobody has put.
    @Test func whatIsNotThereTakesNoRoom() throws {
        let metrics = try OpenMetrics()
        let queries = try (0..<500).map { place in
            MetricQuery(
                MetricIdentity("Shop", "None\(place)"), [.sum], period: try MetricPeriod(seconds: 1),
                from: Timestamp(seconds: metrics.now - 15 * 86_400), to: Timestamp(seconds: metrics.now))
        }
        var pointsLeft = 0
        let found = try metrics.store.statistics(queries, pointsLeft: &pointsLeft)
        #expect(found.allSatisfy { $0.times.isEmpty && $0.columns == [[]] })
    }

    @Test func pointsOfManyQueriesAreBounded() async throws {
        let metrics = try OpenMetrics()
        try await metrics.store.put([.at(metrics.now, 1), .at(metrics.now - 60, 2)])
        let query = MetricQuery(
            .orders, [.sum], period: .minute, from: Timestamp(seconds: metrics.now - 600),
            to: Timestamp(seconds: metrics.now + 60))
        var pointsLeft = 7
        let counts = try metrics.store.statistics([query, query], pointsLeft: &pointsLeft).map(\.times.count)
        #expect(counts == [2, 2])
        #expect(pointsLeft == 3)
        let refusal = #expect(throws: MetricError.self) {
            try metrics.store.statistics([query, query], pointsLeft: &pointsLeft)
        }
        #expect(pointsLeft == 0)
        #expect(refusal?.message == "The metrics have more than 3 data points; ask for less time.")
    }

    @Test func secondsAreKeptForThreeHours() async throws {
        let metrics = try OpenMetrics()
        metrics.store.counter(for: .orders).add()
        await metrics.pass(3 * 3_600, step: 60)
        #expect(try metrics.query(.orders, [.sum], period: 1).columns == [[1]])
        await metrics.pass(60)
        #expect(try metrics.query(.orders, [.sum], period: 1).times.isEmpty)
        #expect(try metrics.total(.orders) == 1)
    }

    @Test func aClockThatIsSetBackLosesNothing() async throws {
        let metrics = try OpenMetrics(at: 1_700_000_100)
        let counter = metrics.store.counter(for: .orders)
        counter.add()
        await metrics.pass(60)
        metrics.time.set(by: .seconds(-60))
        _ = metrics.store.endSecond()
        counter.add()
        await metrics.pass(60)
        #expect(try metrics.query(.orders, [.sum]).columns == [[2]])
        metrics.time.set(by: .seconds(-3_000_000_000))
        counter.add()
        await metrics.pass(120)
        #expect(metrics.now < 0)
        try metrics.forgetMemory()
        metrics.time.set(by: .seconds(3_000_000_000))
        #expect(try metrics.total(.orders) == 3)
    }

    /// As with a machine whose clock begins in 1970 and is put right by the network.
    @Test func aClockThatWasWrongAtTheStartForgetsNoMetric() async throws {
        let metrics = try OpenMetrics()
        try await metrics.store.put([.at(metrics.now, 1)])
        await metrics.pass(60)
        metrics.time.set(by: .seconds(-3_000_000_000))
        try metrics.forgetMemory()
        metrics.time.set(by: .seconds(3_000_000_000))
        // Old days are let go of here.
        await metrics.pass(120)
        #expect(try metrics.total(.orders) == 1)
        try metrics.forgetMemory()
        #expect(try metrics.total(.orders) == 1)
        // And when fifteen days are over, it goes as ever.
        metrics.time.advance(by: .seconds(17 * 86_400))
        await metrics.pass(60)
        #expect(try metrics.entryCount() == 0)
    }

    /// Periods of alarms: values of two periods since 1970, in one that begins at the start.
    @Test(arguments: [(60, 300), (1, 10), (1, 30), (60, 3_600)])
    func periodsMayBeCountedFromTheStart(resolution: Int64, period: Int64) async throws {
        // A multiple of every period.
        let edge: Int64 = 1_699_999_200
        let metrics = try OpenMetrics(at: edge + 2 * period)
        let first = edge - period / 2 / resolution * resolution
        try await metrics.store.put([
            .at(first - 1, 1, resolution: .second), .at(first, 2, resolution: .second),
            .at(first + period - 1, 4, resolution: .second), .at(first + period, 8, resolution: .second),
        ])
        func sums(from start: Int64) throws -> MetricStatistics {
            try metrics.store.statistics(
                MetricQuery(
                    .orders, [.sum], period: MetricPeriod(seconds: Int(period)), from: Timestamp(seconds: start),
                    to: Timestamp(seconds: first + 2 * period), countsFromStart: true))
        }
        let found = try sums(from: first)
        #expect(found.columns == [[6, 8]])
        #expect(found.times == [first, first + period].map { Timestamp(seconds: $0) })
        // What is too old is left out, and the periods stay where they are.
        let all = try sums(from: first - 100_000 * period)
        #expect(all.columns == [[1, 6, 8]])
        #expect(all.times.last == Timestamp(seconds: first + period))
    }

    /// A reader sees each value once, also while its minute is on the way to the store.
    @Test func readersSeeEachValueOnce() async throws {
        let metrics = try OpenMetrics()
        let (store, time) = (metrics.store, metrics.time)
        let counter = store.counter(for: .orders)
        let query = MetricQuery(
            .orders, [.sum], period: try MetricPeriod(seconds: 86_400), from: time.now(),
            to: time.now() + .seconds(80_000))
        @Sendable func sum() throws -> Double { try store.statistics(query).columns[0].reduce(0) { $0 + ($1 ?? 0) } }
        let writing = Task {
            for _ in 0..<300 {
                counter.add()
                time.advance(by: .seconds(60))
                if store.endSecond() { await store.writeEndedMinutes() }
            }
        }
        var last = 0.0
        while last < 300 {
            let now = try sum()
            #expect(now >= last && now <= 300)
            last = max(last, now)
            await Task.yield()
        }
        await writing.value
        #expect(try sum() == 300)
    }

    @Test func whatTheStoreRefusesWaits() async throws {
        let metrics = try OpenMetrics()
        await metrics.writer.close()
        metrics.store.counter(for: .orders).add(3)
        await metrics.pass(180, step: 60)
        #expect(try metrics.total(.orders) == 3)
        await #expect(throws: StorageError.self) { try await metrics.store.put([.at(metrics.now - 3_600, 1)]) }
    }

    @Test func retiredRecordersGiveTheirLastValuesAndAreGone() async throws {
        let metrics = try OpenMetrics()
        let counter = metrics.store.counter(for: .orders)
        metrics.store.level(for: .orders).set(4)
        counter.add(2)
        metrics.store.retire(.orders)
        counter.add(7)
        await metrics.pass(10)
        #expect(try metrics.total(.orders) == 6)
        #expect(metrics.store.prometheusText().isEmpty)
    }

    /// A folder that was written before there were metrics.
    @Test func anOlderFolderGetsMetrics() async throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        let metrics = try OpenMetrics(copying: tests + "/QueuesTests/Fixtures/layout-2")
        metrics.store.counter(for: .orders).add()
        await metrics.pass(60)
        try metrics.forgetMemory()
        #expect(try metrics.total(.orders) == 1)
    }
}
