import Clocks
import Testing

@testable import Gateway

/// The operations on tables, from the request's bytes to the answer's.
@Suite struct TableOperationsTests {
    private let service: OpenService

    init() async throws { service = try await OpenService() }

    private static func notFound(_ message: String, type: String = "ResourceNotFoundException") -> String {
        #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(type)","message":"\#(message)"}"#
    }

    private static func invalid(_ message: String) -> String {
        #"{"__type":"com.amazon.coral.validate#ValidationException","message":"\#(message)"}"#
    }

    private static let keySchema =
        #""KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}]"#
    private static let noUnits =
        #""ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0}"#
    private static let billing =
        #""BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":1735786800.291}"#

    /// An id that differs from run to run is given back as `ID`.
    private static func withoutID(_ answer: String) throws -> String {
        let match = try #require(answer.firstMatch(of: /"TableId":"([0-9a-f-]{36})"/))
        return answer.replacing(match.output.1, with: "ID")
    }

    @Test func aNewTableIsBeingCreatedAndThenActive() async throws {
        func expected(_ name: String, _ status: String) -> String {
            #"{"\#(name)":{"AttributeDefinitions":[{"AttributeName":"n","AttributeType":"N"},"#
                + #"{"AttributeName":"pk","AttributeType":"S"}],"TableName":"Orders",\#(Self.keySchema),"#
                + #""TableStatus":"\#(status)","CreationDateTime":1735786800.291,\#(Self.noUnits),\#(Self.billing),"#
                + #""TableSizeBytes":0,"ItemCount":0,"TableArn":"\#(OpenService.arn)","TableId":"ID","#
                + #""DeletionProtectionEnabled":false,"WarmThroughput":{"ReadUnitsPerSecond":12000,"#
                + #""WriteUnitsPerSecond":4000,"Status":"\#(status)"}}}"#
        }
        #expect(try await Self.withoutID(service.createOrders()) == expected("TableDescription", "CREATING"))
        for name in ["Orders", OpenService.arn] {
            let described = try await service.call("DescribeTable", #"{"TableName":"\#(name)"}"#)
            #expect(try Self.withoutID(described) == expected("Table", "ACTIVE"))
        }
    }

    @Test func indexesStreamAndSettingsAreDescribed() async throws {
        try await service.createOrders(
            #","LocalSecondaryIndexes":[{"IndexName":"local",\#(Self.keySchema),"#
                + #""Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]}}],"#
                + #""GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],"#
                + #""Projection":{"ProjectionType":"KEYS_ONLY"}}],"#
                + #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"#
                + #""SSESpecification":{"Enabled":true},"TableClass":"STANDARD_INFREQUENT_ACCESS","#
                + #""DeletionProtectionEnabled":true"#)
        let text = try await service.call("DescribeTable", #"{"TableName":"Orders"}"#)
        #expect(
            text.contains(
                #""LocalSecondaryIndexes":[{"IndexName":"local",\#(Self.keySchema),"Projection":{"ProjectionType":"#
                    + #""INCLUDE","NonKeyAttributes":["x"]},"IndexSizeBytes":0,"ItemCount":0,"#
                    + #""IndexArn":"\#(OpenService.arn)/index/local"}]"#))
        #expect(
            text.contains(
                #""GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],"#
                    + #""Projection":{"ProjectionType":"KEYS_ONLY"},"IndexStatus":"ACTIVE",\#(Self.noUnits),"#
                    + #""IndexSizeBytes":0,"ItemCount":0,"IndexArn":"\#(OpenService.arn)/index/global","#
                    + #""WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"}}]"#))
        #expect(
            text.contains(
                #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"#
                    + #""LatestStreamLabel":"2025-01-02T03:00:00.291","#
                    + #""LatestStreamArn":"\#(OpenService.arn)/stream/2025-01-02T03:00:00.291""#))
        #expect(text.contains(#""SSEDescription":{"Status":"ENABLED","SSEType":"KMS","#))
        #expect(text.contains(#""TableClassSummary":{"TableClass":"STANDARD_INFREQUENT_ACCESS"}"#))
        #expect(text.contains(#""DeletionProtectionEnabled":true"#))
    }

    @Test func aTableClassThatWasSetShowsSinceWhen() async throws {
        try await service.createOrders()
        #expect(try await !service.call("DescribeTable", #"{"TableName":"Orders"}"#).contains("TableClassSummary"))
        for tableClass in ["STANDARD_INFREQUENT_ACCESS", "STANDARD"] {
            let update = #"{"TableName":"Orders","TableClass":"\#(tableClass)"}"#
            let answer = try await service.call("UpdateTable", update)
            let summary =
                #""TableClassSummary":{"TableClass":"\#(tableClass)","LastUpdateDateTime":1735786800.291}"#
            #expect(answer.contains(summary))
            #expect(try await service.call("DescribeTable", #"{"TableName":"Orders"}"#).contains(summary))
        }
    }

    @Test func warmThroughputIsKeptAndNeverLowered() async throws {
        let low = Self.invalid(
            "One or more parameter values were invalid: Requested WriteUnitsPerSecond for WarmThroughput for table is "
                + "lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/"
                + "developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial")
        func warm(_ reads: Int, _ writes: Int) -> String {
            #""WarmThroughput":{"ReadUnitsPerSecond":\#(reads),"WriteUnitsPerSecond":\#(writes)"#
        }
        #expect(try await service.createOrders(",\(warm(12_000, 3_999))}") == low)
        try await service.createOrders(#","WarmThroughput":{"ReadUnitsPerSecond":12240}"#)
        #expect(try await service.call("DescribeTable", #"{"TableName":"Orders"}"#).contains(warm(12_240, 4_000)))
        #expect(
            try await service.call("UpdateTable", #"{"TableName":"Orders",\#(warm(12_120, 4_040))}}"#)
                == Self.invalid(
                    "One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for "
                        + "table is lower than current WarmThroughput, decreasing WarmThroughput is not supported"))
        _ = try await service.call("UpdateTable", #"{"TableName":"Orders",\#(warm(12_240, 4_080))}}"#)
        #expect(try await service.call("DescribeTable", #"{"TableName":"Orders"}"#).contains(warm(12_240, 4_080)))
    }

    @Test func aTableIsMadeOnce() async throws {
        try await service.createOrders()
        #expect(
            try await service.createOrders()
                == Self.notFound("Table already exists: Orders", type: "ResourceInUseException"))
    }

    @Test(arguments: ["DescribeTable", "DeleteTable", "DescribeTimeToLive"])
    func aMissingTableIsNotFound(operation: String) async throws {
        #expect(
            try await service.call(operation, #"{"TableName":"Orders"}"#)
                == Self.notFound("Requested resource not found: Table: Orders not found"))
    }

    @Test func requestsAreChecked() async throws {
        for operation in ["CreateTable", "DescribeTable", "UpdateTable", "DeleteTable", "UpdateTimeToLive"] {
            #expect(
                try await service.call(operation)
                    == Self.invalid("The parameter 'TableName' is required but was not present in the request"))
        }
        #expect(
            try await service.call(
                "UpdateTable",
                #"{"TableName":"Orders","GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"one","#
                    + #""ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1}}}]}"#)
                == Self.invalid("Given value 1000000000001 for ReadCapacityUnits is out of bounds for index one"))
        #expect(
            try await service.call("DescribeTable", "hi")
                == #"{"__type":"com.amazon.coral.service#SerializationException"}"#)
        #expect(
            try await service.call("DescribeTable", #"{"TableName":7}"#)
                == #"{"__type":"com.amazon.coral.service#SerializationException","#
                + #""Message":"NUMBER_VALUE cannot be converted to String"}"#)
        for operation in ["CreateTabel", "", "createTable", "GetRecords"] {
            #expect(
                try await service.call(operation)
                    == #"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#)
        }
    }

    @Test func aDeletedTableIsGone() async throws {
        try await service.createOrders()
        #expect(
            try await Self.withoutID(service.call("DeleteTable", #"{"TableName":"Orders"}"#))
                == #"{"TableDescription":{"TableName":"Orders","TableStatus":"DELETING",\#(Self.noUnits),"#
                + #"\#(Self.billing),"TableSizeBytes":0,"ItemCount":0,"TableArn":"\#(OpenService.arn)","#
                + #""TableId":"ID","DeletionProtectionEnabled":false}}"#)
        #expect(try await service.call("ListTables") == #"{"TableNames":[]}"#)
    }

    @Test func aProtectedTableIsNotDeleted() async throws {
        try await service.createOrders(#","DeletionProtectionEnabled":true"#)
        #expect(
            try await service.call("DeleteTable", #"{"TableName":"Orders"}"#)
                == Self.invalid(
                    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                        + "protection first."))
        let updated = try await service.call(
            "UpdateTable", #"{"TableName":"Orders","DeletionProtectionEnabled":false}"#)
        #expect(member(updated, "TableDescription", "TableStatus") == "ACTIVE")
        #expect(try await service.call("DeleteTable", #"{"TableName":"Orders"}"#).contains("DELETING"))
    }

    @Test func anUpdateIsAnsweredAsUnderWay() async throws {
        try await service.createOrders()
        let updated = try await service.call(
            "UpdateTable",
            #"{"TableName":"Orders","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}"#)
        #expect(member(updated, "TableDescription", "TableStatus") == "UPDATING")
        #expect(member(updated, "TableDescription", "StreamSpecification", "StreamViewType") == "KEYS_ONLY")
        let described = try await service.call("DescribeTable", #"{"TableName":"Orders"}"#)
        #expect(member(described, "Table", "TableStatus") == "ACTIVE")
        let disabled = try await service.call(
            "UpdateTable", #"{"TableName":"Orders","StreamSpecification":{"StreamEnabled":false}}"#)
        #expect(member(disabled, "TableDescription", "StreamSpecification") == nil)
        #expect(member(disabled, "TableDescription", "LatestStreamArn") != nil)
    }

    @Test func namesAreListedInPages() async throws {
        for name in ["bbb", "aaa", "ccc"] {
            _ = try await service.call(
                "CreateTable",
                #"{"TableName":"\#(name)","AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"}],"#
                    + #""KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}"#)
        }
        #expect(try await service.call("ListTables") == #"{"TableNames":["aaa","bbb","ccc"]}"#)
        #expect(
            try await service.call("ListTables", #"{"Limit":2}"#)
                == #"{"TableNames":["aaa","bbb"],"LastEvaluatedTableName":"bbb"}"#)
        #expect(
            try await service.call("ListTables", #"{"ExclusiveStartTableName":"bbb","Limit":1}"#)
                == #"{"TableNames":["ccc"]}"#)
        #expect(
            try await service.call("ListTables", #"{"ExclusiveStartTableName":"aab"}"#)
                == #"{"TableNames":["bbb","ccc"]}"#)
        #expect(
            try await service.call("ListTables", #"{"ExclusiveStartTableName":"a;","Limit":500}"#)
                == Self.invalid(
                    "3 validation errors detected: Value '500' at 'limit' failed to satisfy constraint: Member must "
                        + "have value less than or equal to 100; Value 'a;' at 'exclusiveStartTableName' failed to "
                        + "satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value "
                        + "'a;' at 'exclusiveStartTableName' failed to satisfy constraint: Member must have length "
                        + "greater than or equal to 3"))
    }

    @Test func limitsAndEndpointsAreDescribed() async throws {
        #expect(
            try await service.call("DescribeLimits")
                == #"{"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,"#
                + #""TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000}"#)
        #expect(
            try await service.call("DescribeEndpoints")
                == #"{"Endpoints":[{"Address":"localhost:4566","CachePeriodInMinutes":1440}]}"#)
    }

    // MARK: Tags

    @Test func tagsComeAndGo() async throws {
        try await service.createOrders(#","Tags":[{"Key":"a","Value":"1"}]"#)
        let arn = #""ResourceArn":"\#(OpenService.arn)""#
        #expect(
            try await service.call(
                "TagResource", #"{\#(arn),"Tags":[{"Key":"b","Value":"2"},{"Key":"a","Value":"3"}]}"#) == "")
        #expect(
            try await service.call("ListTagsOfResource", "{\(arn)}")
                == #"{"Tags":[{"Key":"a","Value":"3"},{"Key":"b","Value":"2"}]}"#)
        #expect(try await service.call("UntagResource", #"{\#(arn),"TagKeys":["a","x"]}"#) == "")
        #expect(
            try await service.call("ListTagsOfResource", "{\(arn)}") == #"{"Tags":[{"Key":"b","Value":"2"}]}"#)
    }

    @Test func tagsAreChecked() async throws {
        try await service.createOrders()
        func tag(_ tags: String) async throws -> String {
            try await service.call("TagResource", #"{"ResourceArn":"\#(OpenService.arn)","Tags":[\#(tags)]}"#)
        }
        let long = String(repeating: "k", count: 129)
        let many = (0..<51).map { #"{"Key":"k\#($0)","Value":""}"# }.joined(separator: ",")
        #expect(try await tag("") == Self.invalid("Atleast one Tag needs to be provided as Input."))
        #expect(
            try await tag(#"{"Key":"\#(long)","Value":""}"#)
                == Self.invalid("The Tag Key provided is invalid, Key: \(long)"))
        #expect(
            try await tag(#"{"Key":"","Value":""}"#) == Self.invalid("The Tag Key provided is invalid, Key: "))
        #expect(
            try await tag(#"{"Key":"k"}"#) == Self.invalid("The Tag Value provided is invalid, Value: null"))
        #expect(
            try await tag(#"{"Key":"k","Value":"a,b"}"#)
                == Self.invalid("The Tag Value provided is invalid, Value: a,b"))
        #expect(
            try await tag(#"{"Key":"aws:k","Value":""}"#)
                == Self.invalid("Tag Key cannot be prefixed with aws:, Key: aws:k"))
        #expect(
            try await tag(#"{"Key":"k","Value":""},{"Key":"k","Value":""}"#)
                == Self.invalid("Duplicate Tag Keys provided as input: Duplicate Tag Key found k"))
        #expect(
            try await tag(many)
                == Self.invalid("Number of Tags exceed the current limit for the provided ResourceArn"))
        #expect(try await tag(#"{"Key":"ключ 表","Value":"a+b-c=d.e_f:g/h@i"}"#) == "")
    }

    @Test(arguments: [
        ("{}", "Invalid TableArn"),
        (#"{"ResourceArn":"x"}"#, "One or more parameter values were invalid: ARNs must start with 'arn:': x"),
        (
            #"{"ResourceArn":"arn:aws:sqs:eu-west-1:123456789012:q"}"#,
            "One or more parameter values were invalid: Provided Arn is not a DynamoDB resource arn: "
                + "arn:aws:sqs:eu-west-1:123456789012:q"
        ),
        (
            #"{"ResourceArn":"arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/index/x"}"#,
            "One or more parameter values were invalid: Invalid resource arn provided, only table or stream is "
                + "accepted. Provided resource arn: arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/index/x"
        ),
    ])
    func onlyTablesHaveTags(request: String, message: String) async throws {
        #expect(try await service.call("ListTagsOfResource", request) == Self.invalid(message))
    }

    @Test func aMissingTablesTagsAreNotFound() async throws {
        #expect(
            try await service.call("ListTagsOfResource", #"{"ResourceArn":"\#(OpenService.arn)"}"#)
                == Self.notFound("Requested resource not found: ResourceArn: \(OpenService.arn) not found"))
    }

    // MARK: Time to live and backups

    @Test func timeToLiveIsTurnedOnAndOff() async throws {
        try await service.createOrders()
        func update(_ isEnabled: Bool, _ attribute: String = "ttl") async throws -> String {
            try await service.call(
                "UpdateTimeToLive",
                #"{"TableName":"Orders","TimeToLiveSpecification":{"Enabled":\#(isEnabled),"#
                    + #""AttributeName":"\#(attribute)"}}"#)
        }
        let describe = #"{"TableName":"Orders"}"#
        #expect(
            try await service.call("DescribeTimeToLive", describe)
                == #"{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}"#)
        #expect(try await update(false) == Self.invalid("TimeToLive is already disabled"))
        #expect(try await update(true, "") == Self.invalid("TimeToLiveSpecification.AttributeName must be non empty"))
        #expect(
            try await update(true) == #"{"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#)
        #expect(
            member(try await service.call("DescribeTimeToLive", describe), "TimeToLiveDescription", "AttributeName")
                == "ttl")
        #expect(try await update(true) == Self.invalid("TimeToLive is already enabled"))
        #expect(
            try await update(true, "other")
                == Self.invalid("TimeToLive is active on a different AttributeName: current AttributeName is ttl"))
        #expect(
            try await update(false) == #"{"TimeToLiveSpecification":{"Enabled":false,"AttributeName":"ttl"}}"#)
    }

    @Test func continuousBackupsAreDescribed() async throws {
        let name = #""TableName":"Orders""#
        #expect(
            try await service.call("DescribeContinuousBackups", "{\(name)}")
                == Self.notFound("Table not found: Orders", type: "TableNotFoundException"))
        try await service.createOrders()
        let off =
            #"{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","#
            + #""PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}}"#
        #expect(try await service.call("DescribeContinuousBackups", "{\(name)}") == off)
        func update(_ specification: String) async throws -> String {
            try await service.call(
                "UpdateContinuousBackups", #"{\#(name),"PointInTimeRecoverySpecification":{\#(specification)}}"#)
        }
        #expect(
            try await update(#""PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":7"#)
                == #"{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","#
                + #""PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"ENABLED","RecoveryPeriodInDays":7,"#
                + #""EarliestRestorableDateTime":1735786800.291,"LatestRestorableDateTime":1735786800.291}}}"#)
        service.time.advance(by: .seconds(8 * 24 * 3_600))
        let later = try await service.call("DescribeContinuousBackups", "{\(name)}")
        #expect(later.contains(#""EarliestRestorableDateTime":1735873200.291"#), "a week at most, after eight days")
        #expect(
            try await update(#""PointInTimeRecoveryEnabled":false,"RecoveryPeriodInDays":7"#)
                == Self.invalid(
                    "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."))
        #expect(try await update(#""PointInTimeRecoveryEnabled":false"#) == off)
    }
}
