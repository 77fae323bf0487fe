import AccessKeys
import Foundation
import Items
import NIOCore
import NIOHTTP1
import Queues

/// Where the resources here are, as their ARNs say it.
struct ResourcePlace: Sendable, Hashable {
    let region: String
    let accountID: String

    func table(_ reference: String) -> String {
        "arn:aws:dynamodb:\(region):\(accountID):table/\(TableReference.name(reference))"
    }
    func arn(_ service: String, _ resource: String) -> String {
        "arn:aws:\(service):\(region):\(accountID):\(resource)"
    }
}

/// The rights that requests need: IAM's actions and resources, as AWS's Service Authorization Reference has them.
///
/// Bodies are read as the operations read them, and where that leaves any doubt, as with a name that is given twice, the
/// right needed is the one on `*`: whoever may not do it everywhere may not do it in a doubtful way.
enum NeededRights {
    typealias Need = AccessGuard.Need

    /// Of an operation in AWS's JSON protocols.
    static func of(_ target: RequestTarget, _ body: [UInt8]) -> (ResourcePlace) -> [Need] {
        { place in
            switch target.service {
            case .dynamoDB: dynamoDB(target.operation, body, place)
            case .streams: streams(target.operation, body, place)
            case .queues: queues(target.operation, body, place)
            case .logs: logs(target.operation, body, place)
            }
        }
    }

    // MARK: DynamoDB

    private static func dynamoDB(_ operation: String, _ body: [UInt8], _ place: ResourcePlace) -> [Need] {
        let action = "dynamodb:\(operation)"
        switch operation {
        case "ListTables": return [Need(action, on: place.arn("dynamodb", "table/*"))]
        case "DescribeLimits", "DescribeEndpoints": return [Need(action, on: "*")]
        case "BatchGetItem", "BatchWriteItem":
            return needs(action, BodyNames.keys(of: "RequestItems", in: body), place.table)
        case "TransactGetItems", "TransactWriteItems":
            guard let actions = BodyNames.transaction(body), !actions.isEmpty else { break }
            return actions.map { Need("dynamodb:\($0.action)", on: place.table($0.table)) }
        case "ExecuteStatement": return [statement(body, place)]
        case "TagResource", "UntagResource", "ListTagsOfResource":
            let arn = BodyNames.only("ResourceArn", in: body)
            return needs(action, arn.flatMap { TableReference.parts(ofARN: $0) }.map { [place.table($0.name)] })
        case "Query", "Scan":
            guard let names = BodyNames.texts(["TableName", "IndexName"], in: body), let table = names["TableName"]
            else { break }
            return [Need(action, on: place.table(table) + (names["IndexName"].map { "/index/\($0)" } ?? ""))]
        default: return needs(action, BodyNames.only("TableName", in: body).map { [place.table($0)] })
        }
        return [Need(action, on: "*")]
    }

    private static func statement(_ body: [UInt8], _ place: ResourcePlace) -> Need {
        guard let request = try? ExecuteStatementRequest(body) else { return Need("dynamodb:PartiQL*", on: "*") }
        return switch request.statement {
        case .select(let selection):
            Need(
                "dynamodb:PartiQLSelect",
                on: place.table(selection.table) + (selection.index.map { "/index/\($0)" } ?? ""))
        case .insert(let table, _): Need("dynamodb:PartiQLInsert", on: place.table(table))
        case .update(let table, _, _, _): Need("dynamodb:PartiQLUpdate", on: place.table(table))
        case .delete(let table, _, _): Need("dynamodb:PartiQLDelete", on: place.table(table))
        }
    }

    private static func streams(_ operation: String, _ body: [UInt8], _ place: ResourcePlace) -> [Need] {
        let action = "dynamodb:\(operation)"
        switch operation {
        case "GetRecords":
            // An iterator begins with its stream, which is the one that is read.
            let stream = BodyNames.only("ShardIterator", in: body).map { String($0.prefix { $0 != "|" }) }
            return needs(action, stream.map { [$0] })
        case "ListStreams": return [Need(action, on: "*")]
        default: return needs(action, BodyNames.only("StreamArn", in: body).map { [$0] })
        }
    }

