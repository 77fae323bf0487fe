/// The parameters of DynamoDB Streams' operations, as AWS's model has them.
enum StreamShapes {
    private typealias Member = Shape.Member

    private static let streamARN = Shape.string(length: 37...1_024)
    private static let shardID = Shape.string(length: 28...65)

    static let listStreams = [
        Member("TableName", .name),
        Member("Limit", .integer(.integer, 1...StreamOperations.pageMax)),
        Member("ExclusiveStartStreamArn", streamARN),
    ]

    static let describeStream = [
        Member("StreamArn", streamARN, isRequired: true),
        Member("Limit", .integer(.integer, 1...Int.max)),
        Member("ExclusiveStartShardId", shardID),
        Member(
            "ShardFilter",
            .structure("ShardFilter", [Member("Type", .oneOf("CHILD_SHARDS")), Member("ShardId", shardID)])),
    ]

    static let getShardIterator = [
        Member("StreamArn", streamARN, isRequired: true),
        Member("ShardId", shardID, isRequired: true),
        Member(
            "ShardIteratorType",
            .oneOf("TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"), isRequired: true),
        Member("SequenceNumber", .string(length: 21...40)),
    ]

    static let getRecords = [
        Member("ShardIterator", .string(length: 1...2_048), isRequired: true),
        Member("Limit", .integer(.integer, 1...StreamOperations.recordsMax)),
    ]
}
