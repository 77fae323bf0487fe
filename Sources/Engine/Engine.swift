public import Clocks
import Console
import Faults
import Foundation
import Functions
import Gateway
public import Logging
import Logs
import Permissions
import Pipes
import Queues
import ServiceLifecycle
public import Stacks
import Storage
import Tables

/// A stack and a data folder as one running thing.
///
/// `init` checks everything that can be checked without a trace: template, filters, addresses. `run` takes the
/// gateway's port and starts the functions, and only then touches the data folder, so that what cannot run leaves it as it
/// was. It stops gateway, pipes and functions in this order, so that nothing is asked of a part that is already gone.
public final class Engine: Sendable {
    private let options: EngineOptions
    private let blueprint: Blueprint
    private let injector: FaultInjector?
    private let access: EngineAccess
    /// Nil without TLS.
    private let certificate: EngineCertificate?
    /// Nil where functions and pipes may do everything.
    private let judge: RoleJudge?
    private let time: any TimeSource
    private let machineTime: any TimeSource
    private let logger: Logger
    private let stops: AsyncStream<Void>
    private let stopRequest: AsyncStream<Void>.Continuation

    /// - Parameter machineTime: the clock that the functions' processes see, and with it all else unless there is to be a
    ///   test clock.
    /// - Throws: `TemplateError`, `FaultsFileError`, `CredentialsError`, `CertificateFileError` or `EngineError`, each one
    ///   sentence with the place and the remedy, or several.
    public init(_ options: EngineOptions, machineTime: any TimeSource = SystemTime(), logger: Logger) throws {
        self.options = options
        if options.hasTestClock {
            let clock = ControlledTime(base: machineTime)
            clock.advance(by: options.clockAhead)
            time = clock
        } else {
            time = machineTime
        }
        self.machineTime = machineTime
        self.logger = logger
        access = try EngineAccess(options, time: machineTime, logger: logger)
        certificate = try EngineCertificate(options, time: machineTime, logger: logger)
        blueprint = try Blueprint(options)
        judge = access.judge(blueprint.stack)
        injector = try options.faultsPath.map { [blueprint] in
            FaultInjector(try FaultsFile.load(path: $0, for: blueprint.stack), logger: logger)
        }
        (stops, stopRequest) = AsyncStream.makeStream()
    }

    /// Resources of the template that do not run here.
    public var notLocal: [NotLocalResource] { blueprint.stack.notLocal }
    /// What works here, but not quite as on AWS.
    public var warnings: [Diagnostic] { blueprint.warnings + rolesElsewhere }
    /// Where roles are enforced: those that nothing is known of.
    private var rolesElsewhere: [Diagnostic] {
        guard let judge else { return [] }
        let holders =
            blueprint.stack.functions.map { ($0.logicalID, $0.line, $0.roleARN) }
            + blueprint.stack.pipes.map { ($0.logicalID, $0.line, $0.roleARN) }
        return holders.filter { !judge.knows(roleARN: $0.2) }.map { logicalID, line, role in
            Diagnostic(
                severity: .warning, file: options.templatePath, line: line, logicalID: logicalID,
                message:
                    "the role \(role) is not in the template, so --enforce-iam allows nothing; declare it as AWS::IAM::Role"
            )
        }
    }
    /// The variables that the template gives its functions, of all of them together.
    public var functionEnvironment: [String: String] {
        blueprint.functions.reduce(into: [:]) { $0.merge($1.value.settings.environment) { first, _ in first } }
    }
    /// How many keys requests may be signed with; nil where signatures are not looked at.
    public var keyCount: Int? { access.keyCount }
    /// Where the certificate of the gateway and the console comes from, and until when it is good; nil without TLS.
    public var certificateText: String? { certificate?.text }
    /// The file of a certificate that clients trust only when they are told to; nil where an authority stands for it.
    public var certificateToTrust: String? { certificate?.trustPath }
    /// The faults and how often each was injected; nil for an engine without faults.
    public var faults: FaultsReport? { injector?.report }

    /// Finishes what has begun and lets ``run(ready:)`` return.
    public func stop() {
        logger.debug("stopping")
        stopRequest.yield()
    }

