import Clocks
import EventPatterns
import Foundation
import Pipes
import Queues
import Stacks
import Storage
import Synchronization
import Telemetry
public import Tables

/// An engine that accepts work.
public final class RunningEngine: Sendable {
    /// The data folder's full path.
    public let dataPath: String
    /// All tables: the template's, and those that clients have made.
    public let tables: TableStore
    /// All queues: the template's, and those that clients have made.
    let queues: QueueStore
    private let database: Database
    /// The template's pipes, and what runs of each, in the same order.
    let plans: [Blueprint.PipePlan]
    let pipes: [PipeController]
    /// Each pipe's way to its target, in the same order.
    let stages: [PipeStages]
    /// The functions that are invoked asynchronously.
    let invokers: [EventInvoker]
    let states: PipeStates
    /// The dialect of the pipes' filters.
    let filterDialect: PatternDialect
    private let observer: LatencyObserver
    let time: any TimeSource
    private let address = Mutex<String?>(nil)

    init(
        dataPath: String, database: Database, tables: TableStore, queues: QueueStore, plans: [Blueprint.PipePlan],
        pipes: [PipeController], stages: [PipeStages], invokers: [EventInvoker], states: PipeStates,
        filterDialect: PatternDialect,
        observer: LatencyObserver, time: any TimeSource
    ) {
        self.dataPath = dataPath
        self.database = database
        self.tables = tables
        self.queues = queues
        self.plans = plans
        self.pipes = pipes
        self.stages = stages
        self.invokers = invokers
        self.states = states
        self.filterDialect = filterDialect
        self.observer = observer
        self.time = time
    }

    /// Where the gateway listens; nil without one.
    public var endpointURL: String? { address.withLock { $0 } }

    func listens(at url: String) { address.withLock { $0 = url } }

    /// Whether every pipe that is to run has settled everything that its stream holds.
    public var isDrained: Bool { pipes.allSatisfy { $0.desiredState == .stopped || $0.snapshot.isDrained } }

    /// One line for each pipe: where from, where to, where failures go, and whether it runs.
    public var pipeLines: [String] {
        zip(plans, pipes).map { plan, pipe in
            let failures = plan.deadLetterQueueName.map { ", dead letters to \($0)" } ?? ", without a dead-letter queue"
            let stopped: String
            switch (pipe.desiredState, plan.resource.isRunning) {
            case (.running, _): stopped = ""
            case (.stopped, true): stopped = "; stopped by `sluice pipes stop`"
            case (.stopped, false): stopped = "; stopped, as its DesiredState says"
            }
            let way = [plan.tableName, plan.configuration.name, plan.enrichmentName, plan.target.name]
            return way.compactMap { $0 }.joined(separator: " → ") + failures + stopped
        }
    }

    /// Latency over all pipes.
    public var latency: LatencyReport { LatencyReport(observer.all.summary) }

    /// The pipes' accounts since they were made, in the template's order.
    public var pipeReports: [PipeReport] { reports { $0.counts } }

    /// The pipes' accounts of this run alone.
    public var pipeReportsOfThisRun: [PipeReport] { reports { $0.counts - $0.countsAtStart } }

    private func reports(_ counts: (PipeSnapshot) -> PipeCounts) -> [PipeReport] {
        pipes.map { pipe in
            let snapshot = pipe.snapshot
            return PipeReport(
                snapshot, state: pipe.currentState, counts: counts(snapshot), latency: observer.summary(snapshot.name))
        }
    }

    /// A pipe with its places in the shards of its stream; nil when there is none with this name.
    func pipeDetail(_ name: String) -> PipeDetail? {
        guard let place = pipes.firstIndex(where: { $0.configuration.name == name }) else { return nil }
        let pipe = pipes[place]
        let snapshot = pipe.snapshot
        return PipeDetail(
            pipe: PipeReport(
                snapshot, state: pipe.currentState, counts: snapshot.counts, latency: observer.summary(name)),
            desiredState: pipe.desiredState.rawValue,
            shards: snapshot.shards.map { ShardReport($0, now: time.now()) })
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
            pipes: pipeReports)
    }

    /// Bodies of the oldest messages of a queue; empty when there is no such queue.
    public func messages(inQueue name: String, limit: Int) throws -> [String] {
        try (try? queues.queue(name))?.peek(limit: limit).map(\.body) ?? []
    }

    /// Copies the store as it is now to a new or empty folder; everything goes on meanwhile.
    ///
    /// - Returns: the copy's size in bytes.
    func backUp(to path: String) throws -> Int {
        try database.checkpoint(to: path)
        return DataCare.size(ofBackup: path).bytes
    }
}
