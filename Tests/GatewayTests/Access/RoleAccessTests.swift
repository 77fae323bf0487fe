import AWSSignature
import AccessKeys
import Clocks
import HTTPServing
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

/// Functions held to their roles where nobody else must sign.
@Suite struct RoleAccessTests {
    private static let secret = "a-secret-of-enough-letters"
    private static let holder = "arn:aws:sts::000000000000:assumed-role/worker-role/Worker"
    private let time = ManualTime()
    private let cloudWatch: OpenCloudWatch
    private let server: GatewayServer
    private let log = LineLog()

    init() throws {
        cloudWatch = try OpenCloudWatch()
        let logger = Logger(label: "test") { [log] _ in LineLogHandler(log: log) }
        let rights = RoleRights(holderARN: Self.holder) { action, resource in
            switch action {
            case "dynamodb:PutItem": .allowed
            case "dynamodb:DeleteItem": .denied(.explicitDeny, remedy: "Take it out of the Deny of line 7.")
            case "dynamodb:Query": .denied(.noIdentityPolicy, remedy: "Add: - {Resource: \(resource)}")
            default: .denied(.noIdentityPolicy, remedy: "Add: - {Effect: Allow, Action: \"\(action)\"}\u{1B}[31m")
            }
        }
        let ring = try KeyRing(
            path: nil, own: [AccessKey(id: "OWN", secret: Self.secret, name: "Worker", rights: .role(rights))],
            time: time)
        server = GatewayServer(
            requestIDSeed: 1, control: ScriptedControl(), cloudWatch: cloudWatch.operations,
            access: GatewayAccess(
                door: AccessGuard(ring: ring, time: time), region: "us-east-1", accountID: "000000000000",
                isForAll: false, rolesBind: true, logger: logger),
            logger: logger,
            service: { target, _, completion in completion(.success(Array(#"{"did":"\#(target.operation)"}"#.utf8))) })
    }

    /// - Parameter id: nil for a request without a signature.
    private func send(
        _ operation: String, id: String?, secret: String = secret,
        service: (target: String, name: String) = (
            "DynamoDB_20120810", "dynamodb"
        ), body: String = #"{"TableName":"Orders"}"#
    ) async -> String {
        let time = SigningTime(seconds: time.now().seconds)
        var headers = [
            ("Host", "localhost:4566"), ("X-Amz-Target", "\(service.target).\(operation)"),
            ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Date", time.text),
        ]
        if let id {
            let canonical = CanonicalRequest(
                method: "POST", path: "/", headers: headers, payloadHash: CanonicalRequest.hash(of: Array(body.utf8)))
            let key = SigningKey(
                secretAccessKey: secret,
                scope: SigningScope(day: time.day, region: "us-east-1", service: service.name))
            headers.append(("Authorization", key.authorization(of: canonical, at: time, accessKeyID: id)))
        }
        let request = HTTPRequest(
            method: .POST, target: "/", headers: HTTPHeaders(headers), body: ByteBuffer(string: body))
        return await withCheckedContinuation { continuation in
            server.respond(to: request, from: { "127.0.0.1" }) {
                continuation.resume(returning: "\($0.status.code) \(String(buffer: $0.body))")
            }
        }
    }

    @Test func whoIsNoFunctionPassesAsBefore() async {
        #expect(await send("Scan", id: nil) == #"200 {"did":"Scan"}"#)
        #expect(await send("Scan", id: "anything", secret: "anything") == #"200 {"did":"Scan"}"#)
        #expect(log.lines.isEmpty)
    }

    @Test func aFunctionMayDoWhatItsRoleAllows() async {
        #expect(await send("PutItem", id: "OWN") == #"200 {"did":"PutItem"}"#)
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders"
        #expect(
            await send("Scan", id: "OWN")
                == #"400 {"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: \#(Self.holder) is not authorized to perform: dynamodb:Scan on resource: \#(table) because no identity-based policy allows the dynamodb:Scan action"}"#
        )
        #expect(
            await send("DeleteItem", id: "OWN").contains(
                "dynamodb:DeleteItem on resource: \(table) with an explicit deny in an identity-based policy"))
        let queue = await send(
            "SendMessage", id: "OWN", service: ("AmazonSQS", "sqs"), body: #"{"QueueUrl":"/000000000000/mine"}"#)
        #expect(
            queue.contains(
                "sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:mine because no identity-based policy allows the sqs:sendmessage action"
            ), "\(queue)")
    }

    /// Its key is worth nothing to whoever knows the id alone.
    @Test func whoSignsWithAFunctionsKeyMustHaveItsSecret() async {
        #expect(await send("PutItem", id: "OWN", secret: "another-secret-of-letters").hasPrefix("400 "))
    }

    /// A statement is pasted, so that its ARN must be whole however long it is.
    @Test func theRemedyNamesTheWholeResource() async {
        let table = String(repeating: "T", count: 200)
        _ = await send("Query", id: "OWN", body: #"{"TableName":"\#(table)"}"#)
        let resource = "arn:aws:dynamodb:us-east-1:000000000000:table/\(table)"
        #expect(log.lines.first?.contains("remedy=Add: - {Resource: \(resource)}") == true, "\(log.lines)")
    }

    @Test func theLogSaysWhatIsMissing() async {
        _ = await send("Scan", id: "OWN")
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("name=Worker") == true)
        // Nothing of a client's reaches a terminal as a command.
        #expect(log.lines.first?.contains(#"remedy=Add: - {Effect: Allow, Action: "dynamodb:Scan"}[31m"#) == true)
    }
}
