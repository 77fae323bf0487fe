import Clocks
import Foundation
import Logging
import MetricMath
import Storage
import Telemetry

/// A metric store on a folder of its own, with a clock that stands.
final class OpenMetrics {
    /// 2023-11-14 22:13:20 UTC.
    static let start: Int64 = 1_700_000_000

    let path: String
    let time: ManualTime
    let database: Database
    let writer: GroupCommitWriter
    private(set) var store: MetricStore

    init(copying fixture: String? = nil, at start: Int64 = OpenMetrics.start) throws {
        path = NSTemporaryDirectory() + "sluice-metrics-\(UUID().uuidString)"
        if let fixture { try FileManager.default.copyItem(atPath: fixture, toPath: path) }
        time = ManualTime(start: Timestamp(seconds: start))
        database = try Database(folder: DataFolder(path: path))
        writer = GroupCommitWriter(database: database)
        store = try Self.open(database, writer, time)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private static func open(
        _ database: Database, _ writer: GroupCommitWriter, _ time: ManualTime
    ) throws -> MetricStore {
        try MetricStore(
            database: database, writer: writer, time: time,
            logger: Logger(label: "tests", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    var now: Int64 { time.now().seconds }

    /// What memory holds is lost, as with a process that is killed.
    func forgetMemory() throws { store = try Self.open(database, writer, time) }

    /// Lets time pass as ``MetricStore/run()`` sees it: in steps of a second, or in one step.
    func pass(_ seconds: Int, step: Int = 1) async {
        for _ in 0..<seconds / step {
            time.advance(by: .seconds(step))
            if store.endSecond() { await store.writeEndedMinutes() }
        }
    }

    /// Of the whole time that is kept, the future included.
    func query(
        _ identity: MetricIdentity, _ statistics: [MetricStatistic], unit: StandardUnit? = nil, period: Int = 60,
        from start: Int64? = nil, to end: Int64? = nil
    ) throws -> MetricStatistics {
        try store.statistics(
            MetricQuery(
                identity, statistics, unit: unit, period: MetricPeriod(seconds: period),
                from: Timestamp(seconds: start ?? 0), to: Timestamp(seconds: end ?? now + 100_000)))
    }

    /// The sum of all values of a metric.
    func total(_ identity: MetricIdentity, unit: StandardUnit? = nil) throws -> Double {
        try query(identity, [.sum], unit: unit).columns[0].reduce(0) { $0 + ($1 ?? 0) }
    }

    /// Entries of the keyspace: series and points.
    func entryCount() throws -> Int {
        var count = 0
        try database.scan(.metrics, from: [], to: [0xFF]) { _, _ in
            count += 1
            return true
        }
        return count
    }
}

extension MetricIdentity {
    static let orders = MetricIdentity("Shop", "Orders", ["Region": "north"])
}

extension MetricDatum {
    /// A value at a second since 1970.
    static func at(
        _ second: Int64, _ value: Double, _ identity: MetricIdentity = .orders, unit: StandardUnit = .none,
        resolution: StorageResolution = .minute
    ) -> MetricDatum {
        MetricDatum(identity, value: value, unit: unit, time: Timestamp(seconds: second), resolution: resolution)
    }
}
