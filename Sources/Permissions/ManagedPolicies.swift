public import Stacks

/// AWS's managed policies that functions commonly have. Source: AWS Managed Policy Reference, their current versions.
public enum ManagedPolicies {
    static let logActions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    static let networkActions = [
        "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
    ]
    static let tracingActions = [
        "xray:GetSamplingRules", "xray:GetSamplingStatisticSummaries", "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords", "xray:PutTraceSegments",
    ]

    private static let actions: [String: [String]] = [
        "AWSXRayDaemonWriteAccess": tracingActions,
        "AWSXrayWriteOnlyAccess": tracingActions,
        "AdministratorAccess": ["*"],
        "service-role/AWSLambdaBasicExecutionRole": logActions,
        "service-role/AWSLambdaDynamoDBExecutionRole": SourceActions.dynamoDB + logActions,
        "service-role/AWSLambdaSQSQueueExecutionRole": SourceActions.sqs + logActions,
        "service-role/AWSLambdaVPCAccessExecutionRole": logActions + networkActions,
    ]

    /// The policy's document.
    /// - Returns: nil for a policy that is not known here.
    public static func document(_ arn: String) -> PolicyDocument? {
        name(arn).flatMap { actions[$0] }.map { actions in
            PolicyDocument(statements: [.init(actions: .these(actions), resources: .these(["*"]))])
        }
    }

    /// The doubt of a policy that is not known here.
    static func notKnown(_ arn: String) -> String { "what the managed policy \(arn) allows is not known here" }

    /// The path and name of a policy of AWS's, in whichever partition.
    static func name(_ arn: String) -> String? {
        let parts = ARNText.parts(arn)
        guard parts.count == 6, parts[2] == "iam", parts[4] == "aws", parts[5].hasPrefix("policy/") else { return nil }
        return String(parts[5].dropFirst("policy/".count))
    }
}
