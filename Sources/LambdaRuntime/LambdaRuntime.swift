import Clocks
import Dispatch
import FoundationEssentials
import Glibc
import Logging
public import NIOCore
import NIOPosix
import Synchronization

/// The function's side of the Lambda Runtime API: asks for events, calls the handler, sends its answers.
///
///     let runtime = LambdaRuntime { (order: OrderEvent, context: LambdaContext) in
///         Answer(orderId: order.id)
///     }
///     await runtime.run()
///
/// The same program runs on AWS and under Sluice: all it knows is the address in `AWS_LAMBDA_RUNTIME_API`. SIGTERM lets
/// the invocation that runs finish, then the shutdown hook, and the program ends with 0.
///
/// Handlers run on the thread that speaks with the Runtime API: an event wakes no other thread, and one that waits for other
/// services lets go of it meanwhile. A handler that wants more than one core for itself asks for them with
/// `withTaskExecutorPreference(globalConcurrentExecutor)`.
public final class LambdaRuntime: Sendable {
    /// Longest time from SIGTERM to the end. AWS ends an environment two seconds after it and leaves no trace; ending
    /// before says in the log what did not finish.
    static let shutdownDuration = DispatchTimeInterval.milliseconds(1_800)

    /// The one thread that speaks with the Runtime API and runs the handler. A client of other services that has its connections
    /// there as well is answered without waking another thread; while the handler computes, it waits.
    public static let eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let makeHandler: @Sendable () async throws -> any LambdaByteHandler
    private let onShutdown: @Sendable () async -> Void

    /// - Parameters:
    ///   - onShutdown: runs once before the program ends, such as to close connections.
    ///   - initialize: makes the handler. What it throws is reported as the failure of the start, and the program ends
    ///     with 1.
    public init<Handler: LambdaByteHandler>(
        onShutdown: @escaping @Sendable () async -> Void = {},
        initialize: @escaping @Sendable () async throws -> Handler
    ) {
        makeHandler = { try await initialize() }
        self.onShutdown = onShutdown
    }

    public convenience init(
        onShutdown: @escaping @Sendable () async -> Void = {}, handler: some LambdaByteHandler
    ) {
        self.init(onShutdown: onShutdown, initialize: { handler })
    }

    public convenience init<Event: Decodable & Sendable, Output: Encodable & Sendable>(
        onShutdown: @escaping @Sendable () async -> Void = {},
        body: @escaping @Sendable (Event, LambdaContext) async throws -> Output
    ) {
        self.init(onShutdown: onShutdown, handler: ClosureHandler(body: body))
    }

    /// - Parameters:
    ///   - onShutdown: called before the process ends.
    ///   - rawBody: gets the event's bytes and returns the answer's, which are JSON.
    public convenience init(
        onShutdown: @escaping @Sendable () async -> Void = {},
        rawBody: @escaping @Sendable ([UInt8], LambdaContext) async throws -> [UInt8]
    ) {
        self.init(onShutdown: onShutdown, handler: ByteClosureHandler(body: rawBody))
    }

    /// Serves events until SIGTERM, or until the service says that there are none any more, or is gone: no process
    /// outlives its engine. Call once, as the last thing of the program.
    ///
    /// What ends it otherwise, such as a missing Runtime API, is said on standard error, and the process exits with 1.
    public func run() async {
        StandardOutput.unbuffer()
        let environment = ProcessInfo.processInfo.environment
        guard let address = environment["AWS_LAMBDA_RUNTIME_API"] else {
            Self.fail(
                "This program is a Lambda function: AWS_LAMBDA_RUNTIME_API is not set; let `sluice up` or AWS Lambda start it."
            )
        }
        let phase = PhaseBox()
        // Also while the shutdown hook runs.
        var termination: (any DispatchSourceSignal)?
        do {
            let client = try await RuntimeClient(connectingTo: address)
            termination = await Self.onTermination {
                if phase.value.withLock({ $0.stop() }) == .endWait { client.shutDown() }
            }
            let handler = try await initialized(client)
            try await withTaskExecutorPreference(client.executor) {
                try await Self.serve(handler, client, phase, LogSettings(environment: environment))
            }
            client.shutDown()
        } catch {
            Self.fail("\(error)")
        }
        await onShutdown()
        termination?.cancel()
    }

    private func initialized(_ client: RuntimeClient) async throws -> any LambdaByteHandler {
        do {
            return try await makeHandler()
        } catch {
            try? await client.report(initialization: FunctionFailure(error))
            throw error
        }
    }

    private static func serve(
        _ handler: any LambdaByteHandler, _ client: RuntimeClient, _ phase: PhaseBox, _ settings: LogSettings
    ) async throws {
        var next = try await client.next()
        while let invocation = next, phase.value.withLock({ $0.begin() }) {
            let outcome = await outcome(of: invocation, handler, settings)
            next = try await client.tell(outcome, of: invocation) { phase.value.withLock { $0.finish() } }
        }
    }

    private static func outcome(
        of invocation: RuntimeClient.Invocation, _ handler: any LambdaByteHandler, _ settings: LogSettings
    ) async -> RuntimeClient.Outcome {
        let context = LambdaContext(
            requestID: invocation.requestID, invokedFunctionARN: invocation.functionARN, traceID: invocation.traceID,
            deadline: Timestamp(milliseconds: invocation.deadlineMilliseconds),
            logger: settings.logger(requestID: invocation.requestID))
        TraceVariable.set(invocation.traceID)
        do {
            return .answered(try await handler.handle(invocation.payload, context: context))
        } catch {
            context.logger.error("the invocation failed", metadata: ["error": "\(error)"])
            return .failed(FunctionFailure(error))
        }
    }

    /// Calls `action` on SIGTERM, and ends the program when it has not ended in time then. Returns once a signal is seen, for which
    /// Dispatch puts a handler of its own in the place of the system's; one that comes before ends the program.
    private static func onTermination(_ action: @escaping @Sendable () -> Void) async -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        source.setEventHandler {
            DispatchQueue.global().asyncAfter(deadline: .now() + shutdownDuration) {
                complain(
                    "The invocation or the shutdown hook did not finish in time after SIGTERM; this environment ends.")
                // Not `exit`, which may wait for what the invocation holds.
                _exit(1)
            }
            action()
        }
        await withCheckedContinuation { continuation in
            source.setRegistrationHandler { continuation.resume() }
            source.resume()
        }
        return source
    }

    /// A thrown error would end a program with a trap and its seconds of backtrace.
    private static func fail(_ message: String) -> Never {
        complain(message)
        exit(1)
    }

    private static func complain(_ message: String) {
        StructuredLog.write(line: message.utf8, to: STDERR_FILENO)
    }
}

/// The phase, shared by the loop and the signal.
private final class PhaseBox: Sendable {
    let value = Mutex(RuntimePhase())
}

/// Why a function's program cannot go on.
struct LambdaRuntimeError: Error, Sendable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    let description: String
    init(_ description: String) { self.description = description }
}
