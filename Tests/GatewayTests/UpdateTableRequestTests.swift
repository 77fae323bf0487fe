import Clocks
import Items
import Testing

@testable import Gateway
@testable import Tables

/// UpdateTable's parameters against tables as they are.
@Suite struct UpdateTableRequestTests {
    private static let invalid = "One or more parameter values were invalid: "
    private static let units = TableDefinition.Throughput(readCapacityUnits: 1, writeCapacityUnits: 2)
    private static let newKeys =
        #""KeySchema":[{"AttributeName":"c","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}"#
    private static let defined = #""AttributeDefinitions":[{"AttributeName":"c","AttributeType":"N"}]"#

    private static func table(
        _ billingMode: TableDefinition.BillingMode, change: (inout TableDefinition) -> Void = { _ in }
    ) -> TableDescription {
        let isProvisioned = billingMode == .provisioned
        let keys = KeySchema(hashKey: .init(name: "a", type: .string), rangeKey: .init(name: "b", type: .number))
        var definition = TableDefinition(
            name: "Orders", keySchema: keys,
            indexes: [
                .init(name: "local", keySchema: keys, isGlobal: false),
                .init(name: "global", keySchema: keys, throughput: isProvisioned ? units : nil),
            ])
        definition.billingMode = billingMode
        definition.throughput = isProvisioned ? units : nil
        change(&definition)
        return TableDescription(
            definition: definition, arn: "arn", id: "id", createdAt: Timestamp(seconds: 1), status: .active,
            itemCount: 0, sizeBytes: 0,
            indexes: definition.indexes.map {
                .init(definition: $0, arn: "arn", status: .active, isBackfilling: false, itemCount: 0, sizeBytes: 0)
            }, stream: nil, isTimeToLiveEnabling: false)
    }

    private static func update(
        _ parts: String, _ table: TableDescription
    ) throws -> TableUpdate {
        let text = #"{"TableName":"Orders"\#(parts.isEmpty ? "" : ",")\#(parts)}"#
        let request = try RequestReader.read(Array(text.utf8), TableShapes.updateTable)
        try ConstraintCheck.check(request, TableShapes.updateTable)
        try UpdateTableRequest.check(request)
        return try UpdateTableRequest.update(request, table)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let parts: String
        let message: String

        init(_ parts: String, _ message: String) {
            self.parts = parts
            self.message = message
        }

        var testDescription: String { message }
    }

    @Test(arguments: [
        #""ReplicaUpdates":[{"Create":{"RegionName":"eu-west-1"}}]"#, #""MultiRegionConsistency":"STRONG""#,
    ])
    func replicasAreRefused(parts: String) {
        for beside in ["", #","BillingMode":"PAY_PER_REQUEST""#] {
            let error = #expect(throws: ServiceError.self) { try Self.update(parts + beside, Self.table(.provisioned)) }
            #expect(error?.message == Self.invalid + "Replicas do not run on one machine; leave ReplicaUpdates out")
        }
    }

    private static let nothing =
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
        + "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
        + "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"

