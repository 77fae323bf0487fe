import AWSSignature
import AccessKeys
import Clocks
import Foundation
import HTTPServing
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Gateway

/// Who comes in where requests must be signed, and what the others are told.
@Suite struct AccessTests {
    private static let secret = "a-secret-of-enough-letters"
    private let time = ManualTime()
    private let cloudWatch: OpenCloudWatch
    private let server: GatewayServer
    private let log = LineLog()

    init() throws {
        cloudWatch = try OpenCloudWatch()
        let logger = Logger(label: "test") { [log] _ in LineLogHandler(log: log) }
        let rights = AccessRights.statements([
            .init(allow: ["dynamodb:PutItem"], on: ["arn:aws:dynamodb:*:*:table/Orders"]),
            .init(allow: ["sqs:SendMessage"], on: ["*:mine"]),
        ])
        let ring = try KeyRing(
            path: nil,
            own: [
                AccessKey(id: "FULL", secret: Self.secret, name: "all"),
                AccessKey(id: "SOME", secret: Self.secret, name: "shop", rights: rights),
                AccessKey(
                    id: "LOOK", secret: Self.secret, name: "looker",
                    rights: .statements([.init(allow: ["sluice:Report"], on: ["*"])])),
            ], time: time)
        server = GatewayServer(
            requestIDSeed: 1, control: ScriptedControl(), cloudWatch: cloudWatch.operations,
            access: GatewayAccess(
                door: AccessGuard(ring: ring, time: time), region: "us-east-1", accountID: "000000000000",
                rolesBind: true, logger: logger),
            logger: logger,
            service: { target, _, completion in completion(.success(Array(#"{"did":"\#(target.operation)"}"#.utf8))) })
    }

    /// A request as a client signs it.
    private struct Call {
        var method = HTTPMethod.POST
        var path = "/"
        var query = ""
        var headers: [(name: String, value: String)] = [("Host", "localhost:4566")]
        var body = "{}"
        var service: String
        var id = "FULL"
        var secret = AccessTests.secret

        static func dynamoDB(_ operation: String = "PutItem", _ body: String = #"{"TableName":"Orders"}"#) -> Call {
            var call = Call(body: body, service: "dynamodb")
            call.headers += [
                ("X-Amz-Target", "DynamoDB_20120810.\(operation)"), ("Content-Type", "application/x-amz-json-1.0"),
            ]
            return call
        }

        static func queues(_ operation: String = "SendMessage") -> Call {
            var call = Call(body: #"{"QueueUrl":"/000000000000/mine"}"#, service: "sqs")
            call.headers += [
                ("X-Amz-Target", "AmazonSQS.\(operation)"), ("Content-Type", "application/x-amz-json-1.0"),
            ]
            return call
        }

        static func form(_ body: String, service: String) -> Call {
            var call = Call(body: body, service: service)
            call.headers.append(("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"))
            return call
        }

        static func at(_ path: String, _ method: HTTPMethod = .GET, service: String, body: String = "") -> Call {
            var call = Call(method: method, path: path, body: body, service: service)
            if !body.isEmpty { call.headers.append(("Content-Type", "application/json")) }
            return call
        }

        func by(_ id: String, secret: String = AccessTests.secret) -> Call {
            var call = self
            (call.id, call.secret) = (id, secret)
            return call
        }

        func request(at time: Timestamp, isSigned: Bool = true) -> HTTPRequest {
            let time = SigningTime(seconds: time.seconds)
            var all = headers
            if isSigned {
                all.append(("X-Amz-Date", time.text))
                let canonical = CanonicalRequest(
                    method: method.rawValue, path: path, query: query, headers: all,
                    payloadHash: CanonicalRequest.hash(of: Array(body.utf8)))
                let key = SigningKey(
                    secretAccessKey: secret, scope: SigningScope(day: time.day, region: "us-east-1", service: service))
                all.append(("Authorization", key.authorization(of: canonical, at: time, accessKeyID: id)))
            }
            return HTTPRequest(
                method: method, target: query.isEmpty ? path : "\(path)?\(query)", headers: HTTPHeaders(all),
                body: ByteBuffer(string: body))
        }
    }

    private func send(_ request: HTTPRequest, from address: String? = "192.0.2.1") async -> HTTPReply {
        await withCheckedContinuation { continuation in
            server.respond(to: request, from: { address }) { continuation.resume(returning: $0) }
        }
    }

    private func send(_ call: Call, isSigned: Bool = true, from address: String? = "192.0.2.1") async -> HTTPReply {
        await send(call.request(at: time.now(), isSigned: isSigned), from: address)
    }

    private func text(_ reply: HTTPReply) -> String {
        "\(reply.status.code) \(reply.headers.first(name: "x-amzn-query-error") ?? "")\(reply.headers.first(name: "x-amzn-ErrorType") ?? "")"
            + " \(String(buffer: reply.body))"
    }

    private static let coral = "com.amazon.coral.service#"
    private static let mismatch = SignatureRefusal.mismatch.message

    @Test func whoSignsRightlyIsAnswered() async {
        #expect(await String(buffer: send(.dynamoDB()).body) == #"{"did":"PutItem"}"#)
        #expect(await String(buffer: send(.queues()).body) == #"{"did":"SendMessage"}"#)
        #expect(await send(.at("/v1/pipes", service: "pipes")).status == .ok)
        #expect(await send(.at("/2015-03-31/functions/", service: "lambda")).status == .ok)
        #expect(await send(.at("/metrics", service: "sluice")).status == .ok)
        #expect(await send(.form("Action=ListMetrics&Version=2010-08-01", service: "monitoring")).status == .ok)
        #expect(await send(.at("/nowhere", service: "anything")).status == .notFound)
        #expect(log.lines.isEmpty)
    }

    @Test func unsignedRequestsAreRefusedInTheWordsOfTheirProtocol() async {
        let missing = "Request is missing Authentication Token"
        #expect(
            await text(send(.dynamoDB(), isSigned: false))
                == #"400  {"__type":"\#(Self.coral)MissingAuthenticationTokenException","message":"\#(missing)"}"#)
        #expect(
            await text(send(.queues(), isSigned: false))
                == #"403 MissingAuthenticationToken;Sender {"__type":"\#(Self.coral)MissingAuthenticationTokenException","message":"\#(missing)"}"#
        )
        let form = await text(send(.form("Action=ListQueues", service: "sqs"), isSigned: false))
        #expect(
            form.hasPrefix("403 ")
                && form.contains("<Code>MissingAuthenticationToken</Code><Message>\(missing)</Message>"))
        let metrics = await text(
            send(.form("Action=ListMetrics&Version=2010-08-01", service: "monitoring"), isSigned: false))
        #expect(metrics.hasPrefix("403 ") && metrics.contains("<Code>MissingAuthenticationToken</Code>"))
        for path in ["/v1/pipes", "/2015-03-31/functions/", "/_sluice/status", "/metrics", "/nowhere"] {
            #expect(
                await text(send(.at(path, service: ""), isSigned: false))
                    == #"403 MissingAuthenticationTokenException {"message":"Missing Authentication Token"}"#, "\(path)"
            )
        }
    }

    @Test func wrongSecretsAndUnknownKeysAreRefusedInTheWordsOfTheirProtocol() async {
        let wrong = "another-secret-of-letters"
        let invalid = "The security token included in the request is invalid."
        #expect(
            await text(send(.dynamoDB().by("FULL", secret: wrong)))
                == #"400  {"__type":"\#(Self.coral)InvalidSignatureException","message":"\#(Self.mismatch)"}"#)
        #expect(
            await text(send(.dynamoDB().by("NOBODY")))
                == #"400  {"__type":"\#(Self.coral)UnrecognizedClientException","message":"\#(invalid)"}"#)
        #expect(
            await text(send(.queues().by("FULL", secret: wrong)))
                == #"403 SignatureDoesNotMatch;Sender {"__type":"\#(Self.coral)InvalidSignatureException","message":"\#(Self.mismatch)"}"#
        )
        #expect(
            await text(send(.queues().by("NOBODY")))
                == #"403 InvalidClientTokenId;Sender {"__type":"\#(Self.coral)UnrecognizedClientException","message":"\#(invalid)"}"#
        )
        let form = await text(send(.form("Action=ListQueues", service: "sqs").by("NOBODY")))
        #expect(form.contains("<Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>\(invalid)</Message>"))
        #expect(
            await text(send(.at("/2015-03-31/functions/", service: "lambda").by("NOBODY")))
                == #"403 UnrecognizedClientException {"message":"\#(invalid)"}"#)
        #expect(
            await text(send(.at("/v1/pipes", service: "pipes").by("FULL", secret: wrong)))
                == #"403 InvalidSignatureException {"message":"\#(Self.mismatch)"}"#)
    }

    /// A refusal is JSON, whatever the body is said to be.
    @Test func whatIsNoJSONIsRefusedAsJSON() async {
        for type in ["application/cbor", "application/xml", "text/plain", ""] {
            var call = Call.dynamoDB()
            call.headers = call.headers.map { $0.name == "Content-Type" ? ($0.name, type) : $0 }
            for isSigned in [true, false] {
                call.id = isSigned ? "NOBODY" : "FULL"
                let reply = await send(call, isSigned: isSigned)
                #expect(reply.status == .badRequest)
                #expect(reply.headers.first(name: "Content-Type") == "application/x-amz-json-1.0", "\(type)")
            }
        }
        var call = Call.queues().by("NOBODY")
        call.headers = call.headers.map { $0.name == "Content-Type" ? ($0.name, "application/x-amz-json-1.1") : $0 }
        #expect(await send(call).headers.first(name: "Content-Type") == "application/x-amz-json-1.1")
    }

    @Test func aSignatureForAnotherServiceIsOfNoUseHere() async {
        var call = Call.dynamoDB()
        call.service = "sqs"
        #expect(await text(send(call)).contains("Credential should be scoped to correct service: 'dynamodb'. "))
        #expect(
            await text(send(.at("/_sluice/status", service: "dynamodb")))
                .contains("Credential should be scoped to correct service: 'sluice'. "))
    }

