import Items
import Testing

@testable import Gateway
@testable import Tables

/// CreateTable's parameters: what AWS refuses and in which words, and what becomes of the rest.
@Suite struct CreateTableRequestTests {
    /// The parts of requests that most cases share, as JSON.
    private enum Part {
        static let hash = #""KeySchema":[{"AttributeName":"a","KeyType":"HASH"}]"#
        static let range =
            #""KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"}]"#
        static let a = #""AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"}]"#
        static let ab =
            #""AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},"#
            + #"{"AttributeName":"b","AttributeType":"N"}]"#
        static let units = #""ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}"#
        static let onDemand = #""BillingMode":"PAY_PER_REQUEST""#

        static func keys(_ names: String...) -> String {
            let elements = names.map { name in
                let parts = name.split(separator: ":")
                return #"{"AttributeName":"\#(parts[0])","KeyType":"\#(parts[1])"}"#
            }
            return #""KeySchema":[\#(elements.joined(separator: ","))]"#
        }

        static func index(
            _ name: String, _ keys: String, projection: String = #"{"ProjectionType":"ALL"}"#, _ more: String = ""
        ) -> String {
            #"{"IndexName":"\#(name)",\#(keys),"Projection":\#(projection)\#(more.isEmpty ? "" : ",\(more)")}"#
        }

        static func local(_ indexes: [String]) -> String {
            #""LocalSecondaryIndexes":[\#(indexes.joined(separator: ","))]"#
        }

        static func global(_ indexes: [String]) -> String {
            #""GlobalSecondaryIndexes":[\#(indexes.joined(separator: ","))]"#
        }
    }

