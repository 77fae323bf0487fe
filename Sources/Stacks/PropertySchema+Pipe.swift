extension ObjectSchema {
    /// `AWS::Pipes::Pipe`. Limits: the Pipes API reference.
    static let pipe = ObjectSchema(
        "AWS::Pipes::Pipe",
        [
            .optional("Description", .text),
            .optional("DesiredState", .choice(["RUNNING", "STOPPED"])),
            .optional("Enrichment", .text),
            .optional("EnrichmentParameters", .object(pipeEnrichment)),
            .optional("KmsKeyIdentifier", .text),
            .optional("LogConfiguration", .object(pipeLogs)),
            .optional("Name", .name(NameRule(lengths: 1...64, punctuation: ".-_"))),
            .required("RoleArn", .text),
            .required("Source", .text),
            .required("SourceParameters", .object(pipeSource)),
            .optional("Tags", .textMap),
            .required("Target", .text),
            .optional("TargetParameters", .object(pipeTarget)),
        ])

    private static let pipeLogs = ObjectSchema(
        "LogConfiguration",
        [
            .optional(
                "CloudwatchLogsLogDestination",
                .object(ObjectSchema("CloudwatchLogsLogDestination", [.required("LogGroupArn", .text)]))),
            .refused("FirehoseLogDestination", "there is no Firehose here; use CloudwatchLogsLogDestination"),
            .optional("IncludeExecutionData", .list(of: .choice(["ALL"]), count: 0...1)),
            .optional("Level", .choice(["ERROR", "INFO", "OFF", "TRACE"])),
            .refused("S3LogDestination", "there is no S3 here; use CloudwatchLogsLogDestination"),
        ])

    private static let otherSources = [
        "ActiveMQBrokerParameters", "KinesisStreamParameters", "ManagedStreamingKafkaParameters",
        "RabbitMQBrokerParameters", "SelfManagedKafkaParameters", "SqsQueueParameters",
    ]
    private static let otherTargets = [
        "BatchJobParameters", "CloudWatchLogsParameters", "EcsTaskParameters", "EventBridgeEventBusParameters",
        "HttpParameters", "KinesisStreamParameters", "RedshiftDataParameters", "SageMakerPipelineParameters",
        "StepFunctionStateMachineParameters", "TimestreamParameters",
    ]

    private static let pipeSource = ObjectSchema(
        "SourceParameters",
        [
            .required("DynamoDBStreamParameters", .object(streamParameters)),
            .optional(
                "FilterCriteria",
                .object(
                    ObjectSchema(
                        "FilterCriteria",
                        [
                            .optional(
                                "Filters",
                                .list(
                                    of: .object(ObjectSchema("Filters", [.required("Pattern", .text)])), count: 0...5))
                        ]))),
        ]
            + otherSources.map {
                .refused($0, "only DynamoDB streams are sources here; use DynamoDBStreamParameters")
            })

    private static let streamParameters = ObjectSchema(
        "DynamoDBStreamParameters",
        [
            .optional("BatchSize", .integer(1...10_000)),
            .optional("DeadLetterConfig", .object(ObjectSchema("DeadLetterConfig", [.required("Arn", .text)]))),
            .optional("MaximumBatchingWindowInSeconds", .integer(0...300)),
            .optional("MaximumRecordAgeInSeconds", .integer(-1...604_800)),
            .optional("MaximumRetryAttempts", .integer(-1...10_000)),
            .optional("OnPartialBatchItemFailure", .choice(["AUTOMATIC_BISECT"])),
            .optional("ParallelizationFactor", .integer(1...10)),
            .required("StartingPosition", .choice(["LATEST", "TRIM_HORIZON"])),
        ])

    private static let pipeEnrichment = ObjectSchema(
        "EnrichmentParameters",
        [
            .refused("HttpParameters", "only Lambda functions enrich here; leave it out"),
            .optional("InputTemplate", .text),
        ])

    private static let queueParameters = ObjectSchema(
        "SqsQueueParameters",
        ["MessageDeduplicationId", "MessageGroupId"].map {
            .refused($0, "only standard queues are targets here; remove it")
        })

    private static let pipeTarget = ObjectSchema(
        "TargetParameters",
        [
            .optional("InputTemplate", .text),
            .optional(
                "LambdaFunctionParameters",
                .object(
                    ObjectSchema(
                        "LambdaFunctionParameters",
                        [.optional("InvocationType", .choice(["FIRE_AND_FORGET", "REQUEST_RESPONSE"]))]))),
            .optional("SqsQueueParameters", .object(queueParameters)),
        ]
            + otherTargets.map {
                .refused($0, "only Lambda functions and SQS queues are targets here; remove it")
            })
}
