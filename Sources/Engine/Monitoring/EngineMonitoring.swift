import Alarms
import AsyncHTTPClient
import Clocks
import Gateway
import Logging
import Monitoring
import NIOCore
import NIOHTTP1
import Stacks
import Storage
import Telemetry

/// The CloudWatch side of a running engine: its metrics, its alarms with what they call, its dashboards.
struct EngineMonitoring: Sendable {
    let metrics: MetricStore
    let queues: QueueMetrics
    let tables: TableMetrics
    let alarms: AlarmStore
    let dashboards: DashboardStore
    private let template: TemplateMonitoring
    private let stack: StackOptions
    private let webhook: String?
    private let time: any TimeSource
    private let logger: Logger

    /// - Parameter webhook: where changes of alarms are sent; nil for nowhere.
    /// - Throws: what the store throws.
    init(
        database: Database, writer: GroupCommitWriter, stack: StackOptions, webhook: String?, time: any TimeSource,
        logger: Logger
    ) throws {
        metrics = try MetricStore(database: database, writer: writer, time: time, logger: logger)
        queues = QueueMetrics(metrics)
        tables = TableMetrics(metrics)
        alarms = try AlarmStore(metrics: metrics, database: database, writer: writer, time: time, logger: logger)
        dashboards = DashboardStore(database: database, writer: writer, time: time)
        template = TemplateMonitoring(alarms: alarms, dashboards: dashboards, database: database, writer: writer)
        self.stack = stack
        self.webhook = webhook
        self.time = time
        self.logger = logger
    }

    /// CloudWatch's API over it.
    var operations: CloudWatchOperations {
        CloudWatchOperations(
            metrics: metrics, alarms: alarms, dashboards: dashboards, region: stack.region, accountID: stack.accountID,
            time: time)
    }

    /// Brings alarms and dashboards to what the template says: those of a former template go, what the API has made stays.
    ///
    /// - Throws: what the store throws; an alarm that CloudWatch would refuse, with its place in the template.
    func open(_ stack: Stack) async throws {
        let alarms = try stack.alarms.map { alarm in
            do throws(AlarmError) {
                return TemplateMonitoring.Alarm(try AlarmDefinition(alarm.parameters), arn: alarm.arn)
            } catch {
                throw EngineError(
                    "The alarm \(alarm.logicalID) in line \(alarm.line) of the template cannot be: \(error.message)")
            }
        }
        try await template.open(alarms, stack.dashboards.map { .init(name: $0.name, body: $0.body) })
    }

    /// Rolls metrics up, samples the engine where it is observed, and evaluates alarms until it is cancelled.
    func run(_ running: RunningEngine, isObserved: Bool) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await metrics.run() }
            if isObserved {
                group.addTask { await MetricSampler(running: running, metrics: metrics, time: time).run() }
            }
            group.addTask { await alarms.run { await act($0, $1, $2) } }
        }
    }

    /// What an alarm's action is here: a line in the log, and a call of the webhook.
    ///
    /// - Returns: why it failed; nil when it did not.
    private func act(_ action: String, _ change: Alarm.Change, _ alarm: Alarm) async -> String? {
        logger.log(
            level: change.to == .alarm ? .warning : .notice, "an alarm changed",
            metadata: [
                "alarm": "\(change.alarmName)", "from": "\(change.from.rawValue)", "to": "\(change.to.rawValue)",
                "reason": "\(alarm.stateReason)", "action": "\(action)",
            ])
        guard let webhook else { return nil }
        var request = HTTPClientRequest(url: webhook)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(.init(string: change.event))
        do {
            let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
            return (200..<300).contains(Int(answer.status.code)) ? nil : "the webhook answered \(answer.status.code)"
        } catch {
            return "the webhook cannot be reached (\(error))"
        }
    }
}
