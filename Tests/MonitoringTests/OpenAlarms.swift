import Alarms
import Clocks
import Foundation
import Logging
import MetricMath
import Storage
import Synchronization
import Telemetry

@testable import Monitoring

/// Alarms over a metric store on a folder of its own, with a clock that stands at ten until it is moved.
final class OpenAlarms {
    static let start = Timestamp(utc: 2025, 1, 1, hour: 10)
    static let topic = "arn:aws:sns:us-east-1:000000000000:alerts"

    let time = ManualTime(start: start)
    let database: Database
    let writer: GroupCommitWriter
    private(set) var metrics: MetricStore
    private(set) var alarms: AlarmStore
    private let path: String

    init() throws {
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = "\(folder)sluice-alarms-\(UUID().uuidString)"
        database = try Database(folder: DataFolder(path: path))
        writer = GroupCommitWriter(database: database)
        (metrics, alarms) = try Self.open(database, writer, time)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private static func open(
        _ database: Database, _ writer: GroupCommitWriter, _ time: ManualTime
    ) throws -> (MetricStore, AlarmStore) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let metrics = try MetricStore(database: database, writer: writer, time: time, logger: logger)
        return (
            metrics, try AlarmStore(metrics: metrics, database: database, writer: writer, time: time, logger: logger)
        )
    }

    /// What memory holds is lost, as at a start.
    func restart() throws { (metrics, alarms) = try Self.open(database, writer, time) }

    var dashboards: DashboardStore { DashboardStore(database: database, writer: writer, time: time) }

    /// Moves the clock to so many seconds after ten, and evaluates what is due.
    func evaluate(at seconds: Int) async {
        time.advance(by: Self.start + .seconds(seconds) - time.now())
        await alarms.evaluate()
    }

    /// Puts values of a metric at seconds after ten.
    func put(
        _ values: KeyValuePairs<Int, Double>, of metric: String = "Orders", resolution: StorageResolution = .second
    ) async throws {
        try await metrics.put(
            values.map { seconds, value in
                MetricDatum(
                    MetricIdentity("Shop", metric), value: value, time: Self.start + .seconds(seconds),
                    resolution: resolution)
            })
    }

    /// Makes the alarm: the sum of a period of a minute is above 1, unless it is changed.
    func define(
        _ name: String = "orders", of metric: String = "Orders", _ change: (inout AlarmParameters) -> Void = { _ in }
    ) async throws {
        try await alarms.put(try Self.definition(name, of: metric, change), arn: Self.arn(name))
    }

    static func definition(
        _ name: String = "orders", of metric: String = "Orders", _ change: (inout AlarmParameters) -> Void = { _ in }
    ) throws -> AlarmDefinition {
        var parameters = AlarmParameters(alarmName: name)
        parameters.namespace = "Shop"
        parameters.metricName = metric
        parameters.statistic = "Sum"
        parameters.period = 60
        parameters.evaluationPeriods = 1
        parameters.threshold = 1
        parameters.comparisonOperator = "GreaterThanThreshold"
        change(&parameters)
        return try AlarmDefinition(parameters)
    }

    static func arn(_ name: String) -> String { "arn:aws:cloudwatch:us-east-1:000000000000:alarm:\(name)" }

    func state(_ name: String = "orders") -> AlarmState? { alarms[name]?.state }

    func reason(_ name: String = "orders") -> String { alarms[name]?.stateReason ?? "" }

    /// What the history has, from the oldest item to the newest.
    func history(_ name: String = "orders") throws -> [AlarmHistoryItem] {
        var items: [AlarmHistoryItem] = []
        try alarms.visitHistory(backwards: false) { item in
            if item.alarmName == name { items.append(item) }
            return true
        }
        return items
    }
}

/// Actions as they were called.
final class CalledActions: Sendable {
    private let called = Mutex<[String]>([])

    var all: [String] { called.withLock { $0 } }

    func add(_ action: String) { called.withLock { $0.append(action) } }
}
