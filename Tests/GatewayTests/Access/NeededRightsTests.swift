import AccessKeys
import HTTPServing
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

/// What each request needs, as IAM would have it.
struct NeededRightsTests {
    private let place = ResourcePlace(region: "eu-west-1", accountID: "123456789012")

    private func needs(_ service: RequestTarget.Service, _ operation: String, _ body: String) -> [String] {
        NeededRights.of(RequestTarget(service, operation), Array(body.utf8))(place).map {
            "\($0.action) \($0.resource.name)"
        }
    }

    /// What leaves doubt in each need; nil where nothing does.
    private func doubts(_ needs: [AccessGuard.Need]) -> [String?] {
        needs.map { need in
            if case .doubtful(let reason) = need.resource { return reason }
            return nil
        }
    }

    private func doubts(_ service: RequestTarget.Service, _ operation: String, _ body: String) -> [String?] {
        doubts(NeededRights.of(RequestTarget(service, operation), Array(body.utf8))(place))
    }

    private static let table = "arn:aws:dynamodb:eu-west-1:123456789012:table"

    @Test(arguments: [
        ("PutItem", #"{"TableName":"Orders","Item":{"a":{"S":"TableName"}}}"#, ["dynamodb:PutItem \(table)/Orders"]),
        ("PutItem", #"{"Table\u004eame":"Orders"}"#, ["dynamodb:PutItem \(table)/Orders"]),
        ("GetItem", #"{"TableName":"\#(table)/Orders"}"#, ["dynamodb:GetItem \(table)/Orders"]),
        // The account of an ARN does not count, as the table that is read does not depend on it.
        ("GetItem", #"{"TableName":"arn:aws:dynamodb:x:y:table/Orders"}"#, ["dynamodb:GetItem \(table)/Orders"]),
        ("Query", #"{"TableName":"Orders"}"#, ["dynamodb:Query \(table)/Orders"]),
        ("Query", #"{"IndexName":"i","TableName":"Orders"}"#, ["dynamodb:Query \(table)/Orders/index/i"]),
        ("Scan", #"{"IndexName":"i"}"#, ["dynamodb:Scan *"]),
        ("CreateTable", #"{"TableName":"New"}"#, ["dynamodb:CreateTable \(table)/New"]),
        ("ListTables", "{}", ["dynamodb:ListTables \(table)/*"]),
        ("DescribeLimits", "{}", ["dynamodb:DescribeLimits *"]),
        (
            "BatchWriteItem", #"{"RequestItems":{"A":[],"\#(table)/B":[]}}"#,
            ["dynamodb:BatchWriteItem \(table)/A", "dynamodb:BatchWriteItem \(table)/B"]
        ),
        ("BatchGetItem", #"{"RequestItems":{}}"#, ["dynamodb:BatchGetItem *"]),
        (
            "TransactWriteItems",
            #"{"TransactItems":[{"Put":{"TableName":"A"}},{"Update":{"TableName":"B"}},{"Delete":{"TableName":"C"}},{"ConditionCheck":{"TableName":"D"}}]}"#,
            [
                "dynamodb:PutItem \(table)/A", "dynamodb:UpdateItem \(table)/B", "dynamodb:DeleteItem \(table)/C",
                "dynamodb:ConditionCheckItem \(table)/D",
            ]
        ),
        ("TransactGetItems", #"{"TransactItems":[{"Get":{"TableName":"A"}}]}"#, ["dynamodb:GetItem \(table)/A"]),
        ("TransactWriteItems", #"{"TransactItems":[{"Put":{}}]}"#, ["dynamodb:TransactWriteItems *"]),
        (
            "ExecuteStatement", #"{"Statement":"SELECT * FROM \"Orders\".\"i\" WHERE a = 'FROM'"}"#,
            ["dynamodb:PartiQLSelect \(table)/Orders/index/i"]
        ),
        (
            "ExecuteStatement", #"{"Statement":"DELETE FROM Orders WHERE a = ?","Parameters":[{"S":"x"}]}"#,
            ["dynamodb:PartiQLDelete \(table)/Orders"]
        ),
        ("ExecuteStatement", #"{"Statement":"DROP Orders"}"#, ["dynamodb:PartiQL* *"]),
        ("TagResource", #"{"ResourceArn":"\#(table)/Orders"}"#, ["dynamodb:TagResource \(table)/Orders"]),
        ("TagResource", #"{"ResourceArn":"Orders"}"#, ["dynamodb:TagResource *"]),
        ("Unheard", "{}", ["dynamodb:Unheard *"]),
    ]) func ofDynamoDB(_ operation: String, _ body: String, _ expected: [String]) {
        #expect(needs(.dynamoDB, operation, body) == expected)
    }

    /// Whoever may read one table must not read another with a body that two readers understand in two ways.
    @Test(arguments: [
        #"{"TableName":"Mine","TableName":"Theirs"}"#, #"{"TableName":"Mine","Table\u004eame":"Theirs"}"#, "{", "",
        "[]",
        #"{"TableName":["Mine"]}"#, #"{"TableName":"Mine"} {}"#, #"{"tablename":"Mine"}"#, #"{"TableName":null}"#,
    ]) func doubtNeedsTheRightOnEverything(_ body: String) {
        #expect(needs(.dynamoDB, "GetItem", body) == ["dynamodb:GetItem *"])
        #expect(doubts(.dynamoDB, "GetItem", body).allSatisfy { $0 != nil })
    }

    private static let notUnderstood = "the request's body is not understood; send it as AWS's clients do"

    /// No role allows any of these, whose prohibitions may be about what is meant.
    @Test(
        arguments: [
            (.dynamoDB, "GetItem", "[]", notUnderstood),
            (.dynamoDB, "GetItem", "{}", "the request gives no TableName; give one"),
            (
                .dynamoDB, "GetItem", #"{"TableName":"Mine","TableName":"Theirs"}"#,
                "the request gives TableName twice; give it once"
            ),
            (
                .dynamoDB, "Query", #"{"TableName":"Mine","IndexName":"i","IndexName":"j"}"#,
                "the request gives IndexName twice; give it once"
            ),
            (.dynamoDB, "Scan", #"{"IndexName":"i"}"#, "the request gives no TableName; give one"),
            (.dynamoDB, "BatchGetItem", #"{"RequestItems":{}}"#, "the request gives no RequestItems; give one"),
            (.dynamoDB, "BatchWriteItem", #"{"RequestItems":[]}"#, notUnderstood),
            (
                .dynamoDB, "TransactWriteItems", #"{"TransactItems":[{"Delete":{"TableName":"A","TableName":"B"}}]}"#,
                "a part of TransactItems gives TableName twice or not at all; give it once in each"
            ),
            (
                .dynamoDB, "TransactWriteItems", #"{"TransactItems":[{"Put":{"TableName":"A"}},{"Put":{}}]}"#,
                "a part of TransactItems gives TableName twice or not at all; give it once in each"
            ),
            (.dynamoDB, "TransactGetItems", #"{"TransactItems":[]}"#, "the request gives no TransactItems; give one"),
            (
                .dynamoDB, "TagResource", #"{"ResourceArn":"Orders"}"#,
                "the request's ResourceArn is not that of a table; give arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"
            ),
            (.streams, "DescribeStream", "{}", "the request gives no StreamArn; give one"),
            (
                .streams, "GetRecords", #"{"ShardIterator":"a|1|x","ShardIterator":"b|1|x"}"#,
                "the request gives ShardIterator twice; give it once"
            ),
            (
                .queues, "ReceiveMessage", #"{"QueueUrl":"q"}"#,
                "the request's QueueUrl is not that of a queue; give the one that GetQueueUrl answers"
            ),
            (
                .queues, "SendMessageBatch", #"{"QueueUrl":"/123456789012/q","QueueUrl":"/123456789012/r"}"#,
                "the request gives QueueUrl twice; give it once"
            ),
            (.queues, "CreateQueue", "{}", "the request gives no QueueName; give one"),
            (
                .queues, "CancelMessageMoveTask", #"{"TaskHandle":"x"}"#,
                "the request's TaskHandle is not that of a task; give the one that StartMessageMoveTask answered"
            ),
            (.logs, "DeleteLogGroup", "{}", "the request gives no logGroupName; give one"),
            (
                .logs, "FilterLogEvents", #"{"logGroupName":"a","logGroupIdentifier":"b"}"#,
                "the request gives logGroupName and logGroupIdentifier; give one of them"
            ),
            (
                .logs, "FilterLogEvents", #"{"logGroupIdentifier":"arn:aws:logs:x"}"#,
                "the request's ARN is not that of a log group; give arn:aws:logs:REGION:ACCOUNT:log-group:NAME"
            ),
            (
                .logs, "GetLogEvents", #"{"logGroupName":"a","logGroupName":"b"}"#,
                "the request gives logGroupName twice; give it once"
            ),
        ] as [(RequestTarget.Service, String, String, String)])
    func whatLeavesDoubtIsSaid(
        _ service: RequestTarget.Service, _ operation: String, _ body: String, _ expected: String
    ) {
        #expect(doubts(service, operation, body) == [expected])
    }

    /// Of a task that does not say where to, one need is in doubt.
    @Test func messagesThatMayGoToAnyQueueLeaveDoubt() {
        let reasons = doubts(.queues, "StartMessageMoveTask", #"{"SourceArn":"a"}"#)
        #expect(reasons == [nil, nil, nil, nil, "the request gives no DestinationArn; give one"])
        let named = doubts(.queues, "StartMessageMoveTask", #"{"SourceArn":"a","DestinationArn":"b"}"#)
        #expect(named == [nil, nil, nil, nil, nil])
    }

    @Test func whatLeavesDoubtInOtherProtocolsIsSaid() {
        let several = WireValue.list((0..<101).map { .text("d\($0)") })
        for (operation, parameters, reason) in [
            ("PutMetricAlarm", [:], "the request gives no AlarmName; give one"),
            ("DeleteAlarms", [:], "the request gives no AlarmNames; give one"),
            ("GetDashboard", .members(["DashboardName": .list([])]), "the request gives no DashboardName; give one"),
            (
                "DeleteDashboards", .members(["DashboardNames": several]),
                "the request names more than 100 resources in DashboardNames; name 100 at most"
            ),
        ] as [(String, WireValue, String)] {
            #expect(doubts(NeededRights.ofCloudWatch(operation, parameters)(place)) == [reason])
        }
        let path = "the request's path is not that of an operation here; call one that there is"
        for (method, target, reason) in [
            (.PATCH, "/F", path), (.POST, "/F%2Finvocations", path),
            (.POST, "/a%20b/invocations", "the request names no function; give a function's name or its ARN"),
            (.POST, "", "the request gives no FunctionName; give one"),
        ] as [(HTTPMethod, String, String)] {
            let body = ByteBuffer(string: "{}")
            let needs = NeededRights.ofFunctions(method, FunctionOperations.prefix + target, body)(place)
            #expect(doubts(needs) == [reason])
        }
        #expect(doubts(NeededRights.ofPipes(.PATCH, "/v1/pipes/P", ByteBuffer())(place)) == [path])
        let body = ByteBuffer(string: #"{"RoleArn":"arn:r","RoleArn":"arn:other"}"#)
        #expect(
            doubts(NeededRights.ofPipes(.POST, "/v1/pipes/P", body)(place))
                == [nil, "the request gives RoleArn twice; give it once"])
    }

    /// Roles with the right on `*` go on doing it.
    @Test(
        arguments: [
            (.dynamoDB, "ListTables", "{}"), (.dynamoDB, "DescribeLimits", "{}"),
            (.dynamoDB, "DescribeEndpoints", "{}"),
            (.streams, "ListStreams", "{}"), (.queues, "ListQueues", "{}"), (.logs, "DescribeLogGroups", "{}"),
            // What does not run here, or cannot be read by its operation either, does nothing.
            (.dynamoDB, "ListBackups", "{}"), (.dynamoDB, "ExecuteStatement", #"{"Statement":"DROP Orders"}"#),
        ] as [(RequestTarget.Service, String, String)])
    func whatConcernsNoSingleResourceLeavesNoDoubt(
        _ service: RequestTarget.Service, _ operation: String, _ body: String
    ) {
        #expect(doubts(service, operation, body) == [nil])
    }

    @Test func whatConcernsNoSingleResourceLeavesNoDoubtInOtherProtocols() {
        for operation in [
            "PutMetricData", "GetMetricData", "GetMetricStatistics", "ListMetrics", "DescribeAlarms", "ListDashboards",
        ] {
            #expect(doubts(NeededRights.ofCloudWatch(operation, [:])(place)) == [nil], "\(operation)")
        }
        #expect(doubts(NeededRights.ofFunctions(.GET, FunctionOperations.prefix, ByteBuffer())(place)) == [nil])
        #expect(doubts(NeededRights.ofPipes(.GET, "/v1/pipes", ByteBuffer())(place)) == [nil])
        for method in [HTTPMethod.GET, .POST] {
            #expect(doubts(NeededRights.ofControl(method, ["status"])(place)) == [nil])
        }
    }

    /// What is longer than any ARN is not kept for anybody to compare it with.
    @Test func namesLongerThanAnyARNLeaveDoubt() {
        let name = String(repeating: "x", count: 2_049)
        let reason = "the request names a resource in more than 2048 bytes; give its name"
        #expect(doubts(.dynamoDB, "GetItem", #"{"TableName":"\#(name)"}"#) == [reason])
        #expect(doubts(.queues, "GetQueueUrl", #"{"QueueName":"\#(name)"}"#) == [reason])
        #expect(doubts(.streams, "DescribeStream", #"{"StreamArn":"\#(name)"}"#) == [reason])
        #expect(doubts(.logs, "DeleteLogGroup", #"{"logGroupName":"\#(name)"}"#) == [reason])
        let alarm = WireValue.members(["AlarmName": .text(name)])
        #expect(doubts(NeededRights.ofCloudWatch("SetAlarmState", alarm)(place)) == [reason])
        // Of several it is the one.
        #expect(
            doubts(.dynamoDB, "BatchGetItem", #"{"RequestItems":{"Mine":{},"\#(name)":{}}}"#) == [nil, reason])
        // The query protocols have the operation in the body too.
        #expect(needs(.queues, name, "{}") == ["sqs:\(String(repeating: "x", count: 124)) *"])
        #expect(cloudWatch(name, [:]) == ["cloudwatch:\(String(repeating: "x", count: 117)) *"])
    }

    @Test(arguments: [
        (
            "DescribeStream", #"{"StreamArn":"\#(table)/Orders/stream/x"}"#,
            "dynamodb:DescribeStream \(table)/Orders/stream/x"
        ),
        ("GetShardIterator", #"{"StreamArn":"s"}"#, "dynamodb:GetShardIterator s"),
        (
            "GetRecords", #"{"ShardIterator":"\#(table)/Orders/stream/x|1|abc="}"#,
            "dynamodb:GetRecords \(table)/Orders/stream/x"
        ),
        ("ListStreams", "{}", "dynamodb:ListStreams *"),
    ]) func ofStreams(_ operation: String, _ body: String, _ expected: String) {
        #expect(needs(.streams, operation, body) == [expected])
    }

    /// A request is worked through for its needs before its operation counts anything.
    @Test func moreNamesThanAnyOperationTakesNeedTheRightOnEverything() {
        for (count, isEach) in [(100, true), (101, false)] {
            let keys = (0..<count).map { #""T\#($0)":{}"# }.joined(separator: ",")
            let batch = needs(.dynamoDB, "BatchGetItem", #"{"RequestItems":{\#(keys)}}"#)
            #expect(batch.count == (isEach ? count : 1))
            let gets = Array(repeating: #"{"Get":{"TableName":"T"}}"#, count: count).joined(separator: ",")
            let transaction = needs(.dynamoDB, "TransactGetItems", #"{"TransactItems":[\#(gets)]}"#)
            #expect(transaction.count == (isEach ? count : 1))
            let names = WireValue.list((0..<count).map { .text("a\($0)") })
            let alarms = cloudWatch("DeleteAlarms", .members(["AlarmNames": names]))
            #expect(alarms.count == (isEach ? count : 1))
            if !isEach {
                #expect(
                    batch + transaction + alarms
                        == ["dynamodb:BatchGetItem *", "dynamodb:TransactGetItems *", "cloudwatch:DeleteAlarms *"])
            }
        }
    }

    private static let queue = "arn:aws:sqs:eu-west-1:123456789012"

    @Test(arguments: [
        ("SendMessage", #"{"QueueUrl":"http://h:1/123456789012/q"}"#, ["sqs:SendMessage \(queue):q"]),
        ("SendMessageBatch", #"{"QueueUrl":"/123456789012/q"}"#, ["sqs:SendMessage \(queue):q"]),
        (
            "DeleteMessage", #"{"QueueUrl":"/210987654321/q"}"#,
            ["sqs:DeleteMessage arn:aws:sqs:eu-west-1:210987654321:q"]
        ),
        ("ReceiveMessage", #"{"QueueUrl":"q"}"#, ["sqs:ReceiveMessage *"]),
        ("CreateQueue", #"{"QueueName":"q"}"#, ["sqs:CreateQueue \(queue):q"]),
        ("GetQueueUrl", #"{"QueueName":"q"}"#, ["sqs:GetQueueUrl \(queue):q"]),
        ("ListQueues", "{}", ["sqs:ListQueues \(queue):"]),
        // A task reads and deletes what it moves.
        (
            "StartMessageMoveTask", #"{"SourceArn":"a"}"#,
            [
                "sqs:StartMessageMoveTask a", "sqs:ReceiveMessage a", "sqs:DeleteMessage a", "sqs:GetQueueAttributes a",
                // They go back to where they came from, which the request does not say.
                "sqs:SendMessage *",
            ]
        ),
        (
            "StartMessageMoveTask", #"{"SourceArn":"a","DestinationArn":"b"}"#,
            [
                "sqs:StartMessageMoveTask a", "sqs:ReceiveMessage a", "sqs:DeleteMessage a", "sqs:GetQueueAttributes a",
                "sqs:SendMessage b",
            ]
        ),
        ("ListMessageMoveTasks", #"{"SourceArn":"a"}"#, ["sqs:ListMessageMoveTasks a"]),
        ("CancelMessageMoveTask", #"{"TaskHandle":"x"}"#, ["sqs:CancelMessageMoveTask *"]),
        // {"sourceARN":"a","taskID":"t"}, as StartMessageMoveTask answers it; and with two sources.
        (
            "CancelMessageMoveTask", #"{"TaskHandle":"eyJzb3VyY2VBUk4iOiJhIiwidGFza0lEIjoidCJ9"}"#,
            ["sqs:CancelMessageMoveTask a"]
        ),
        (
            "CancelMessageMoveTask",
            #"{"TaskHandle":"eyJzb3VyY2VBUk4iOiJhIiwic291cmNlQVJOIjoiYiIsInRhc2tJRCI6InQifQ=="}"#,
            ["sqs:CancelMessageMoveTask *"]
        ),
    ]) func ofQueues(_ operation: String, _ body: String, _ expected: [String]) {
        #expect(needs(.queues, operation, body) == expected)
    }

    private static let group = "arn:aws:logs:eu-west-1:123456789012:log-group"

    @Test(arguments: [
        (
            "PutLogEvents", #"{"logGroupName":"/a/b","logStreamName":"s"}"#,
            "logs:PutLogEvents \(group):/a/b:log-stream:s"
        ),
        ("FilterLogEvents", #"{"logGroupIdentifier":"\#(group):g"}"#, "logs:FilterLogEvents \(group):g:log-stream:"),
        ("FilterLogEvents", #"{"logGroupName":"a","logGroupIdentifier":"b"}"#, "logs:FilterLogEvents *"),
        // What reads or removes a whole group is no operation on the stream that it names without effect.
        (
            "FilterLogEvents", #"{"logGroupName":"g","logStreamName":"mine"}"#,
            "logs:FilterLogEvents \(group):g:log-stream:"
        ),
        (
            "DeleteLogGroup", #"{"logGroupName":"g","logStreamName":"mine"}"#,
            "logs:DeleteLogGroup \(group):g:log-stream:"
        ),
        ("DescribeLogGroups", "{}", "logs:DescribeLogGroups \(group)::log-stream:"),
        ("TagResource", #"{"resourceArn":"\#(group):g:*"}"#, "logs:TagResource \(group):g:log-stream:"),
        ("DeleteLogGroup", "{}", "logs:DeleteLogGroup *"),
    ]) func ofLogs(_ operation: String, _ body: String, _ expected: String) {
        #expect(needs(.logs, operation, body) == [expected])
    }

    private func cloudWatch(_ operation: String, _ parameters: WireValue) -> [String] {
        NeededRights.ofCloudWatch(operation, parameters)(place).map { "\($0.action) \($0.resource.name)" }
    }

    @Test func ofCloudWatch() {
        let alarm = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm"
        #expect(
            cloudWatch("PutMetricAlarm", .members(["AlarmName": .text("a")])) == [
                "cloudwatch:PutMetricAlarm \(alarm):a"
            ])
        #expect(
            cloudWatch("DeleteAlarms", .members(["AlarmNames": .list([.text("a"), .text("b")])]))
                == ["cloudwatch:DeleteAlarms \(alarm):a", "cloudwatch:DeleteAlarms \(alarm):b"])
        #expect(cloudWatch("DeleteAlarms", .members([:])) == ["cloudwatch:DeleteAlarms *"])
        #expect(cloudWatch("DescribeAlarms", .members([:])) == ["cloudwatch:DescribeAlarms \(alarm):*"])
        #expect(cloudWatch("PutMetricData", .members([:])) == ["cloudwatch:PutMetricData *"])
        #expect(
            cloudWatch("GetDashboard", .members(["DashboardName": .text("d")]))
                == ["cloudwatch:GetDashboard arn:aws:cloudwatch::123456789012:dashboard/d"])
    }

    private static let function = "arn:aws:lambda:eu-west-1:123456789012:function"

    @Test(
        arguments: [
            (.POST, "/F/invocations", "lambda:InvokeFunction \(function):F"),
            (.POST, "/123456789012:function:F/invocations", "lambda:InvokeFunction \(function):F"),
            (
                .POST, "/arn%3Aaws%3Alambda%3Ax%3A123456789012%3Afunction%3AF%3A1/invocations",
                "lambda:InvokeFunction \(function):F"
            ),
            (.POST, "/F%2Finvocations", "lambda:* *"),
            (.GET, "/", "lambda:ListFunctions *"), (.GET, "/F", "lambda:GetFunction \(function):F"),
            (.GET, "/F/configuration", "lambda:GetFunctionConfiguration \(function):F"),
            (.PUT, "/F/code", "lambda:UpdateFunctionCode \(function):F"),
            (.PUT, "/F/configuration", "lambda:UpdateFunctionConfiguration \(function):F"),
            (.DELETE, "/F", "lambda:DeleteFunction \(function):F"),
            (.POST, "", "lambda:CreateFunction \(function):New"),
            (.PATCH, "/F", "lambda:* *"),
        ] as [(HTTPMethod, String, String)]) func ofFunctions(_ method: HTTPMethod, _ path: String, _ expected: String)
    {
        let body = ByteBuffer(string: #"{"FunctionName":"New"}"#)
        let needs = NeededRights.ofFunctions(method, FunctionOperations.prefix + path, body)(place)
        #expect(needs.map { "\($0.action) \($0.resource.name)" } == [expected])
    }

    private static let pipe = "arn:aws:pipes:eu-west-1:123456789012:pipe"

    @Test(
        arguments: [
            (.GET, "/v1/pipes", "pipes:ListPipes *"), (.GET, "/v1/pipes/P", "pipes:DescribePipe \(pipe)/P"),
            (.POST, "/v1/pipes/P", "pipes:CreatePipe \(pipe)/P"), (.PUT, "/v1/pipes/P", "pipes:UpdatePipe \(pipe)/P"),
            (.DELETE, "/v1/pipes/P", "pipes:DeletePipe \(pipe)/P"),
            (.POST, "/v1/pipes/P/start", "pipes:StartPipe \(pipe)/P"),
            (.POST, "/v1/pipes/P/stop", "pipes:StopPipe \(pipe)/P"),
            (.GET, "/tags/arn%3Aaws%3Apipes%3Ax%3Ay%3Apipe%2FP", "pipes:ListTagsForResource arn:aws:pipes:x:y:pipe/P"),
            (.DELETE, "/tags/P", "pipes:UntagResource P"), (.PUT, "/tags/P", "pipes:* P"),
            (.PATCH, "/v1/pipes/P", "pipes:* *"),
        ] as [(HTTPMethod, String, String)]) func ofPipes(_ method: HTTPMethod, _ path: String, _ expected: String)
    {
        let needs = NeededRights.ofPipes(method, path, ByteBuffer())(place)
        #expect(needs.map { "\($0.action) \($0.resource.name)" } == [expected])
    }

    /// Who may make a pipe or a function, and no more, must not have done by it what its role may.
    @Test(
        arguments: [
            (.POST, "/v1/pipes/P", #"{"RoleArn":"arn:r"}"#, "iam:PassRole arn:r"),
            (.PUT, "/v1/pipes/P", #"{"RoleArn":"arn:r"}"#, "iam:PassRole arn:r"),
            (.POST, "/v1/pipes/P", #"{"RoleArn":"arn:r","Role\u0041rn":"arn:other"}"#, "iam:PassRole *"),
            (.POST, "/v1/pipes/P", #"{"RoleArn":1}"#, "iam:PassRole *"),
            (.POST, FunctionOperations.prefix, #"{"FunctionName":"F","Role":"arn:r"}"#, "iam:PassRole arn:r"),
            (.PUT, FunctionOperations.prefix + "/F/configuration", #"{"Role":"arn:r"}"#, "iam:PassRole arn:r"),
            (.PUT, FunctionOperations.prefix + "/F/configuration", #"{"Timeout":3}"#, nil),
            (.PUT, FunctionOperations.prefix + "/F/code", #"{"Role":"arn:r"}"#, nil),
        ] as [(HTTPMethod, String, String, String?)])
    func aRoleIsPassedOnByWhoMay(_ method: HTTPMethod, _ path: String, _ body: String, _ expected: String?) {
        let body = ByteBuffer(string: body)
        let needs =
            path.hasPrefix("/v1/pipes")
            ? NeededRights.ofPipes(method, path, body)(place) : NeededRights.ofFunctions(method, path, body)(place)
        #expect(needs.dropFirst().map { "\($0.action) \($0.resource.name)" } == (expected.map { [$0] } ?? []))
    }

    /// A function's or pipe's role is a word then, and what it is given to do may do everything.
    @Test func whereRolesBindNobodyWhoeverSetsWhatIsDoneNeedsEveryRole() {
        let every = [AccessGuard.Need("iam:PassRole", on: "*")]
        for (method, path) in [(HTTPMethod.POST, "/v1/pipes/P"), (.PUT, "/v1/pipes/P")] {
            #expect(NeededRights.whereRolesBindNobody(NeededRights.ofPipes(method, path, ByteBuffer())(place)) == every)
        }
        #expect(
            NeededRights.whereRolesBindNobody(NeededRights.ofPipes(.GET, "/v1/pipes/P", ByteBuffer())(place)).isEmpty)
        for (method, path, needs) in [
            (HTTPMethod.POST, "", every), (.PUT, "/F/code", every), (.PUT, "/F/configuration", every),
            (.POST, "/F/invocations", []), (.DELETE, "/F", []),
        ] {
            let body = ByteBuffer(string: #"{"FunctionName":"F"}"#)
            let own = NeededRights.ofFunctions(method, FunctionOperations.prefix + path, body)(place)
            #expect(NeededRights.whereRolesBindNobody(own) == needs)
        }
    }
}
