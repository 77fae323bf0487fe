import Clocks
import Foundation
import HTTPServing
import Logging
import Logs
import NIOCore
import NIOHTTP1
import Queues
import Storage
import Synchronization
import Tables
import TestSupport

@testable import Gateway

/// The gateway before queues in a temporary folder, without a socket.
final class OpenQueueService: Sendable {
    static let account = "123456789012"
    static let host = "localhost:4566"

    let time = ManualTime(start: Timestamp(seconds: 1_700_000_000))
    let store: QueueStore
    let writer: GroupCommitWriter
    let cloudWatch: OpenCloudWatch
    private let gateway: GatewayServer
    private let path: String

    init() async throws {
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        path = "\(folder)sluice-gateway-\(UUID().uuidString)"
        let database = try Database(folder: DataFolder(path: path))
        writer = GroupCommitWriter(database: database)
        store = try QueueStore(
            database: database, writer: writer, time: time,
            settings: .init(region: "eu-west-1", accountID: Self.account))
        cloudWatch = try OpenCloudWatch()
        gateway = GatewayServer(
            tables: try await TableStore(database: database, writer: writer, time: time), queues: store,
            logs: try LogStore(database: database, writer: writer, time: time, owned: NoOwnedLogs()), time: time,
            requestIDSeed: 1, control: ScriptedControl(), cloudWatch: cloudWatch.operations,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static func url(_ name: String) -> String { "http://\(host)/\(account)/\(name)" }

    func respond(
        _ path: String, _ headers: HTTPHeaders, _ body: String,
        isSecure: Bool = false, whenClientEnds: @escaping GatewayServer.ClientEnd = { _ in }
    ) async -> HTTPReply {
        await respond(path, headers, ByteBuffer(string: body), isSecure: isSecure, whenClientEnds: whenClientEnds)
    }

    func respond(
        _ path: String, _ headers: HTTPHeaders, _ body: ByteBuffer,
        isSecure: Bool = false, whenClientEnds: @escaping GatewayServer.ClientEnd = { _ in }
    ) async -> HTTPReply {
        var request = HTTPRequest(method: .POST, target: path, headers: headers, body: body)
        request.isSecure = isSecure
        return await withCheckedContinuation { continuation in
            gateway.respond(
                to: request, whenClientEnds: whenClientEnds
            ) { continuation.resume(returning: $0) }
        }
    }

    /// A request in the JSON protocol.
    func json(
        _ operation: String, _ body: String = "{}", path: String = "/",
        whenClientEnds: @escaping GatewayServer.ClientEnd = { _ in }
    ) async -> HTTPReply {
        await respond(
            path,
            [
                "X-Amz-Target": "AmazonSQS.\(operation)", "Content-Type": "application/x-amz-json-1.0",
                "Host": Self.host,
            ], body, whenClientEnds: whenClientEnds)
    }

    /// The answer's text in the JSON protocol.
    func call(_ operation: String, _ body: String = "{}") async -> String {
        String(buffer: await json(operation, body).body)
    }

    /// A request in the query protocol; the parameters are given decoded.
    func query(
        _ action: String, _ parameters: [(String, String)] = [], path: String = "/", isSigned: Bool = true
    ) async -> HTTPReply {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-_.~")
        let pairs = [("Action", action), ("Version", "2012-11-05")] + parameters
        let form = pairs.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
        var headers: HTTPHeaders = [
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "Host": Self.host,
        ]
        if isSigned { headers.add(name: "Authorization", value: "AWS4-HMAC-SHA256 Credential=a/b/c/sqs/aws4_request") }
        return await respond(path, headers, form.joined(separator: "&"))
    }

    func ask(_ action: String, _ parameters: [(String, String)] = [], path: String = "/") async -> String {
        String(buffer: await query(action, parameters, path: path).body)
    }
}
