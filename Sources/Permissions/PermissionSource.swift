/// Where AWS says what a role needs, or should not have.
public enum PermissionSource: String, Sendable, Hashable, CaseIterable {
    case confusedDeputy = "EB-CONF"
    case dynamoDBActions = "DDB-ACTIONS"
    case dynamoDBKeys = "DDB-KEYS"
    case leastPrivilege = "IAM-LEAST"
    case lambdaEnvironment = "L-ENV"
    case lambdaLogs = "L-LOGS"
    case lambdaNetwork = "L-VPC"
    case lambdaRole = "L-ROLE"
    case lambdaTracing = "L-XRAY"
    case managedPolicies = "IAM-MANAGED"
    case permissionsBoundaries = "IAM-BOUNDARY"
    case pipeTargets = "P-TGT"
    case pipeLogs = "P-LOG"
    case pipes = "P-PERM"
    case policyConditions = "IAM-CONDITIONS"
    case principals = "IAM-PRINCIPAL"
    case queueActions = "SQS-ACTIONS"
    case queueKeys = "SQS-KEYS"

    /// The page of AWS's documentation.
    public var url: String { "https://docs.aws.amazon.com/" + path }

    private var path: String {
        switch self {
        case .confusedDeputy: "eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html"
        case .dynamoDBActions: "service-authorization/latest/reference/list_amazondynamodb.html"
        case .dynamoDBKeys: "amazondynamodb/latest/developerguide/encryption.usagenotes.html"
        case .lambdaEnvironment: "lambda/latest/dg/configuration-envvars-encryption.html"
        case .lambdaLogs: "lambda/latest/dg/monitoring-cloudwatchlogs.html"
        case .lambdaNetwork: "lambda/latest/dg/configuration-vpc.html"
        case .lambdaRole: "lambda/latest/dg/lambda-intro-execution-role.html"
        case .lambdaTracing: "lambda/latest/dg/services-xray.html"
        case .leastPrivilege: "IAM/latest/UserGuide/best-practices.html"
        case .managedPolicies: "IAM/latest/UserGuide/access_policies_managed-vs-inline.html"
        case .permissionsBoundaries: "IAM/latest/UserGuide/access_policies_boundaries.html"
        case .pipeLogs: "eventbridge/latest/userguide/eb-pipes-logs.html"
        case .pipeTargets: "eventbridge/latest/userguide/eb-pipes-event-target.html"
        case .pipes: "eventbridge/latest/userguide/eb-pipes-permissions.html"
        case .policyConditions: "IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
        case .principals: "IAM/latest/UserGuide/reference_policies_elements_principal.html"
        case .queueActions: "service-authorization/latest/reference/list_amazonsqs.html"
        case .queueKeys: "AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
        }
    }
}
