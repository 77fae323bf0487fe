/// What `Ref` and `Fn::GetAtt` give for a resource type, as data.
///
/// The texts hold placeholders: `{name}` the physical name, `{logicalID}`, `{region}`, `{account}`, `{partition}`.
struct ResourceType: Sendable {
    /// The property that sets the physical name; nil when AWS always makes it up.
    var nameProperty: String?
    /// Most characters of a physical name; a made-up name is cut to it.
    var nameLengthMax = 128
    var reference = "{name}"
    var attributes: [String: String] = [:]
    /// Attributes that exist but get a value only while the resource runs on AWS.
    var runtimeAttributes: [String] = []
    /// What to do instead, for a type that does not run here and whose absence may surprise.
    var advice: String?

    /// What is known of a type; for the many that are not in the table, any attribute is taken on trust.
    static func named(_ type: String) -> ResourceType? { table[type] }

    private static let table: [String: ResourceType] = [
        "AWS::DynamoDB::Table": ResourceType(
            nameProperty: "TableName", nameLengthMax: 255,
            attributes: [
                "Arn": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
                // AWS labels a stream with its time of creation. The engine does so too, when it creates the table;
                // before that, the stream is named by this stand-in.
                "StreamArn": "arn:{partition}:dynamodb:{region}:{account}:table/{name}/stream/LATEST",
            ]),
        "AWS::Lambda::Function": ResourceType(
            nameProperty: "FunctionName", nameLengthMax: 64,
            attributes: ["Arn": "arn:{partition}:lambda:{region}:{account}:function:{name}"],
            runtimeAttributes: ["SnapStartResponse.ApplyOn", "SnapStartResponse.OptimizationStatus"]),
        "AWS::SQS::Queue": ResourceType(
            nameProperty: "QueueName", nameLengthMax: 80, reference: "http://127.0.0.1:4566/{account}/{name}",
            attributes: [
                "Arn": "arn:{partition}:sqs:{region}:{account}:{name}",
                "QueueName": "{name}",
                "QueueUrl": "http://127.0.0.1:4566/{account}/{name}",
            ]),
        "AWS::Pipes::Pipe": ResourceType(
            nameProperty: "Name", nameLengthMax: 64,
            attributes: ["Arn": "arn:{partition}:pipes:{region}:{account}:pipe/{name}"],
            runtimeAttributes: ["CreationTime", "CurrentState", "LastModifiedTime", "StateReason"]),
        "AWS::IAM::Role": ResourceType(
            nameProperty: "RoleName", nameLengthMax: 64,
            attributes: ["Arn": "arn:{partition}:iam::{account}:role/{name}"], runtimeAttributes: ["RoleId"]),
        "AWS::IAM::ManagedPolicy": ResourceType(
            nameProperty: "ManagedPolicyName", reference: "arn:{partition}:iam::{account}:policy/{name}",
            attributes: ["PolicyArn": "arn:{partition}:iam::{account}:policy/{name}"],
            runtimeAttributes: [
                "AttachmentCount", "CreateDate", "DefaultVersionId", "IsAttachable",
                "PermissionsBoundaryUsageCount", "PolicyId", "UpdateDate",
            ]),
        "AWS::Logs::LogGroup": ResourceType(
            nameProperty: "LogGroupName", nameLengthMax: 512,
            attributes: ["Arn": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*"]),
        "AWS::SNS::Topic": ResourceType(
            nameProperty: "TopicName", nameLengthMax: 256,
            reference: "arn:{partition}:sns:{region}:{account}:{name}",
            attributes: [
                "TopicArn": "arn:{partition}:sns:{region}:{account}:{name}",
                "TopicName": "{name}",
            ]),
        "AWS::SNS::Subscription": ResourceType(
            reference: "arn:{partition}:sns:{region}:{account}:{name}",
            attributes: ["Arn": "arn:{partition}:sns:{region}:{account}:{name}"]),
        "AWS::SNS::TopicPolicy": ResourceType(attributes: ["Id": "{name}"]),
        "AWS::SNS::TopicInlinePolicy": ResourceType(),
        "AWS::CloudWatch::Alarm": ResourceType(
            nameProperty: "AlarmName", nameLengthMax: 255,
            attributes: ["Arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"]),
        "AWS::CloudWatch::CompositeAlarm": ResourceType(
            nameProperty: "AlarmName", nameLengthMax: 255,
            attributes: ["Arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"],
            advice:
                "composite alarms do not run here; watch several metrics with one AWS::CloudWatch::Alarm whose Metrics"
                + " have a math expression"),
        "AWS::CloudWatch::AnomalyDetector": ResourceType(
            runtimeAttributes: ["Id"], advice: "anomaly detection does not run here; give alarms a Threshold"),
        "AWS::CloudWatch::Dashboard": ResourceType(nameProperty: "DashboardName", nameLengthMax: 255),
        "AWS::KMS::Key": ResourceType(
            attributes: [
                "Arn": "arn:{partition}:kms:{region}:{account}:key/{name}",
                "KeyId": "{name}",
            ]),
        "AWS::Events::Rule": ResourceType(
            nameProperty: "Name", nameLengthMax: 64,
            attributes: ["Arn": "arn:{partition}:events:{region}:{account}:rule/{name}"]),
    ]
}
