import AsyncHTTPClient
import FoundationEssentials
import Glibc
import Logging
import NIOCore

/// The function's side of the Lambda Runtime API: asks for events, calls the handler, sends its answers.
///
///     let runtime = LambdaRuntime { (records: [StreamRecord], context: LambdaContext) in
///         ...
///     }
///     await runtime.run()
///
/// The same program runs on AWS and under Sluice: all it knows is the address in `AWS_LAMBDA_RUNTIME_API`.
public final class LambdaRuntime<Event: Decodable & Sendable, Output: Encodable & Sendable>: Sendable {
    public typealias Handler = @Sendable (Event, LambdaContext) async throws -> Output

    private let handler: Handler

    public init(body handler: @escaping Handler) { self.handler = handler }

    /// Serves events until the service says that there are none any more, or is gone: no process outlives its engine.
    ///
    /// What ends it otherwise, such as a missing Runtime API, is said on standard error, and the process exits with 1.
    public func run() async {
        guard let address = ProcessInfo.processInfo.environment["AWS_LAMBDA_RUNTIME_API"] else {
            fail(
                "This program is a Lambda function: AWS_LAMBDA_RUNTIME_API is not set; let `sluice up` or AWS Lambda start it."
            )
        }
        let client = RuntimeClient(address: address)
        do {
            while let invocation = try await client.next() {
                try await handle(invocation, client)
            }
        } catch {
            fail("\(error)")
        }
        await client.shutDown()
    }

    /// A thrown error would end a program with a trap and its seconds of backtrace.
    private func fail(_ message: String) -> Never {
        StructuredLog.write(Array((message + "\n").utf8), to: STDERR_FILENO)
        exit(1)
    }

    private func handle(_ invocation: RuntimeClient.Invocation, _ client: RuntimeClient) async throws {
        var logger = Logger(label: "lambda") { _ in StandardOutputLogHandler() }
        logger[metadataKey: "requestId"] = "\(invocation.requestID)"
        let context = LambdaContext(
            requestID: invocation.requestID, invokedFunctionARN: invocation.functionARN, traceID: invocation.traceID,
            deadlineMilliseconds: invocation.deadlineMilliseconds, logger: logger)
        if let traceID = invocation.traceID { setenv("_X_AMZN_TRACE_ID", traceID, 1) }
        let answer: Data
        do {
            let event = try JSONDecoder().decode(Event.self, from: invocation.payload)
            answer = try JSONEncoder().encode(try await handler(event, context))
        } catch {
            logger.error("the invocation failed", metadata: ["error": "\(error)"])
            let failure = ErrorBody(errorMessage: "\(error)", errorType: "\(type(of: error))", stackTrace: [])
            try await client.report(failure, requestID: invocation.requestID)
            return
        }
        try await client.respond(answer, requestID: invocation.requestID)
    }
}

/// What Lambda wants to know of a failed invocation.
struct ErrorBody: Encodable {
    let errorMessage: String
    let errorType: String
    let stackTrace: [String]
}

/// Why a function's program cannot go on.
struct LambdaRuntimeError: Error, Sendable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    let description: String
    init(_ description: String) { self.description = description }
}
