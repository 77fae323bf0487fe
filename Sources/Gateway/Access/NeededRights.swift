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
/// Bodies are read as the operations read them, and where that leaves any doubt, as with a name that is given twice,
/// the need says so. A key has it with the right on `*`: whoever may not do it everywhere may not do it in a doubtful
/// way. No role gives it, as its prohibitions may be about just what is meant. `*` without doubt is no single resource.
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
        do throws(Doubt) {
            switch operation {
            case "ListTables": return [Need(action, on: place.arn("dynamodb", "table/*"))]
            case "DescribeLimits", "DescribeEndpoints": return [Need(action, on: "*")]
            case "BatchGetItem", "BatchWriteItem":
                return try BodyNames.keys(of: "RequestItems", in: body).map { Need(action, on: place.table($0)) }
            case "TransactGetItems", "TransactWriteItems":
                return try BodyNames.transaction(body).map { Need("dynamodb:\($0.action)", on: place.table($0.table)) }
            case "ExecuteStatement": return [statement(body, place)]
            case "TagResource", "UntagResource", "ListTagsOfResource":
                let arn = try BodyNames.only("ResourceArn", in: body)
                guard let table = TableReference.parts(ofARN: arn) else {
                    throw Doubt.other("ResourceArn", "a table; give arn:aws:dynamodb:REGION:ACCOUNT:table/NAME")
                }
                return [Need(action, on: place.table(table.name))]
            case "Query", "Scan":
                let names = try BodyNames.texts(["TableName", "IndexName"], in: body)
                guard let table = names["TableName"] else { throw Doubt.missing("TableName") }
                return [Need(action, on: place.table(table) + (names["IndexName"].map { "/index/\($0)" } ?? ""))]
            default:
                let table = try BodyNames.only("TableName", in: body)
                return [Need(action, on: place.table(table))]
            }
        } catch {
            // What does not run here does nothing, and is told so.
            let runs = DynamoDBService.operations[RequestTarget(.dynamoDB, operation)] != nil
            return [runs ? Need(action, doubt: error.reason) : Need(action, on: "*")]
        }
    }

    private static func statement(_ body: [UInt8], _ place: ResourcePlace) -> Need {
        // No doubt: the operation reads it by the same code, so that it does nothing and tells what is wrong.
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
        do throws(Doubt) {
            switch operation {
            case "GetRecords":
                // An iterator begins with its stream, which is the one that is read.
                let iterator = try BodyNames.only("ShardIterator", in: body)
                return [Need(action, on: String(iterator.prefix { $0 != "|" }))]
            case "ListStreams": return [Need(action, on: "*")]
            default:
                let stream = try BodyNames.only("StreamArn", in: body)
                return [Need(action, on: stream)]
            }
        } catch {
            return [Need(action, doubt: error.reason)]
        }
    }

    // MARK: SQS

    private static func queues(_ operation: String, _ body: [UInt8], _ place: ResourcePlace) -> [Need] {
        // There are no actions for batches.
        let name = operation.hasSuffix("Batch") ? String(operation.dropLast(5)) : operation
        let action = "sqs:\(name)"
        do throws(Doubt) {
            switch operation {
            case "ListQueues": return [Need(action, on: place.arn("sqs", ""))]
            case "CreateQueue", "GetQueueUrl":
                let queue = try BodyNames.only("QueueName", in: body)
                return [Need(action, on: place.arn("sqs", queue))]
            case "StartMessageMoveTask":
                let names = try BodyNames.texts(["SourceArn", "DestinationArn"], in: body)
                guard let source = names["SourceArn"] else { throw Doubt.missing("SourceArn") }
                // A task reads and deletes what it moves, so that who may not do that may not have it done either.
                var needs = [Need(action, on: source)]
                needs += ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map { Need("sqs:\($0)", on: source) }
                if let destination = names["DestinationArn"] {
                    needs.append(Need("sqs:SendMessage", on: destination))
                } else {
                    // They go back to where they came from, which may be any queue.
                    needs.append(Need("sqs:SendMessage", doubt: Doubt.missing("DestinationArn").reason))
                }
                return needs
            case "ListMessageMoveTasks":
                let source = try BodyNames.only("SourceArn", in: body)
                return [Need(action, on: source)]
            case "CancelMessageMoveTask":
                let source = try BodyNames.source(ofTask: BodyNames.only("TaskHandle", in: body))
                return [Need(action, on: source)]
            default:
                let url = try BodyNames.only("QueueUrl", in: body)
                guard let queue = QueueURL.parts(url) else {
                    throw Doubt.other("QueueUrl", "a queue; give the one that GetQueueUrl answers")
                }
                return [Need(action, on: "arn:aws:sqs:\(place.region):\(queue.account):\(queue.name)")]
            }
        } catch {
            return [Need(action, doubt: error.reason)]
        }
    }

    // MARK: CloudWatch Logs

    /// Operations on a stream of a group; all others are on the group, whatever streams they name.
    private static let ofStreams: Set = ["CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents"]

    private static func logs(_ operation: String, _ body: [UInt8], _ place: ResourcePlace) -> [Need] {
        let action = "logs:\(operation)"
        func resource(_ group: String, _ stream: String) -> String {
            place.arn("logs", "log-group:\(group):log-stream:\(stream)")
        }
        func group(arn: String) throws(Doubt) -> String {
            guard let name = try? LogOperations.groupName(arn: arn) else {
                throw Doubt.other("ARN", "a log group; give arn:aws:logs:REGION:ACCOUNT:log-group:NAME")
            }
            return name
        }
        do throws(Doubt) {
            switch operation {
            case "DescribeLogGroups": return [Need(action, on: resource("", ""))]
            case "TagResource", "UntagResource", "ListTagsForResource":
                let arn = try BodyNames.only("resourceArn", in: body)
                return [Need(action, on: resource(try group(arn: arn), ""))]
            default:
                let names = try BodyNames.texts(["logGroupName", "logGroupIdentifier", "logStreamName"], in: body)
                guard let given = names["logGroupName"] ?? names["logGroupIdentifier"] else {
                    throw Doubt.missing("logGroupName")
                }
                guard names["logGroupName"] == nil || names["logGroupIdentifier"] == nil else {
                    throw Doubt("the request gives logGroupName and logGroupIdentifier; give one of them")
                }
                let name = given.hasPrefix("arn:") ? try group(arn: given) : given
                let stream = ofStreams.contains(operation) ? names["logStreamName"] ?? "" : ""
                return [Need(action, on: resource(name, stream))]
            }
        } catch {
            // What does not run here does nothing, and is told so.
            let runs = LogOperations.Name(rawValue: operation) != nil
            return [runs ? Need(action, doubt: error.reason) : Need(action, on: "*")]
        }
    }

    // MARK: CloudWatch

    static func ofCloudWatch(_ operation: String, _ parameters: WireValue) -> (ResourcePlace) -> [Need] {
        { place in
            let action = "cloudwatch:\(operation)"
            let parameters = MetricParameters(parameters)
            func alarm(_ name: String) -> Need { Need(action, on: place.arn("cloudwatch", "alarm:\(name)")) }
            // Dashboards belong to an account, not to a region.
            func dashboard(_ name: String) -> Need {
                Need(action, on: "arn:aws:cloudwatch::\(place.accountID):dashboard/\(name)")
            }
            func name(_ member: String) throws(Doubt) -> String {
                guard let name = try? parameters.text(member) else { throw Doubt.missing(member) }
                return name
            }
            func names(_ member: String) throws(Doubt) -> [String] {
                try Doubt.checked((try? parameters.texts(member)) ?? [], of: member)
            }
            do throws(Doubt) {
                switch operation {
                case "PutMetricAlarm", "SetAlarmState": return [alarm(try name("AlarmName"))]
                case "DeleteAlarms", "EnableAlarmActions", "DisableAlarmActions":
                    return try names("AlarmNames").map { alarm($0) }
                case "DescribeAlarms", "DescribeAlarmHistory", "DescribeAlarmsForMetric": return [alarm("*")]
                case "PutDashboard", "GetDashboard": return [dashboard(try name("DashboardName"))]
                case "DeleteDashboards": return try names("DashboardNames").map { dashboard($0) }
                case "ListDashboards": return [dashboard("*")]
                default: return [Need(action, on: "*")]
                }
            } catch {
                return [Need(action, doubt: error.reason)]
            }
        }
    }

    // MARK: Paths

    /// Of a path that is no operation's. Should one come to be answered, no role's prohibition of it is passed by.
    private static let noOperation = "the request's path is not that of an operation here; call one that there is"

    static func ofFunctions(_ method: HTTPMethod, _ path: String, _ body: ByteBuffer) -> (ResourcePlace) -> [Need] {
        { place in
            let parts = path.dropFirst(FunctionOperations.prefix.count).split(separator: "/")
                .map { $0.removingPercentEncoding ?? String($0) }
            func need(_ action: String, _ text: String) -> [Need] {
                guard let function = FunctionName(text) else {
                    let reason = "the request names no function; give a function's name or its ARN"
                    return [Need("lambda:\(action)", doubt: reason)]
                }
                return [Need("lambda:\(action)", on: place.arn("lambda", "function:\(function.name)"))]
            }
            func creation() -> [Need] {
                do throws(Doubt) {
                    return need("CreateFunction", try BodyNames.only("FunctionName", in: Array(buffer: body)))
                } catch {
                    return [Need("lambda:CreateFunction", doubt: error.reason)]
                }
            }
            func role() -> [Need] { passedRole("Role", in: Array(buffer: body)) }
            return switch (method, parts.count, parts.last) {
            case (.GET, 0, _): [Need("lambda:ListFunctions", on: "*")]
            case (.GET, 1, let name?): need("GetFunction", name)
            case (.GET, 2, "configuration"): need("GetFunctionConfiguration", parts[0])
            case (.POST, 0, _): creation() + role()
            case (.PUT, 2, "code"): need("UpdateFunctionCode", parts[0])
            case (.PUT, 2, "configuration"): need("UpdateFunctionConfiguration", parts[0]) + role()
            case (.DELETE, 1, let name?): need("DeleteFunction", name)
            case (.POST, 2, "invocations"): need("InvokeFunction", parts[0])
            default: [Need("lambda:*", doubt: noOperation)]
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
            default: return [Need("pipes:*", doubt: noOperation)]
            }
        }
    }

    /// Of the engine's own paths: two actions of ours, on everything, as reports show all that there is.
    ///
    /// - Parameter parts: the path behind `/_sluice/`, percent-decoded.
    static func ofControl(_ method: HTTPMethod, _ parts: [String]) -> (ResourcePlace) -> [Need] {
        let looks = method == .GET || ControlPath.onlyLooks(parts)
        return { _ in [Need(looks ? "sluice:Report" : "sluice:Change", on: "*")] }
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
        guard !body.isEmpty else { return [] }
        do throws(Doubt) {
            let names = try BodyNames.texts([member], in: body)
            return names["\(member)"].map { [Need("iam:PassRole", on: $0)] } ?? []
        } catch {
            return [Need("iam:PassRole", doubt: error.reason)]
        }
    }

    /// Most resources that get a need each. AWS: 100 keys in a batch, parts of a transaction and names of alarms.
    fileprivate static let resourcesMax = 100
}

