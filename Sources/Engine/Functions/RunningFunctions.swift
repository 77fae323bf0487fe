import Clocks
import Foundation
import Functions
import Gateway
import Logging
import Synchronization
import Telemetry

/// A function that can be called.
struct RunningFunction: Sendable {
    let settings: FunctionSettings
    let code: FunctionCode.Unpacked
    let local: LocalFunction
    /// The local one, or faults before it.
    let invokable: any InvokableFunction
    let metrics: FunctionMetrics
    /// Its asynchronous side, which stays when the rest is replaced.
    let invoker: EventInvoker
    let changedAt: Timestamp

    var name: String { local.configuration.name }
    var arn: String { local.configuration.arn }

    var description: FunctionDescription {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let changed = code.writtenAt ?? Date(timeIntervalSince1970: Double(changedAt.milliseconds) / 1_000)
        return FunctionDescription(
            name: name, arn: arn, runtime: settings.runtime, roleARN: settings.roleARN, handler: settings.handler,
            description: settings.description, timeoutSeconds: settings.timeoutSeconds,
            memorySizeMegabytes: settings.memorySizeMegabytes, environment: settings.environment,
            logFormat: settings.logFormat, logGroup: local.configuration.logGroupName,
            reservedConcurrentExecutions: settings.reservedConcurrentExecutions, codeSizeBytes: code.sizeBytes,
            codeSHA256: code.sha256, lastModified: changed.formatted(style).replacing("Z", with: "+0000"))
    }
}

/// The functions of a running engine. They come, change and go while it runs.
final class RunningFunctions: Sendable {
    let place: FunctionPlace
    private let time: any TimeSource
    private let processTime: any TimeSource
    private let injector: FaultInjector?
    private let logger: Logger
    private let functions = Mutex<[String: RunningFunction]>([:])
    /// Where their logs are; nil before the data folder is open.
    private let logsPath = Mutex<String?>(nil)
    /// Where their metrics are; nil before the store is open.
    private let metricStore = Mutex<MetricStore?>(nil)
    // Unbounded, but each comes once.
    private let arrivals: AsyncStream<RunningFunction>
    private let arrival: AsyncStream<RunningFunction>.Continuation
    private let invokers: AsyncStream<EventInvoker>
    private let newInvoker: AsyncStream<EventInvoker>.Continuation

    init(
        _ place: FunctionPlace, time: any TimeSource, processTime: any TimeSource, injector: FaultInjector?,
        logger: Logger
    ) {
        self.place = place
        self.time = time
        self.processTime = processTime
        self.injector = injector
        self.logger = logger
        (arrivals, arrival) = AsyncStream.makeStream()
        (invokers, newInvoker) = AsyncStream.makeStream()
    }

    /// In the order of their names.
    var all: [RunningFunction] { functions.withLock { $0.values.sorted { $0.name < $1.name } } }

    subscript(_ name: String) -> RunningFunction? { functions.withLock { $0[name] } }

    /// Makes a function of these settings and this code, which takes the place of the one with its name once it is ``put(_:)``.
    ///
    /// - Throws: `FunctionError` for code that cannot run.
    func prepare(
        _ name: String, _ settings: FunctionSettings, _ code: FunctionCode, changedAt: Timestamp
    ) throws -> RunningFunction {
        let unpacked = try code.unpacked(name, settings, keeper: place.keeper)
        let former = self[name]
        let log = former?.local.log ?? FunctionLog()
        if former == nil, let path = logsPath.withLock({ $0 }) { try log.open(path: "\(path)/\(name).log") }
        let configuration = settings.configuration(name, program: unpacked.program, in: place)
        let metrics = former?.metrics ?? FunctionMetrics(name, logGroup: configuration.logGroupName, logger: logger)
        if let store = metricStore.withLock({ $0 }) { metrics.open(store) }
        let local = LocalFunction(
            configuration, log: log, keeper: place.keeper, idleLifetime: FunctionConfiguration.idleLifetime, time: time,
            processTime: processTime, observer: metrics, logger: logger, makeRequestID: String.randomUUID)
        return RunningFunction(
            settings: settings, code: unpacked, local: local, invokable: injector?.wrap(local, time: time) ?? local,
            metrics: metrics, invoker: former?.invoker ?? EventInvoker(name, self, metrics, time: time, logger: logger),
            changedAt: changedAt)
    }

    /// Puts a function among the others, or in the place of the one with its name, which finishes what it has begun.
    func put(_ function: RunningFunction) {
        let former = functions.withLock { $0.updateValue(function, forKey: function.name) }
        arrival.yield(function)
        if former == nil { newInvoker.yield(function.invoker) }
        former?.local.retire()
    }

    /// Takes a function out; it finishes what it has begun.
    func remove(_ name: String) {
        guard let function = functions.withLock({ $0.removeValue(forKey: name) }) else { return }
        function.invoker.stop()
        function.local.retire()
        function.metrics.retire()
    }

    /// Sends the logs, and those of functions that come later, to files of this folder.
    func openLogs(in folder: String) throws {
        logsPath.withLock { $0 = folder }
        for function in all { try function.local.log.open(path: "\(folder)/\(function.name).log") }
    }

    /// Records what they do there, and what functions do that come later.
    func openMetrics(_ store: MetricStore) {
        metricStore.withLock { $0 = store }
        for function in all { function.metrics.open(store) }
    }

    // MARK: Life

    /// Runs the functions' processes until ``stop()`` or cancellation. May be called once.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await function in arrivals {
                group.addTask {
                    await function.local.run()
                    function.code.remove()
                    self.place.keys.revoke(function.local.configuration.credentials)
                }
            }
        }
    }

    /// Runs accepted events until ``stopInvokers()``, and returns when they are finished. May be called once.
    func runInvokers() async {
        await withDiscardingTaskGroup { group in
            for await invoker in invokers { group.addTask { await invoker.run() } }
        }
    }

    func stopInvokers() {
        newInvoker.finish()
        for function in all { function.invoker.stop() }
    }

    /// Ends the processes.
    func stop() {
        arrival.finish()
        for function in all { function.local.stop() }
    }

    /// Starts a process of each function that may have one, so that a function that cannot run is known before orders come.
    func warmUp() async throws {
        for function in all where function.local.configuration.concurrencyMax > 0 { try await function.local.warmUp() }
    }

    // MARK: Calls

    /// - Throws: `FunctionRefusal`.
    func invoke(_ name: String, _ event: [UInt8]) async throws -> FunctionAnswer {
        do {
            let result = try await NamedFunction(name: name, functions: self).invoke(event)
            return FunctionAnswer(
                payload: result.payload, functionError: result.functionError, logTail: result.logTail)
        } catch let error as FunctionError {
            switch error.code {
            case .unknown: throw FunctionRefusal.unknown
            case .stopping, .system: throw FunctionRefusal.stopping(error.message)
            default: throw FunctionRefusal.throttled(error.message)
            }
        }
    }

    /// - Throws: `FunctionRefusal`.
    func accept(_ name: String, _ event: [UInt8]) throws {
        guard let function = self[name] else { throw FunctionRefusal.unknown }
        if let reason = function.invoker.accept(event) { throw FunctionRefusal.throttled(reason) }
    }
}
