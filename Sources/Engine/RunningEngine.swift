import Clocks
import EventPatterns
import Foundation
public import Items
import Logs
import Monitoring
import Pipes
import Queues
import Stacks
import Storage
import Synchronization
public import Tables
import Telemetry

/// An engine that accepts work.
public final class RunningEngine: Sendable {
    /// The data folder's full path.
    public let dataPath: String
    /// The data folder's place for logs.
    var logsPath: String { DataFolder.logsPath(in: dataPath) }
    /// All tables: the template's, and those that clients have made.
    public let tables: TableStore
    /// All queues: the template's, and those that clients have made.
    let queues: QueueStore
    /// All log groups: the template's, those that functions and pipes write, and those that clients have made.
    let logs: LogStore
    private let database: Database
    let pipes: RunningPipes
    let administration: PipeAdministration
    let monitoring: EngineMonitoring
    let functionAdministration: FunctionAdministration
    var functions: RunningFunctions { functionAdministration.functions }
    /// The dialect of the pipes' filters.
    let filterDialect: PatternDialect
    private let injector: FaultInjector?
    let time: any TimeSource
    private let addresses = Mutex<(gateway: String?, console: String?)>((nil, nil))

    init(
        dataPath: String, database: Database, tables: TableStore, queues: QueueStore, logs: LogStore,
        functionAdministration: FunctionAdministration, administration: PipeAdministration,
        monitoring: EngineMonitoring, filterDialect: PatternDialect, injector: FaultInjector?,
        time: any TimeSource
    ) {
        self.dataPath = dataPath
        self.database = database
        self.tables = tables
        self.queues = queues
        self.logs = logs
        self.functionAdministration = functionAdministration
        self.administration = administration
        self.monitoring = monitoring
        pipes = administration.pipes
        self.filterDialect = filterDialect
        self.injector = injector
        self.time = time
    }

    /// Where the gateway listens; nil without one.
    public var endpointURL: String? { addresses.withLock { $0.gateway } }

    /// What opens the console: its address, or a link that lets a browser in once; nil without one.
    public var consoleURL: String? { addresses.withLock { $0.console } }

    func listens(at url: String, console: String?) { addresses.withLock { $0 = (url, console) } }

    /// Whether every pipe that is to run has settled everything that its stream holds.
    public var isDrained: Bool {
        pipes.all.map(\.controller).allSatisfy { $0.desiredState == .stopped || $0.snapshot.isDrained }
    }

    /// One line for each pipe: where from, where to, where failures go, and whether it runs.
    public var pipeLines: [String] { pipes.all.map(\.line) }

    /// Latency over all pipes.
    public var latency: LatencyReport { LatencyReport(administration.latency.summary) }

    /// Latency of each pipe, value by value.
    var latencyCounts: LatencyCounts { LatencyCounts(pipes: pipes.all.map { .init($0.name, $0.latency.own) }) }

    /// The pipes' accounts since they were made: the template's in its order, then the others.
    public var pipeReports: [PipeReport] { pipes.all.map { $0.report(now: time.now()) } }

    /// The pipes' accounts of this run alone.
    public var pipeReportsOfThisRun: [PipeReport] {
        pipes.all.map { $0.report(now: time.now()) { $0.counts - $0.countsAtStart } }
    }

    /// A pipe with its places in the shards of its stream; nil when there is none with this name.
    func pipeDetail(_ name: String) -> PipeDetail? {
        pipes[name].map { pipe in
            PipeDetail(
                pipe: pipe.report(now: time.now()), desiredState: pipe.controller.desiredState.rawValue,
                shards: pipe.controller.snapshot.shards.map { ShardReport($0, now: time.now()) })
        }
    }

    /// How everything stands.
    public func report() -> EngineReport {
        EngineReport(
            dataPath: dataPath,
            tables: tables.tableNames.compactMap { name in
                (try? tables.table(name)).map {
                    TableReport(name: name, changes: Int($0.stream?.recordCount ?? 0))
                }
            },
            queues: queues.queues.map { QueueReport(name: $0.name, approximateNumberOfMessages: $0.counts().visible) },
            pipes: pipeReports, functions: functions.all.map(FunctionReport.init),
            alarms: monitoring.alarms.all.map(AlarmReport.init), faults: injector?.report,
            clock: (time as? ControlledTime).map { ClockReport($0.reading) })
    }

    /// Bodies of the oldest messages of a queue; empty when there is no such queue.
    public func messages(inQueue name: String, limit: Int) throws -> [String] {
        try (try? queues.queue(name))?.peek(limit: limit).map(\.body) ?? []
    }

    /// What came to a queue in this run and what became of it; nil when there is no such queue.
    public func account(ofQueue name: String) -> QueueAccount? {
        guard let queue = try? queues.queue(name) else { return nil }
        // Before the numbers of the present: what goes meanwhile is in one of the two.
        let counts = queue.counts()
        return QueueAccount(
            traffic: queue.traffic, present: counts.visible + counts.notVisible + counts.delayed,
            deadLetterQueueName: queue.definition.settings.redrivePolicy.flatMap {
                $0.deadLetterTargetARN.split(separator: ":").last.map(String.init)
            })
    }

    /// The records that ended as dead letters of pipes to functions with this code (`OrderProcessorFunction.zip`), as the
    /// functions received them, each with its function's name.
    public func deadRecords(
        ofFunctionsWithCode codeKey: String
    ) throws -> [(functionName: String, record: StreamRecord)] {
        let names = Dictionary(
            uniqueKeysWithValues: functions.all.filter { $0.settings.codeKey == codeKey }.map { ($0.arn, $0.name) })
        let senders = Dictionary(
            pipes.all.compactMap { pipe in names[pipe.resource.targetARN].map { (pipe.name, $0) } }
        ) { $1 }
        var records: [(functionName: String, record: StreamRecord)] = []
        for queueName in Set(pipes.all.compactMap(\.plan?.deadLetterQueueName)).sorted() {
            try (try? queues.queue(queueName))?.visit { message in
                guard let dead = DeadRecords(message), let name = senders[dead.pipe] else { return true }
                for record in dead.records {
                    records.append((name, try JSONDecoder().decode(StreamRecord.self, from: record.json)))
                }
                return true
            }
        }
        return records
    }

    /// Copies the store as it is now to a new or empty folder; everything goes on meanwhile.
    ///
    /// - Returns: the copy's size in bytes.
    func backUp(to path: String) throws -> Int {
        try database.checkpoint(to: path)
        return DataCare.size(ofBackup: path).bytes
    }
}
