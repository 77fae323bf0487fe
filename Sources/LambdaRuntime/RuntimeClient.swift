import FoundationEssentials
import NIOCore
import NIOHTTP1

/// The calls of the Runtime API, version 2018-06-01, over one connection that lasts as long as the program.
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

    /// What became of an invocation.
    enum Outcome: Sendable {
        /// The answer, which is JSON.
        case answered([UInt8])
        case failed(FunctionFailure)
    }

    /// Largest event. AWS: 6 MB, and a little for its envelope.
    private static let eventBytesMax = 8 << 20
    private static let connectTimeout = TimeAmount.seconds(5)
    private static let prefix = "/2018-06-01/runtime"
    private static let invocationIDHeader = "Lambda-Runtime-Invocation-Id"

    /// `HOST:PORT`.
    private let address: String
    /// Runs tasks on the connection's thread.
    var executor: some TaskExecutor { connection.executor }

    private let connection: RuntimeConnection

    /// - Parameter address: `HOST:PORT`.
    /// - Throws: ``LambdaRuntimeError`` when nothing answers there.
    init(connectingTo address: String) async throws {
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]) else {
            throw LambdaRuntimeError("AWS_LAMBDA_RUNTIME_API is \(address); it must be HOST:PORT.")
        }
        do {
            connection = try await .connect(
                host: String(parts[0]), port: port, within: Self.connectTimeout, answerBytesMax: Self.eventBytesMax)
        } catch {
            throw LambdaRuntimeError("The Runtime API at \(address) cannot be reached (\(error)); check the address.")
        }
        self.address = address
    }

    /// Ends the connection; a wait for the next event ends with nil. May be called twice.
    func shutDown() { connection.close() }

    /// The first event, which may come tomorrow; nil when the service has none or is gone.
    func next() async throws -> Invocation? {
        try await invocation((try? connection.send(request(.GET, "/invocation/next")))?.first)
    }

    /// Tells what became of an invocation, and asks for the next event once the service has taken that.
    ///
    /// - Parameter goesOn: whether another event is wanted.
    /// - Returns: the next event; nil when none is wanted, or the service has none any more or is gone.
    func tell(
        _ outcome: Outcome, of invocation: Invocation, nextIf goesOn: @escaping @Sendable () -> Bool
    ) async throws -> Invocation? {
        let path = "/invocation/\(invocation.requestID)"
        var told =
            switch outcome {
            case .answered(let answer): request(.POST, "\(path)/response", answer)
            case .failed(let failure): try request(.POST, "\(path)/error", failure, category: "Function")
            }
        if let id = invocation.invocationID { told.head.headers.add(name: Self.invocationIDHeader, value: id) }
        let answers = try await send(told, then: request(.GET, "/invocation/next")) {
            $0.head.status != .internalServerError && goesOn()
        }
        return try self.invocation(answers.second)
    }

    /// Says that the program cannot start.
    func report(initialization failure: FunctionFailure) async throws {
        _ = try await send(request(.POST, "/init/error", failure, category: "Runtime"))
    }

    private func send(
        _ told: RuntimeConnection.Request, then second: RuntimeConnection.Request? = nil,
        if condition: @escaping @Sendable (NIOHTTPClientResponseFull) -> Bool = { _ in true }
    ) async throws -> RuntimeConnection.Answers {
        let answers: RuntimeConnection.Answers
        do {
            answers = try await connection.send(told, then: second, if: condition)
        } catch {
            throw LambdaRuntimeError("The Runtime API at \(address) is gone; this environment ends.")
        }
        // AWS: after a 500 from the Runtime API the environment is not usable any more.
        if answers.first.head.status == .internalServerError {
            throw LambdaRuntimeError("The Runtime API at \(address) answered 500; this environment ends.")
        }
        return answers
    }

    private func invocation(_ answer: NIOHTTPClientResponseFull?) throws -> Invocation? {
        guard let answer, answer.head.status == .ok else { return nil }
        let headers = answer.head.headers
        guard let requestID = headers.first(name: "Lambda-Runtime-Aws-Request-Id") else {
            throw LambdaRuntimeError(
                "The Runtime API at \(address) sent an event without a request id; check the address.")
        }
        return Invocation(
            requestID: requestID, invocationID: headers.first(name: Self.invocationIDHeader),
            functionARN: headers.first(name: "Lambda-Runtime-Invoked-Function-Arn") ?? "",
            traceID: headers.first(name: "Lambda-Runtime-Trace-Id"),
            deadlineMilliseconds: headers.first(name: "Lambda-Runtime-Deadline-Ms").flatMap(Int64.init) ?? 0,
            payload: answer.body.map { Array($0.readableBytesView) } ?? [])
    }

    private func request(
        _ method: HTTPMethod, _ path: String, _ failure: FunctionFailure, category: String
    ) throws -> RuntimeConnection.Request {
        var request = request(method, path, Array(try JSONEncoder().encode(failure)))
        request.head.headers.add(
            name: "Lambda-Runtime-Function-Error-Type", value: failure.headerValue(category: category))
        return request
    }

    private func request(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8] = []
    ) -> RuntimeConnection.Request {
        var headers: HTTPHeaders = ["Host": address]
        if method == .POST {
            headers.add(name: "Content-Type", value: "application/json")
            headers.add(name: "Content-Length", value: String(body.count))
        }
        return .init(
            head: HTTPRequestHead(version: .http1_1, method: method, uri: Self.prefix + path, headers: headers),
            body: body)
    }
}
