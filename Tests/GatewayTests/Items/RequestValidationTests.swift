import Items
import Testing

@testable import Gateway

/// What requests are refused for before any table is looked at. Texts and their order were recorded on AWS by dynalite's
/// tests, where they have them.
struct RequestValidationTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let operation: ItemOperation
        let body: String
        let message: String

        init(_ operation: ItemOperation, _ body: String, _ message: String) {
            (self.operation, self.body, self.message) = (operation, body, message)
        }

        var testDescription: String { "\(operation.rawValue) \(body)" }
    }

    private static func message(_ vector: Vector) -> String? {
        do {
            try vector.operation.parse(Array(vector.body.utf8))
            return nil
        } catch { return (error as? ItemError)?.message ?? "\(error)" }
    }

    private static func fault(_ value: String, _ path: String, _ constraint: String) -> String {
        "Value \(value) at '\(path)' failed to satisfy constraint: \(constraint)"
    }

    private static let notNull = "Member must not be null"
    private static let pattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    private static let capacity = "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
    private static let metrics = "Member must satisfy enum value set: [SIZE, NONE]"
    private static let operators =
        "Member must satisfy enum value set: "
        + "[IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]"
    private static let returns =
        "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"

    private static func faults(_ faults: String...) -> String {
        "\(faults.count) validation error\(faults.count == 1 ? "" : "s") detected: \(faults.joined(separator: "; "))"
    }

    static let constraints: [Vector] = [
        Vector(.putItem, "{}", faults(fault("null", "tableName", notNull), fault("null", "item", notNull))),
        Vector(
            .putItem, #"{"TableName":"a;"}"#,
            faults(
                fault("'a;'", "tableName", pattern),
                fault("'a;'", "tableName", "Member must have length greater than or equal to 3"),
                fault("null", "item", notNull))),
        Vector(
            .putItem,
            #"{"TableName":"abc;","ReturnConsumedCapacity":"hi","ReturnItemCollectionMetrics":"hi","ReturnValues":"hi"}"#,
            faults(
                fault("'hi'", "returnConsumedCapacity", capacity), fault("'abc;'", "tableName", pattern),
                fault("null", "item", notNull), fault("'hi'", "returnValues", returns),
                fault("'hi'", "returnItemCollectionMetrics", metrics))),
        Vector(
            .deleteItem,
            #"{"TableName":"abc;","ReturnConsumedCapacity":"hi","ReturnItemCollectionMetrics":"hi","ReturnValues":"hi"}"#,
            faults(
                fault("'hi'", "returnConsumedCapacity", capacity), fault("'abc;'", "tableName", pattern),
                fault("'hi'", "returnValues", returns), fault("'hi'", "returnItemCollectionMetrics", metrics),
                fault("null", "key", notNull))),
        Vector(
            .getItem, #"{"TableName":"abc;","ReturnConsumedCapacity":"hi","AttributesToGet":[]}"#,
            faults(
                fault("'hi'", "returnConsumedCapacity", capacity),
                fault("'[]'", "attributesToGet", "Member must have length greater than or equal to 1"),
                fault("'abc;'", "tableName", pattern), fault("null", "key", notNull))),
        Vector(.updateItem, "{}", faults(fault("null", "tableName", notNull), fault("null", "key", notNull))),
        Vector(
            .query, #"{"TableName":"abc","Limit":0,"IndexName":"a;"}"#,
            faults(
                fault("'0'", "limit", "Member must have value greater than or equal to 1"),
                fault("'a;'", "indexName", pattern),
                fault("'a;'", "indexName", "Member must have length greater than or equal to 3"))),
        Vector(
            .scan, #"{"TableName":"abc","Segment":-1,"TotalSegments":0,"Select":"hi"}"#,
            faults(
                fault(
                    "'hi'", "select",
                    "Member must satisfy enum value set: "
                        + "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"),
                fault("'-1'", "segment", "Member must have value greater than or equal to 0"),
                fault("'0'", "totalSegments", "Member must have value greater than or equal to 1"))),
        Vector(
            .query,
            #"{"TableName":"abc;","ReturnConsumedCapacity":"hi","Limit":-1,"ConditionalOperator":"AN","#
                + #""KeyConditions":{"a":{}},"QueryFilter":{"a":{},"b":{"ComparisonOperator":""}}}"#,
            faults(
                fault("'-1'", "limit", "Member must have value greater than or equal to 1"),
                fault("null", "queryFilter.a.member.comparisonOperator", notNull),
                fault("''", "queryFilter.b.member.comparisonOperator", operators),
                fault("'hi'", "returnConsumedCapacity", capacity), fault("'abc;'", "tableName", pattern),
                fault("'AN'", "conditionalOperator", "Member must satisfy enum value set: [OR, AND]"),
                fault("null", "keyConditions.a.member.comparisonOperator", notNull))),
        Vector(
            .deleteItem, #"{"TableName":"abc","Key":{},"Expected":{"a":{"ComparisonOperator":"eq"}}}"#,
            faults(fault("'eq'", "expected.a.member.comparisonOperator", operators))),
        Vector(.batchGetItem, "{}", faults(fault("null", "requestItems", notNull))),
        Vector(
            .batchGetItem, #"{"RequestItems":{}}"#,
            faults(fault("'{}'", "requestItems", "Member must have length greater than or equal to 1"))),
        Vector(
            .batchGetItem, #"{"RequestItems":{"abc":{}}}"#,
            faults(fault("null", "requestItems.abc.member.keys", notNull))),
        Vector(
            .batchGetItem, #"{"RequestItems":{"abc":{"Keys":[]}}}"#,
            faults(
                fault(
                    "'[]'", "requestItems.abc.member.keys", "Member must have length greater than or equal to 1"))),
        Vector(
            .batchWriteItem, #"{"RequestItems":{"abc":[{"PutRequest":{},"DeleteRequest":{}}]}}"#,
            faults(
                fault("null", "requestItems.abc.member.1.member.deleteRequest.key", notNull),
                fault("null", "requestItems.abc.member.1.member.putRequest.item", notNull))),
        Vector(
            .transactWriteItems, #"{"TransactItems":[]}"#,
            faults(fault("'[]'", "transactItems", "Member must have length greater than or equal to 1"))),
        Vector(
            .transactWriteItems, #"{"TransactItems":[{"Put":{"TableName":"abc"}}]}"#,
            faults(fault("null", "transactItems.1.member.put.item", notNull))),
        Vector(
            .transactWriteItems,
            #"{"TransactItems":[{"Delete":{"TableName":"abc","Key":{}}}],"ClientRequestToken":""}"#,
            faults(fault("''", "clientRequestToken", "Member must have length greater than or equal to 1"))),
        Vector(
            .transactGetItems, #"{"TransactItems":[{"Get":{}}]}"#,
            faults(
                fault("null", "transactItems.1.member.get.tableName", notNull),
                fault("null", "transactItems.1.member.get.key", notNull))),
    ]

    @Test(arguments: constraints) func constraintsOfTheModel(_ vector: Vector) {
        #expect(Self.message(vector) == vector.message)
    }

    private static let legacyMix = "Can not use both expression and non-expression parameters in the same request: "

    static let rules: [Vector] = [
        Vector(
            .updateItem,
            #"{"TableName":"abc","Key":{"a":{}},"Expected":{"a":{}},"AttributeUpdates":{},"#
                + #""ConditionExpression":"","UpdateExpression":""}"#,
            legacyMix + "Non-expression parameters: {AttributeUpdates, Expected} "
                + "Expression parameters: {UpdateExpression, ConditionExpression}"),
        Vector(
            .updateItem, #"{"TableName":"abc","Key":{"a":{}},"ExpressionAttributeNames":{}}"#,
            "ExpressionAttributeNames can only be specified when using expressions"),
        Vector(
            .updateItem, #"{"TableName":"abc","Key":{"a":{}},"ExpressionAttributeValues":{}}"#,
            "ExpressionAttributeValues can only be specified when using expressions: "
                + "UpdateExpression and ConditionExpression are null"),
        Vector(
            .putItem, #"{"TableName":"abc","Item":{},"ExpressionAttributeValues":{}}"#,
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"),
        Vector(
            .scan,
            #"{"TableName":"abc","ScanFilter":{},"AttributesToGet":["a"],"ConditionalOperator":"OR","#
                + #""FilterExpression":"","ProjectionExpression":""}"#,
            legacyMix + "Non-expression parameters: {AttributesToGet, ScanFilter, ConditionalOperator} "
                + "Expression parameters: {ProjectionExpression, FilterExpression}"),
        Vector(
            .scan, #"{"TableName":"abc","ExpressionAttributeValues":{":a":{"S":"a"}},"ProjectionExpression":"a"}"#,
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"),
        Vector(
            .putItem, #"{"TableName":"abc","Item":{"a":{}},"ReturnValues":"ALL_NEW"}"#,
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        Vector(
            .putItem, #"{"TableName":"abc","Item":{},"ReturnValues":"UPDATED_NEW"}"#,
            "ReturnValues can only be ALL_OLD or NONE"),
        Vector(
            .putItem,
            #"{"TableName":"abc","Item":{},"ConditionExpression":"a = :b","ExpressionAttributeNames":{}}"#,
            "ExpressionAttributeNames must not be empty"),
        Vector(
            .putItem,
            #"{"TableName":"abc","Item":{},"ConditionExpression":"a = :b","#
                + #""ExpressionAttributeValues":{":b":{"NULL":false}}}"#,
            "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: "
                + "Null attribute value types must have the value of true for key :b"),
        Vector(
            .updateItem,
            #"{"TableName":"abc","Key":{},"UpdateExpression":"REMOVE c","ConditionExpression":"a = :b","#
                + #""ExpressionAttributeValues":{":b":{"S":"b"},":c":{"S":"c"}}}"#,
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:c}"),
        Vector(
            .updateItem, #"{"TableName":"abc","Key":{},"AttributeUpdates":{"a":{"Action":"PUT"}}}"#,
            "One or more parameter values were invalid: "
                + "Only DELETE action is allowed when no attribute value is specified"),
        Vector(
            .deleteItem, #"{"TableName":"abc","Key":{},"Expected":{"a":{"Exists":true}}}"#,
            "One or more parameter values were invalid: "
                + "Value must be provided when Exists is true for Attribute: a"),
        Vector(
            .getItem, #"{"TableName":"abc","Key":{},"AttributesToGet":["a","a"]}"#,
            "One or more parameter values were invalid: Duplicate value in attribute name: a"),
        Vector(
            .query, #"{"TableName":"abc"}"#,
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."),
        Vector(.query, #"{"TableName":"abc","KeyConditions":{}}"#, "Conditions can be of length 1 or 2 only"),
        Vector(
            .query, #"{"TableName":"abc","ExclusiveStartKey":{"a":{}}}"#,
            "The provided starting key is invalid: "
                + "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        // Each parameter has its turn, wherever it stands in the request.
        Vector(
            .query,
            #"{"TableName":"abc","KeyConditions":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{}]}},"#
                + #""ExclusiveStartKey":{"a":{}},"AttributesToGet":["a","a"],"#
                + #""QueryFilter":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{"NS":["1","1"]}]}}}"#,
            "Input collection contains duplicates"),
        Vector(
            .query,
            #"{"TableName":"abc","KeyConditions":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{}]}},"#
                + #""ExclusiveStartKey":{"a":{}},"AttributesToGet":["a","a"],"#
                + #""QueryFilter":{"a":{"ComparisonOperator":"EQ"}}}"#,
            "One or more parameter values were invalid: Invalid number of argument(s) for the EQ ComparisonOperator"),
        Vector(
            .scan, #"{"TableName":"abc","ExclusiveStartKey":{"a":{}},"AttributesToGet":["a","a"],"ScanFilter":{}}"#,
            "One or more parameter values were invalid: Duplicate value in attribute name: a"),
        Vector(
            .scan, #"{"TableName":"abc","ExclusiveStartKey":{"a":{"N":"b"}}}"#,
            "The parameter cannot be converted to a numeric value: b"),
        Vector(
            .query,
            #"{"TableName":"abc","KeyConditionExpression":"attribute_type(a, :a)","FilterExpression":"","#
                + #""ExpressionAttributeValues":{":a":{"S":"N"}}}"#,
            "Invalid FilterExpression: The expression can not be empty;"),
        Vector(
            .updateItem,
            #"{"TableName":"abc","Expected":{"a":{"Value":{}}},"Key":{"a":{"N":"b"}}}"#,
            "The parameter cannot be converted to a numeric value: b"),
        Vector(
            .scan, #"{"TableName":"abc","Segment":1}"#,
            "The TotalSegments parameter is required but was not present in the request when "
                + "Segment parameter is present"),
        Vector(
            .scan, #"{"TableName":"abc","TotalSegments":1}"#,
            "The Segment parameter is required but was not present in the request when "
                + "parameter TotalSegments is present"),
        Vector(
            .scan, #"{"TableName":"abc","Segment":1,"TotalSegments":1}"#,
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                + "Segment: 1 is not less than TotalSegments: 1"),
        Vector(
            .scan, #"{"TableName":"abc","Select":"ALL_ATTRIBUTES","ProjectionExpression":"a"}"#,
            "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES"),
        Vector(
            .scan, #"{"TableName":"abc","Select":"COUNT","ProjectionExpression":"a"}"#,
            "Cannot specify the ProjectionExpression when choosing to get only the Count"),
        Vector(
            .scan, #"{"TableName":"abc","Select":"ALL_PROJECTED_ATTRIBUTES"}"#,
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
        Vector(
            .scan, #"{"TableName":"abc","Select":"SPECIFIC_ATTRIBUTES"}"#,
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"),
        Vector(
            .batchGetItem,
            #"{"RequestItems":{"abc":{"Keys":[{"a":{"N":"1"},"b":{"S":"b"}},{"b":{"S":"b"},"a":{"N":"1.0"}}]}}}"#,
            "Provided list of item keys contains duplicates"),
        Vector(
            .batchWriteItem, #"{"RequestItems":{"abc":[{}]}}"#,
            "Supplied AttributeValue has more than one datatypes set, "
                + "must contain exactly one of the supported datatypes"),
        Vector(
            .transactWriteItems, #"{"TransactItems":[{}]}"#,
            "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"),
        Vector(
            .transactWriteItems,
            #"{"TransactItems":[{"Delete":{"TableName":"abc","Key":{}},"Put":{"TableName":"abc","Item":{}}}]}"#,
            "TransactItems can only contain one of Check, Put, Update or Delete"),
    ]

    @Test(arguments: rules) func rulesBetweenParameters(_ vector: Vector) {
        #expect(Self.message(vector) == vector.message)
    }

    @Test func tooManyKeysAndWrites() {
        func keys(_ range: Range<Int>) -> String { range.map { #"{"a":{"S":"\#($0)"}}"# }.joined(separator: ",") }
        #expect(
            Self.message(
                Vector(
                    .batchGetItem,
                    #"{"RequestItems":{"abc":{"Keys":[\#(keys(0..<100))]},"abd":{"Keys":[\#(keys(0..<1))]}}}"#, ""))
                == "Too many items requested for the BatchGetItem call")
        let many = Self.message(
            Vector(.batchGetItem, #"{"RequestItems":{"abc":{"Keys":[\#(keys(0..<101))]}}}"#, ""))
        #expect(many?.hasSuffix("Member must have length less than or equal to 100") == true)
        let writes = (0..<26).map { #"{"DeleteRequest":{"Key":{"a":{"S":"\#($0)"}}}}"# }.joined(separator: ",")
        let tooMany = Self.message(Vector(.batchWriteItem, #"{"RequestItems":{"abc":[\#(writes)]}}"#, ""))
        #expect(
            tooMany?.hasSuffix(
                "at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
                    + "[Member must have length less than or equal to 25, "
                    + "Member must have length greater than or equal to 1]") == true)
    }

    @Test func itemsThatAreTooLargeAreRefusedBeforeTheirTableIsLookedAt() throws {
        func refusal(_ count: Int) -> String? {
            let item = #"{"a":{"S":"\#(String(repeating: "x", count: count))"}}"#
            let put = Self.message(Vector(.putItem, #"{"TableName":"abc","Item":\#(item),"Expected":{"a":{}}}"#, ""))
            let batch = Self.message(
                Vector(.batchWriteItem, #"{"RequestItems":{"abc":[{"PutRequest":{"Item":\#(item)}}]}}"#, ""))
            if batch != nil { #expect(batch == put) }
            return put
        }
        #expect(refusal(409_600) == "Item size has exceeded the maximum allowed size")
        #expect(refusal(409_599)?.hasSuffix("Value must be provided when Exists is null for Attribute: a") == true)
    }

    @Test func anARNNamesATable() throws {
        let body = #"{"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/Orders","Key":{}}"#
        #expect(try GetItemRequest(Array(body.utf8)).tableName == "Orders")
    }

    @Test func theDigestIsOfWhatIsAskedAndNotOfItsSpelling() throws {
        func digest(_ action: String) throws -> UInt64 {
            try TransactWriteItemsRequest(Array(#"{"TransactItems":[\#(action)]}"#.utf8)).digest
        }
        let one = try digest(#"{"Put":{"TableName":"abc","Item":{"a":{"S":"x"},"b":{"N":"1.0"}}}}"#)
        #expect(try digest(#"{"Put":{"Item":{"b":{"N":"1"},"a":{"S":"x"}}, "TableName":"abc"}}"#) == one)
        #expect(try digest(#"{"Put":{"TableName":"abc","Item":{"a":{"S":"y"},"b":{"N":"1"}}}}"#) != one)
        #expect(try digest(#"{"Put":{"TableName":"abd","Item":{"a":{"S":"x"},"b":{"N":"1"}}}}"#) != one)
        let twice = #"{"Put":{"TableName":"abd"},"Put":{"TableName":"abc","Item":{"a":{"S":"x"},"b":{"N":"1"}}}}"#
        #expect(try digest(twice) == one, "the last of two members of one name is the one")
    }
}

extension ItemOperation {
    /// Reads a request and checks it as far as that goes without a table.
    func parse(_ body: [UInt8]) throws {
        switch self {
        case .putItem: _ = try PutItemRequest(body)
        case .getItem: _ = try GetItemRequest(body)
        case .updateItem: _ = try UpdateItemRequest(body)
        case .deleteItem: _ = try DeleteItemRequest(body)
        case .query: _ = try QueryRequest(body)
        case .scan: _ = try ScanRequest(body)
        case .batchGetItem: _ = try BatchGetItemRequest(body)
        case .batchWriteItem: _ = try BatchWriteItemRequest(body)
        case .transactGetItems: _ = try TransactGetItemsRequest(body)
        case .transactWriteItems: _ = try TransactWriteItemsRequest(body)
        case .executeStatement: _ = try ExecuteStatementRequest(body)
        }
    }
}
