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
    /// What the role with the key WIDE was asked about.
    private let judged = LineLog()

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
        // Everything is allowed on everything, but a table.
        let wide = RoleRights(holderARN: Self.holder) { [judged] action, resource in
            judged.add("\(action) \(resource)")
            return resource.hasSuffix("table/Secret")
                ? .denied(.explicitDeny, remedy: "Take it out of the Deny of line 7.") : .allowed
        }
        let ring = try KeyRing(
            path: nil,
            own: [
                AccessKey(id: "OWN", secret: Self.secret, name: "Worker", rights: .role(rights)),
                AccessKey(id: "WIDE", secret: Self.secret, name: "Worker", rights: .role(wide)),
            ], time: time)
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
        await send(
            .POST, "/",
            [
                ("X-Amz-Target", "\(service.target).\(operation)"), ("Content-Type", "application/x-amz-json-1.0"),
            ], body, for: service.name, id: id, secret: secret)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ more: [(name: String, value: String)], _ body: String,
        for service: String, id: String?, secret: String = secret
    ) async -> String {
        let time = SigningTime(seconds: time.now().seconds)
        var headers = [(name: "Host", value: "localhost:4566"), (name: "X-Amz-Date", value: time.text)] + more
        if let id {
            let canonical = CanonicalRequest(
                method: method.rawValue, path: path, headers: headers,
                payloadHash: CanonicalRequest.hash(of: Array(body.utf8)))
            let key = SigningKey(
                secretAccessKey: secret, scope: SigningScope(day: time.day, region: "us-east-1", service: service))
            headers.append(("Authorization", key.authorization(of: canonical, at: time, accessKeyID: id)))
        }
        let request = HTTPRequest(
            method: method, target: path, headers: HTTPHeaders(headers), body: ByteBuffer(string: body))
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

    // MARK: Requests that leave doubt

    /// Where the services are, and what requests to them are signed for.
    private static let services = [
        "DynamoDB_20120810": "dynamodb", "DynamoDBStreams_20120810": "dynamodb", "AmazonSQS": "sqs",
        "Logs_20140328": "logs", "GraniteServiceVersion20100801": "monitoring",
    ]

    private func ask(_ service: String, _ operation: String, _ body: String) async -> String {
        await send(operation, id: "WIDE", service: (service, Self.services[service] ?? ""), body: body)
    }

    /// A hundred times a name that is allowed, and then one that is not.
    private static let manyKeys =
        (Array(repeating: #""Public":{"Keys":[{"p":{"S":"k"}}]}"#, count: 100)
        + [#""Secret":{"Keys":[{"p":{"S":"k"}}]}"#]).joined(separator: ",")

    /// What a policy prohibits is not reached with a body that can be understood in two ways.
    @Test(
        arguments: [
            (
                "DynamoDB_20120810", "GetItem", #"{"TableName":"Public","TableName":"Secret","Key":{"p":{"S":"k"}}}"#,
                "dynamodb:GetItem because the request gives TableName twice; give it once"
            ),
            (
                "DynamoDB_20120810", "BatchGetItem", #"{"RequestItems":{\#(manyKeys)}}"#,
                "dynamodb:BatchGetItem because the request names more than 100 resources in RequestItems; name 100 at most"
            ),
            (
                "DynamoDB_20120810", "TransactWriteItems",
                #"{"TransactItems":[{"Delete":{"TableName":"Public","TableName":"Secret","Key":{"p":{"S":"k"}}}}]}"#,
                "dynamodb:TransactWriteItems because a part of TransactItems gives TableName twice or not at all; "
            ),
            (
                "DynamoDBStreams_20120810", "DescribeStream", "{}",
                "dynamodb:DescribeStream because the request gives no StreamArn; give one"
            ),
            (
                "AmazonSQS", "SendMessageBatch",
                #"{"QueueUrl":"/000000000000/a","QueueUrl":"/000000000000/b","Entries":[]}"#,
                "sqs:sendmessage because the request gives QueueUrl twice; give it once"
            ),
            (
                "AmazonSQS", "StartMessageMoveTask", #"{"SourceArn":"arn:aws:sqs:us-east-1:000000000000:a"}"#,
                "sqs:sendmessage because the request gives no DestinationArn; give one"
            ),
            (
                "Logs_20140328", "FilterLogEvents", #"{"logGroupName":"a","logGroupIdentifier":"b"}"#,
                "logs:FilterLogEvents because the request gives logGroupName and logGroupIdentifier; give one of them"
            ),
            (
                "GraniteServiceVersion20100801", "DeleteAlarms", "{}",
                "cloudwatch:DeleteAlarms because the request gives no AlarmNames; give one"
            ),
        ] as [(String, String, String, String)])
    func whatLeavesDoubtIsRefusedWhateverTheRoleAllows(
        _ service: String, _ operation: String, _ body: String, _ refusal: String
    ) async {
        let answer = await ask(service, operation, body)
        #expect(answer.contains("User: \(Self.holder) is not authorized to perform: \(refusal)"), "\(answer)")
        #expect(answer.contains("AccessDenied"), "\(answer)")
        let reason = refusal.split(separator: " because ").last ?? ""
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("remedy=\(reason)") == true, "\(log.lines)")
        // It is never asked about what nobody can name.
        #expect(!judged.lines.contains { $0.hasSuffix(" *") }, "\(judged.lines)")
    }

    @Test func whatLeavesDoubtInFormsAndAtPathsIsRefusedToo() async {
        let user = "User: \(Self.holder) is not authorized to perform:"
        let form = [(name: "Content-Type", value: "application/x-www-form-urlencoded")]
        let queue = await send(.POST, "/", form, "Action=ReceiveMessage", for: "sqs", id: "WIDE")
        let message = "\(user) sqs:receivemessage because the request gives no QueueUrl; give one"
        #expect(queue.contains("<Code>AccessDenied</Code><Message>\(message)</Message>"), "\(queue)")
        let function = await send(
            .POST, "/2015-03-31/functions/a%20b/invocations", [], "", for: "lambda", id: "WIDE")
        #expect(function.contains("\(user) lambda:InvokeFunction because the request names no function"), "\(function)")
        let pipe = await send(
            .POST, "/v1/pipes/P", [("Content-Type", "application/json")], #"{"RoleArn":"a","RoleArn":"b"}"#,
            for: "pipes", id: "WIDE")
        #expect(pipe.contains("\(user) iam:PassRole because the request gives RoleArn twice; give it once"), "\(pipe)")
        #expect(judged.lines == ["pipes:CreatePipe arn:aws:pipes:us-east-1:000000000000:pipe/P"])
    }

    /// The resource of these is `*` or a pattern on AWS too.
    @Test func whatConcernsNoSingleResourceIsForWhoeverTheRoleAllowsIt() async {
        for (service, operation) in [
            ("DynamoDB_20120810", "ListTables"), ("DynamoDB_20120810", "DescribeLimits"),
            ("DynamoDB_20120810", "DescribeEndpoints"), ("DynamoDBStreams_20120810", "ListStreams"),
            ("AmazonSQS", "ListQueues"), ("Logs_20140328", "DescribeLogGroups"),
            // These do not run here, and the services are to say so.
            ("DynamoDB_20120810", "ListBackups"), ("Logs_20140328", "StartQuery"),
        ] {
            #expect(await ask(service, operation, "{}") == #"200 {"did":"\#(operation)"}"#)
        }
        for operation in ["PutMetricData", "ListMetrics", "DescribeAlarms", "ListDashboards"] {
            let answer = await ask("GraniteServiceVersion20100801", operation, #"{"Namespace":"shop","MetricData":[]}"#)
            #expect(!answer.contains("AccessDenied"), "\(answer)")
        }
        #expect(await send(.GET, "/2015-03-31/functions/", [], "", for: "lambda", id: "WIDE").hasPrefix("200 "))
        #expect(await send(.GET, "/v1/pipes", [], "", for: "pipes", id: "WIDE").hasPrefix("200 "))
        #expect(await ask("DynamoDB_20120810", "GetItem", #"{"TableName":"Public"}"#) == #"200 {"did":"GetItem"}"#)
        #expect(log.lines.isEmpty)
        #expect(
            await ask("DynamoDB_20120810", "GetItem", #"{"TableName":"Secret"}"#).contains("with an explicit deny"))
    }

    /// A name of megabytes is neither compared with policies nor kept, and told nowhere.
    @Test func namesLongerThanAnyARNAreNeitherJudgedNorTold() async {
        let name = String(repeating: "T", count: 3_000)
        let reason = "because the request names a resource in more than 2048 bytes; give its name"
        let item = await ask("DynamoDB_20120810", "GetItem", #"{"TableName":"\#(name)"}"#)
        #expect(item.contains("dynamodb:GetItem \(reason)"), "\(item)")
        let batch = await ask("DynamoDB_20120810", "BatchGetItem", #"{"RequestItems":{"\#(name)":{}}}"#)
        #expect(batch.contains("dynamodb:BatchGetItem \(reason)"), "\(batch)")
        let pipe = await send(.DELETE, "/tags/\(name)", [], "", for: "pipes", id: "WIDE")
        #expect(pipe.contains("pipes:UntagResource \(reason)"), "\(pipe)")
        // A form's operation is in its body, too.
        let form = [(name: "Content-Type", value: "application/x-www-form-urlencoded")]
        let queue = await send(
            .POST, "/", form, "QueueUrl=/000000000000/mine&Action=\(name)", for: "sqs", id: "WIDE")
        #expect(queue.contains("because the request names an operation in more than 128 bytes; "), "\(queue)")
        for answer in [item, batch, pipe, queue] { #expect(answer.utf8.count < 800, "\(answer)") }
        #expect(judged.lines.isEmpty)
        #expect(log.lines.count == 4)
        // The path of a request has its beginning there.
        for line in log.lines { #expect(line.utf8.count < 1_000, "\(line)") }
    }
}
