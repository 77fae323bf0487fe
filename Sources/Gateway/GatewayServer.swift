public import Clocks
public import HTTPServing
import Items
public import Logging
import NIOCore
import NIOHTTP1
public import Tables

/// The HTTP endpoint: the AWS protocols at `POST /`, and Sluice's own reports below `/_sluice/`.
public struct GatewayServer: Sendable {
    /// Largest request body, bytes. DynamoDB: 16 MB for its largest operation, and what its JSON adds around that.
    public static let bodyBytesMax = 16 << 20 + 64 << 10

    /// What answers an AWS request.
    typealias Service = @Sendable (RequestTarget, DynamoDBService.Request, @escaping DynamoDBService.Completion) -> Void

    private let service: Service
    private let status: @Sendable () -> [UInt8]
    private let backup: @Sendable (String) async throws -> Int
    private let requestIDs: RequestIDs
    private let logger: Logger

    /// - Parameters:
    ///   - requestIDSeed: what the request ids follow from; not secret.
    ///   - status: the engine's report, a JSON object, for `GET /_sluice/status`.
    ///   - backup: writes a backup to the folder of that full path and returns its size in bytes, for
    ///     `POST /_sluice/backup`.
    public init(
        tables: TableStore, time: any TimeSource = SystemTime(), requestIDSeed: UInt64 = .random(in: 0 ... .max),
        status: @escaping @Sendable () -> [UInt8], backup: @escaping @Sendable (String) async throws -> Int,
        logger: Logger
    ) {
        let service = DynamoDBService(tables: tables, time: time)
        self.init(
            requestIDSeed: requestIDSeed, status: status, backup: backup, logger: logger,
            service: { service.answer($0, $1, $2) })
    }

    init(
        requestIDSeed: UInt64, status: @escaping @Sendable () -> [UInt8],
        backup: @escaping @Sendable (String) async throws -> Int, logger: Logger, service: @escaping Service
    ) {
        self.service = service
        self.status = status
        self.backup = backup
        requestIDs = RequestIDs(seed: requestIDSeed)
        self.logger = logger
    }

    /// Answers one request.
    ///
    /// - Parameter reply: called once, on this thread or later on another.
    public func respond(to request: HTTPRequest, reply: @escaping @Sendable (HTTPReply) -> Void) {
        let answer = GatewayAnswer(requestID: requestIDs.next(), reply: reply)
        switch (request.method, request.path) {
        case (.POST, "/"): respond(toAWS: request, answer)
        // As AWS's endpoints tell load balancers.
        case (.GET, "/"):
            let host = request.headers.first(name: "Host") ?? "localhost"
            answer.send(.ok, "text/plain", ByteBuffer(string: "healthy: \(host) "))
        case (.GET, "/_sluice/status"): answer.send(.ok, json: status() + [UInt8(ascii: "\n")])
        case (.POST, "/_sluice/backup"): respond(toBackup: request, answer)
        default:
            answer.send(
                .notFound,
                message: "no such path; AWS requests go to POST / and the engine's report is at GET /_sluice/status")
        }
    }

    // MARK: AWS

    private func respond(toAWS request: HTTPRequest, _ answer: GatewayAnswer) {
        guard !request.isBodyTooLarge else {
            answer.send(.payloadTooLarge, nil, ByteBuffer())
            return
        }
        let contentType = request.headers.first(name: "Content-Type") ?? ""
        let answerType: String
        switch contentType.prefix(while: { $0 != ";" }) {
        case "application/json": answerType = "application/json"
        case "application/x-amz-json-1.0": answerType = "application/x-amz-json-1.0"
        case _ where request.body.readableBytes == 0: answerType = "application/x-amz-json-1.0"
        default:
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
        let logger = logger
        service(
            target,
            DynamoDBService.Request(
                body: Array(buffer: request.body), host: request.headers.first(name: "Host") ?? "localhost")
        ) { result in
            switch result {
            case .success(let json): answer.send(.ok, answerType, ByteBuffer(bytes: json))
            case .failure(let error):
                let error = ServiceError(error)
                if let cause = error.cause {
                    logger.error(
                        "a request failed",
                        metadata: [
                            "operation": "\(target.operation)", "request-id": "\(answer.requestID)",
                            "error": "\(cause)",
                        ])
                }
                answer.send(error, answerType)
            }
        }
    }

    // MARK: Sluice's own

    private static let backupMembers = [Shape.Member("path", .any, isRequired: true)]

    private func respond(toBackup request: HTTPRequest, _ answer: GatewayAnswer) {
        // A web page can send a form anywhere, but JSON only where it is welcome: no page can make backups.
        guard request.headers.first(name: "Content-Type")?.hasPrefix("application/json") == true else {
            answer.send(.unsupportedMediaType, message: "the backup's path is sent as application/json")
            return
        }
        let read = try? RequestReader.read(Array(buffer: request.body), Self.backupMembers)
        guard let path = read?["path"]?.text, path.hasPrefix("/") else {
            answer.send(.badRequest, message: #"name a folder by its full path: {"path": "/backups/today"}"#)
            return
        }
        let (backup, logger) = (backup, logger)
        // The border to callback code; a backup takes its time.
        Task {
            do {
                let bytes = try await backup(path)
                var json = JSONWriter()
                json.object { json in
                    json.member("path", path)
                    json.member("bytes", bytes)
                }
                answer.send(.ok, json: json.bytes + [UInt8(ascii: "\n")])
            } catch {
                logger.error("a backup failed", metadata: ["path": "\(path)", "error": "\(error)"])
                answer.send(.internalServerError, message: "\(error)")
            }
        }
    }
}
