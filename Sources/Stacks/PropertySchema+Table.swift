extension ObjectSchema {
    /// `AWS::DynamoDB::Table`. Limits: DynamoDB quotas (20 global and 5 local indexes, names of 3 to 255 characters).
    static let table = ObjectSchema(
        "AWS::DynamoDB::Table",
        [
            .required(
                "AttributeDefinitions", .list(of: .object(attributeDefinition), count: 1...100)),
            .optional("BillingMode", .choice(["PAY_PER_REQUEST", "PROVISIONED"])),
            .accepted("ContributorInsightsSpecification"),
            .optional("DeletionProtectionEnabled", .boolean),
            .optional("GlobalSecondaryIndexes", .list(of: .object(globalIndex), count: 0...20)),
            .refused("ImportSourceSpecification", "a table starts empty here; import with `sluice orders import`"),
            .required("KeySchema", .list(of: .object(keyElement), count: 1...2)),
            .refused("KinesisStreamSpecification", "there is no Kinesis here; \(conditionRemedy)"),
            .optional("LocalSecondaryIndexes", .list(of: .object(localIndex), count: 0...5)),
            .accepted("OnDemandThroughput"),
            .optional(
                "PointInTimeRecoverySpecification",
                .object(
                    ObjectSchema(
                        "PointInTimeRecoverySpecification",
                        [
                            .optional("PointInTimeRecoveryEnabled", .boolean),
                            .optional("RecoveryPeriodInDays", .integer(1...35)),
                        ]))),
            .optional("ProvisionedThroughput", .object(throughput)),
            .accepted("ResourcePolicy"),
            .optional(
                "SSESpecification",
                .object(
                    ObjectSchema(
                        "SSESpecification",
                        [
                            .required("SSEEnabled", .boolean), .optional("SSEType", .choice(["KMS"])),
                            .optional("KMSMasterKeyId", .text),
                        ]))),
            .optional(
                "StreamSpecification",
                .object(
                    ObjectSchema(
                        "StreamSpecification",
                        [
                            .required(
                                "StreamViewType",
                                .choice(["KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE"])),
                            .accepted("ResourcePolicy"),
                        ]))),
            .optional("TableClass", .choice(["STANDARD", "STANDARD_INFREQUENT_ACCESS"])),
            .optional("TableName", .name(NameRule(lengths: 3...255, punctuation: "_.-"))),
            .optional("Tags", .list(of: .object(tag), count: 0...50)),
            .optional(
                "TimeToLiveSpecification",
                .object(
                    ObjectSchema(
                        "TimeToLiveSpecification",
                        [.required("Enabled", .boolean), .optional("AttributeName", .text)]))),
            .accepted("WarmThroughput"),
        ])

    private static let tag = ObjectSchema("Tags", [.required("Key", .text), .required("Value", .text)])

    private static let attributeDefinition = ObjectSchema(
        "AttributeDefinitions",
        [.required("AttributeName", .text), .required("AttributeType", .choice(["S", "N", "B"]))])

    private static let keyElement = ObjectSchema(
        "KeySchema", [.required("AttributeName", .text), .required("KeyType", .choice(["HASH", "RANGE"]))])

    private static let projection = ObjectSchema(
        "Projection",
        [
            .required("ProjectionType", .choice(["ALL", "INCLUDE", "KEYS_ONLY"])),
            .optional("NonKeyAttributes", .list(of: .text, count: 1...100)),
        ])

    private static let throughput = ObjectSchema(
        "ProvisionedThroughput",
        [
            .required("ReadCapacityUnits", .integer(1...1_000_000)),
            .required("WriteCapacityUnits", .integer(1...1_000_000)),
        ])

    private static let localIndex = ObjectSchema("LocalSecondaryIndexes", indexProperties)

    private static let globalIndex = ObjectSchema(
        "GlobalSecondaryIndexes",
        indexProperties + [
            .accepted("ContributorInsightsSpecification"), .accepted("OnDemandThroughput"),
            .optional("ProvisionedThroughput", .object(throughput)), .accepted("WarmThroughput"),
        ])

    private static let indexProperties: [PropertySchema] = [
        .required("IndexName", .name(NameRule(lengths: 3...255, punctuation: "_.-"))),
        // AWS lets a global index have up to four HASH and four RANGE attributes; TableResource refuses more than one.
        .required("KeySchema", .list(of: .object(keyElement), count: 1...8)),
        .required("Projection", .object(projection)),
    ]
}
