import Clocks
import HTTPTypes
import Hummingbird
import NIOCore

/// The Lambda Runtime API, version 2018-06-01, for one execution environment (facts 4.3).
struct RuntimeAPI: Sendable {
    private static let prefix = "/2018-06-01/runtime/"

    let environment: ExecutionEnvironment

    func respond(to request: Request) async -> Response {
        let path = request.uri.path
        guard path.hasPrefix(Self.prefix) else { return failure(.notFound, "no such path") }
        let parts = path.dropFirst(Self.prefix.count).split(separator: "/")
        switch (request.method, parts.count, parts.first, parts.last) {
        case (.get, 2, "invocation", "next"):
            return await next()
        case (.post, 3, "invocation", "response"):
            return await answer(request, requestID: String(parts[1]), functionError: nil)
        case (.post, 3, "invocation", "error"):
            return await answer(request, requestID: String(parts[1]), functionError: "Unhandled")
        case (.post, 2, "init", "error"):
            // The process ends itself after this; its end is what counts.
            return status(.accepted)
        default:
            return failure(.notFound, "no such path")
        }
    }

    private func next() async -> Response {
        // No more events: the runtime is to end (a container error in AWS's words).
        guard let invocation = await environment.next() else {
            return failure(.internalServerError, "the environment is shutting down")
        }
        let trace = "Root=1-\(invocation.requestID.prefix(8))-\(invocation.requestID.filter { $0 != "-" }.suffix(24))"
        let headers: HTTPFields = [
            .contentType: "application/json",
            .runtimeRequestID: invocation.requestID,
            .runtimeDeadline: String(invocation.deadline.milliseconds),
            .runtimeFunctionARN: environment.configuration.arn,
            .runtimeTraceID: "\(trace);Sampled=0",
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: invocation.payload))
    }

    private func answer(_ request: Request, requestID: String, functionError: String?) async -> Response {
        var request = request
        let body: ByteBuffer
        do {
            body = try await request.collectBody(upTo: FunctionConfiguration.payloadBytesMax)
        } catch {
            let message = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
            _ = await environment.answer(
                requestID: requestID,
                payload: Array(#"{"errorMessage":"\#(message)","errorType":"Function.ResponseSizeTooLarge"}"#.utf8),
                functionError: "Unhandled")
            return failure(.contentTooLarge, message)
        }
        let isKnown = await environment.answer(
            requestID: requestID, payload: Array(body.readableBytesView), functionError: functionError)
        return isKnown ? status(.accepted) : failure(.badRequest, "no such invocation is running")
    }

    private func status(_ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"status":"OK"}"#)))
    }

    private func failure(_ status: HTTPResponse.Status, _ message: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: #"{"errorMessage":"\#(message)","errorType":"InvalidRequest"}"#)))
    }
}

extension HTTPField.Name {
    static let runtimeRequestID = HTTPField.Name("Lambda-Runtime-Aws-Request-Id")!
    static let runtimeDeadline = HTTPField.Name("Lambda-Runtime-Deadline-Ms")!
    static let runtimeFunctionARN = HTTPField.Name("Lambda-Runtime-Invoked-Function-Arn")!
    static let runtimeTraceID = HTTPField.Name("Lambda-Runtime-Trace-Id")!
}
