import AccessKeys
import AWSSignature
public import Clocks
import Foundation
public import HTTPServing
import Items
public import Logging
public import Logs
import NIOCore
import NIOHTTP1
public import Queues
public import Tables
import Telemetry

/// The HTTP endpoint: the AWS protocols at `POST /` and at queues' URLs, and Sluice's own reports below `/_sluice/`.
public struct GatewayServer: Sendable {
    /// Largest request body, bytes. DynamoDB: 16 MB for its largest operation, and what its JSON adds around that.
    public static let bodyBytesMax = 16 << 20 + 64 << 10

    /// The answer to a request that there is no room for, whatever it is: AWS's SDKs try again by the status, and those that read
    /// the error by its name.
    public static var overloadReply: HTTPReply {
        let error = ServiceError(.throttling, "Rate of requests exceeds the allowed throughput.")
        return HTTPReply(
            status: .serviceUnavailable,
            headers: [
                "Content-Type": HTTPRequest.usualJSONType, "x-amzn-ErrorType": error.kind.type, "Retry-After": "1",
            ], body: error.body)
    }

    /// Takes what is to be done when a client goes away before its answer.
    public typealias ClientEnd = @Sendable (@escaping @Sendable () -> Void) -> Void

    /// What answers an AWS request.
    typealias Service = @Sendable (RequestTarget, DynamoDBService.Request, @escaping DynamoDBService.Completion) -> Void

    private let service: Service
    private let control: any EngineControl
    let cloudWatch: CloudWatchOperations
    private let requestIDs: RequestIDs
    /// Nil where requests need no signature.
    private let access: GatewayAccess?
    /// Whether requests that nobody has signed may call this server by any name.
    private let answersForeignNames: Bool
    let logger: Logger

    /// - Parameters:
    ///   - requestIDSeed: what the request ids follow from; not secret.
    ///   - faults: what goes wrong with requests for items; nil for nothing.
    ///   - tableMetrics: where requests of DynamoDB's are counted; nil for nowhere.
    ///   - control: what answers for the engine itself and its pipes.
    ///   - cloudWatch: metrics, alarms and dashboards.
    ///   - access: who may come in; nil looks at no signature.
    ///   - answersForeignNames: whether requests that nobody has signed may call this server by any name: see
    ///     ``HTTPRequest/hasForeignName``. Without, web pages cannot send any.
    public init(
        tables: TableStore, queues: QueueStore, logs: LogStore, time: any TimeSource = SystemTime(),
        requestIDSeed: UInt64 = .random(in: 0 ... .max), faults: (any RequestFaults)? = nil,
        tableMetrics: TableMetrics? = nil, control: any EngineControl, cloudWatch: CloudWatchOperations,
        access: GatewayAccess? = nil, answersForeignNames: Bool = false, logger: Logger
    ) {
        let dynamoDB = DynamoDBService(tables: tables, time: time)
        var tableService: Service = { dynamoDB.answer($0, $1, $2) }
        if let faults {
            let faulty = FaultyService(service: dynamoDB, faults: faults, time: time)
            tableService = { faulty.answer($0, $1, $2) }
        }
        if let tableMetrics {
            let metered = MeteredService(metrics: tableMetrics, tables: tables, time: time, service: tableService)
            tableService = { metered.answer($0, $1, $2) }
        }
        let queues = QueueOperations(store: queues)
        let logs = LogOperations(store: logs)
        self.init(
            requestIDSeed: requestIDSeed, control: control, cloudWatch: cloudWatch, access: access,
            answersForeignNames: answersForeignNames, logger: logger,
            service: { [tableService] target, request, completion in
                if target.service == .queues {
                    queues.answer(target.operation, request, reply: completion)
                } else if target.service == .logs {
                    logs.answer(target.operation, request, reply: completion)
                } else {
                    tableService(target, request, completion)
                }
            })
    }

    init(
        requestIDSeed: UInt64, control: any EngineControl, cloudWatch: CloudWatchOperations,
        access: GatewayAccess? = nil, answersForeignNames: Bool = false, logger: Logger, service: @escaping Service
    ) {
        self.service = service
        self.access = access
        self.answersForeignNames = answersForeignNames
        self.cloudWatch = cloudWatch
        self.control = control
        requestIDs = RequestIDs(seed: requestIDSeed)
        self.logger = logger
    }

