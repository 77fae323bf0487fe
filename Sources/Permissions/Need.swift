public import Stacks

/// What a pipe or a function must be allowed, so that it does on AWS what the template says.
public struct Need: Sendable, Hashable {
    /// What the permission is for.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        case source, enrichment, target, deadLetters, logs, key
        /// A queue, table or stream that a function's environment names.
        case environment
        case tracing, network
    }

    public var part: Part
    /// `sqs:SendMessage`. One of them is enough: what a function does with a table is not in the template.
    public var actions: [String]
    /// The ARN of the call. Of a log group's streams it is one that stands for all, `…:log-group:NAME:log-stream:`, and
    /// so it is of network interfaces, `…:network-interface/any`.
    public var resource: String
    /// What does not work without, as the end of a sentence.
    public var why: String
    /// Set when the need is there only for a role that is allowed this.
    public var onlyWith: Access?

    /// An action on a resource.
    public struct Access: Sendable, Hashable {
        public var action: String
        public var resource: String
    }

    init(_ part: Part, _ actions: [String], on resource: String, why: String, onlyWith: Access? = nil) {
        self.part = part
        self.actions = actions
        self.resource = resource
        self.why = why
        self.onlyWith = onlyWith
    }
}

/// The actions that read a source.
enum SourceActions {
    static let dynamoDB = [
        "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
    ]
    static let kinesis = [
        "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
        "kinesis:ListShards", "kinesis:ListStreams", "kinesis:SubscribeToShard",
    ]
    static let sqs = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
}

extension Need {
    /// The actions with which a pipe reads what an ARN names. Source: EventBridge's user guide, on permissions of pipes.
    static func sourceActions(_ arn: String) -> [String] {
        switch ARNText.service(arn) {
        case "dynamodb": SourceActions.dynamoDB
        case "kinesis": SourceActions.kinesis
        case "sqs": SourceActions.sqs
        default: []
        }
    }

    /// The action with which a pipe sends to what an ARN names, as target, enrichment or for dead letters. Source: the same guide, on
    /// permissions and targets of pipes.
    static func sendingActions(_ arn: String) -> [String] {
        switch ARNText.service(arn) {
        case "events": ["events:PutEvents"]
        case "kinesis": ["kinesis:PutRecord", "kinesis:PutRecords"]
        case "lambda": ["lambda:InvokeFunction"]
        case "sns": ["sns:Publish"]
        case "sqs": ["sqs:SendMessage"]
        case "states": ["states:StartExecution"]
        default: []
        }
    }

    /// All that a pipe of the stack needs.
    public static func all(of pipe: PipeResource, in stack: Stack) -> [Need] {
        func needs(_ part: Part, _ actions: [String], _ arn: String, _ why: String) -> [Need] {
            actions.map { Need(part, [$0], on: arn, why: why) }
        }
        let keys = Keys(stack)
        var all = needs(
            .source, sourceActions(pipe.sourceStreamARN), pipe.sourceStreamARN,
            "the pipe cannot read its source, and creating it fails")
        if let key = keys.arn(ofTable: pipe.sourceTableLogicalID) {
            all += needs(
                .key, ["kms:Decrypt"], key, "the records of the source, which this key encrypts, cannot be read")
        }
        if let enrichment = pipe.enrichmentFunctionARN {
            all += needs(
                .enrichment, sendingActions(enrichment), enrichment, "every batch fails in its enrichment")
        }
        all += needs(
            .target, sendingActions(pipe.targetARN), pipe.targetARN,
            "every batch fails at the target and is retried until it is given up")
        if let queue = pipe.deadLetterQueueARN {
            all += needs(
                .deadLetters, sendingActions(queue), queue,
                "creating the pipe fails, or records that are given up are lost without a dead letter")
        }
        for queue in Set([pipe.targetARN, pipe.deadLetterQueueARN].compactMap { $0 }).sorted() {
            guard let key = keys.arn(ofQueue: queue) else { continue }
            all += needs(
                .key, ["kms:Decrypt", "kms:GenerateDataKey"], key,
                "nothing can be sent to the queue that this key encrypts")
        }
        if let logs = pipe.logConfiguration, logs.level != .off, let group = logs.logGroupARN {
            let stream = streamARN(ofGroup: group)
            all += needs(
                .logs, ManagedPolicies.logActions, stream, "no execution of the pipe is logged, failures neither")
        }
        return all
    }

