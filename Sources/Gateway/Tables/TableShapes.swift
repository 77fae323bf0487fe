/// The parameters of the operations on tables, as AWS's model has them. Members that are taken and have no effect here
/// (policies, replicas, the warm throughput of indexes) are named only where AWS checks them.
enum TableShapes {
    private typealias Member = Shape.Member

    static let tableName = [Shape.Member("TableName", .name, isRequired: true)]

    static let createTable = [
        Member("AttributeDefinitions", attributeDefinitions, isRequired: true),
        Member("TableName", .name, isRequired: true),
        Member("KeySchema", .list(keySchemaElement, count: 1...2), isRequired: true),
        // Recorded on AWS: what is wrong with global indexes is listed first.
        Member("GlobalSecondaryIndexes", .list(.structure("GlobalSecondaryIndex", globalIndexMembers))),
        Member("LocalSecondaryIndexes", .list(.structure("LocalSecondaryIndex", indexMembers))),
        Member("BillingMode", billingMode),
        Member("ProvisionedThroughput", throughput),
        Member("StreamSpecification", streamSpecification),
        Member("SSESpecification", encryption),
        Member("Tags", tags),
        Member("TableClass", .any),
        Member("DeletionProtectionEnabled", .boolean),
        Member("OnDemandThroughput", onDemandThroughput),
        Member("WarmThroughput", warmThroughput),
        Member("ResourcePolicy", .any),
    ]

    static let updateTable = [
        Member("AttributeDefinitions", attributeDefinitions),
        Member("TableName", .name, isRequired: true),
        Member("BillingMode", billingMode),
        Member("ProvisionedThroughput", throughput),
        Member("GlobalSecondaryIndexUpdates", .list(.structure("GlobalSecondaryIndexUpdate", indexUpdateMembers))),
        Member("StreamSpecification", streamSpecification),
        Member("SSESpecification", encryption),
        Member("TableClass", .any),
        Member("DeletionProtectionEnabled", .boolean),
        Member("OnDemandThroughput", onDemandThroughput),
        Member("WarmThroughput", warmThroughput),
        // Told apart from nothing only to be refused: what is in it is passed over.
        Member("ReplicaUpdates", .list(.structure("ReplicationGroupUpdate", []))),
        Member("MultiRegionConsistency", .any),
    ]

    static let listTables = [
        Member("Limit", .integer(.integer, 1...100)),
        Member("ExclusiveStartTableName", .name),
    ]

    // The constraints on ARNs and tags have words of their own.
    static let tagResource = [Member("ResourceArn", .any), Member("Tags", tags)]
    static let untagResource = [Member("ResourceArn", .any), Member("TagKeys", .list(.any))]
    static let listTagsOfResource = [Member("ResourceArn", .any), Member("NextToken", .any)]

    static let updateTimeToLive =
        tableName + [
            Member(
                "TimeToLiveSpecification",
                .structure(
                    "TimeToLiveSpecification",
                    [
                        Member("Enabled", .boolean, isRequired: true),
                        Member("AttributeName", .string(length: 0...255), isRequired: true),
                    ]), isRequired: true)
        ]

    static let updateContinuousBackups =
        tableName + [
            Member(
                "PointInTimeRecoverySpecification",
                .structure(
                    "PointInTimeRecoverySpecification",
                    [
                        Member("PointInTimeRecoveryEnabled", .boolean, isRequired: true),
                        Member("RecoveryPeriodInDays", .integer(.integer, 1...35)),
                    ]), isRequired: true)
        ]

    // MARK: Parts

    private static let attributeName = Shape.string(length: 1...255)

    private static let attributeDefinitions = Shape.list(
        .structure(
            "AttributeDefinition",
            [
                Member("AttributeName", attributeName, isRequired: true),
                Member("AttributeType", .oneOf("B", "N", "S"), isRequired: true),
            ]))

    private static let keySchemaElement = Shape.structure(
        "KeySchemaElement",
        [
            Member("AttributeName", attributeName, isRequired: true),
            Member("KeyType", .oneOf("HASH", "RANGE"), isRequired: true),
        ])

    private static let projection = Shape.structure(
        "Projection",
        [
            Member("ProjectionType", .oneOf("ALL", "INCLUDE", "KEYS_ONLY")),
            Member("NonKeyAttributes", .list(attributeName, count: 1...20)),
        ])

    private static let indexMembers = [
        Member("IndexName", .name, isRequired: true),
        Member("KeySchema", .list(keySchemaElement, count: 1...2), isRequired: true),
        Member("Projection", projection, isRequired: true),
    ]

    private static let globalIndexMembers =
        indexMembers + [
            Member("ProvisionedThroughput", throughput),
            Member("OnDemandThroughput", onDemandThroughput),
            Member("WarmThroughput", warmThroughput),
        ]

    private static let indexUpdateMembers = [
        Member(
            "Update",
            .structure(
                "UpdateGlobalSecondaryIndexAction",
                [
                    Member("IndexName", .name, isRequired: true),
                    Member("ProvisionedThroughput", throughput),
                    Member("OnDemandThroughput", onDemandThroughput),
                    Member("WarmThroughput", warmThroughput),
                ])),
        Member("Create", .structure("CreateGlobalSecondaryIndexAction", globalIndexMembers)),
        Member(
            "Delete",
            .structure("DeleteGlobalSecondaryIndexAction", [Member("IndexName", .name, isRequired: true)])),
    ]

    private static let billingMode = Shape.oneOf("PROVISIONED", "PAY_PER_REQUEST")

    private static let throughput = Shape.structure(
        "ProvisionedThroughput",
        [
            Member("WriteCapacityUnits", .integer(.long, 1...Int.max), isRequired: true),
            Member("ReadCapacityUnits", .integer(.long, 1...Int.max), isRequired: true),
        ])

    private static let onDemandThroughput = Shape.structure(
        "OnDemandThroughput",
        [Member("MaxReadRequestUnits", .integer(.long)), Member("MaxWriteRequestUnits", .integer(.long))])

    private static let warmThroughput = Shape.structure(
        "WarmThroughput",
        [Member("ReadUnitsPerSecond", .integer(.long)), Member("WriteUnitsPerSecond", .integer(.long))])

    private static let streamSpecification = Shape.structure(
        "StreamSpecification",
        [
            Member("StreamEnabled", .boolean, isRequired: true),
            Member("StreamViewType", .oneOf("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")),
        ])

    private static let encryption = Shape.structure(
        "SSESpecification",
        [Member("Enabled", .boolean), Member("SSEType", .oneOf("AES256", "KMS")), Member("KMSMasterKeyId", .any)])

    private static let tags = Shape.list(.structure("Tag", [Member("Key", .any), Member("Value", .any)]))
}
