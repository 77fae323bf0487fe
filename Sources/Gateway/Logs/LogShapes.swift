import Logs

/// The parameters of CloudWatch Logs, as AWS's model has them.
enum LogShapes {
    private typealias Member = Shape.Member

    /// What a fault in the JSON calls AWS's structures.
    static let model = "com.amazonaws.logs.v20140328"

    static let createLogGroup: [Shape.Member] = [
        group, Member("kmsKeyId", .string(length: 0...256)), Member("tags", tags), logGroupClass,
        Member("deletionProtectionEnabled", .boolean),
    ]
    static let group = Shape.Member("logGroupName", groupName, isRequired: true)
    static let describeLogGroups: [Shape.Member] = [
        Member("logGroupNamePrefix", groupName),
        Member("logGroupNamePattern", .string(length: 0...512, pattern: .logGroupNamePart)),
        Member("logGroupIdentifiers", .list(identifier, count: 1...50)), nextToken, describeLimit, logGroupClass,
    ]
    static let stream: [Shape.Member] = [group, Member("logStreamName", streamName, isRequired: true)]
    static let describeLogStreams: [Shape.Member] =
        anyGroup + [
            Member("logStreamNamePrefix", streamName), Member("orderBy", .oneOf("LogStreamName", "LastEventTime")),
            Member("descending", .boolean), nextToken, describeLimit,
        ]
    static let putLogEvents: [Shape.Member] =
        stream + [
            Member(
                "logEvents",
                .list(
                    .structure(
                        "InputLogEvent",
                        [
                            Member("timestamp", time, isRequired: true),
                            Member("message", .string(length: 1...Int.max, isSensitive: true), isRequired: true),
                        ]), count: 1...10_000), isRequired: true)
        ]
    static let getLogEvents: [Shape.Member] =
        anyGroup + [
            Member("logStreamName", streamName, isRequired: true), Member("startTime", time), Member("endTime", time),
            nextToken, eventsLimit, Member("startFromHead", .boolean),
        ]
    static let filterLogEvents: [Shape.Member] =
        anyGroup + [
            Member("logStreamNames", .list(streamName, count: 1...100)), Member("logStreamNamePrefix", streamName),
            Member("startTime", time), Member("endTime", time), Member("filterPattern", .string(length: 0...1_024)),
            nextToken, eventsLimit,
        ]
    static let putRetentionPolicy: [Shape.Member] = [
        group, Member("retentionInDays", .integer(.integer), isRequired: true),
    ]
    static let resource = Shape.Member(
        "resourceArn", .string(length: 1...1_011, pattern: .logGroupIdentifier), isRequired: true)
    static let tagResource: [Shape.Member] = [resource, Member("tags", tags, isRequired: true)]
    static let untagResource: [Shape.Member] = [
        resource,
        Member("tagKeys", .list(.string(length: 1...128), count: 0...LogLimits.tagCountMax), isRequired: true),
    ]
    static let tagLogGroup: [Shape.Member] = [group, Member("tags", tags, isRequired: true)]
    static let untagLogGroup: [Shape.Member] = [
        group, Member("tags", .list(.string(length: 1...128), count: 1...Int.max), isRequired: true),
    ]

    private static let groupName = Shape.string(length: 1...512, pattern: .logGroupName)
    private static let streamName = Shape.string(length: 1...512, pattern: .logStreamName)
    private static let identifier = Shape.string(length: 1...2_048, pattern: .logGroupIdentifier)
    private static let anyGroup = [Shape.Member("logGroupName", groupName), Member("logGroupIdentifier", identifier)]
    private static let time = Shape.integer(.long, 0...Int.max)
    private static let nextToken = Shape.Member("nextToken", .string(length: 1...Int.max))
    private static let describeLimit = Shape.Member("limit", .integer(.integer, 1...50))
    private static let eventsLimit = Shape.Member("limit", .integer(.integer, 1...LogLimits.pageCountMax))
    private static let logGroupClass = Shape.Member(
        "logGroupClass", .oneOf("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"))
    private static let tags = Shape.map(
        key: .init(length: 1...128), value: .init(length: 0...256, isSensitive: true), count: 1...LogLimits.tagCountMax)
}
