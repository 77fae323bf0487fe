import Foundation
import Logging
import Pipes
import Queues
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
    private let database: Database
    let queues: [String: Queue]
    let pipes: [Pipes.Pipe]
    private let observer: LatencyObserver
    private let logger: Logger
    private let address = Mutex<String?>(nil)

    init(
        dataPath: String, database: Database, tables: TableStore, queues: [String: Queue], pipes: [Pipes.Pipe],
        observer: LatencyObserver,
        logger: Logger
    ) {
        self.dataPath = dataPath
        self.database = database
        self.tables = tables
        self.queues = queues
        self.pipes = pipes
        self.observer = observer
        self.logger = logger
    }

    /// Where the gateway listens; nil without one.
    public var endpointURL: String? { address.withLock { $0 } }

    func listens(at url: String) { address.withLock { $0 = url } }

    /// Whether every pipe has settled everything that its stream holds.
    public var isDrained: Bool { pipes.allSatisfy(\.snapshot.isDrained) }

    /// Latency over all pipes.
    public var latency: LatencyReport { LatencyReport(observer.all.summary) }

    /// The pipes' accounts since they were made, in the template's order.
    public var pipeReports: [PipeReport] { reports { $0.counts } }

    /// The pipes' accounts of this run alone.
    public var pipeReportsOfThisRun: [PipeReport] { reports { $0.counts - $0.countsAtStart } }

    private func reports(_ counts: (PipeSnapshot) -> PipeCounts) -> [PipeReport] {
        pipes.map { pipe in
            let snapshot = pipe.snapshot
            return PipeReport(snapshot, counts: counts(snapshot), latency: observer.summary(snapshot.name))
        }
    }

    /// How everything stands.
    ///
    /// - Throws: what the store throws when a queue cannot be read.
    public func report() throws -> EngineReport {
        EngineReport(
            dataPath: dataPath,
            tables: tables.tableNames.compactMap { name in
                (try? tables.table(name)).map {
                    TableReport(name: name, changes: Int($0.stream?.recordCount ?? 0))
                }
            },
            queues: try queues.values.sorted { $0.definition.name < $1.definition.name }.map {
                QueueReport(
                    name: $0.definition.name, approximateNumberOfMessages: try $0.approximateNumberOfMessages())
            },
            pipes: pipeReports)
    }

    /// Bodies of the oldest messages of a queue; empty when there is no such queue.
    public func messages(inQueue name: String, limit: Int) throws -> [String] {
        try queues[name]?.peek(limit: limit).map(\.body) ?? []
    }

    /// Copies the store as it is now to a new or empty folder; everything goes on meanwhile.
    ///
    /// - Returns: the copy's size in bytes.
    func backUp(to path: String) throws -> Int {
        try database.checkpoint(to: path)
        return DataCare.size(ofBackup: path).bytes
    }

    var reportJSON: [UInt8] {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(try report()))
        } catch {
            logger.error("the engine's report failed", metadata: ["error": "\(error)"])
            return Array(#"{"message":"the report failed; see the engine's log"}"#.utf8)
        }
    }
}
