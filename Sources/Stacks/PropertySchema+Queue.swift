extension ObjectSchema {
    /// `AWS::SQS::Queue`. Limits: SQS API reference, `SetQueueAttributes`, and the CloudFormation registry for the smallest
    /// MaximumMessageSize.
    static let queue = ObjectSchema(
        "AWS::SQS::Queue",
        [
            .optional("ContentBasedDeduplication", .boolean),
            .optional("DeduplicationScope", .choice(["messageGroup", "queue"])),
            .optional("DelaySeconds", .integer(0...900)),
            .optional("FifoQueue", .boolean),
            .optional("FifoThroughputLimit", .choice(["perMessageGroupId", "perQueue"])),
            .optional("KmsDataKeyReusePeriodSeconds", .integer(60...86_400)),
            .optional("KmsMasterKeyId", .text),
            .optional("MaximumMessageSize", .integer(1_024...1_048_576)),
            .optional("MessageRetentionPeriod", .integer(60...1_209_600)),
            // ".fifo" has a dot, which no other name may have; QueueResource looks at that.
            .optional("QueueName", .name(NameRule(lengths: 1...80, punctuation: "-_."))),
            .optional("ReceiveMessageWaitTimeSeconds", .integer(0...20)),
            .optional(
                "RedriveAllowPolicy",
                .object(
                    ObjectSchema(
                        "RedriveAllowPolicy",
                        [
                            .required("redrivePermission", .choice(["allowAll", "byQueue", "denyAll"])),
                            .optional("sourceQueueArns", .list(of: .text, count: 1...10)),
                        ]))),
            .optional(
                "RedrivePolicy",
                .object(
                    ObjectSchema(
                        "RedrivePolicy",
                        [.required("deadLetterTargetArn", .text), .optional("maxReceiveCount", .integer(1...1_000))]))),
            .optional("SqsManagedSseEnabled", .boolean),
            .accepted("Tags"),
            .optional("VisibilityTimeout", .integer(0...43_200)),
        ])
}
