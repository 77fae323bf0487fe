import Clocks
import HTTPServing
import NIOCore
import NIOHTTP1

/// The Lambda Runtime API, version 2018-06-01, for one execution environment.
///
/// Errors have the types, texts and statuses of AWS's open runtime interface emulator.
struct RuntimeAPI: Sendable {
    private static let prefix = "/2018-06-01/runtime/"
    private static let invocationID = "Lambda-Runtime-Invocation-Id"

    let environment: ExecutionEnvironment

    /// Answers at once, on the connection's thread, but for the request for an event, which waits for one.
    func respond(to request: HTTPRequest, _ replier: HTTPReplier) {
        // A web page can ask any port of this machine, and what it takes the function does not get.
        guard !request.hasForeignName, !request.headers.contains(name: "Sec-Fetch-Site") else {
            return replier.reply(failure(.forbidden, "Forbidden", "The Runtime API is for the function alone."))
        }
        let path = request.path
        if request.method == .GET, path == Self.prefix + "invocation/next" {
            return environment.next { replier.reply(event($0)) }
        }
        guard path.hasPrefix(Self.prefix) else { return replier.reply(noSuchPath) }
        let parts = path.dropFirst(Self.prefix.count).split(separator: "/")
        switch (request.method, parts.count, parts.first, parts.last) {
        case (.POST, 3, "invocation", "response"):
            answer(request, replier, requestID: String(parts[1]), functionError: nil)
        case (.POST, 3, "invocation", "error"):
            answer(request, replier, requestID: String(parts[1]), functionError: "Unhandled")
        case (.POST, 2, "init", "error"):
            if !request.isBodyTooLarge { environment.failedAtStart(Array(request.body.readableBytesView)) }
            replier.reply(accepted)
        default:
            replier.reply(noSuchPath)
        }
    }

    private func event(_ invocation: PendingInvocation?) -> HTTPReply {
        // No more events: the runtime is to end (a container error in AWS's words).
        guard let invocation else {
            return failure(.internalServerError, "InternalServerError", "the environment is shutting down")
        }
        let headers: HTTPHeaders = [
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.requestID,
            Self.invocationID: invocation.invocationID,
            "Lambda-Runtime-Deadline-Ms": String(invocation.deadline.milliseconds),
            "Lambda-Runtime-Invoked-Function-Arn": environment.configuration.arn,
            "Lambda-Runtime-Trace-Id": invocation.traceHeader,
        ]
        return HTTPReply(status: .ok, headers: headers, body: invocation.payload)
    }

    private func answer(_ request: HTTPRequest, _ replier: HTTPReplier, requestID: String, functionError: String?) {
        let isTooLarge = request.isBodyTooLarge
        let most = FunctionConfiguration.answerBytesMax
        let payload =
            isTooLarge
            ? InvocationResult.errorBody(
                type: "Function.ResponseSizeTooLarge",
                message: "Response payload size exceeded maximum allowed payload size (\(most) bytes).")
            : Array(request.body.readableBytesView)
        let answered = environment.answer(
            requestID: requestID, invocationID: request.headers.first(name: Self.invocationID))
        switch answered {
        case .completes(let invocation, let handedOverAt):
            let reply =
                isTooLarge
                ? failure(
                    .payloadTooLarge, "RequestEntityTooLarge",
                    "Exceeded maximum allowed payload size (\(most) bytes).")
                : accepted
            // While the process asks for its next event, its result is logged and given back.
            replier.reply(reply) {
                environment.complete(
                    invocation, payload: payload, functionError: isTooLarge ? "Unhandled" : functionError,
                    handedOverAt: handedOverAt)
            }
        case .otherRequest: replier.reply(failure(.badRequest, "InvalidRequestID", "Invalid request ID"))
        case .otherInvocation: replier.reply(failure(.badRequest, "InvalidInvocationId", "Invalid invocation ID"))
        case .noRequest:
            replier.reply(
                failure(
                    .forbidden, "InvalidStateTransition", "There is no event to answer: ask for the next one first."))
        }
    }

    private var accepted: HTTPReply { json(.accepted, Array(#"{"status":"OK"}"#.utf8)) }

    private var noSuchPath: HTTPReply { failure(.notFound, "NotFound", "The Runtime API has no such path.") }

    private func failure(_ status: HTTPResponseStatus, _ type: String, _ message: String) -> HTTPReply {
        json(status, InvocationResult.errorBody(type: type, message: message))
    }

    private func json(_ status: HTTPResponseStatus, _ body: [UInt8]) -> HTTPReply {
        HTTPReply(status: status, headers: ["Content-Type": "application/json"], body: ByteBuffer(bytes: body))
    }
}