/// Why nobody can say what a request is about.
private struct Doubt: Error {
    /// With what to do about it, as the end of a sentence. It has nothing of a client's in it.
    let reason: String

    init(_ reason: String) { self.reason = reason }

    static let notUnderstood = Doubt("the request's body is not understood; send it as AWS's clients do")

    static func missing(_ member: String) -> Doubt { Doubt("the request gives no \(member); give one") }

    /// - Parameter what: what it should name, and what to give.
    static func other(_ member: String, _ what: String) -> Doubt {
        Doubt("the request's \(member) is not that of \(what)")
    }

    static func twice(_ member: String) -> Doubt { Doubt("the request gives \(member) twice; give it once") }

    /// - Returns: the names, of which there are some, and no more than get a need each.
    static func checked<Name>(_ names: [Name], of member: String) throws(Doubt) -> [Name] {
        guard !names.isEmpty else { throw missing(member) }
        let most = NeededRights.resourcesMax
        guard names.count <= most else {
            throw Doubt("the request names more than \(most) resources in \(member); name \(most) at most")
        }
        return names
    }
}

/// Names of resources in a request's JSON.
private enum BodyNames {
    /// The text of a member.
    static func only(_ name: StaticString, in body: [UInt8]) throws(Doubt) -> String {
        guard let text = try texts([name], in: body)["\(name)"] else { throw Doubt.missing("\(name)") }
        return text
    }