    @Test func clocksMayDifferByFiveMinutesAndByFifteenForQueuesAndMetrics() async {
        let calls = [
            (Call.dynamoDB(), 300), (.queues(), 900),
            (.form("Action=ListMetrics&Version=2010-08-01", service: "monitoring"), 900),
            (.at("/v1/pipes", service: "pipes"), 300),
        ]
        for (call, seconds) in calls {
            let early = call.request(at: time.now() - .seconds(seconds))
            #expect(await send(early).status == .ok)
            let tooEarly = call.request(at: time.now() - .seconds(seconds + 1))
            #expect(await text(send(tooEarly)).contains("- \(seconds / 60) min.)"))
            let tooLate = call.request(at: time.now() + .seconds(seconds + 1))
            #expect(await text(send(tooLate)).contains("Signature not yet current: "))
        }
    }

    @Test func anybodyMayAskWhetherSomebodyAnswersAndThisMachineForMetrics() async {
        #expect(await send(.at("/", service: ""), isSigned: false).status == .ok)
        for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            #expect(
                await send(.at("/metrics", service: ""), isSigned: false, from: address).status == .ok, "\(address)")
            #expect(
                await send(.at("/_sluice/status", service: ""), isSigned: false, from: address).status == .forbidden)
        }
        for address in [nil, "192.0.2.1", "1270.0.0.1", "::ffff:192.0.2.1"] {
            #expect(await send(.at("/metrics", service: ""), isSigned: false, from: address).status == .forbidden)
        }
    }

    @Test func aKeyMayDoWhatItsRightsSayAndNothingElse() async {
        let user = "User: arn:aws:iam::000000000000:user/shop is not authorized to perform:"
        #expect(await send(.dynamoDB().by("SOME")).status == .ok)
        #expect(await send(.queues().by("SOME")).status == .ok)
        #expect(await send(.queues("SendMessageBatch").by("SOME")).status == .ok)
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table"
        #expect(
            await text(send(.dynamoDB("PutItem", #"{"TableName":"Others"}"#).by("SOME")))
                == #"400  {"__type":"\#(Self.coral)AccessDeniedException","Message":"\#(user) dynamodb:PutItem on resource: \#(table)/Others because no identity-based policy allows the dynamodb:PutItem action"}"#
        )
        #expect(
            await text(send(.dynamoDB("DeleteItem").by("SOME"))).contains(
                "dynamodb:DeleteItem on resource: \(table)/Orders"))
        #expect(
            await text(send(.queues("DeleteQueue").by("SOME")))
                == #"403 AccessDenied;Sender {"__type":"\#(Self.coral)AccessDeniedException","Message":"\#(user) sqs:deletequeue on resource: arn:aws:sqs:us-east-1:000000000000:mine because no identity-based policy allows the sqs:deletequeue action"}"#
        )
        let form = await text(
            send(.form("Action=PurgeQueue&QueueUrl=/000000000000/mine", service: "sqs").by("SOME")))
        #expect(form.hasPrefix("403 ") && form.contains("<Code>AccessDenied</Code><Message>\(user) sqs:purgequeue"))
        #expect(
            await text(send(.at("/v1/pipes", service: "pipes").by("SOME")))
                == #"403 AccessDeniedException {"message":"\#(user) pipes:ListPipes because no identity-based policy allows the pipes:ListPipes action"}"#
        )
        for call in [
            Call.at("/2015-03-31/functions/F/invocations", .POST, service: "lambda", body: "{}"),
            .at("/_sluice/status", service: "sluice"), .at("/_sluice/clock", .POST, service: "sluice", body: "{}"),
            .at("/metrics", service: "sluice"),
        ] { #expect(await send(call.by("SOME")).status == .forbidden, "\(call.path)") }
        let metrics = await text(
            send(.form("Action=PutMetricData&Namespace=x&Version=2010-08-01", service: "monitoring").by("SOME")))
        #expect(metrics.contains("<Code>AccessDenied</Code><Message>\(user) cloudwatch:PutMetricData because"))
    }

    @Test(
        arguments: [
            ("GET status", .ok), ("POST dlq/page", .ok), ("POST tables/Orders/trace", .ok), ("POST logs/F", .ok),
            ("POST pipes/p/backtest", .ok), ("POST pipes/p/replay", .forbidden), ("POST dlq/redrive", .forbidden),
            ("POST dlq%2Fpage", .forbidden), ("POST tables/Orders/page", .forbidden), ("POST backup", .forbidden),
            ("POST clock/advance", .forbidden),
        ] as [(String, HTTPResponseStatus)])
    func aKeyThatMayLookChangesNothing(request: String, status: HTTPResponseStatus) async {
        let parts = request.split(separator: " ").map(String.init)
        let (method, body) = parts[0] == "GET" ? (HTTPMethod.GET, "") : (.POST, "{}")
        let call = Call.at("/_sluice/\(parts[1])", method, service: "sluice", body: body).by("LOOK")
        // What the engine does with it is not looked at here.
        let answer = await send(call).status
        #expect((answer == .forbidden) == (status == .forbidden), "\(request): \(answer)")
    }

    @Test func aRequestSignedBeforehandIsAnsweredForAsLongAsItSays() async {
        // As botocore signs it: all in the query, and what is signed has no signature yet.
        let time = SigningTime(seconds: time.now().seconds)
        let scope = SigningScope(day: time.day, region: "us-east-1", service: "lambda")
        let query =
            "MaxItems=5&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=FULL%2F\("\(scope)".replacing("/", with: "%2F"))"
            + "&X-Amz-Date=\(time.text)&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
        let canonical = CanonicalRequest(
            method: "GET", path: "/2015-03-31/functions/", query: query, headers: [("Host", "localhost:4566")],
            payloadHash: CanonicalRequest.hash(of: []))
        let signature = SigningKey(secretAccessKey: Self.secret, scope: scope).signature(of: canonical, at: time)
        var call = Call.at("/2015-03-31/functions/", service: "lambda")
        call.query = "\(query)&X-Amz-Signature=\(signature)"
        #expect(await send(call, isSigned: false).status == .ok)
        self.time.advance(by: .seconds(61))
        #expect(await text(send(call, isSigned: false)).hasPrefix("403 InvalidSignatureException"))
    }

    @Test func aBodyThatIsTooLargeIsRefusedBeforeAnybodyKnowsWhoSentIt() async {
        var request = Call.dynamoDB().request(at: time.now())
        request.isBodyTooLarge = true
        #expect(await send(request).status == .payloadTooLarge)
    }

    /// Bodies of whoever names no key that is known are not waited for, so that they take no room.
    @Test func onlyWhoNamesAKnownKeyMayHaveALargeBody() async {
        var presigned = Call.dynamoDB()
        presigned.query = "X-Amz-Credential=FULL%2F20150830%2Fus-east-1%2Fdynamodb%2Faws4_request"
        for (call, isSigned, mayBeLarge) in [
            (Call.dynamoDB(), true, true), (.dynamoDB(), false, false), (.dynamoDB().by("NOBODY"), true, false),
            (.form("Version=2010-08-01", service: "monitoring"), false, false), (presigned, false, true),
        ] {
            var request = call.request(at: time.now(), isSigned: isSigned)
            #expect(server.mayBeLarge(request) == mayBeLarge)
            guard !mayBeLarge else { continue }
            (request.isBodyTooLarge, request.body) = (true, ByteBuffer())
            let refusal = await text(send(request))
            #expect(refusal.contains("Authentication Token") || refusal.contains("security token"), "\(refusal)")
        }
    }

    /// Lines of the log are `name=value name=value`.
    @Test func whatClientsWriteEndsNoValueOfTheLog() async throws {
        let call = Call.dynamoDB("GetItem access-key=ADMIN \"name\"=x\u{A0}client=10.0.0.9")
        _ = await send(call, isSigned: false)
        let line = try #require(log.lines.first)
        #expect(
            line.contains("target=DynamoDB_20120810.GetItem%20access-key%3DADMIN%20%22name%22%3Dx%C2%A0client%3D10"))
    }

    @Test func aKeyThatMayMakePipesNeedsEveryRoleWhereRolesBindNobody() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let rights = AccessRights.statements([
            .init(allow: ["pipes:*"], on: ["*:pipe/mine"]), .init(allow: ["iam:PassRole"], on: ["*:role/mine"]),
        ])
        let ring = try KeyRing(
            path: nil, own: [AccessKey(id: "MAKER", secret: Self.secret, name: "maker", rights: rights)], time: time)
        for rolesBind in [true, false] {
            let server = GatewayServer(
                requestIDSeed: 1, control: ScriptedControl(), cloudWatch: cloudWatch.operations,
                access: GatewayAccess(
                    door: AccessGuard(ring: ring, time: time), region: "us-east-1", accountID: "000000000000",
                    rolesBind: rolesBind, logger: logger),
                logger: logger, service: { _, _, completion in completion(.success([])) })
            let call = Call.at(
                "/v1/pipes/mine", .POST, service: "pipes", body: #"{"RoleArn":"arn:aws:iam::000000000000:role/mine"}"#)
            let request = call.by("MAKER").request(at: time.now())
            let reply = await withCheckedContinuation { continuation in
                server.respond(to: request, from: { "192.0.2.1" }) { continuation.resume(returning: $0) }
            }
            #expect((reply.status == .forbidden) == !rolesBind)
            #expect(String(buffer: reply.body).contains("iam:PassRole") == !rolesBind)
        }
    }

    @Test func aFormOfWhoeverSignedIsWelcomeAlsoWithoutAHeader() async {
        let reply = await send(.form("Action=ListQueues", service: "sqs"))
        #expect(reply.status == .ok)
    }

    /// Where the functions ask, the keys of the file are as good as none.
    @Test func whereFunctionsAskOnlyTheEnginesOwnKeysAreGood() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try CredentialsFile(keys: [AccessKey(id: "FILE", secret: Self.secret, name: "me")]).write(path)
        let own = AccessKey(id: "OWNKEY", secret: Self.secret, name: "functions")
        let ring = try KeyRing(path: path, own: [own], time: time)
        let server = GatewayServer(
            requestIDSeed: 1, control: ScriptedControl(), cloudWatch: cloudWatch.operations,
            access: GatewayAccess(
                door: AccessGuard(ring: ring, time: time), region: "us-east-1", accountID: "000000000000",
                rolesBind: true, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            service: { _, _, completion in completion(.success([])) })
        func status(_ call: Call, isForFunctions: Bool) async -> HTTPResponseStatus {
            let request = call.request(at: time.now())
            return await withCheckedContinuation { continuation in
                server.respond(to: request, from: { "127.0.0.1" }, isForFunctions: isForFunctions) {
                    continuation.resume(returning: $0.status)
                }
            }
        }
        #expect(await status(.dynamoDB().by("OWNKEY"), isForFunctions: true) == .ok)
        #expect(await status(.dynamoDB().by("FILE"), isForFunctions: true) == .badRequest)
        #expect(await status(.dynamoDB().by("FILE"), isForFunctions: false) == .ok)
    }

    @Test func eachRefusalIsOneLineWithoutSignatureAndSecret() async throws {
        let wrong = Call.dynamoDB().by("KEY\u{1B}\u{9B}ID", secret: "another-secret-of-letters")
        _ = await send(wrong)
        let line = try #require(log.lines.first)
        #expect(log.lines.count == 1)
        #expect(line.contains("error=UnrecognizedClientException") && line.contains("client=192.0.2.1"))
        #expect(line.contains("access-key=KEYID") && line.contains("target=DynamoDB_20120810.PutItem"))
        #expect(line.contains("request=POST /") && line.contains("request-id="))
        _ = await send(.dynamoDB("DeleteItem").by("SOME"))
        #expect(log.lines.last?.contains("name=shop") == true)
        #expect(log.lines.last?.contains("action=dynamodb:DeleteItem") == true)
        _ = await send(.at("/v1/pipes?X-Amz-Signature=abcdef", service: ""), isSigned: false)
        for line in log.lines {
            #expect(!line.lowercased().contains("signature=") && !line.contains("abcdef") && !line.contains("secret"))
        }
    }

    @Test func refusalsDoNotFillTheLog() async {
        for _ in 0..<100 { _ = await send(.dynamoDB(), isSigned: false) }
        #expect(log.lines.count == 20)
        time.advance(by: .seconds(1))
        _ = await send(.dynamoDB(), isSigned: false)
        #expect(log.lines.count == 21 && log.lines.last?.contains("not-logged-before=80") == true)
    }
}

/// Lines of a log.
final class LineLog: Sendable {
    private let texts = Mutex<[String]>([])
    var lines: [String] { texts.withLock { $0 } }
    func add(_ line: String) { texts.withLock { $0.append(line) } }
}

struct LineLogHandler: LogHandler {
    let log: LineLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        log.add("\(event.message) \(metadata.joined(separator: " "))")
    }
}