    // MARK: SQS

    private static func queues(_ operation: String, _ body: [UInt8], _ place: ResourcePlace) -> [Need] {
        // There are no actions for batches.
        let name = operation.hasSuffix("Batch") ? String(operation.dropLast(5)) : operation
        let action = "sqs:\(name)"
        switch operation {
        case "ListQueues": return [Need(action, on: place.arn("sqs", ""))]
        case "CreateQueue", "GetQueueUrl":
            return needs(action, BodyNames.only("QueueName", in: body).map { [place.arn("sqs", $0)] })
        case "StartMessageMoveTask", "ListMessageMoveTasks":
            guard let names = BodyNames.texts(["SourceArn", "DestinationArn"], in: body),
                let source = names["SourceArn"]
            else { break }
            // A task reads and deletes what it moves, so that who may not do that may not have it done either.
            // Without a destination they go back to where they came from, which may be any queue.
            let others =
                operation == "StartMessageMoveTask"
                ? ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map { Need("sqs:\($0)", on: source) }
                    + [Need("sqs:SendMessage", on: names["DestinationArn"] ?? "*")] : []
            return [Need(action, on: source)] + others
        // The task's handle is all that is given.
        case "CancelMessageMoveTask": break
        default:
            let parts = BodyNames.only("QueueUrl", in: body).flatMap { QueueURL.parts($0) }
            return needs(action, parts.map { ["arn:aws:sqs:\(place.region):\($0.account):\($0.name)"] })
        }
        return [Need(action, on: "*")]
    }

    // MARK: CloudWatch Logs

    /// Operations on a stream of a group; all others are on the group, whatever streams they name.
    private static let ofStreams: Set = ["CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents"]

    private static func logs(_ operation: String, _ body: [UInt8], _ place: ResourcePlace) -> [Need] {
        let action = "logs:\(operation)"
        func resource(_ group: String, _ stream: String) -> String {
            place.arn("logs", "log-group:\(group):log-stream:\(stream)")
        }
        switch operation {
        case "DescribeLogGroups": return [Need(action, on: resource("", ""))]
        case "TagResource", "UntagResource", "ListTagsForResource":
            let arn = BodyNames.only("resourceArn", in: body)
            return needs(action, arn.flatMap { try? LogOperations.groupName(arn: $0) }.map { [resource($0, "")] })
        default:
            let names = BodyNames.texts(["logGroupName", "logGroupIdentifier", "logStreamName"], in: body)
            guard let names, let given = names["logGroupName"] ?? names["logGroupIdentifier"],
                names["logGroupName"] == nil || names["logGroupIdentifier"] == nil,
                let group = given.hasPrefix("arn:") ? try? LogOperations.groupName(arn: given) : given
            else { return [Need(action, on: "*")] }
            return [
                Need(action, on: resource(group, ofStreams.contains(operation) ? names["logStreamName"] ?? "" : ""))
            ]
        }
    }

    // MARK: CloudWatch

    static func ofCloudWatch(_ operation: String, _ parameters: WireValue) -> (ResourcePlace) -> [Need] {
        { place in
            let action = "cloudwatch:\(operation)"
            let parameters = MetricParameters(parameters)
            func alarms(_ names: [String]?) -> [Need] {
                needs(action, names) { place.arn("cloudwatch", "alarm:\($0)") }
            }
            // Dashboards belong to an account, not to a region.
            func dashboards(_ names: [String]?) -> [Need] {
                needs(action, names) { "arn:aws:cloudwatch::\(place.accountID):dashboard/\($0)" }
            }
            switch operation {
            case "PutMetricAlarm", "SetAlarmState": return alarms((try? parameters.text("AlarmName")).map { [$0] })
            case "DeleteAlarms", "EnableAlarmActions", "DisableAlarmActions":
                return alarms(try? parameters.texts("AlarmNames"))
            case "DescribeAlarms", "DescribeAlarmHistory", "DescribeAlarmsForMetric": return alarms(["*"])
            case "PutDashboard", "GetDashboard": return dashboards((try? parameters.text("DashboardName")).map { [$0] })
            case "DeleteDashboards": return dashboards(try? parameters.texts("DashboardNames"))
            case "ListDashboards": return dashboards(["*"])
            default: return [Need(action, on: "*")]
            }
        }
    }