    /// Answers one request.
    ///
    /// - Parameters:
    ///   - address: where the client is, in figures; asked for where requests must be signed.
    ///   - isForFunctions: whether it came where the engine's own functions ask: there only their keys are good.
    ///   - whenClientEnds: called on this thread, before this returns, by a request that waits.
    ///   - reply: called once, on this thread or later on another.
    public func respond(
        to request: HTTPRequest, from address: () -> String? = { nil }, isForFunctions: Bool = false,
        whenClientEnds: @escaping ClientEnd = { _ in },
        reply: @escaping @Sendable (HTTPReply) -> Void
    ) {
        guard let access, access.concerns(request) else {
            let answer = GatewayAnswer(requestID: requestIDs.next(), reply: reply)
            guard answersForeignNames || !request.hasForeignName else { return refuseName(of: request, answer) }
            return respond(to: request, whenClientEnds, answer)
        }
        respond(to: request, from: address(), isForFunctions, access, whenClientEnds, reply)
    }

    /// The same where requests must be signed.
    private func respond(
        to request: HTTPRequest, from address: String?, _ isForFunctions: Bool, _ access: GatewayAccess,
        _ whenClientEnds: @escaping ClientEnd, _ reply: @escaping @Sendable (HTTPReply) -> Void
    ) {
        let requestID = requestIDs.next()
        let stranger = GatewayAnswer(requestID: requestID, reply: reply)
        // Without its body nobody can tell who signed it.
        guard !request.isBodyTooLarge || access.isStrange(request) else {
            return stranger.send(.payloadTooLarge, nil, ByteBuffer())
        }
        let caller: Caller?
        do { caller = try access.admit(request, from: address, isForFunctions: isForFunctions) } catch {
            access.log(error, of: request, from: address, requestID: requestID)
            return stranger.send(error, to: request, access.place)
        }
        var request = request
        // What is left is the operation's own.
        if caller != nil, let query = request.query { request.query = SignatureClaim.query(without: query) }
        let visitor = Visitor(access: access, caller: caller, address: address)
        respond(
            to: request, whenClientEnds, GatewayAnswer(requestID: requestID, visitor: visitor, reply: reply))
    }

    /// Whether a request, whose body is still to come, may have a large one: where requests must be signed, only one that names a
    /// key that is known.
    public func mayBeLarge(_ request: HTTPRequest) -> Bool { access?.isStrange(request) != true }

    private func refuseName(of request: HTTPRequest, _ answer: GatewayAnswer) {
        let name = request.headers.first(name: "Host")?.prefix(100) ?? ""
        answer.send(
            .forbidden, errorType: "AccessDeniedException",
            message:
                "\(name) may be a name that a web page leads here; call this endpoint by 127.0.0.1 or localhost, or start it "
                + "with --credentials, or with --insecure-unsigned for everybody under any name.")
    }

    private func respond(
        to request: HTTPRequest, _ whenClientEnds: @escaping ClientEnd, _ answer: GatewayAnswer
    ) {
        switch (request.method, request.path) {
        case (.POST, _) where CloudWatchWire.speaks(request): respond(toCloudWatch: request, answer)
        case (.POST, let path) where path == "/" || QueueURL.isPath(path):
            respond(toAWS: request, whenClientEnds, answer)
        // As AWS's endpoints tell load balancers.
        case (.GET, "/"):
            let host = request.headers.first(name: "Host") ?? "localhost"
            answer.send(.ok, "text/plain", ByteBuffer(string: "healthy: \(host) "))
        case (.GET, "/metrics"):
            guard allows(NeededRights.ofControl(.GET, []), request, answer) else { return }
            answer.send(
                .ok, "text/plain; version=0.0.4; charset=utf-8",
                ByteBuffer(string: cloudWatch.metrics.prometheusText()))
        case (_, let path) where path.hasPrefix("/_sluice/"): respond(toControl: request, answer)
        case (_, let path) where path == "/v1/pipes" || path.hasPrefix("/v1/pipes/") || path.hasPrefix("/tags/"):
            respond(toPipes: request, answer)
        case (_, let path) where path == FunctionOperations.prefix || path.hasPrefix(FunctionOperations.prefix + "/"):
            respond(toFunctions: request, answer)
        default:
            answer.send(
                .notFound,
                message: "no such path; AWS requests go to POST / and the engine's report is at GET /_sluice/status")
        }
    }

