import HTTPServing
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

/// Requests that nest without end: each is answered with a sentence, and none takes the stack. Everything that is read by recursion
/// and can be reached from outside is here; patterns and templates of pipes, which the engine reads, are in `MalformedPatternTests`
/// and `InputTemplateTests`.
@Suite(.timeLimit(.minutes(1))) struct NestingTests {
    /// A request of whatever begins it, something again and again, and whatever ends it.
    struct Bomb: Sendable, CustomTestStringConvertible {
        var target: String
        var start: String
        var open: String
        var middle = ""
        var close = ""
        var end = ""
        var count = 100_000
        /// What the answer says.
        var says: String

        var body: String {
            start + String(repeating: open, count: count) + middle + String(repeating: close, count: count) + end
        }
        var testDescription: String { "\(target) \(start.prefix(60))\(open)..." }
    }

    private let service: OpenQueueService

    init() async throws { service = try await OpenQueueService() }

    private static let items = "DynamoDB_20120810."
    private static let tooDeep = "Nesting Levels have exceeded supported limits"
    private static let serialization = "SerializationException"

    private static let bombs: [Bomb] = [
        // Items, open and closed.
        Bomb(
            target: items + "PutItem", start: #"{"TableName":"Orders","Item":{"a":"#, open: #"{"M":{"a":"#,
            says: serialization),
        Bomb(
            target: items + "PutItem", start: #"{"TableName":"Orders","Item":{"a":"#, open: #"{"L":["#,
            middle: #"{"S":"x"}"#, close: "]}", end: "}}", says: tooDeep),
        Bomb(
            target: items + "GetItem", start: #"{"TableName":"Orders","Key":{"a":"#, open: #"{"L":["#,
            says: serialization),
        Bomb(
            target: items + "PutItem",
            start: #"{"TableName":"Orders","Item":{"a":{"S":"a"}},"ExpressionAttributeValues":{":v":"#,
            open: #"{"M":{"a":"#, says: serialization),
        Bomb(
            target: items + "PutItem",
            start: #"{"TableName":"Orders","Item":{"a":{"S":"a"}},"Expected":{"a":{"Value":"#, open: #"{"L":["#,
            says: serialization),
        // What nobody asks for is passed over.
        Bomb(target: items + "PutItem", start: #"{"TableName":"Orders","Unknown":"#, open: "[", says: serialization),
        Bomb(
            target: items + "PutItem", start: #"{"Unknown":"#, open: #"{"a":["#, middle: "1", close: "]}", end: "}",
            says: "ValidationException"),
        // A structure where something simple is due.
        Bomb(target: items + "CreateTable", start: #"{"TableName":"#, open: "[", says: serialization),
        Bomb(target: items + "CreateTable", start: #"{"KeySchema":"#, open: "[", says: "Exception"),
        // Expressions, within their 4 KB and beyond.
        Bomb(
            target: items + "Scan", start: #"{"TableName":"Orders","FilterExpression":""#, open: "(", end: #""}"#,
            says: "Expression size has exceeded the maximum allowed size"),
        Bomb(
            target: items + "Scan", start: #"{"TableName":"Orders","FilterExpression":""#, open: "(", end: #""}"#,
            count: 4_000, says: "Invalid FilterExpression: The expression is nested deeper than 301 levels"),
        Bomb(
            target: items + "Scan", start: #"{"TableName":"Orders","FilterExpression":""#, open: "NOT ", end: #""}"#,
            count: 1_000, says: "The expression contains too many operators"),
        Bomb(
            target: items + "Scan", start: #"{"TableName":"Orders","FilterExpression":""#, open: "size(", end: #""}"#,
            count: 800, says: "The expression contains too many operators"),
        Bomb(
            target: items + "UpdateItem",
            start: #"{"TableName":"Orders","Key":{"a":{"S":"a"}},"UpdateExpression":"SET a = "#, open: "(", end: #""}"#,
            count: 4_000, says: "Invalid UpdateExpression: The expression is nested deeper than 301 levels"),
        Bomb(
            target: items + "UpdateItem",
            start: #"{"TableName":"Orders","Key":{"a":{"S":"a"}},"UpdateExpression":"SET a = "#, open: "if_not_exists(",
            end: #""}"#, count: 280, says: "Invalid UpdateExpression"),
        Bomb(
            target: items + "Query",
            start: #"{"TableName":"Orders","KeyConditionExpression":""#, open: "(", end: #""}"#, count: 4_000,
            says: "Invalid KeyConditionExpression: The expression is nested deeper than 301 levels"),
        Bomb(
            target: items + "GetItem",
            start: #"{"TableName":"Orders","Key":{"a":{"S":"a"}},"ProjectionExpression":"a"#, open: ".a", end: #""}"#,
            count: 2_000, says: "nesting levels"),
        // Statements, within their 8 KB and beyond.
        Bomb(
            target: items + "ExecuteStatement", start: #"{"Statement":"SELECT * FROM T WHERE "#, open: "(",
            end: #""}"#, says: "Exception"),
        Bomb(
            target: items + "ExecuteStatement", start: #"{"Statement":"SELECT * FROM T WHERE "#, open: "(",
            end: #""}"#, count: 8_000, says: "nested deeper than 32 levels"),
        Bomb(
            target: items + "ExecuteStatement", start: #"{"Statement":"SELECT * FROM T WHERE "#, open: "NOT ",
            end: #""}"#, count: 2_000, says: "nested deeper than 32 levels"),
        Bomb(
            target: items + "ExecuteStatement", start: #"{"Statement":"INSERT INTO T VALUE {'a':"#, open: "[",
            end: #""}"#, count: 8_000, says: "nested deeper than 32 levels"),
        Bomb(
            target: items + "ExecuteStatement", start: #"{"Statement":"INSERT INTO T VALUE {'a':"#, open: "{'a':",
            end: #""}"#, count: 1_600, says: "nested deeper than 32 levels"),
        Bomb(
            target: items + "ExecuteStatement", start: #"{"Statement":"INSERT INTO T VALUE {'a':"#, open: "<<",
            end: #""}"#, count: 4_000, says: "nested deeper than 32 levels"),
        Bomb(
            target: items + "ExecuteStatement", start: #"{"Statement":"INSERT INTO T VALUE {'a':"#, open: "- ",
            end: #""}"#, count: 4_000, says: "nested deeper than 32 levels"),
        // Queues: requests, and the JSON in their attributes.
        Bomb(
            target: "AmazonSQS.SendMessage", start: #"{"MessageAttributes":{"a":"#, open: #"{"a":"#, says: serialization
        ),
        Bomb(
            target: "AmazonSQS.CreateQueue", start: #"{"QueueName":"q","Attributes":{"Policy":""#, open: "[",
            end: #""}}"#, says: "Invalid value for the parameter Policy."),
        Bomb(
            target: "AmazonSQS.CreateQueue", start: #"{"QueueName":"q","Attributes":{"Policy":""#, open: "[",
            close: "]", end: #""}}"#, count: 10_000, says: "Invalid value for the parameter Policy."),
        Bomb(
            target: "AmazonSQS.CreateQueue", start: #"{"QueueName":"q","Attributes":{"RedrivePolicy":""#, open: "[",
            close: "]", end: #""}}"#, count: 10_000, says: "RedrivePolicy"),
        // CloudWatch: requests, expressions, dashboards.
        Bomb(
            target: "GraniteServiceVersion20100801.PutMetricData", start: #"{"MetricData":"#, open: "[", says: "Fault"),
        Bomb(
            target: "GraniteServiceVersion20100801.GetMetricData",
            start: #"{"StartTime":1,"EndTime":2,"MetricDataQueries":[{"Id":"e","Period":60,"Expression":""#, open: "(",
            end: #""}]}"#, count: 2_000, says: "nested"),
        Bomb(
            target: "GraniteServiceVersion20100801.GetMetricData",
            start: #"{"StartTime":1,"EndTime":2,"MetricDataQueries":[{"Id":"e","Period":60,"Expression":""#, open: "-",
            middle: "1", end: #""}]}"#, count: 2_000, says: "nested"),
        Bomb(
            target: "GraniteServiceVersion20100801.PutDashboard",
            start: #"{"DashboardName":"d","DashboardBody":""#, open: "[", close: "]", end: #""}"#,
            says: "must be a valid JSON object"),
        Bomb(
            target: "GraniteServiceVersion20100801.PutDashboard",
            start: #"{"DashboardName":"d","DashboardBody":""#, open: "0,", end: #""}"#, count: 600_000,
            says: "must have at most 1048576 bytes"),
        // Logs: requests and patterns.
        Bomb(target: "Logs_20140328.PutLogEvents", start: #"{"logEvents":"#, open: "[", says: serialization),
        Bomb(
            target: "Logs_20140328.FilterLogEvents", start: #"{"logGroupName":"g","filterPattern":"{ "#, open: "(",
            end: #"$.a = 1"}"#, count: 1_000, says: "more than 32 parentheses inside one another"),
    ]

    @Test(arguments: bombs) func isRefusedInASentence(bomb: Bomb) async {
        if bomb.target.hasPrefix("Logs") {
            _ = await service.respond(
                "/", ["X-Amz-Target": "Logs_20140328.CreateLogGroup", "Content-Type": "application/x-amz-json-1.1"],
                #"{"logGroupName":"g"}"#)
        }
        let reply = await service.respond(
            "/", ["X-Amz-Target": bomb.target, "Content-Type": "application/x-amz-json-1.0"], bomb.body)
        #expect(reply.status == .badRequest)
        let answer = String(buffer: reply.body)
        #expect(answer.contains(bomb.says), "\(answer.prefix(300))")
    }

    /// Names of a form that nest, in both services that take forms.
    @Test(arguments: ["2012-11-05", "2010-08-01"]) func aFormThatNestsIsRefused(version: String) async {
        let name = "A" + String(repeating: ".1", count: 100_000)
        let reply = await service.respond(
            "/",
            [
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": "AWS4-HMAC-SHA256 Credential=a/b/c/sqs/aws4_request",
            ], "Action=PutMetricAlarm&Version=\(version)&\(name)=1")
        #expect(reply.status == .badRequest)
        #expect(String(buffer: reply.body).contains("<Error>"))
    }

    /// A page may send a text anywhere: what is no form and bears no header of AWS's changes nothing.
    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
    func whatAWebPageSendsToCloudWatchIsRefused(type: String) async {
        let cbor = CBORWriter.bytes(of: ["DashboardNames": .list([.text("d")])])
        let path = "/service/GraniteServiceVersion20100801/operation/DeleteDashboards"
        let refused = await service.respond(path, type.isEmpty ? [:] : ["Content-Type": type], ByteBuffer(bytes: cbor))
        #expect(refused.status == .forbidden)
        let known = await service.respond(path, ["smithy-protocol": "rpc-v2-cbor"], ByteBuffer(bytes: cbor))
        #expect(known.status == .notFound)
    }

    /// A value takes some sixty bytes once it is read, and one in the request.
    @Test func aRequestOfTooManyValuesIsRefused() async {
        let count = RequestTree.valuesMax
        let cborPath = "/service/GraniteServiceVersion20100801/operation/PutMetricData"
        let cbor = ByteBuffer(bytes: [0x9F] + [UInt8](repeating: 0, count: count) + [0xFF])
        let reply = await service.respond(
            cborPath, ["smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"], cbor)
        #expect(reply.status == .badRequest)
        #expect(String(buffer: reply.body).contains("too many values"))
        let zeros = String(repeating: "0,", count: count) + "0"
        let bodies = [
            ("GraniteServiceVersion20100801.PutMetricData", "{\"MetricData\":[\(zeros)]}", "too many values"),
            (
                "DynamoDB_20120810.CreateTable",
                "{\"AttributeDefinitions\":[\(zeros.replacing("0", with: "null"))]}", "more than 500000 values"
            ),
        ]
        for (target, body, says) in bodies {
            let reply = await service.respond(
                "/", ["X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"], body)
            #expect(reply.status == .badRequest)
            let answer = String(buffer: reply.body)
            #expect(answer.contains(says), "\(answer.prefix(300))")
        }
        let form = await service.respond(
            "/",
            [
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": "AWS4-HMAC-SHA256 Credential=a/b/c/sqs/aws4_request",
            ], "Action=SendMessage" + String(repeating: "&a", count: count))
        #expect(form.status == .badRequest)
        #expect(String(buffer: form.body).contains("<Error>"))
    }
}