    // MARK: Paths

    static func ofFunctions(_ method: HTTPMethod, _ path: String, _ body: ByteBuffer) -> (ResourcePlace) -> [Need] {
        { place in
            let parts = path.dropFirst(FunctionOperations.prefix.count).split(separator: "/")
                .map { $0.removingPercentEncoding ?? String($0) }
            func need(_ action: String, _ text: String?) -> [Need] {
                needs(
                    "lambda:\(action)",
                    text.flatMap { FunctionName($0) }.map { [place.arn("lambda", "function:\($0.name)")] })
            }
            func role() -> [Need] { passedRole("Role", in: Array(buffer: body)) }
            return switch (method, parts.count, parts.last) {
            case (.GET, 0, _): [Need("lambda:ListFunctions", on: "*")]
            case (.GET, 1, let name): need("GetFunction", name)
            case (.GET, 2, "configuration"): need("GetFunctionConfiguration", parts[0])
            case (.POST, 0, _):
                need("CreateFunction", BodyNames.only("FunctionName", in: Array(buffer: body))) + role()
            case (.PUT, 2, "code"): need("UpdateFunctionCode", parts[0])
            case (.PUT, 2, "configuration"): need("UpdateFunctionConfiguration", parts[0]) + role()
            case (.DELETE, 1, let name): need("DeleteFunction", name)
            case (.POST, 2, "invocations"): need("InvokeFunction", parts[0])
            default: [Need("lambda:*", on: "*")]
            }
        }
    }

    static func ofPipes(
        _ method: HTTPMethod, _ path: String, _ body: ByteBuffer
    ) -> (ResourcePlace) -> [Need] {
        { place in
            let parts = path.dropFirst().split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
            if parts.first == "tags" {
                let action =
                    switch method {
                    case .GET: "ListTagsForResource"
                    case .POST: "TagResource"
                    case .DELETE: "UntagResource"
                    default: "*"
                    }
                return [Need("pipes:\(action)", on: parts.dropFirst().joined(separator: "/"))]
            }
            let names = parts.dropFirst(2)
            func need(_ action: String, _ name: String) -> [Need] {
                [Need("pipes:\(action)", on: place.arn("pipes", "pipe/\(name)"))]
            }
            switch (method, names.count, names.last) {
            case (.GET, 0, _): return [Need("pipes:ListPipes", on: "*")]
            case (.GET, 1, let name?): return need("DescribePipe", name)
            case (.POST, 1, let name?):
                return need("CreatePipe", name) + passedRole("RoleArn", in: Array(buffer: body))
            case (.PUT, 1, let name?):
                return need("UpdatePipe", name) + passedRole("RoleArn", in: Array(buffer: body))
            case (.DELETE, 1, let name?): return need("DeletePipe", name)
            case (.POST, 2, "start"): return need("StartPipe", names.first ?? "")
            case (.POST, 2, "stop"): return need("StopPipe", names.first ?? "")
            default: return [Need("pipes:*", on: "*")]
            }
        }
    }

    /// Of the engine's own paths: two actions of ours, on everything, as reports show all that there is.
    static func ofControl(_ method: HTTPMethod) -> (ResourcePlace) -> [Need] {
        { _ in [Need(method == .GET ? "sluice:Report" : "sluice:Change", on: "*")] }
    }

    /// What decides what a function or a pipe does.
    private static let setting: Set = [
        "lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "pipes:CreatePipe",
        "pipes:UpdatePipe",
    ]

    /// What is needed besides where roles bind nobody: a function or pipe may do everything then, as if it had every role.
    static func whereRolesBindNobody(_ needs: [Need]) -> [Need] {
        needs.contains { setting.contains($0.action) } ? [Need("iam:PassRole", on: "*")] : []
    }

