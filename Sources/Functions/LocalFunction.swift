public import Clocks
import Foundation
public import Logging
import NIOCore
import Synchronization

/// A Lambda function on this machine: a process per execution environment, as many as concurrency needs, kept warm.
public final class LocalFunction: Sendable {
    public let configuration: FunctionConfiguration
    public let log = FunctionLog()
    private let logger: Logger
    private let time: any TimeSource
    private let processTime: any TimeSource
    private let makeRequestID: @Sendable () -> String
    private let endpointURL = Mutex<String?>(nil)
    private let pool: Mutex<EnvironmentPool>
    private let spawned: AsyncStream<ExecutionEnvironment>
    private let spawn: AsyncStream<ExecutionEnvironment>.Continuation

    /// - Parameters:
    ///   - time: when an event was handed over.
    ///   - processTime: the clock that the processes see, by which they are given their time; nil for `time`.
    /// - Throws: ``FunctionError`` with code `missingExecutable`.
    public init(
        _ configuration: FunctionConfiguration, time: any TimeSource, processTime: (any TimeSource)? = nil,
        logger: Logger, makeRequestID: @escaping @Sendable () -> String
    ) throws {
        guard FileManager.default.isExecutableFile(atPath: configuration.executablePath) else {
            throw FunctionError(
                .missingExecutable,
                "The function \(configuration.name) has no program at \(configuration.executablePath); build it or name its folder with --functions."
            )
        }
        self.configuration = configuration
        self.time = time
        self.processTime = processTime ?? time
        self.logger = logger
        self.makeRequestID = makeRequestID
        pool = Mutex(EnvironmentPool(concurrencyMax: configuration.concurrencyMax))
        (spawned, spawn) = AsyncStream.makeStream()
    }

    /// Runs the function's processes until the task is cancelled or ``stop()`` is called. Must run before ``invoke(_:)``
    /// returns anything. May be called once.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await environment in spawned {
                group.addTask { await environment.run() }
            }
            group.cancelAll()
        }
        for waiter in pool.withLock({ $0.stop() }) { waiter.resume(returning: .stopping) }
    }

    /// Sets where AWS is for processes that are started from now on.
    public func reaches(_ endpointURL: String) { self.endpointURL.withLock { $0 = endpointURL } }

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
            return .failure(
                requestID: requestID, type: "Runtime.ExitError", message: error.message, handedOverAt: nil)
        }
        let result = await environment.invoke(
            ByteBuffer(bytes: payload), requestID: requestID, killedAfter: lifetime)
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
            var configuration = configuration
            configuration.endpointURL = endpointURL.withLock { $0 } ?? configuration.endpointURL
            let environment = try ExecutionEnvironment(
                configuration, log: log, logger: logger, time: time, processTime: processTime)
            if case .terminated = spawn.yield(environment) { throw stopping }
            try await environment.waitUntilStarted()
            return environment
        } catch {
            release(nil)
            throw error
        }
    }

    private func release(_ environment: ExecutionEnvironment?) {
        if let (waiter, grant) = pool.withLock({ $0.release(environment) }) { waiter.resume(returning: grant) }
    }
}