    // MARK: AWS

    private func respond(toAWS request: HTTPRequest, _ whenClientEnds: @escaping ClientEnd, _ answer: GatewayAnswer) {
        guard !request.isBodyTooLarge else {
            answer.send(.payloadTooLarge, nil, ByteBuffer())
            return
        }
        if request.isForm { return respond(toQuery: request, whenClientEnds, answer) }
        guard let answerType = request.jsonType ?? (request.body.readableBytes == 0 ? HTTPRequest.usualJSONType : nil)
        else {
            answer.send(.notFound, nil, ByteBuffer(string: "<UnknownOperationException/>\n"))
            return
        }
        let target: RequestTarget
        do {
            target = try RequestTarget(request.headers)
        } catch {
            answer.send(error, answerType)
            return
        }
        let body = Array(buffer: request.body)
        guard allows(NeededRights.of(target, body), request, answer) else { return }
        call(target, request, body, whenClientEnds, answer) { result in
            switch result {
            case .success(let json): answer.send(.ok, answerType, ByteBuffer(bytes: json))
            case .failure(let error): answer.send(error, answerType)
            }
        }
    }

    /// SQS's older protocol.
    private func respond(
        toQuery request: HTTPRequest, _ whenClientEnds: @escaping ClientEnd, _ answer: GatewayAnswer
    ) {
        @Sendable func refuse(_ error: ServiceError) {
            answer.send(error.kind.status, xml: XMLAnswer.failure(error, requestID: answer.requestID))
        }
        guard Self.isWelcome(request, answer.visitor) else {
            refuse(ServiceError(.missingAuthenticationToken, "Request is missing Authentication Token"))
            return
        }
        let query: FormRequest
        do {
            query = try FormRequest(Array(buffer: request.body), path: request.path)
        } catch {
            refuse(ServiceError(ofQueues: error))
            return
        }
        let target = RequestTarget(.queues, query.action)
        guard allows(NeededRights.of(target, query.json), request, answer) else { return }
        call(target, request, query.json, whenClientEnds, answer) { result in
            switch result {
            case .success(let json):
                answer.send(200, xml: XMLAnswer.success(query.action, json, requestID: answer.requestID))
            case .failure(let error): refuse(error)
            }
        }
    }

    private func call(
        _ target: RequestTarget, _ request: HTTPRequest, _ body: [UInt8], _ whenClientEnds: @escaping ClientEnd,
        _ answer: GatewayAnswer,
        _ completion: @escaping @Sendable (Result<[UInt8], ServiceError>) -> Void
    ) {
        let logger = logger
        service(
            target,
            DynamoDBService.Request(
                body: body, host: request.headers.first(name: "Host") ?? "localhost", isSecure: request.isSecure,
                traceHeader: request.headers.first(name: TraceHeader.name), whenClientEnds: whenClientEnds)
        ) { result in
            completion(
                result.mapError { error in
                    let error = ServiceError(error)
                    if let cause = error.cause {
                        logger.error(
                            "a request failed",
                            metadata: [
                                "operation": "\(target.operation)", "request-id": "\(answer.requestID)",
                                "error": "\(cause)",
                            ])
                    }
                    return error
                })
        }
    }

    /// A web page can send a form or a text anywhere, but what says that it is JSON, and headers that are AWS's, only where it is
    /// welcome: no page can change anything. Whoever has signed a request is.
    static func isWelcome(_ request: HTTPRequest, _ visitor: Visitor) -> Bool {
        visitor.caller != nil || request.method == .GET || request.jsonType == "application/json"
            || ["Authorization", "X-Amz-Target", CloudWatchWire.protocolHeader]
                .contains { request.headers.contains(name: $0) }
    }