    /// A function or a pipe does what its role may: who gives it one must be allowed to, or it would do for them what they may not.
    private static func passedRole(_ member: StaticString, in body: [UInt8]) -> [Need] {
        guard let names = body.isEmpty ? [:] : BodyNames.texts([member], in: body) else {
            return [Need("iam:PassRole", on: "*")]
        }
        return names["\(member)"].map { [Need("iam:PassRole", on: $0)] } ?? []
    }

    /// Most resources that get a need each. AWS: 100 keys in a batch, parts of a transaction and names of alarms.
    fileprivate static let resourcesMax = 100

    /// One need for each resource; the one on everything where there is none, or nobody knows, or there are more than
    /// ``resourcesMax``.
    ///
    /// - Parameter arn: makes a resource of what is given, where that is a name.
    private static func needs(
        _ action: String, _ resources: [String]?, _ arn: (String) -> String = { $0 }
    ) -> [Need] {
        guard let resources, (1...resourcesMax).contains(resources.count) else { return [Need(action, on: "*")] }
        return resources.map { Need(action, on: arn($0)) }
    }
}

/// Names of resources in a request's JSON.
private enum BodyNames {
    /// The text of a member; nil when it is missing, given twice, or the body is not understood.
    static func only(_ name: StaticString, in body: [UInt8]) -> String? { texts([name], in: body)?["\(name)"] }

    /// The texts of some members; nil when one is given twice or the body is not understood.
    static func texts(_ names: [StaticString], in body: [UInt8]) -> [String: String]? {
        var reader = JSONReader(body)
        var found: [String: String] = [:]
        var isDoubtful = false
        do throws(ItemError) {
            try reader.request { reader, member throws(ItemError) in
                guard let name = names.first(where: { $0 ~= member }) else { return try reader.skipValue() }
                if found.updateValue(try reader.string(), forKey: "\(name)") != nil { isDoubtful = true }
            }
        } catch {
            return nil
        }
        return isDoubtful ? nil : found
    }

    /// The names in an object that is a member; nil where they are more than any operation takes.
    static func keys(of name: StaticString, in body: [UInt8]) -> [String]? {
        var reader = JSONReader(body)
        var found: [String] = []
        do throws(ItemError) {
            try reader.request { reader, member throws(ItemError) in
                guard name ~= member else { return try reader.skipValue() }
                try reader.map(of: "") { reader, key throws(ItemError) in
                    if found.count <= NeededRights.resourcesMax { found.append(key) }
                    try reader.skipValue()
                }
            }
        } catch {
            return nil
        }
        return found.count <= NeededRights.resourcesMax ? found : nil
    }

    /// IAM's actions of a transaction's parts.
    private static let actions: [(part: StaticString, action: String)] = [
        ("ConditionCheck", "ConditionCheckItem"), ("Delete", "DeleteItem"), ("Get", "GetItem"), ("Put", "PutItem"),
        ("Update", "UpdateItem"),
    ]

    /// Each action of a transaction with the table that it names; nil where they are more than a transaction takes.
    static func transaction(_ body: [UInt8]) -> [(action: String, table: String)]? {
        var reader = JSONReader(body)
        var found: [(action: String, table: String)] = []
        var isDoubtful = false
        do throws(ItemError) {
            try reader.request { reader, member throws(ItemError) in
                guard "TransactItems" ~= member else { return try reader.skipValue() }
                try reader.array { reader throws(ItemError) in
                    try reader.element("TransactWriteItem") { reader, member throws(ItemError) in
                        guard found.count <= NeededRights.resourcesMax,
                            let action = actions.first(where: { $0.part ~= member })?.action
                        else { return try reader.skipValue() }
                        var tables: [String] = []
                        try reader.object("Put") { reader, member throws(ItemError) in
                            guard "TableName" ~= member, tables.count < 2 else { return try reader.skipValue() }
                            tables.append(try reader.string())
                        }
                        if tables.count != 1 { isDoubtful = true }
                        found += tables.map { (action, $0) }
                    }
                }
            }
        } catch {
            return nil
        }
        return isDoubtful || found.count > NeededRights.resourcesMax ? nil : found
    }
}