    /// Runs until ``stop()``, graceful shutdown or cancellation.
    ///
    /// - Parameter ready: called once everything accepts work. When it throws, the engine stops and the error is thrown on.
    public func run(ready: @escaping @Sendable (RunningEngine) async throws -> Void) async throws {
        FreedMemory.returnLargeBlocks()
        try await withGracefulShutdownHandler {
            let endpoint = try await GatewayEndpoint.start(
                options, tls: certificate?.tls, keys: access.consoleDoor, logger: logger)
            do {
                let keeper = try ProcessKeeper(user: options.functionUser)
                do {
                    try await runFunctions(keeper, endpoint, ready)
                } catch {
                    await keeper.close()
                    throw error
                }
                await keeper.close()
            } catch {
                await endpoint?.stop()
                throw error
            }
        } onGracefulShutdown: {
            self.stop()
        }
    }

    private func runFunctions(
        _ keeper: ProcessKeeper, _ endpoint: GatewayEndpoint?,
        _ ready: @escaping @Sendable (RunningEngine) async throws -> Void
    ) async throws {
        let functions = RunningFunctions(
            FunctionPlace(
                stack: options.stack, environment: options.functionEnvironment, endpointURL: endpoint?.ownURL,
                keys: access.functionKeys(judge), user: options.functionUser, keeper: keeper,
                logStreamName: EngineLogs.streamName(now: machineTime.now())),
            time: time, processTime: machineTime, injector: injector, logger: logger)
        for (name, function) in blueprint.functions {
            functions.put(try functions.prepare(name, function.settings, function.code, changedAt: time.now()))
        }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await functions.run() }
            defer {
                logger.debug("stopping the functions")
                functions.stop()
            }
            try await functions.warmUp()
            try await runOnData(functions, endpoint, ready)
        }
    }

    private func runOnData(
        _ functions: RunningFunctions, _ endpoint: GatewayEndpoint?,
        _ ready: @escaping @Sendable (RunningEngine) async throws -> Void
    ) async throws {
        let folder = try DataFolder(path: options.dataPath)
        try certificate?.keep()
        let database = try Database(folder: folder)
        let writer = GroupCommitWriter(database: database)
        if folder.foundFormat < DataFolder.formatVersion {
            logger.notice(
                "bringing the data folder into this version's format", metadata: ["from": "\(folder.foundFormat)"])
            try await LayoutMigration.run(database, writer: writer, now: time.now())
            try await QueueMigration.run(database, writer: writer, now: time.now())
            try folder.finishMigration()
        }
        if options.isObserved { try functions.openLogs(in: folder.logsPath) }
        let monitoring = try EngineMonitoring(
            database: database, writer: writer, stack: options.stack, webhook: options.alarmWebhook, time: time,
            logger: logger)
        if options.isObserved { functions.openMetrics(monitoring.metrics) }
        let running = try await open(folder, database, writer, functions, monitoring)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await functions.runInvokers() }
            // Behind the pipes, so that what they have handed over is finished.
            defer { functions.stopInvokers() }
            try await runPipes(running, endpoint, ready)
        }
        await writer.close()
    }

    private func runPipes(
        _ running: RunningEngine, _ endpoint: GatewayEndpoint?,
        _ ready: @escaping @Sendable (RunningEngine) async throws -> Void
    ) async throws {
        // A pipe that cannot go on ends the others and the engine, through the same gate as a wish to stop.
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                defer { self.stop() }
                try await running.pipes.run { name, error in
                    self.logger.error(
                        "a pipe cannot go on, so the engine stops", metadata: ["pipe": "\(name)", "error": "\(error)"])
                    self.stop()
                }
            }
            defer {
                logger.debug("stopping the pipes")
                running.pipes.shutDown()
            }
            try await serve(running, endpoint, ready)
        }
    }

    /// Serves the gateway and trims the streams until it is time to stop.
    private func serve(
        _ running: RunningEngine, _ endpoint: GatewayEndpoint?,
        _ ready: @escaping @Sendable (RunningEngine) async throws -> Void
    ) async throws {
        if let endpoint {
            endpoint.open(
                GatewayServer(
                    tables: running.tables, queues: running.queues, logs: running.logs, time: time,
                    faults: injector?.requestFaults, tableMetrics: options.isObserved ? running.monitoring.tables : nil,
                    control: ControlService(running),
                    cloudWatch: running.monitoring.operations, access: access.gateway(options.stack, logger: logger),
                    answersForeignNames: options.access == .everybody, logger: logger))
            endpoint.console?.open(ControlService(running))
            running.listens(at: endpoint.url, console: endpoint.console?.entryURL)
        }
        enum Part { case stop, other }
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                for await _ in self.stops { break }
                return .stop
            }
            group.addTask {
                let trimmed = TrimmedRecords(
                    pipes: running.pipes, checkpoints: running.administration.fitter.checkpoints, logger: self.logger)
                try await running.tables.run(willForget: trimmed.warn) { table, count in
                    self.logger.warning(
                        "items cannot be read: they do not expire and are in no new index; `sluice data check` on a backup names them",
                        metadata: ["table": "\(table)", "items": "\(count)"])
                }
                return .other
            }
            group.addTask {
                await running.queues.run()
                return .other
            }
            group.addTask {
                await running.monitoring.run(running, isObserved: self.options.isObserved)
                return .other
            }
            group.addTask {
                await running.logs.run()
                return .other
            }
            if let certificate {
                group.addTask {
                    await certificate.run()
                    return .other
                }
            }
            group.addTask {
                try await ready(running)
                return .other
            }
            while let part = try await group.next(), part != .stop {}
            group.cancelAll()
        }
        // A receive that waits for messages would hold the gateway back.
        running.queues.endPolls()
        await endpoint?.stop()
    }

    private func open(
        _ folder: DataFolder, _ database: Database, _ writer: GroupCommitWriter, _ functions: RunningFunctions,
        _ monitoring: EngineMonitoring
    ) async throws -> RunningEngine {
        let tables = try await TableStore(
            database: database, writer: writer, time: time,
            settings: .init(
                region: options.stack.region, accountID: options.stack.accountID,
                shardsPerStream: options.shardsPerStream),
            commitCheck: injector?.commitCheck)
        try warnOfTheFuture(tables)
        for definition in blueprint.tables { _ = try await tables.openTable(definition) }
        let queues = try QueueStore(
            database: database, writer: writer, time: time,
            settings: .init(region: options.stack.region, accountID: options.stack.accountID),
            observer: options.isObserved ? monitoring.queues : nil)
        for queue in blueprint.queues {
            try await queues.openQueue(queue.name, QueueSettings(queue), tags: queue.tags)
        }
        let functionAdministration = FunctionAdministration(
            functions: functions, states: FunctionStates(database: database, writer: writer, time: time),
            template: blueprint.functions, logger: logger)
        try await functionAdministration.open()
        let checkpoints = StoredCheckpoints(database: database, writer: writer)
        let fitter = PipeFitter(
            tables: tables, functions: functions, queues: queues, checkpoints: checkpoints,
            logs: PipeLogs(folder: folder.logsPath), setbacks: PipeSetbacks(folder: folder.logsPath),
            metrics: options.isObserved ? monitoring.metrics : nil,
            accountID: options.stack.accountID, time: time, dialect: options.filterDialect,
            templateEnds: blueprint.ends, judge: judge, logger: logger, injector: injector)
        let administration = PipeAdministration(
            pipes: RunningPipes(checkpoints: checkpoints, metrics: monitoring.metrics),
            states: PipeStates(catalog: Catalog(database: database, writer: writer), time: time), fitter: fitter,
            stack: options.stack, logger: logger)
        try await administration.open(blueprint.stack.pipes)
        try await monitoring.open(blueprint.stack)
        // On the machine's clock, as functions and clients are, whose events it keeps.
        let logs = try LogStore(
            database: database, writer: writer, time: machineTime,
            settings: .init(region: options.stack.region, accountID: options.stack.accountID),
            owned: EngineLogs(
                functions: functions, pipes: administration.pipes, folder: folder.logsPath, openedAt: machineTime.now())
        )
        for group in blueprint.stack.logGroups { try await logs.openGroup(group.name, LogGroupSettings(group)) }
        return RunningEngine(
            dataPath: folder.path, database: database, tables: tables, queues: queues, logs: logs,
            functionAdministration: functionAdministration, administration: administration,
            monitoring: monitoring, filterDialect: options.filterDialect, injector: injector, time: time)
    }

    /// A clock that was set back, or one of a test that was advanced: what is stored stays, and is younger than it seems.
    private func warnOfTheFuture(_ tables: TableStore) throws {
        guard let newest = try tables.newestArrival() else { return }
        let ahead = newest - time.now()
        guard ahead > Self.clockStepMax else { return }
        logger.warning(
            "the data folder holds changes that are later than now: its clock was ahead; they are delivered and kept all the same, and trimmed by their own time",
            metadata: ["ahead": "\(ahead.text)"])
    }

    /// A step back of the machine's clock that is worth no word.
    private static let clockStepMax = Duration.seconds(60)
}