    private static func definition(_ parts: [String], name: String = "abc") throws -> TableDefinition {
        let text = "{\((["\"TableName\":\"\(name)\""] + parts).joined(separator: ","))}"
        let request = TableReference.resolved(try RequestReader.read(Array(text.utf8), TableShapes.createTable))
        try ConstraintCheck.check(request, TableShapes.createTable)
        return try CreateTableRequest.definition(request)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let parts: [String]
        let message: String

        init(_ parts: String..., says message: String) {
            self.parts = parts
            self.message = message
        }

        var testDescription: String { message }
    }

    private static let invalid = "One or more parameter values were invalid: "
    private static let null = "failed to satisfy constraint: Member must not be null"

    @Test(arguments: [
        Case(
            says: "2 validation errors detected: Value null at 'attributeDefinitions' \(null); "
                + "Value null at 'keySchema' \(null)"),
        Case(
            #""AttributeDefinitions":[{"AttributeName":"b","AttributeType":"SS"},{}]"#, Part.hash,
            says: "3 validation errors detected: Value 'SS' at 'attributeDefinitions.1.member.attributeType' failed to "
                + "satisfy constraint: Member must satisfy enum value set: [B, N, S]; "
                + "Value null at 'attributeDefinitions.2.member.attributeName' \(null); "
                + "Value null at 'attributeDefinitions.2.member.attributeType' \(null)"),
        Case(
            Part.a, #""KeySchema":[]"#,
            #""ProvisionedThroughput":{"ReadCapacityUnits":-1,"WriteCapacityUnits":0}"#,
            says: "3 validation errors detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member must "
                + "have length greater than or equal to 1; Value '0' at 'provisionedThroughput.writeCapacityUnits' "
                + "failed to satisfy constraint: Member must have value greater than or equal to 1; Value '-1' at "
                + "'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value "
                + "greater than or equal to 1"),
        Case(
            Part.a, Part.keys("a:HASH", "b:RANGE", "c:RANGE"),
            says: "1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
                + "KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, "
                + "keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or "
                + "equal to 2"),
        Case(
            Part.ab, Part.range, Part.units, Part.local(["{}", "{}", "{}", "{}"]),
            says: "10 validation errors detected: "
                + (1...3).map { index in
                    ["indexName", "keySchema", "projection"].map {
                        "Value null at 'localSecondaryIndexes.\(index).member.\($0)' \(null); "
                    }.joined()
                }.joined() + "Value null at 'localSecondaryIndexes.4.member.indexName' \(null)"),
        Case(
            Part.ab, Part.range, Part.units,
            Part.global([
                Part.index("h;", Part.hash, projection: #"{"ProjectionType":"abc","NonKeyAttributes":[]}"#)
            ]),
            says: "4 validation errors detected: Value 'h;' at 'globalSecondaryIndexes.1.member.indexName' failed to "
                + "satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'h;' at "
                + "'globalSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length "
                + "greater than or equal to 3; Value 'abc' at "
                + "'globalSecondaryIndexes.1.member.projection.projectionType' failed to satisfy constraint: Member "
                + "must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]; Value '[]' at "
                + "'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' failed to satisfy constraint: Member "
                + "must have length greater than or equal to 1"),
        Case(
            Part.ab, Part.range, Part.onDemand, Part.local([Part.index("aa", Part.range)]),
            Part.global([Part.index("zz", Part.hash)]),
            says: "2 validation errors detected: Value 'zz' at 'globalSecondaryIndexes.1.member.indexName' failed to "
                + "satisfy constraint: Member must have length greater than or equal to 3; Value 'aa' at "
                + "'localSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length "
                + "greater than or equal to 3"),
    ])
    func constraints(_ example: Case) { expect(example) }

    @Test(arguments: [
        Case(
            Part.a, Part.hash,
            says: invalid
                + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"),
        Case(
            Part.a, Part.hash, Part.units, Part.onDemand,
            says: invalid
                + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                + "PAY_PER_REQUEST"),
        Case(
            Part.a, Part.hash,
            #""ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1000000000002}"#,
            says: "Given value 1000000000001 for ReadCapacityUnits is out of bounds"),
        Case(
            Part.a, Part.hash,
            #""ProvisionedThroughput":{"ReadCapacityUnits":1000000000000,"WriteCapacityUnits":1000000000001}"#,
            says: "Given value 1000000000001 for WriteCapacityUnits is out of bounds"),
        Case(
            Part.a, Part.hash, Part.units, #""OnDemandThroughput":{"MaxReadRequestUnits":5}"#,
            says: invalid
                + "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is "
                + "PROVISIONED"),
        Case(
            Part.a, Part.hash, Part.onDemand, #""OnDemandThroughput":{"MaxWriteRequestUnits":0}"#,
            says: invalid + "Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range"),
    ])
    func capacity(_ example: Case) { expect(example) }

    @Test(arguments: [
        Case(
            Part.a, Part.keys("a:HASH", "a:HASH"), Part.units,
            says: "Invalid KeySchema: Some index key attribute have no definition"),
        Case(
            Part.a, Part.keys("a:HASH", "b:RANGE"), Part.units,
            says: "Invalid KeySchema: Some index key attribute have no definition"),
        Case(
            Part.a, Part.keys("b:HASH"), Part.units,
            says: invalid
                + "Some index key attributes are not defined in AttributeDefinitions. Keys: [b], "
                + "AttributeDefinitions: [a]"),
        Case(
            Part.ab, Part.keys("a:HASH", "a:HASH"), Part.units,
            says: "Both the Hash Key and the Range Key element in the KeySchema have the same name"),
        Case(
            Part.ab, Part.keys("a:HASH", "b:HASH"), Part.units,
            says: "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"),
        Case(
            Part.ab, Part.keys("a:RANGE", "b:HASH"), Part.units,
            says: "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
        Case(
            Part.ab, Part.hash, Part.units,
            says: invalid
                + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                + "AttributeDefinitions"),
        Case(
            #""AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},"#
                + #"{"AttributeName":"a","AttributeType":"N"}]"#, Part.hash, Part.units,
            says: "Attribute Name is duplicated: a"),
        Case(
            Part.ab, Part.hash, Part.onDemand, Part.global([Part.index("one", Part.hash)]),
            says: invalid + "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b], keys used: [a]"),
    ])
    func keys(_ example: Case) { expect(example) }

    @Test(arguments: [
        Case(Part.ab, Part.range, Part.units, Part.local([]), says: invalid + "List of LocalSecondaryIndexes is empty"),
        Case(
            Part.ab, Part.range, Part.units, Part.global([]), says: invalid + "List of GlobalSecondaryIndexes is empty"),
        Case(
            Part.ab, Part.hash, Part.units, Part.local([Part.index("one", Part.range)]),
            says: invalid
                + "Table KeySchema does not have a range key, which is required when specifying a "
                + "LocalSecondaryIndex"),
        Case(
            Part.ab, Part.range, Part.units, Part.local([Part.index("one", Part.keys("a:HASH", "c:RANGE"))]),
            says: invalid
                + "Some index key attributes are not defined in AttributeDefinitions. Keys: [a, c], "
                + "AttributeDefinitions: [a, b]"),
        Case(
            Part.ab, Part.range, Part.units, Part.local([Part.index("one", Part.hash)]),
            says: invalid + "Index KeySchema does not have a range key for index: one"),
        Case(
            Part.ab, Part.range, Part.units, Part.local([Part.index("one", Part.keys("b:HASH", "a:RANGE"))]),
            says: invalid
                + "Index KeySchema does not have the same leading hash key as table KeySchema for index: one. index "
                + "hash key: b, table hash key: a"),
        Case(
            Part.ab, Part.range, Part.units, Part.global([Part.index("one", Part.keys("a:RANGE"))]),
            says: "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"),
        Case(
            Part.ab, Part.range, Part.units,
            Part.local([Part.index("one", Part.range), Part.index("one", Part.range)]),
            says: invalid + "Duplicate index name: one"),
        Case(
            Part.ab, Part.range, Part.onDemand, Part.local([Part.index("one", Part.range)]),
            Part.global([Part.index("one", Part.range)]), says: invalid + "Duplicate index name: one"),
        Case(
            Part.ab, Part.range, Part.units, Part.global([Part.index("one", Part.range)]),
            says: invalid + "ProvisionedThroughput is not specified for index: one"),
        Case(
            Part.ab, Part.range, Part.onDemand,
            Part.global([Part.index("one", Part.range, Part.units)]),
            says: invalid
                + "ProvisionedThroughput should not be specified for index: one when BillingMode is PAY_PER_REQUEST"),
        Case(
            Part.ab, Part.range, Part.onDemand,
            Part.local((0..<6).map { Part.index("index\($0)", Part.range) }),
            says: invalid + "Number of LocalSecondaryIndexes exceeds per-table limit of 5"),
        Case(
            Part.ab, Part.range, Part.onDemand, Part.global((0..<21).map { Part.index("index\($0)", Part.range) }),
            says: invalid + "GlobalSecondaryIndex count exceeds the per-table limit of 20"),
    ])
    func indexes(_ example: Case) { expect(example) }

    @Test(arguments: [
        (#"{}"#, "Unknown ProjectionType: null"), (#"{"NonKeyAttributes":["c"]}"#, "Unknown ProjectionType: null"),
        (
            #"{"ProjectionType":"ALL","NonKeyAttributes":["c"]}"#,
            "ProjectionType is ALL, but NonKeyAttributes is specified"
        ),
        (
            #"{"ProjectionType":"KEYS_ONLY","NonKeyAttributes":["c"]}"#,
            "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"
        ),
        (#"{"ProjectionType":"INCLUDE"}"#, "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
        (
            #"{"ProjectionType":"INCLUDE","NonKeyAttributes":["c","c"]}"#,
            "Duplicate element in NonKeyAttributes: c"
        ),
    ])
    func projections(projection: String, message: String) {
        for list in [Part.local, Part.global] {
            let index = list([Part.index("one", Part.range, projection: projection)])
            expect(Case(Part.ab, Part.range, Part.onDemand, index, says: Self.invalid + message))
        }
    }

    @Test func aHundredAttributesAreProjectedAtMost() throws {
        func indexes(_ count: Int) -> String {
            let indexes = (0..<count).map { index in
                let names = (0..<20).map { "\"n\(index)-\($0)\"" }.joined(separator: ",")
                return Part.index(
                    "index\(index)", Part.range,
                    projection: #"{"ProjectionType":"INCLUDE","NonKeyAttributes":[\#(names)]}"#)
            }
            return Part.global(indexes)
        }
        #expect(try Self.definition([Part.ab, Part.range, Part.onDemand, indexes(5)]).indexes.count == 5)
        expect(
            Case(
                Part.ab, Part.range, Part.onDemand, indexes(6),
                says: Self.invalid + "Number of NonKeyAttributes in all indexes exceeds per-table limit of 100"))
    }

    @Test(arguments: [
        (
            #""StreamSpecification":{"StreamEnabled":true}"#,
            "Table is being created with a stream enabled, UpdateViewType is required"
        ),
        (
            #""StreamSpecification":{"StreamEnabled":false,"StreamViewType":"KEYS_ONLY"}"#,
            "Table is being created with a stream disabled, UpdateViewType should not be specified"
        ),
        (#""SSESpecification":{"Enabled":false,"SSEType":"KMS"}"#, "SSEType can not be specified if Enabled is false"),
        (
            #""SSESpecification":{"Enabled":true,"KMSMasterKeyId":"k"}"#,
            "SSEType KMS is required if KMSMasterKeyId is specified"
        ),
        (#""SSESpecification":{"Enabled":true,"SSEType":"AES256"}"#, "SSEType AES256 is not supported"),
    ])
    func settings(setting: String, message: String) {
        expect(Case(Part.a, Part.hash, Part.onDemand, setting, says: Self.invalid + message))
    }

    @Test func anUnknownTableClassIsRefused() {
        expect(
            Case(
                Part.a, Part.hash, Part.onDemand, #""TableClass":"CHEAP""#,
                says: "Invalid table-class parameter provided. Please try again with a valid table-class value: "
                    + "[STANDARD, STANDARD_INFREQUENT_ACCESS]."))
    }

    @Test(arguments: [
        (
            "ab",
            "Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"
        ),
        (
            "abc;",
            "Value 'abc;' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                + "[a-zA-Z0-9_.-]+"
        ),
        (
            String(repeating: "a", count: 256),
            "Value '\(String(repeating: "a", count: 256))' at 'tableName' failed to satisfy constraint: Member must "
                + "have length less than or equal to 255"
        ),
    ])
    func names(name: String, fault: String) {
        let error = #expect(throws: ServiceError.self) {
            try Self.definition([Part.a, Part.hash, Part.onDemand], name: name)
        }
        #expect(error?.message == "1 validation error detected: \(fault)")
    }

    @Test func allThatIsGivenIsTaken() throws {
        let table = try Self.definition(
            [
                Part.ab, Part.range, Part.units,
                Part.local([
                    Part.index(
                        "local", Part.range, projection: #"{"ProjectionType":"INCLUDE","NonKeyAttributes":["c"]}"#)
                ]),
                Part.global([
                    Part.index(
                        "global", Part.keys("b:HASH"), projection: #"{"ProjectionType":"KEYS_ONLY"}"#, Part.units)
                ]),
                #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}"#,
                #""SSESpecification":{"Enabled":true}"#, #""TableClass":"STANDARD_INFREQUENT_ACCESS""#,
                #""DeletionProtectionEnabled":true"#, #""Tags":[{"Key":"k","Value":""}]"#,
                #""ResourcePolicy":"{}","WarmThroughput":{"ReadUnitsPerSecond":1}"#,
            ], name: "arn:aws:dynamodb:us-east-1:123456789012:table/Orders")
        let units = TableDefinition.Throughput(readCapacityUnits: 1, writeCapacityUnits: 2)
        let keys = KeySchema(
            hashKey: .init(name: "a", type: .string), rangeKey: .init(name: "b", type: .number))
        #expect(table.name == "Orders")
        #expect(table.keySchema == keys)
        #expect(table.billingMode == .provisioned)
        #expect(table.throughput == units)
        #expect(
            table.indexes == [
                .init(name: "local", keySchema: keys, isGlobal: false, projection: .include(["c"])),
                .init(
                    name: "global", keySchema: KeySchema(hashKey: .init(name: "b", type: .number)),
                    projection: .keysOnly, throughput: units),
            ])
        #expect(table.streamViewType == .newAndOldImages)
        #expect(table.hasServerSideEncryption)
        #expect(table.tableClass == .infrequentAccess)
        #expect(table.isDeletionProtected)
        #expect(table.tags == ["k": ""])
    }

    @Test func theLeastIsEnough() throws {
        let table = try Self.definition([Part.a, Part.hash, Part.onDemand])
        #expect(table.billingMode == .payPerRequest)
        #expect(table.throughput == nil)
        #expect(table.streamViewType == nil)
        #expect(!table.isDeletionProtected)
        #expect(!table.hasServerSideEncryption)
    }

    private func expect(_ example: Case, sourceLocation: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: ServiceError.self, sourceLocation: sourceLocation) {
            try Self.definition(example.parts)
        }
        #expect(error?.kind == .validation, sourceLocation: sourceLocation)
        #expect(error?.message == example.message, sourceLocation: sourceLocation)
    }
}
