/// The parameters of the Pipes API, as AWS's model has them. What the services that pipes here do not lead to want to know is
/// taken as it is: it is refused by name further in.
enum PipeShapes {
    private typealias Member = Shape.Member

    /// What a fault in the JSON calls AWS's structures.
    static let model = "com.amazonaws.pipes.v20151007"

    static let name = [Shape.Member("Name", .string(length: 1...64, pattern: .pipeName), isRequired: true)]

    static let createPipe: [Shape.Member] =
        name + [
            description, desiredState,
            Member("Source", .string(length: 1...1_600, pattern: .arnOrURL), isRequired: true),
            sourceParameters(stream + [Member("StartingPosition", startingPosition, isRequired: true)]),
            enrichment, enrichmentParameters,
            Member("Target", arn, isRequired: true),
            targetParameters, role,
            Member("Tags", tags), logConfiguration, kmsKey,
        ]

    static let updatePipe: [Shape.Member] =
        name + [
            description, desiredState, sourceParameters(stream), enrichment, enrichmentParameters,
            Member("Target", arn), targetParameters, role, logConfiguration, kmsKey,
        ]

    static let listPipes: [Shape.Member] = [
        Member("NamePrefix", .string(length: 1...64, pattern: .pipeName)), desiredState,
        Member(
            "CurrentState",
            .oneOf(
                "RUNNING", "STOPPED", "CREATING", "UPDATING", "DELETING", "STARTING", "STOPPING", "CREATE_FAILED",
                "UPDATE_FAILED", "START_FAILED", "STOP_FAILED", "DELETE_FAILED", "CREATE_ROLLBACK_FAILED",
                "DELETE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED")),
        Member("SourcePrefix", .string(length: 1...1_600)), Member("TargetPrefix", .string(length: 1...1_600)),
        Member("NextToken", .string(length: 1...2_048, isSensitive: true)),
        Member("Limit", .integer(.integer, 1...100)),
    ]

    static let listTagsForResource: [Shape.Member] = [resource]
    static let tagResource: [Shape.Member] = [resource, Member("tags", tags, isRequired: true)]
    static let untagResource: [Shape.Member] = [
        resource, Member("tagKeys", .list(.string(length: 1...128), count: 0...50), isRequired: true),
    ]

    private static let resource = Member(
        "resourceArn", .string(length: 1...1_600, pattern: .pipeARN), isRequired: true)
    private static let arn = Shape.string(length: 1...1_600, pattern: .arn)
    private static let description = Member(
        "Description", .string(length: 0...512, pattern: .line, isSensitive: true))
    private static let desiredState = Member("DesiredState", .oneOf("RUNNING", "STOPPED"))
    private static let enrichment = Member("Enrichment", .string(length: 0...1_600, pattern: .optionalARN))
    private static let role = Member("RoleArn", .string(length: 1...1_600, pattern: .roleARN), isRequired: true)
    private static let kmsKey = Member("KmsKeyIdentifier", .string(length: 0...2_048, pattern: .kmsKey))
    private static let tags = Shape.map(
        key: .init(length: 1...128), value: .init(length: 0...256, isSensitive: true), count: 1...50)
    private static let inputTemplate = Member("InputTemplate", .string(length: 0...8_192, isSensitive: true))
    private static let startingPosition = Shape.oneOf("TRIM_HORIZON", "LATEST")

    private static func sourceParameters(_ stream: [Shape.Member]) -> Shape.Member {
        Member(
            "SourceParameters",
            .structure(
                "PipeSourceParameters",
                [
                    Member(
                        "FilterCriteria",
                        .structure(
                            "FilterCriteria",
                            [Member("Filters", .list(.structure("Filter", [pattern]), count: 0...5))])),
                    Member("DynamoDBStreamParameters", .structure("PipeSourceDynamoDBStreamParameters", stream)),
                ]
                    + others([
                        "KinesisStreamParameters", "SqsQueueParameters", "ActiveMQBrokerParameters",
                        "RabbitMQBrokerParameters", "ManagedStreamingKafkaParameters", "SelfManagedKafkaParameters",
                    ])))
    }

    private static let pattern = Member("Pattern", .string(length: 0...4_096, isSensitive: true))

    private static let stream: [Shape.Member] = [
        Member("BatchSize", .integer(.integer, 1...10_000)),
        Member("DeadLetterConfig", .structure("DeadLetterConfig", [Member("Arn", arn)])),
        Member("OnPartialBatchItemFailure", .oneOf("AUTOMATIC_BISECT")),
        Member("MaximumBatchingWindowInSeconds", .integer(.integer, 0...300)),
        Member("MaximumRecordAgeInSeconds", .integer(.integer, -1...604_800)),
        Member("MaximumRetryAttempts", .integer(.integer, -1...10_000)),
        Member("ParallelizationFactor", .integer(.integer, 1...10)),
    ]

    private static let enrichmentParameters = Member(
        "EnrichmentParameters", .structure("PipeEnrichmentParameters", [inputTemplate] + others(["HttpParameters"])))

    private static let targetParameters = Member(
        "TargetParameters",
        .structure(
            "PipeTargetParameters",
            [
                inputTemplate,
                Member(
                    "LambdaFunctionParameters",
                    .structure(
                        "PipeTargetLambdaFunctionParameters",
                        [Member("InvocationType", .oneOf("REQUEST_RESPONSE", "FIRE_AND_FORGET"))])),
                Member(
                    "SqsQueueParameters",
                    .structure(
                        "PipeTargetSqsQueueParameters",
                        ["MessageGroupId", "MessageDeduplicationId"].map {
                            Member($0, .string(length: 0...100, isSensitive: true))
                        })),
            ]
                + others([
                    "StepFunctionStateMachineParameters", "KinesisStreamParameters", "EcsTaskParameters",
                    "BatchJobParameters", "HttpParameters", "RedshiftDataParameters", "SageMakerPipelineParameters",
                    "EventBridgeEventBusParameters", "CloudWatchLogsParameters", "TimestreamParameters",
                ])))

    private static let logConfiguration = Member(
        "LogConfiguration",
        .structure(
            "PipeLogConfigurationParameters",
            [
                Member(
                    "S3LogDestination",
                    .structure(
                        "S3LogDestinationParameters",
                        [
                            Member("BucketName", .string(length: 3...63), isRequired: true),
                            Member("BucketOwner", .string(length: 0...Int.max, pattern: .account), isRequired: true),
                            Member("OutputFormat", .oneOf("json", "plain", "w3c")),
                            Member("Prefix", .string(length: 0...256)),
                        ])),
                Member(
                    "FirehoseLogDestination",
                    .structure(
                        "FirehoseLogDestinationParameters",
                        [
                            Member(
                                "DeliveryStreamArn", .string(length: 1...1_600, pattern: .firehoseARN), isRequired: true
                            )
                        ])),
                Member(
                    "CloudwatchLogsLogDestination",
                    .structure(
                        "CloudwatchLogsLogDestinationParameters",
                        [Member("LogGroupArn", .string(length: 1...1_600, pattern: .logGroupARN), isRequired: true)])),
                Member("Level", .oneOf("OFF", "ERROR", "INFO", "TRACE"), isRequired: true),
                Member("IncludeExecutionData", .list(.oneOf("ALL"))),
            ]))

    private static func others(_ names: [String]) -> [Shape.Member] {
        names.map { Member($0, .structure($0, [])) }
    }
}
