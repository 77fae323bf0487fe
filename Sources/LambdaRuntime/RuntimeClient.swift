import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The calls of the Runtime API, version 2018-06-01.
struct RuntimeClient: Sendable {
    struct Invocation: Sendable {
        let requestID: String
        /// Tells this attempt from another with the same request id; sent back with the answer. Newer services only.
        let invocationID: String?
        let functionARN: String
        let traceID: String?
        let deadlineMilliseconds: Int64
        let payload: [UInt8]
    }

    /// Largest event. AWS: 6 MB, and a little for its envelope.
    private static let eventBytesMax = 8 << 20
    private static let invocationIDHeader = "Lambda-Runtime-Invocation-Id"

    private let base: String
    private let client: HTTPClient

    init(address: String) {
        base = "http://\(address)/2018-06-01/runtime"
        var configuration = HTTPClient.Configuration()
        // `next` is answered when there is an event, be it tomorrow.
        configuration.timeout = .init(connect: .seconds(5))
        configuration.decompression = .disabled
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends the connection; a wait for the next event ends with nil. May be called twice.
    func shutDown() async { try? await client.shutdown() }

    /// The next event; nil when the service has none any more or is gone.
    func next() async throws -> Invocation? {
        let response: HTTPClientResponse
        do {
            response = try await client.execute(
                HTTPClientRequest(url: base + "/invocation/next"), deadline: .distantFuture)
        } catch {
            return nil
        }
        guard response.status == .ok else { return nil }
        guard let requestID = response.headers.first(name: "Lambda-Runtime-Aws-Request-Id") else {
            throw LambdaRuntimeError(
                "The Runtime API at \(base) sent an event without a request id; check the address.")
        }
        let body = try await response.body.collect(upTo: Self.eventBytesMax)
        return Invocation(
            requestID: requestID, invocationID: response.headers.first(name: Self.invocationIDHeader),
            functionARN: response.headers.first(name: "Lambda-Runtime-Invoked-Function-Arn") ?? "",
            traceID: response.headers.first(name: "Lambda-Runtime-Trace-Id"),
            deadlineMilliseconds: response.headers.first(name: "Lambda-Runtime-Deadline-Ms").flatMap(Int64.init) ?? 0,
            payload: Array(body.readableBytesView))
    }

    func respond(_ answer: [UInt8], to invocation: Invocation) async throws {
        try await post(answer, to: "/invocation/\(invocation.requestID)/response", invocation: invocation)
    }

    func report(_ failure: FunctionFailure, of invocation: Invocation) async throws {
        try await post(
            Array(JSONEncoder().encode(failure)), to: "/invocation/\(invocation.requestID)/error",
            invocation: invocation, errorType: failure.headerValue(category: "Function"))
    }

    /// Says that the program cannot start.
    func report(initialization failure: FunctionFailure) async throws {
        try await post(
            Array(JSONEncoder().encode(failure)), to: "/init/error",
            errorType: failure.headerValue(category: "Runtime"))
    }

    private func post(
        _ body: [UInt8], to path: String, invocation: Invocation? = nil, errorType: String? = nil
    ) async throws {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if let id = invocation?.invocationID { request.headers.add(name: Self.invocationIDHeader, value: id) }
        if let errorType { request.headers.add(name: "Lambda-Runtime-Function-Error-Type", value: errorType) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, deadline: .distantFuture)
        } catch {
            throw LambdaRuntimeError("The Runtime API at \(base) is gone (\(error)); this environment ends.")
        }
        _ = try? await response.body.collect(upTo: 65_536)
        // AWS: after a 500 from the Runtime API the environment is not usable any more.
        if response.status == .internalServerError {
            throw LambdaRuntimeError("The Runtime API at \(base) answered 500; this environment ends.")
        }
    }
}
