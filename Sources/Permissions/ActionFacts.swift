/// What the services' actions are about. Source: AWS Service Authorization Reference.
enum ActionFacts {
    /// What a program does with a table's items. A transaction needs the rights of what is in it.
    static let tableActions = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem",
        "dynamodb:GetItem", "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect",
        "dynamodb:PartiQLUpdate", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
    ]

    /// Actions that no resource can be named for, in lower case: `*` is all that their statement can have.
    private static let withoutResource: Set<String> = Set(
        [
            "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics",
            "cloudwatch:PutMetricData", "dynamodb:ListStreams", "dynamodb:ListTables", "ec2:DescribeSecurityGroups",
            "ec2:DescribeVpcs", "kinesis:ListStreams", "kms:ListAliases", "kms:ListKeys", "lambda:GetAccountSettings",
            "lambda:ListEventSourceMappings", "lambda:ListFunctions", "s3:ListAllMyBuckets",
            "secretsmanager:GetRandomPassword", "secretsmanager:ListSecrets", "sns:ListTopics", "sqs:ListQueues",
            "ssm:DescribeParameters", "sts:GetCallerIdentity", "sts:GetSessionToken", "tag:GetResources",
        ].map { $0.lowercased() } + ManagedPolicies.tracingActions.map { $0.lowercased() })

    /// Those that Lambda asks for a network interface with. Two of them have no resource, the others one that does not
    /// exist before the call.
    private static let network = Set(ManagedPolicies.networkActions.map { $0.lowercased() })

    static func hasResourceLevel(_ action: String) -> Bool {
        let action = action.lowercased()
        return !withoutResource.contains(action) && !network.contains(action)
    }

    static func isNetwork(_ action: String) -> Bool { network.contains(action.lowercased()) }

    /// What a function may sensibly do with the resources of a service, in lower case; nil where any action may be.
    private static let work: [String: Set<String>] = {
        let lists: [String: [String]] = [
            "cloudformation": [], "account": [], "iam": [], "organizations": [], "pipes": [],
            "dynamodb": tableActions + SourceActions.dynamoDB + ["dynamodb:DescribeTable", "dynamodb:ListTables"],
            "kms": [
                "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext", "kms:GenerateMac", "kms:GetPublicKey", "kms:Sign", "kms:Verify",
                "kms:VerifyMac",
            ],
            "lambda": ["lambda:GetAccountSettings", "lambda:InvokeAsync", "lambda:InvokeFunction"],
            "logs": ManagedPolicies.logActions + ["logs:DescribeLogGroups", "logs:DescribeLogStreams"],
            "sns": ["sns:GetTopicAttributes", "sns:ListTopics", "sns:Publish"],
            "sqs": SourceActions.sqs + [
                "sqs:ChangeMessageVisibility", "sqs:GetQueueUrl", "sqs:ListQueues", "sqs:SendMessage",
            ],
        ]
        return lists.mapValues { Set($0.map { $0.lowercased() }) }
    }()

    /// Whether a function that handles events may do it at all; what administers a service is for deployments.
    static func isWork(_ action: String) -> Bool {
        let action = action.lowercased()
        let service = action.split(separator: ":").first.map(String.init) ?? ""
        return work[service]?.contains(action) ?? true
    }

    /// What stands before the name in an ARN's last part.
    static let typePrefixes: Set<String> = [
        "", "alias/", "event-bus/", "function:", "key/", "log-group:", "parameter/", "policy/", "role/", "secret:",
        "stateMachine:", "stream/", "table/", "user/",
    ]

    /// Whether a resource of a policy stands for every resource of its kind.
    static func isEveryResource(_ pattern: String) -> Bool {
        if pattern.allSatisfy({ $0 == "*" }) { return true }
        let parts = ARNText.parts(pattern)
        guard let last = parts.last else { return false }
        // With fewer parts a star reaches beyond colons: arn:aws:sqs:* is every queue, and so is arn:aws:sqs:eu-*; but
        // arn:aws:sqs:*:orders-* has a name behind it.
        if parts.count < 6, last.hasSuffix("*"), !parts.dropLast().contains(where: { $0.hasSuffix("*") }) {
            return true
        }
        // S3's objects lie behind their bucket: arn:aws:s3:::* is every bucket, arn:aws:s3:::orders/* is not.
        guard let wildcard = last.firstIndex(where: { $0 == "*" || $0 == "?" }) else { return false }
        return typePrefixes.contains(String(last[..<wildcard])) && !isNamedLater(last[wildcard...])
    }

    /// Whether letters or digits follow the first wildcard, so that a name is asked for after all: `*-orders`.
    private static func isNamedLater(_ rest: Substring) -> Bool {
        let rest = rest.drop { $0 == "*" || $0 == "?" }
        // `table/*/stream/*` is every table's stream.
        return !rest.isEmpty && rest.first != "/" && rest.first != ":"
    }
}
