import Clocks
import HTTPServing
import NIOCore
import NIOHTTP1

/// The Lambda Runtime API, version 2018-06-01, for one execution environment (facts 4.3).
struct RuntimeAPI: Sendable {
    private static let prefix = "/2018-06-01/runtime/"

    let environment: ExecutionEnvironment

    func respond(to request: HTTPRequest) async -> HTTPReply {
        let path = request.path
        guard path.hasPrefix(Self.prefix) else { return failure(.notFound, "no such path") }
        let parts = path.dropFirst(Self.prefix.count).split(separator: "/")
        switch (request.method, parts.count, parts.first, parts.last) {
        case (.GET, 2, "invocation", "next"):
            return await next()
        case (.POST, 3, "invocation", "response"):
            return await answer(request, requestID: String(parts[1]), functionError: nil)
        case (.POST, 3, "invocation", "error"):
            return await answer(request, requestID: String(parts[1]), functionError: "Unhandled")
        case (.POST, 2, "init", "error"):
            // The process ends itself after this; its end is what counts.
            return status(.accepted)
        default:
            return failure(.notFound, "no such path")
        }
    }

    private func next() async -> HTTPReply {
        // No more events: the runtime is to end (a container error in AWS's words).
        guard let invocation = await environment.next() else {
            return failure(.internalServerError, "the environment is shutting down")
        }
        let trace = "Root=1-\(invocation.requestID.prefix(8))-\(invocation.requestID.filter { $0 != "-" }.suffix(24))"
        let headers: HTTPHeaders = [
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.requestID,
            "Lambda-Runtime-Deadline-Ms": String(invocation.deadline.milliseconds),
            "Lambda-Runtime-Invoked-Function-Arn": environment.configuration.arn,
            "Lambda-Runtime-Trace-Id": "\(trace);Sampled=0",
        ]
        return HTTPReply(status: .ok, headers: headers, body: invocation.payload)
    }

    private func answer(_ request: HTTPRequest, requestID: String, functionError: String?) async -> HTTPReply {
        guard !request.isBodyTooLarge else {
            let message = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
            _ = await environment.answer(
                requestID: requestID,
                payload: Array(#"{"errorMessage":"\#(message)","errorType":"Function.ResponseSizeTooLarge"}"#.utf8),
                functionError: "Unhandled")
            return failure(.payloadTooLarge, message)
        }
        let isKnown = await environment.answer(
            requestID: requestID, payload: Array(request.body.readableBytesView), functionError: functionError)
        return isKnown ? status(.accepted) : failure(.badRequest, "no such invocation is running")
    }

    private func status(_ status: HTTPResponseStatus) -> HTTPReply {
        json(status, #"{"status":"OK"}"#)
    }

    private func failure(_ status: HTTPResponseStatus, _ message: String) -> HTTPReply {
        json(status, #"{"errorMessage":"\#(message)","errorType":"InvalidRequest"}"#)
    }

    private func json(_ status: HTTPResponseStatus, _ body: String) -> HTTPReply {
        HTTPReply(status: status, headers: ["Content-Type": "application/json"], body: ByteBuffer(string: body))
    }
}
