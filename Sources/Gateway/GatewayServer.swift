import Foundation
import HTTPTypes
public import Hummingbird
public import Logging
import NIOCore
public import Tables

/// The HTTP endpoint: the AWS protocols at `POST /`, and Sluice's own reports below `/_sluice/`.
public struct GatewayServer: Sendable {
    /// Largest request body. DynamoDB: 16 MB for its largest operation.
    static let bodyBytesMax = 16 << 20

    private let dynamoDB: DynamoDBService
    private let status: @Sendable () -> [UInt8]
    private let makeRequestID: @Sendable () -> String
    private let logger: Logger

    /// - Parameters:
    ///   - tables: by name.
    ///   - status: the engine's report, a JSON object, for `GET /_sluice/status`.
    public init(
        tables: [String: Table], status: @escaping @Sendable () -> [UInt8],
        makeRequestID: @escaping @Sendable () -> String, logger: Logger
    ) {
        dynamoDB = DynamoDBService(tables: tables)
        self.status = status
        self.makeRequestID = makeRequestID
        self.logger = logger
    }

    /// Answers one request.
    public func respond(to request: Request) async -> Response {
        switch (request.method, request.uri.path) {
        case (.get, "/_sluice/status"):
            return json(.ok, Data(status() + [UInt8(ascii: "\n")]), type: "application/json")
        case (.post, "/"):
            return await service(request)
        default:
            let message = "no such path; AWS requests go to POST / and the engine's report is at GET /_sluice/status"
            return json(.notFound, Data(#"{"message":"\#(message)"}"#.utf8), type: "application/json")
        }
    }

    private func service(_ request: Request) async -> Response {
        let target = request.headers[.amzTarget] ?? ""
        do {
            guard target.hasPrefix(DynamoDBService.targetPrefix) else {
                throw ServiceError.unknownOperation(
                    "The header X-Amz-Target (\(target)) names no operation that runs here; DynamoDB's items do.")
            }
            var request = request
            let body: ByteBuffer
            do {
                body = try await request.collectBody(upTo: Self.bodyBytesMax)
            } catch {
                throw ServiceError.validation("The request body cannot be read or is larger than 16 MB.")
            }
            let operation = String(target.dropFirst(DynamoDBService.targetPrefix.count))
            return json(.ok, try await dynamoDB.answer(operation, body: Data(body.readableBytesView)))
        } catch {
            let error = ServiceError(error)
            if error.kind == .internalError {
                logger.error("a request failed", metadata: ["error": "\(error.message)"])
            }
            let body = ErrorBody(__type: "com.amazonaws.dynamodb.v20120810#\(error.kind.type)", message: error.message)
            return json(HTTPResponse.Status(code: error.kind.status), (try? JSONEncoder().encode(body)) ?? Data())
        }
    }

    private struct ErrorBody: Encodable {
        let __type: String
        let message: String
    }

    private func json(_ status: HTTPResponse.Status, _ body: Data, type: String = "application/x-amz-json-1.0")
        -> Response
    {
        Response(
            status: status, headers: [.contentType: type, .amznRequestID: makeRequestID()],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension HTTPField.Name {
    static let amzTarget = HTTPField.Name("X-Amz-Target")!
    static let amznRequestID = HTTPField.Name("x-amzn-RequestId")!
}