    /// All that a function of the stack needs, as far as the template tells: its log, and some use of each queue
    /// and table that its environment names.
    public static func all(of function: FunctionResource, in stack: Stack) -> [Need] {
        let stream = streamARN(ofGroup: logGroupARN(of: function, in: stack))
        var all: [Need] = []
        let isGroupHere = stack.logGroups.contains { $0.name == function.logGroup }
        for action in isGroupHere ? Array(ManagedPolicies.logActions.dropFirst()) : ManagedPolicies.logActions {
            all.append(
                Need(
                    .logs, [action], on: stream,
                    why: "what the function prints, its errors too, is lost without a trace"))
        }
        let keys = Keys(stack)
        let values = Set(function.environment.values)
        for queue in stack.queues where !values.isDisjoint(with: [queue.arn, queue.url, queue.name]) {
            all.append(
                Need(
                    .environment, ["sqs:SendMessage", "sqs:ReceiveMessage"], on: queue.arn,
                    why: "the queue, which the function's environment names, cannot be used"))
            guard let key = keys.arn(ofQueue: queue.arn) else { continue }
            let send = Access(action: "sqs:SendMessage", resource: queue.arn)
            let receive = Access(action: "sqs:ReceiveMessage", resource: queue.arn)
            for (action, use) in [
                ("kms:Decrypt", send), ("kms:GenerateDataKey", send), ("kms:Decrypt", receive),
            ] {
                all.append(
                    Need(
                        .key, [action], on: key, why: "the queue that this key encrypts cannot be used", onlyWith: use))
            }
        }
        for table in stack.tables where !values.isDisjoint(with: [table.arn, table.name]) {
            all.append(
                Need(
                    .environment, ActionFacts.tableActions, on: table.arn,
                    why: "the table, which the function's environment names, cannot be used"))
            guard let key = keys.arn(ofTable: table.logicalID) else { continue }
            all.append(
                Need(.key, ["kms:Decrypt"], on: key, why: "the table that this key encrypts cannot be used"))
        }
        if let key = function.kmsKeyARN.flatMap(keys.keyARN) {
            all.append(
                Need(
                    .key, ["kms:Decrypt"], on: key, why: "the environment cannot be decrypted, and every call fails"))
        }
        if function.isTracingActive {
            for action in ["xray:PutTelemetryRecords", "xray:PutTraceSegments"] {
                all.append(Need(.tracing, [action], on: "*", why: "no trace of the function appears"))
            }
        }
        if function.isInVPC {
            for action in ManagedPolicies.networkActions {
                all.append(
                    Need(
                        .network, [action], on: networkResource(of: action, in: stack),
                        why: "the function gets no network interface, and creating it fails"))
            }
        }
        return all
    }

    // MARK: Networks

    /// The end of an ARN that stands for a network interface which is made later.
    private static let anyInterface = ":network-interface/any"

    /// The Describe actions know no resource; the others are asked about the interface.
    private static func networkResource(of action: String, in stack: Stack) -> String {
        if action.hasPrefix("ec2:Describe") { return "*" }
        let options = stack.options
        return "arn:\(options.partition):ec2:\(options.region):\(options.accountID)\(anyInterface)"
    }

    /// Whether an ARN stands for a network interface that no template can name.
    static func isAnyInterface(_ arn: String) -> Bool { arn.hasSuffix(anyInterface) }

    // MARK: Logs

    /// What CloudFormation puts behind a name that it makes up, or something like it.
    static let chanceSuffix = "-0A1B2C3D4E5F"

    /// As `Fn::GetAtt` gives it, with `:*` at the end.
    static func logGroupARN(of function: FunctionResource, in stack: Stack) -> String {
        let options = stack.options
        let suffix = function.logGroupName == nil && stack.hasMadeUpName(function) ? chanceSuffix : ""
        return
            "arn:\(options.partition):logs:\(options.region):\(options.accountID):log-group:\(function.logGroup)\(suffix):*"
    }

    /// What CloudWatch Logs asks IAM about: its refusals name `…:log-group:NAME:log-stream:`, with the stream's name if
    /// there is one, also when the group itself is to be made. So an ARN without `:*` behind the group's name allows
    /// nothing.
    static func streamARN(ofGroup arn: String) -> String {
        (arn.hasSuffix(":*") ? String(arn.dropLast(2)) : arn) + ":log-stream:"
    }
}

extension Stack {
    /// Whether the template leaves the function's name to CloudFormation.
    func hasMadeUpName(_ function: FunctionResource) -> Bool {
        function.name == String("\(options.stackName)-\(function.logicalID)".prefix(64))
    }

    func hasMadeUpName(_ pipe: PipeResource) -> Bool {
        pipe.name == String("\(options.stackName)-\(pipe.logicalID)".prefix(64))
    }
}

/// The customer's keys of KMS that encrypt a stack's queues and tables, as ARNs.
struct Keys {
    private let stack: Stack

    init(_ stack: Stack) { self.stack = stack }

    func arn(ofQueue arn: String) -> String? {
        stack.queues.first { $0.arn == arn }?.kmsMasterKeyID.flatMap(keyARN)
    }

    func arn(ofTable logicalID: String) -> String? {
        stack.tables.first { $0.logicalID == logicalID }?.settings.kmsKeyID.flatMap(keyARN)
    }

    /// - Returns: nil for an alias: AWS's own need no permission, and which key another stands for is not in the
    ///   template.
    func keyARN(_ id: String) -> String? {
        if id.hasPrefix("arn:") { return ARNText.parts(id).last?.hasPrefix("key/") == true ? id : nil }
        if id.hasPrefix("alias/") { return nil }
        let options = stack.options
        return "arn:\(options.partition):kms:\(options.region):\(options.accountID):key/\(id)"
    }
}
