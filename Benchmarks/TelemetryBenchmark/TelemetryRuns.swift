import BenchmarkSupport
import CAllocationCount
import Clocks
import Foundation
import Logging
import MetricMath
import Storage
import Telemetry
import TestSupport

/// The measurements, each with a store of its own.
struct TelemetryRuns {
    let report: FigureReport
    /// 1 for short runs.
    let factor: Int
    /// Where to make the store's folder.
    let folder: String?

    private static let dayCount = 15
    /// Half of them counters, half distributions.
    private static let metricCount = 10
    /// A metric's values in a minute.
    private static let valuesPerMinute = 60

    private final class Opened {
        let folder: TemporaryFolder
        let time: ManualTime
        let database: Database
        let writer: GroupCommitWriter

        init(in parent: String?) throws {
            folder = try TemporaryFolder(in: parent)
            // The beginning of a day.
            time = ManualTime(start: Timestamp(seconds: 1_699_920_000))
            database = try Database(folder: DataFolder(path: folder.path))
            writer = GroupCommitWriter(database: database)
        }

        func store() throws -> MetricStore {
            try MetricStore(database: database, writer: writer, time: time, logger: Logger(label: "benchmark"))
        }
    }

    /// Latencies over some four doublings, most of them low.
    private static let latencies: [Double] = {
        var generator = SeededGenerator(seed: 1)
        return (0..<4_096).map { _ in 2 + 8 * -log(Double.random(in: 0.01..<1, using: &generator)) }
    }()

    func records() async throws {
        let opened = try Opened(in: folder)
        let store = try opened.store()
        let counter = store.counter(for: MetricIdentity("Shop", "Orders"))
        let duration = store.distribution(for: MetricIdentity("Shop", "Duration"), unit: .milliseconds)
        let level = store.level(for: MetricIdentity("Shop", "Open"))
        cost("a counter's record") { _ in counter.add() }
        cost("a distribution's record") { duration.record(Self.latencies[$0 & 4_095]) }
        cost("a level's change") { level.change(by: $0 & 1 == 0 ? 1 : -1) }
        let count = 200_000 * factor
        let watch = Stopwatch()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask { for number in 0..<count { duration.record(Self.latencies[number & 4_095]) } }
            }
        }
        let contended = watch.measured(2 * count).processorMicroseconds * 1_000
        report.add(
            "a distribution's record, two threads at once", contended, "ns", wanted: "< 1000", holds: contended < 1_000)
    }

    private func cost(_ name: String, _ body: (Int) -> Void) {
        for number in 0..<10_000 { body(number) }
        let count = 1_000_000 * factor
        let allocations = allocation_count()
        let watch = Stopwatch()
        for number in 0..<count { body(number) }
        let nanoseconds = watch.measured(count).processorMicroseconds * 1_000
        let allocated = Double(allocation_count() - allocations) / Double(count)
        report.add(name, nanoseconds, "ns", wanted: "< 300", holds: nanoseconds < 300)
        report.add("\(name): allocations", allocated, "", wanted: "0", holds: allocated == 0)
    }

    /// Fifteen days, minute by minute, and then all of it read.
    func days() async throws {
        let opened = try Opened(in: folder)
        var store = try opened.store()
        let start = opened.time.now()
        let half = Self.metricCount / 2
        let counters = (0..<half).map { store.counter(for: Self.identity("Count", $0)) }
        let durations = (0..<half).map { store.distribution(for: Self.identity("Duration", $0), unit: .milliseconds) }
        let minuteCount = Self.dayCount * 1_440
        let watch = Stopwatch()
        for minute in 0..<minuteCount {
            for metric in 0..<half {
                for value in 0..<Self.valuesPerMinute {
                    counters[metric].add()
                    durations[metric].record(Self.latencies[(minute &* 61 + metric &* 977 + value) & 4_095])
                }
            }
            opened.time.advance(by: .seconds(60))
            if store.endSecond() { await store.writeEndedMinutes() }
        }
        let written = watch.measured(minuteCount)
        report.add(
            "a minute of \(Self.metricCount) metrics, rolled up and written", written.processorMicroseconds, "us")
        report.add("15 days of \(Self.metricCount) metrics on the disk", Double(opened.folder.bytes) / 1e6, "MB")
        let opening = Stopwatch()
        store = try opened.store()
        report.add(
            "opening", opening.measured(1).seconds * 1_000, "ms", wanted: "< 50",
            holds: opening.measured(1).seconds < 0.05)
        let end = opened.time.now()
        try query("sums of 15 days by the minute", store, [.sum, .average, .maximum], "Count", 60, start, end)
        try query("p99 of 15 days by the minute", store, [.percentile(99)], "Duration", 60, start, end)
        try query(
            "p50, p99 of 15 days by the hour", store, [.percentile(50), .percentile(99)], "Duration", 3_600, start, end)
        try query(
            "p99 of three hours by the minute", store, [.percentile(99)], "Duration", 60, end - .seconds(10_800), end)
    }

    /// Half counters and half distributions; a percentile is asked of all of them.
    private func query(
        _ name: String, _ store: MetricStore, _ statistics: [MetricStatistic], _ metric: String, _ period: Int,
        _ start: Timestamp, _ end: Timestamp
    ) throws {
        let half = Self.metricCount / 2
        let queries = try ["Count", "Duration"].flatMap { metric in
            try (0..<half).map {
                MetricQuery(
                    Self.identity(metric, $0), statistics, period: try MetricPeriod(seconds: period), from: start,
                    to: end)
            }
        }
        var times: [UInt32] = []
        var pointCount = 0
        let watch = Stopwatch()
        for _ in 0..<3 * factor {
            let begun = monotonicNanoseconds()
            pointCount = try queries.reduce(0) { $0 + (try store.statistics($1)).times.count }
            times.append(UInt32((monotonicNanoseconds() - begun) / 1_000))
        }
        precondition(pointCount == queries.count * Int((end - start).components.seconds) / period)
        let median = watch.measured(times.count, latencies: times).percentile(50) ?? 0
        report.add("\(Self.metricCount) metrics, \(name)", median, "ms", wanted: "< 200", holds: median < 200)
    }

    private static func identity(_ name: String, _ number: Int) -> MetricIdentity {
        MetricIdentity("Shop", name, ["Number": "\(number)"])
    }

    /// What the embedded metric format costs a log's line.
    func lines() {
        let plain = Array("REPORT RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189 Duration: 3.00 ms".utf8)
        let json = Array(
            #"{"level":"info","message":"an order was paid","orderId":"o-123456","customerId":"c-9","amount":"12.50"}"#
                .utf8)
        let metrics = Array(
            (#"{"_aws":{"Timestamp":1735786800000,"CloudWatchMetrics":[{"Namespace":"Orders","Dimensions":[["Function"]],"#
                + #""Metrics":[{"Name":"OrdersPaid","Unit":"Count"}]}]},"Function":"billing","OrdersPaid":3,"requestId":"x"}"#)
                .utf8)
        for (name, line, wanted) in [
            ("plain text", plain, 0.2), ("JSON without metrics", json, 0.5), ("metrics", metrics, 100),
        ] {
            let count = wanted > 1 ? 2_000 * factor : 200_000 * factor
            var held = 0
            let watch = Stopwatch()
            for _ in 0..<count { if case .data = EmbeddedMetrics.read(line.span.bytes) { held += 1 } }
            precondition(held == (name == "metrics" ? count : 0))
            let cost = watch.measured(count).processorMicroseconds
            report.add("a log's line of \(name)", cost, "us", wanted: "< \(wanted)", holds: cost < wanted)
        }
    }
}