    /// The texts of those of some members that are there.
    static func texts(_ names: [StaticString], in body: [UInt8]) throws(Doubt) -> [String: String] {
        var reader = JSONReader(body)
        var found: [String: String] = [:]
        var twice: String?
        do throws(ItemError) {
            try reader.request { reader, member throws(ItemError) in
                guard let name = names.first(where: { $0 ~= member }) else { return try reader.skipValue() }
                if found.updateValue(try reader.string(), forKey: "\(name)") != nil { twice = "\(name)" }
            }
        } catch {
            throw Doubt.notUnderstood
        }
        if let twice { throw Doubt.twice(twice) }
        return found
    }

    /// The names in an object that is a member.
    static func keys(of name: StaticString, in body: [UInt8]) throws(Doubt) -> [String] {
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
            throw Doubt.notUnderstood
        }
        return try Doubt.checked(found, of: "\(name)")
    }

    /// The queue that a move task's handle has in it, read as the operation reads it.
    static func source(ofTask handle: String) throws(Doubt) -> String {
        guard let json = Data(base64Encoded: handle), let source = try? only("sourceARN", in: Array(json)) else {
            throw Doubt.other("TaskHandle", "a task; give the one that StartMessageMoveTask answered")
        }
        return source
    }

    /// IAM's actions of a transaction's parts.
    private static let actions: [(part: StaticString, action: String)] = [
        ("ConditionCheck", "ConditionCheckItem"), ("Delete", "DeleteItem"), ("Get", "GetItem"), ("Put", "PutItem"),
        ("Update", "UpdateItem"),
    ]

    /// Each action of a transaction with the table that it names.
    static func transaction(_ body: [UInt8]) throws(Doubt) -> [(action: String, table: String)] {
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
            throw Doubt.notUnderstood
        }
        if isDoubtful {
            throw Doubt("a part of TransactItems gives TableName twice or not at all; give it once in each")
        }
        return try Doubt.checked(found, of: "TransactItems")
    }
}