    @Test(
        arguments: [
            Case("", nothing), Case(defined, nothing), Case(#""GlobalSecondaryIndexUpdates":[]"#, nothing),
            Case(
                #""SSESpecification":{"Enabled":true},"DeletionProtectionEnabled":true"#,
                invalid + "Server-Side Encryption modification must be the only operation in the request"
            ),
            Case(
                #""TableClass":"STANDARD","BillingMode":"PAY_PER_REQUEST""#,
                invalid + "TableClass modification must be the only operation in the request"
            ),
            Case(
                #""DeletionProtectionEnabled":true,"BillingMode":"PAY_PER_REQUEST""#,
                invalid + "DeletionProtection modification must be the only operation in the request"
            ),
            Case(
                #""ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},"#
                    + #""StreamSpecification":{"StreamEnabled":false}"#,
                invalid + "You cannot modify stream status while updating table IOPS"
            ),
            Case(
                #""ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1}"#,
                "Given value 1000000000001 for ReadCapacityUnits is out of bounds"
            ),
            Case(
                #""ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}"#,
                "The provisioned throughput for the table will not change. The requested value equals the current value. "
                    + "Current ReadCapacityUnits provisioned for the table: 1. Requested ReadCapacityUnits: 1. Current "
                    + "WriteCapacityUnits provisioned for the table: 2. Requested WriteCapacityUnits: 2. Refer to the "
                    + "Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
            ),
            Case(
                #""BillingMode":"PAY_PER_REQUEST","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}"#,
                invalid + "ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST"
            ),
            Case(
                #""StreamSpecification":{"StreamEnabled":true}"#,
                invalid + "If stream is being enabled then UpdateViewType is required"
            ),
            Case(
                #""StreamSpecification":{"StreamEnabled":false,"StreamViewType":"KEYS_ONLY"}"#,
                invalid + "If stream is being disabled, then UpdateViewType must not be specified"
            ),
            Case(
                #""StreamSpecification":{"StreamEnabled":false}"#, "Table has no stream to disable: TableName: Orders"
            ),
            Case(
                #""StreamSpecification":{}"#,
                "1 validation error detected: Value null at 'streamSpecification.streamEnabled' failed to satisfy "
                    + "constraint: Member must not be null"
            ),
            Case(#""SSESpecification":{"Enabled":false}"#, invalid + "Table is already encrypted by default"),
        ] as [Case])
    func aProvisionedTableRefuses(_ example: Case) {
        expect(example.parts, Self.table(.provisioned), says: example.message)
    }

    @Test(
        arguments: [
            Case(
                #""ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}"#,
                invalid
                    + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
            ),
            Case(
                #""BillingMode":"PROVISIONED""#,
                invalid + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
            ),
            Case(
                #""BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}"#,
                invalid + "ProvisionedThroughput must be specified for index: global"
            ),
            Case(
                #""GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"global","ProvisionedThroughput":"#
                    + #"{"ReadCapacityUnits":1,"WriteCapacityUnits":2}}}]"#,
                invalid + "The only Updates for index: global when TableThroughputMode is PAY_PER_REQUEST can be to "
                    + "OnDemandThroughput, WarmThroughput"
            ),
            Case(
                defined + #","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"new","# + newKeys
                    + #","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}}}]"#,
                invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: new when "
                    + "BillingMode is PAY_PER_REQUEST"
            ),
        ] as [Case])
    func anOnDemandTableRefuses(_ example: Case) {
        expect(example.parts, Self.table(.payPerRequest), says: example.message)
    }

    @Test(
        arguments: [
            Case(
                "{}",
                invalid + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                    + "GlobalSecondaryIndexUpdate.Delete must not be null"
            ),
            Case(
                #"{"Delete":{"IndexName":"abc"},"Update":{"IndexName":"abd"}}"#,
                invalid + "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
            ),
            Case(
                #"{"Delete":{"IndexName":"abc"}},{"Delete":{"IndexName":"abc"}}"#,
                invalid + "Only one global secondary index update per index is allowed simultaneously. Index: abc"
            ),
            Case(
                #"{"Delete":{"IndexName":"local"}}"#, "Cannot delete an index that is not a GlobalSecondaryIndex: local"
            ),
            Case(
                #"{"Update":{"IndexName":"local"}}"#, "Cannot update an index that is not a GlobalSecondaryIndex: local"
            ),
            Case(
                #"{"Create":{"IndexName":"new","# + newKeys + "}}",
                invalid + "AttributeDefinitions is not specified for index: new"
            ),
        ] as [Case])
    func indexUpdates(_ example: Case) {
        expect(#""GlobalSecondaryIndexUpdates":[\#(example.parts)]"#, Self.table(.payPerRequest), says: example.message)
    }

    @Test func anIndexThatIsThereIsNotMadeAgain() {
        expect(
            Self.defined + #","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"global",\#(Self.newKeys)}}]"#,
            Self.table(.payPerRequest), says: "Attempting to create an index which already exists")
    }

    @Test func aKeyAttributeKeepsItsType() {
        let create =
            #"{"Create":{"IndexName":"new","KeySchema":[{"AttributeName":"b","KeyType":"HASH"}],"#
            + #""Projection":{"ProjectionType":"ALL"}}}"#
        expect(
            #""AttributeDefinitions":[{"AttributeName":"b","AttributeType":"B"}],"#
                + #""GlobalSecondaryIndexUpdates":[\#(create)]"#,
            Self.table(.payPerRequest),
            says: Self.invalid
                + "Attributes cannot be redefined. Please check that your attribute has the same type as "
                + "previously defined. Existing schema: Schema:[SchemaElement: key{a:S:HASH}, SchemaElement: key{b:N:RANGE}] "
                + "New schema: Schema:[SchemaElement: key{b:B:HASH}]")
    }

    @Test func anUnknownIndexIsNotFound() {
        expect(
            #""GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"ghost"}}]"#, Self.table(.payPerRequest),
            .resourceNotFound, says: "Requested resource not found: Index ghost for table Orders")
    }

    @Test func oneIndexIsMadeOrTakenAwayAtATime() {
        let online = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
        let create = #"{"Create":{"IndexName":"new",\#(Self.newKeys)}}"#
        let delete = #"{"Delete":{"IndexName":"global"}}"#
        expect(
            Self.defined + #","GlobalSecondaryIndexUpdates":[\#(create),\#(delete)]"#, Self.table(.payPerRequest),
            .limitExceeded, says: online)
        var busy = Self.table(.payPerRequest)
        busy.indexes[1].status = .creating
        expect(
            Self.defined + #","GlobalSecondaryIndexUpdates":[\#(create)]"#, busy, .limitExceeded, says: online)
    }

    @Test func aStreamIsNotEnabledTwice() {
        let table = Self.table(.payPerRequest) { $0.streamViewType = .keysOnly }
        expect(
            #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}"#, table,
            says: "Table already has an enabled stream: TableName: Orders")
    }

    @Test func changesAreTaken() throws {
        let table = Self.table(.provisioned)
        #expect(try Self.update(#""DeletionProtectionEnabled":false"#, table).isDeletionProtected == false)
        #expect(
            try Self.update(#""TableClass":"STANDARD_INFREQUENT_ACCESS""#, table).tableClass == .infrequentAccess)
        #expect(try Self.update(#""SSESpecification":{"Enabled":true}"#, table).hasServerSideEncryption == true)
        #expect(try Self.update(#""BillingMode":"PAY_PER_REQUEST""#, table).billingMode == .payPerRequest)
        let throughput = try Self.update(
            #""ProvisionedThroughput":{"ReadCapacityUnits":7,"WriteCapacityUnits":2}"#, table
        ).throughput
        #expect(throughput == .init(readCapacityUnits: 7, writeCapacityUnits: 2))
        let stream = try Self.update(
            #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}"#, table
        ).stream
        guard case .enable(.newImage) = stream else {
            Issue.record("\(String(describing: stream))")
            return
        }
    }

    @Test func indexesAreMadeAndTakenAway() throws {
        let table = Self.table(.payPerRequest)
        let created = try Self.update(
            Self.defined + #","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"new",\#(Self.newKeys)}}]"#, table)
        #expect(
            created.createdIndexes == [
                .init(name: "new", keySchema: KeySchema(hashKey: .init(name: "c", type: .number)))
            ])
        let deleted = try Self.update(
            #""GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"global"}}]"#, table)
        #expect(deleted.deletedIndexes == ["global"])
        let moved = try Self.update(
            #""BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2},"#
                + #""GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"global","ProvisionedThroughput":"#
                + #"{"ReadCapacityUnits":3,"WriteCapacityUnits":4}}}]"#, table)
        #expect(moved.updatedIndexThroughputs == ["global": .init(readCapacityUnits: 3, writeCapacityUnits: 4)])
    }

    private func expect(
        _ parts: String, _ table: TableDescription, _ kind: ServiceError.Kind = .validation, says message: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ServiceError.self, sourceLocation: sourceLocation) {
            try Self.update(parts, table)
        }
        #expect(error?.kind == kind, sourceLocation: sourceLocation)
        #expect(error?.message == message, sourceLocation: sourceLocation)
    }
}