    /// Checks the rights that a request needs, and refuses it where there is one missing.
    func allows(
        _ needs: (ResourcePlace) -> [AccessGuard.Need], _ request: HTTPRequest, _ answer: GatewayAnswer
    ) -> Bool {
        guard let access = answer.visitor.access else { return true }
        do {
            try answer.visitor.check(needs)
            return true
        } catch {
            access.log(error, of: request, from: answer.visitor.address, requestID: answer.requestID)
            answer.send(error, to: request, access.place)
            return false
        }
    }

    private func respond(toPipes request: HTTPRequest, _ answer: GatewayAnswer) {
        guard Self.isWelcome(request, answer.visitor) else {
            answer.send(
                .forbidden, errorType: "MissingAuthenticationTokenException", message: "Missing Authentication Token")
            return
        }
        guard request.body.readableBytes <= PipeOperations.bodyBytesMax, !request.isBodyTooLarge else {
            answer.send(.payloadTooLarge, nil, ByteBuffer())
            return
        }
        guard allows(NeededRights.ofPipes(request.method, request.path, request.body), request, answer) else { return }
        let (operations, logger) = (PipeOperations(control: control), logger)
        // The border to callback code.
        Task {
            do {
                let json = try await operations.answer(
                    request.method, path: request.path, query: request.query, body: Array(buffer: request.body))
                if json.isEmpty { answer.send(.noContent, nil, ByteBuffer()) } else { answer.send(.ok, json: json) }
            } catch let failure as PipeFailure {
                answer.send(
                    failure.status, errorType: failure.type, message: failure.message, details: failure.details)
            } catch {
                logger.error("a request failed", metadata: ["path": "\(request.path)", "error": "\(error)"])
                answer.send(.internalServerError, errorType: "InternalException", message: "\(error)")
            }
        }
    }

    private func respond(toFunctions request: HTTPRequest, _ answer: GatewayAnswer) {
        guard Self.isWelcome(request, answer.visitor) else {
            answer.send(
                .forbidden, errorType: "MissingAuthenticationTokenException", message: "Missing Authentication Token")
            return
        }
        let needs = NeededRights.ofFunctions(request.method, request.path, request.body)
        guard allows(needs, request, answer) else { return }
        let (operations, logger) = (FunctionOperations(control: control), logger)
        // The border to callback code.
        Task {
            do {
                let result = try await operations.answer(request)
                let type = result.body.isEmpty ? nil : "application/json"
                answer.send(result.status, type, ByteBuffer(bytes: result.body), headers: result.headers)
            } catch let failure as FunctionFailure {
                answer.send(
                    failure.status, "application/json", ByteBuffer(bytes: failure.body), errorType: failure.type)
            } catch {
                logger.error("a request failed", metadata: ["path": "\(request.path)", "error": "\(error)"])
                answer.send(.internalServerError, errorType: "ServiceException", message: "\(error)")
            }
        }
    }

    // MARK: Sluice's own

    private func respond(toControl request: HTTPRequest, _ answer: GatewayAnswer) {
        guard Self.isWelcome(request, answer.visitor) else {
            answer.send(.unsupportedMediaType, message: "requests to \(request.path) are sent as application/json")
            return
        }
        let path = request.path.dropFirst("/_sluice/".count).split(separator: "/", omittingEmptySubsequences: false)
        let parts = path.map { $0.removingPercentEncoding ?? String($0) }
        guard allows(NeededRights.ofControl(request.method, parts), request, answer) else { return }
        let (control, logger) = (control, logger)
        // The border to callback code; a backup takes its time.
        Task {
            do {
                let json =
                    request.method == .GET
                    ? try await control.report(parts)
                    : try await control.perform(parts, Array(buffer: request.body))
                guard let json else {
                    answer.send(
                        .notFound,
                        message: "there is no \(request.method) \(request.path); the report is at GET /_sluice/status")
                    return
                }
                answer.send(.ok, json: json + [UInt8(ascii: "\n")])
            } catch let error as ControlError {
                answer.send(error.isUnknown ? .notFound : .badRequest, message: error.description)
            } catch {
                logger.error("a request failed", metadata: ["path": "\(request.path)", "error": "\(error)"])
                answer.send(.internalServerError, message: "\(error)")
            }
        }
    }
}
