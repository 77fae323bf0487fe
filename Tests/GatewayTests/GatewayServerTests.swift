import HTTPServing
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Gateway

/// Requests and answers without a socket.
@Suite struct GatewayServerTests {
    private let cloudWatch: OpenCloudWatch
    private let server: GatewayServer

    init() throws {
        cloudWatch = try OpenCloudWatch()
        server = GatewayServer(
            requestIDSeed: 1, control: ScriptedControl(), cloudWatch: cloudWatch.operations,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            service: { target, request, completion in
                switch target.operation {
                case "PutItem":
                    completion(.success(Array(#"{"body":\#(request.body.count),"host":"\#(request.host)"}"#.utf8)))
                case "TagResource": completion(.success([]))
                default: completion(.failure(ServiceError.validation("no")))
                }
            })
    }

    private func answer(
        _ method: HTTPMethod, _ path: String, _ headers: HTTPHeaders = [:], _ body: String = "",
        isBodyTooLarge: Bool = false
    ) async -> HTTPReply {
        await withCheckedContinuation { continuation in
            server.respond(
                to: HTTPRequest(
                    method: method, target: path, headers: headers, body: ByteBuffer(string: body),
                    isBodyTooLarge: isBodyTooLarge)
            ) { continuation.resume(returning: $0) }
        }
    }

    private func aws(_ operation: String, _ body: String = "{}", type: String = "application/x-amz-json-1.0") async
        -> HTTPReply
    {
        await answer(
            .POST, "/",
            ["X-Amz-Target": "DynamoDB_20120810.\(operation)", "Content-Type": type, "Host": "localhost:4566"], body)
    }

    @Test func anAnswerCarriesWhatAWSsDo() async {
        let reply = await aws("PutItem", #"{"a":1}"#)
        #expect(reply.status == .ok)
        #expect(String(buffer: reply.body) == #"{"body":7,"host":"localhost:4566"}"#)
        #expect(reply.headers["Content-Type"] == ["application/x-amz-json-1.0"])
        #expect(reply.headers["Server"] == ["Server"])
        #expect(reply.headers["x-amzn-RequestId"].first?.count == 52)
        #expect(reply.headers["x-amz-crc32"] == [String(Checksum.crc32(reply.body))])
    }

    @Test func theTypeOfTheAnswerFollowsTheRequest() async {
        #expect(await aws("PutItem", type: "application/json").headers["Content-Type"] == ["application/json"])
        let reply = await aws("PutItem", type: "application/x-amz-json-1.0; charset=utf-8")
        #expect(reply.headers["Content-Type"] == ["application/x-amz-json-1.0"])
    }

    @Test func anEmptyAnswerIsEmpty() async {
        let reply = await aws("TagResource")
        #expect(reply.status == .ok)
        #expect(reply.body.readableBytes == 0)
        #expect(reply.headers["x-amz-crc32"] == ["0"])
    }

    @Test func errorsAreAnswered() async {
        let reply = await aws("GetItem")
        #expect(reply.status == .badRequest)
        #expect(
            String(buffer: reply.body)
                == #"{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}"#)
        #expect(reply.headers["x-amz-crc32"] == [String(Checksum.crc32(reply.body))])
    }

    @Test func aMissingTargetIsAnUnknownOperation() async {
        let reply = await answer(.POST, "/")
        #expect(reply.status == .badRequest)
        #expect(
            String(buffer: reply.body) == #"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#)
        #expect(reply.headers["x-amz-crc32"] == ["1368724161"])
    }

    @Test func aBodyOfAnotherTypeIsNotFound() async {
        let reply = await aws("PutItem", "hi", type: "text/plain")
        #expect(reply.status == .notFound)
        #expect(String(buffer: reply.body) == "<UnknownOperationException/>\n")
        #expect(reply.headers["x-amz-crc32"] == ["3552371480"])
    }

    @Test func aBodyThatIsTooLargeIsRefused() async {
        let reply = await answer(
            .POST, "/", ["X-Amz-Target": "DynamoDB_20120810.PutItem"], isBodyTooLarge: true)
        #expect(reply.status == .payloadTooLarge)
    }

    @Test func aGetTellsHealth() async {
        let reply = await answer(.GET, "/", ["Host": "127.0.0.1:4566"])
        #expect(reply.status == .ok)
        #expect(String(buffer: reply.body) == "healthy: 127.0.0.1:4566 ")
    }

    @Test func theStatusIsTheEnginesReport() async {
        let reply = await answer(.GET, "/_sluice/status")
        #expect(reply.status == .ok)
        #expect(String(buffer: reply.body) == "{\"pipes\":[]}\n")
        #expect(reply.headers["Content-Type"] == ["application/json"])
    }

    @Test(arguments: [(HTTPMethod.GET, "/x"), (.PUT, "/"), (.OPTIONS, "/"), (.GET, "/_sluice/x"), (.GET, "/v1/pipesx")])
    func otherPathsAreNotFound(method: HTTPMethod, path: String) async {
        #expect(await answer(method, path).status == .notFound)
    }

    @Test func theEngineGetsPathAndBodyOfARequestOfItsOwn() async {
        let reply = await answer(
            .POST, "/_sluice/pipes/a%20b/replay", ["Content-Type": "application/json"], #"{"from":"TRIM_HORIZON"}"#)
        #expect(reply.status == .ok)
        #expect(String(buffer: reply.body) == #"["pipes", "a b", "replay"] 23"# + "\n")
    }

    @Test(arguments: [
        ("wrong", HTTPResponseStatus.badRequest, "mend it"), ("unknown", .notFound, "not there"),
        ("broken", .internalServerError, "the disk is full"),
    ])
    func whatTheEngineRefusesIsAnswered(path: String, status: HTTPResponseStatus, message: String) async {
        let reply = await answer(.POST, "/_sluice/\(path)", ["Content-Type": "application/json"], "{}")
        #expect(reply.status == status)
        #expect(String(buffer: reply.body) == #"{"message":"\#(message)"}"#)
    }

    /// What a form on a web page can send.
    @Test func aFormStopsNoPipe() async {
        let path = "/v1/pipes/nobody/stop"
        #expect(await answer(.POST, path, ["Content-Type": "text/plain"]).status == .forbidden)
        #expect(await answer(.POST, path).status == .forbidden)
        #expect(await answer(.POST, path, ["Authorization": "AWS4-HMAC-SHA256 …"]).status == .notFound)
        #expect(await answer(.POST, path, ["Content-Type": "application/json"], "{}").status == .notFound)
    }

    @Test func aFormMakesNoBackup() async {
        let reply = await answer(
            .POST, "/_sluice/backup", ["Content-Type": "text/plain"], #"{"path":"/backups/a"}"#)
        #expect(reply.status == .unsupportedMediaType)
    }

    /// Foundation's reader of queries would stop the program.
    @Test(arguments: ["/2015-03-31/functions", "/v1/pipes", "/v1/pipes/nobody", "/tags/arn"])
    func aQueryOfAnythingStopsNothing(path: String) async {
        for query in ["%", "%zz", "%2", "a=%FF", "a=\"", "a=[{|}]^`<>", "=", "&&=&", "a=b=c?d", "\u{e9}"] {
            for method in [HTTPMethod.GET, .DELETE] {
                let reply = await answer(method, "\(path)?\(query)", ["Content-Type": "application/json"])
                #expect((200..<500).contains(reply.status.code), "\(query)")
            }
        }
    }

    /// A page's own name that leads here makes the browser take this endpoint for where the page came from.
    @Test(arguments: [
        "attacker.example:4566", "127.0.0.1.attacker.example", "localhost.attacker.example:4566", "1.2.3",
    ])
    func aForeignNameIsRefusedWhereNothingIsSigned(host: String) async {
        for (method, path) in [(HTTPMethod.GET, "/_sluice/status"), (.GET, "/metrics"), (.GET, "/")] {
            #expect(await answer(method, path, ["Host": host]).status == .forbidden)
        }
        let headers: HTTPHeaders = [
            "Host": host, "X-Amz-Target": "DynamoDB_20120810.PutItem", "Content-Type": "application/x-amz-json-1.0",
            "Authorization": "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request",
        ]
        let reply = await answer(.POST, "/", headers, "{}")
        #expect(reply.status == .forbidden)
        #expect(String(buffer: reply.body).contains("call this endpoint by 127.0.0.1 or localhost"))
    }

    @Test(arguments: [
        "127.0.0.1:4566", "localhost", "LOCALHOST:4566", "123456789012.ddb.localhost:4566", "[::1]:4566", "10.0.0.7:80",
        "sluice:4566", "host.docker.internal:4566",
    ])
    func namesThatNobodyCanLeadElsewhereAreAnswered(host: String) async {
        #expect(await answer(.GET, "/_sluice/status", ["Host": host]).status == .ok)
    }
}
