public import Clocks
import Foundation
public import Logging
import NIOCore
import Synchronization

/// A Lambda function on this machine: a process per execution environment, as many as concurrency needs, kept warm.
public final class LocalFunction: Sendable {
    public let configuration: FunctionConfiguration
    public let log: FunctionLog
    private let logger: Logger
    private let time: any TimeSource
    private let processTime: any TimeSource
    private let makeRequestID: @Sendable () -> String
    private let keeper: ProcessKeeper
    private let observer: (any FunctionObserver)?
    private let idleLifetime: Duration?
    let pool: Mutex<EnvironmentPool>
    private let spawned: AsyncStream<ExecutionEnvironment>
    private let spawn: AsyncStream<ExecutionEnvironment>.Continuation

    /// - Parameters:
    ///   - log: where its lines go; a function that stands in the place of another goes on with that one's.
    ///   - keeper: where the processes have their folders.
    ///   - idleLifetime: how long an environment without events is kept; nil for ever.
    ///   - time: when an event was handed over.
    ///   - processTime: the clock that the processes see, by which they are given their time; nil for `time`.
    ///   - observer: learns of its invocations.
    public init(
        _ configuration: FunctionConfiguration, log: FunctionLog, keeper: ProcessKeeper, idleLifetime: Duration?,
        time: any TimeSource, processTime: (any TimeSource)? = nil, observer: (any FunctionObserver)? = nil,
        logger: Logger, makeRequestID: @escaping @Sendable () -> String
    ) {
        self.configuration = configuration
        self.log = log
        self.keeper = keeper
        self.observer = observer
        self.idleLifetime = idleLifetime
        self.time = time
        self.processTime = processTime ?? time
        self.logger = logger
        self.makeRequestID = makeRequestID
        pool = Mutex(EnvironmentPool(concurrencyMax: configuration.concurrencyMax))
        (spawned, spawn) = AsyncStream.makeStream()
    }

    /// Runs the function's processes until the task is cancelled, or until ``stop()`` or ``retire()`` has done its work. Must run
    /// before ``invoke(_:)`` returns anything. May be called once.
    public func run() async {
        await withDiscardingTaskGroup { group in
            if let idleLifetime { group.addTask { await self.reap(idleFor: idleLifetime) } }
            for await environment in spawned {
                group.addTask { await environment.run() }
            }
            group.cancelAll()
        }
        for waiter in pool.withLock({ $0.stop() }) { waiter.resume(returning: .stopping) }
    }

    /// Ends environments that had nothing to do for so long, until cancelled.
    private func reap(idleFor lifetime: Duration) async {
        while (try? await processTime.sleep(for: lifetime / 4)) != nil {
            let limit = processTime.now() - lifetime
            for environment in pool.withLock({ $0.reap(freeSince: limit) }) { environment.dismiss() }
        }
    }

    /// Takes no more events, and lets ``run()`` return once those that run are answered: another function stands in its place.
    public func retire() {
        let (waiters, idle, isEmpty) = pool.withLock { ($0.stop(), $0.reapAll(), $0.isEmpty) }
        for waiter in waiters { waiter.resume(returning: .stopping) }
        for environment in idle { environment.dismiss() }
        if isEmpty { stop() }
    }

    /// Ends the processes: SIGTERM, and SIGKILL for those that do not go.
    public func stop() { spawn.finish() }

    /// Starts the first process, so that a function that cannot run is known before orders come.
    public func warmUp() async throws {
        let environment = try await acquire()
        release(environment)
    }

    /// Calls the function with an event and waits for its answer. What the function does wrong is in the result.
    ///
    /// - Throws: ``FunctionError`` when the function never got the event: throttled or stopping.
    public func invoke(_ payload: [UInt8]) async throws -> InvocationResult {
        try await invoke(payload, lifetime: nil)
    }

    /// Calls the function and kills its process before it has answered: what a crash in the middle of an event looks like.
    ///
    /// - Parameter lifetime: how long the process lives from the hand-over on; an answer before that is not taken.
    /// - Throws: ``FunctionError`` when the function never got the event: throttled or stopping.
    public func invoke(_ payload: [UInt8], killedAfter lifetime: Duration) async throws -> InvocationResult {
        try await invoke(payload, lifetime: lifetime)
    }

    private func invoke(_ payload: [UInt8], lifetime: Duration?) async throws -> InvocationResult {
        let requestID = makeRequestID()
        let environment: ExecutionEnvironment
        do {
            environment = try await acquire()
        } catch let error as FunctionError where error.code == .failedAtStart {
            logger.warning("a function does not start", metadata: ["reason": "\(error)"])
            var result = InvocationResult.failure(
                requestID: requestID, type: "Runtime.ExitError", message: error.message, handedOverAt: nil)
            if let told = error.initError { result.payload = told }
            observer?.invoked(duration: .zero, isError: true)
            return result
        } catch let error as FunctionError where error.code == .throttled {
            observer?.throttled()
            throw error
        }
        observer?.runs(1)
        let result = await environment.invoke(
            ByteBuffer(bytes: payload), requestID: requestID, killedAfter: lifetime)
        observer?.runs(-1)
        release(environment)
        return result
    }

    private func acquire() async throws -> ExecutionEnvironment {
        let grant = await withCheckedContinuation { waiter in
            if let grant = pool.withLock({ $0.acquire(waiter) }) { waiter.resume(returning: grant) }
        }
        switch grant {
        case .use(let environment): return environment
        case .start: return try await start()
        case .throttled:
            throw FunctionError(
                .throttled,
                "The function \(configuration.name) is busy \(configuration.concurrencyMax) times over and \(EnvironmentPool.waitersMax) callers wait; call again later."
            )
        case .stopping:
            throw stopping
        }
    }

    private var stopping: FunctionError {
        FunctionError(.stopping, "The function \(configuration.name) is being stopped; call again after the restart.")
    }

    private func start() async throws -> ExecutionEnvironment {
        do {
            let folder = try keeper.makeEnvironmentFolder(function: configuration.name)
            try configuration.user?.take(folder)
            let environment = try ExecutionEnvironment(
                configuration, folder: folder, log: log,
                observer: observer, logger: logger, time: time, processTime: processTime)
            if case .terminated = spawn.yield(environment) { throw stopping }
            try await environment.waitUntilStarted()
            return environment
        } catch {
            release(nil)
            throw error
        }
    }

    private func release(_ environment: ExecutionEnvironment?) {
        let (next, isRetired) = pool.withLock { pool in
            let next = pool.release(environment, now: processTime.now())
            return (next, pool.isStopping && pool.isEmpty)
        }
        switch next {
        case .nothing: break
        case .resume(let waiter, let grant): waiter.resume(returning: grant)
        case .dismiss(let environment): environment.dismiss()
        }
        if isRetired { stop() }
    }
}
