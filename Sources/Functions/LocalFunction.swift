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
    /// - Throws: ``FunctionError`` when the function never got the event: throttled, stopping, or not started by the system.
    public func invoke(_ payload: [UInt8]) async throws -> InvocationResult {
        try await invoke(payload, lifetime: nil)
    }

    /// Calls the function and kills its process before it has answered: what a crash in the middle of an event looks like.
    ///
    /// - Parameter lifetime: how long the process lives from the hand-over on; an answer before that is not taken.
    /// - Throws: ``FunctionError`` when the function never got the event: throttled, stopping, or not started by the system.
    public func invoke(_ payload: [UInt8], killedAfter lifetime: Duration) async throws -> InvocationResult {
        try await invoke(payload, lifetime: lifetime)
    }

    private func invoke(_ payload: [UInt8], lifetime: Duration?) async throws -> InvocationResult {
        let requestID = makeRequestID()
        do {
            return try await hand(ByteBuffer(bytes: payload), requestID: requestID, killedAfter: lifetime)
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
        } catch let error as FunctionError where error.code == .system {
            logger.warning("the system does not start a function", metadata: ["reason": "\(error)"])
            throw error
        }
    }

    /// Gives an event to an environment. Where the process has ended by itself before it had the event, a new one gets it: the
    /// last, as a function whose processes always end so takes none.
    private func hand(
        _ payload: ByteBuffer, requestID: String, killedAfter lifetime: Duration?
    ) async throws -> InvocationResult {
        func call(_ environment: ExecutionEnvironment) async -> InvocationResult? {
            observer?.runs(1)
            defer { observer?.runs(-1) }
            return await environment.invoke(payload, requestID: requestID, killedAfter: lifetime)
        }
        let environment = try await acquire()
        if let result = await call(environment) {
            release(environment)
            return result
        }
        // In the room of the one that has ended, before all who wait for one.
        let newEnvironment = try await start()
        defer { release(newEnvironment) }
        if let result = await call(newEnvironment) { return result }
        throw FunctionError(
            .failedAtStart,
            "The function \(configuration.name) (\(configuration.program.executablePath)) takes no event: its process asked for one and ended before it had it, twice; it must wait for the Runtime API's answer."
        )
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
            throw FunctionError.stopping(function: configuration.name)
        }
    }

    /// Starts an environment where there is room for it, which is given back if it does not start.
    private func start() async throws -> ExecutionEnvironment {
        do {
            let environment = try makeEnvironment()
            if case .terminated = spawn.yield(environment) {
                throw FunctionError.stopping(function: configuration.name)
            }
            try await environment.waitUntilStarted()
            return environment
        } catch {
            release(nil)
            throw error
        }
    }

    private func makeEnvironment() throws -> ExecutionEnvironment {
        let folder = try keeper.makeEnvironmentFolder(function: configuration.name)
        do {
            try configuration.user?.take(folder)
            return try ExecutionEnvironment(
                configuration, folder: folder, log: log,
                observer: observer, time: time, processTime: processTime)
        } catch {
            // It may be tried again and again for as long as the system refuses.
            try? FileManager.default.removeItem(atPath: folder)
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
