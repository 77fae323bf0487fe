import Clocks
import Foundation
import Logging
import Monitoring
import Storage
import Telemetry
import TestSupport

@testable import Gateway

/// CloudWatch's operations before a store in a temporary folder.
final class OpenCloudWatch: Sendable {
    let time = ManualTime(start: Timestamp(seconds: 1_700_000_000))
    let writer: GroupCommitWriter
    let metrics: MetricStore
    let alarms: AlarmStore
    let operations: CloudWatchOperations
    private let path: String

    init() throws {
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = "\(folder)sluice-cloudwatch-\(UUID().uuidString)"
        let database = try Database(folder: DataFolder(path: path))
        writer = GroupCommitWriter(database: database)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        metrics = try MetricStore(database: database, writer: writer, time: time, logger: logger)
        alarms = try AlarmStore(metrics: metrics, database: database, writer: writer, time: time, logger: logger)
        operations = CloudWatchOperations(
            metrics: metrics, alarms: alarms,
            dashboards: DashboardStore(database: database, writer: writer, time: time), region: "eu-west-1",
            accountID: "123456789012", time: time)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func call(_ operation: String, _ parameters: WireValue) async throws -> WireValue {
        try await operations.answer(operation, MetricParameters(parameters))
    }
}
