import Clocks
import Dispatch
import Foundation
import Logging
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
public final class LambdaRuntime: Sendable {
    /// Longest time from SIGTERM to the end. AWS ends an environment two seconds after it and leaves no trace; ending
    /// before says in the log what did not finish.
    static let shutdownDuration = DispatchTimeInterval.milliseconds(1_800)

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

    /// - Parameter rawBody: gets the event's bytes and returns the answer's, which are JSON.
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
        let client = RuntimeClient(address: address)
        let phase = PhaseBox()
        let termination = Self.onTermination { [phase] in
            guard phase.value.withLock({ $0.stop() }) == .endWait else { return }
            // The border to callback code: ends with the connection that it closes.
            Task { await client.shutDown() }
        }
        do {
            let handler = try await initialized(client)
            try await Self.serve(handler, client, phase, LogSettings(environment: environment))
        } catch {
            Self.fail("\(error)")
        }
        await onShutdown()
        await client.shutDown()
        termination.cancel()
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
        while let invocation = try await client.next(), phase.value.withLock({ $0.begin() }) {
            try await handle(invocation, handler, client, settings)
            guard phase.value.withLock({ $0.finish() }) else { return }
        }
    }

    private static func handle(
        _ invocation: RuntimeClient.Invocation, _ handler: any LambdaByteHandler, _ client: RuntimeClient,
        _ settings: LogSettings
    ) async throws {
        let context = LambdaContext(
            requestID: invocation.requestID, invokedFunctionARN: invocation.functionARN, traceID: invocation.traceID,
            deadline: Timestamp(milliseconds: invocation.deadlineMilliseconds),
            logger: settings.logger(requestID: invocation.requestID))
        if let traceID = invocation.traceID { setenv("_X_AMZN_TRACE_ID", traceID, 1) }
        let answer: [UInt8]
        do {
            answer = try await handler.handle(invocation.payload, context: context)
        } catch {
            context.logger.error("the invocation failed", metadata: ["error": "\(error)"])
            try await client.report(FunctionFailure(error), of: invocation)
            return
        }
        try await client.respond(answer, to: invocation)
    }

    /// Calls `action` on SIGTERM, and ends the program when it has not ended in time then.
    private static func onTermination(_ action: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(SIGTERM, SIG_IGN)
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
        source.resume()
        return source
    }

    /// A thrown error would end a program with a trap and its seconds of backtrace.
    private static func fail(_ message: String) -> Never {
        complain(message)
        exit(1)
    }

    private static func complain(_ message: String) {
        FileHandle.standardError.write(Data((message + "\n").utf8))
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
