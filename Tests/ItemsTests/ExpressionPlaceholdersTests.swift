import Testing

@testable import Items

private func refused(_ message: String, _ body: () throws -> Void) {
    #expect(throws: ItemError(code: .validation, message: message), performing: body)
}

@Suite struct ExpressionPlaceholdersTests {
    @Test(arguments: ["", "#", "a", "##", "#a-b", "#a.b", ":a", "#é"])
    func wrongNames(_ key: String) {
        refused("ExpressionAttributeNames contains invalid key: Syntax error; key: \"\(key)\"") {
            _ = try ExpressionPlaceholders(names: [key: "a"])
        }
    }

    @Test(arguments: ["", ":", "a", "::a", ":a b", "#a"])
    func wrongValues(_ key: String) {
        refused("ExpressionAttributeValues contains invalid key: Syntax error; key: \"\(key)\"") {
            _ = try ExpressionPlaceholders(values: [key: .null])
        }
    }

    @Test func limits() throws {
        _ = try ExpressionPlaceholders(names: ["#" + String(repeating: "a", count: 254): "x"])
        refused(
            "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; size of key: 256"
        ) { _ = try ExpressionPlaceholders(names: ["#" + String(repeating: "a", count: 255): "x"]) }
        refused("ExpressionAttributeNames contains invalid value: Empty attribute name for key #a") {
            _ = try ExpressionPlaceholders(names: ["#a": ""])
        }
        refused(
            "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes for key #a"
        ) { _ = try ExpressionPlaceholders(names: ["#a": String(repeating: "n", count: 65_536)]) }
        refused("ExpressionAttributeValues exceeds max size") {
            _ = try ExpressionPlaceholders(values: [":a": .string(String(repeating: "x", count: 2 * 1_024 * 1_024))])
        }
    }

    @Test func anEmptyMapIsNoMap() throws {
        refused("ExpressionAttributeNames must not be empty") {
            _ = try ExpressionPlaceholders(expressionAttributeNames: [:], expressionAttributeValues: [:])
        }
        refused("ExpressionAttributeNames contains invalid key: Syntax error; key: \"a\"") {
            _ = try ExpressionPlaceholders(expressionAttributeNames: ["a": "a"], expressionAttributeValues: [:])
        }
        refused("ExpressionAttributeValues must not be empty") {
            _ = try ExpressionPlaceholders(expressionAttributeNames: nil, expressionAttributeValues: [:])
        }
        try ExpressionPlaceholders(expressionAttributeNames: nil, expressionAttributeValues: nil).checkAllUsed()
    }

    /// The order of a Java `HashSet` of 16 places: by hash, which for two characters is 31 times the first plus the
    /// second.
    @Test func unusedOnesAreListedInJavasOrder() throws {
        let keys = [":a", ":b", ":o", ":p", ":z"]
        let placeholders = try ExpressionPlaceholders(
            values: Dictionary(uniqueKeysWithValues: keys.map { ($0, .null) }))
        // Hashes 58 * 31 + 97, 98, 111, 112, 122: places 7, 8, 5, 6, 0.
        refused("Value provided in ExpressionAttributeValues unused in expressions: keys: {:z, :o, :p, :a, :b}") {
            try placeholders.checkAllUsed()
        }
    }

    @Test func placeholdersWithoutExpressions() throws {
        let update = ["UpdateExpression", "ConditionExpression"]
        refused("ExpressionAttributeNames can only be specified when using expressions") {
            try ExpressionParameters.checkUnneeded(names: ["#a": "a"], values: nil, expressions: update)
        }
        refused(
            "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null"
        ) { try ExpressionParameters.checkUnneeded(names: nil, values: [:], expressions: update) }
        refused("ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null") {
            try ExpressionParameters.checkUnneeded(
                names: ["#a": "a"], values: [":a": .null], expressions: ["ProjectionExpression", "FilterExpression"],
                given: ["ProjectionExpression"])
        }
        try ExpressionParameters.checkUnneeded(
            names: ["#a": "a"], values: [":a": .null], expressions: update, given: ["ConditionExpression"])
        try ExpressionParameters.checkUnneeded(names: nil, values: nil, expressions: update)
    }

    @Test func expressionsAndLegacyParameters() throws {
        refused(
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributeUpdates, Expected} Expression parameters: {UpdateExpression}"
        ) {
            try ExpressionParameters.checkMixed(
                legacy: ["AttributeUpdates", "Expected"], expressions: ["UpdateExpression"])
        }
        try ExpressionParameters.checkMixed(legacy: ["Expected"], expressions: [])
        try ExpressionParameters.checkMixed(legacy: [], expressions: ["UpdateExpression"])
    }

    @Test func wrongValuesNameTheirPlaceholder() {
        let error = ExpressionParameters.invalidValue(
            ItemError(code: .validation, message: "Input collection contains duplicates"), key: ":b")
        #expect(
            error.message
                == "ExpressionAttributeValues contains invalid value: Input collection contains duplicates for key :b")
    }

    @Test func attributesAConditionReads() throws {
        let condition = try ConditionExpression(
            "#a.b = :v AND (size(c[0]) > :v OR NOT d IN (e, :v)) AND attribute_exists(f) AND begins_with(g, h)",
            names: ["#a": "a"], values: [":v": .number(1)])
        #expect(condition.attributeNames == ["a", "c", "d", "e", "f", "g", "h"])
        refused("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: c") {
            try condition.checkKeyPaths(["d", "c"])
        }
        try condition.checkKeyPaths(["d", "e"])
        try condition.checkReadsNoKey(["b", "x"])
    }

    @Test func filtersReadNoKey() throws {
        var placeholders = try ExpressionPlaceholders(values: [":v": .number(1)])
        let expression = try ConditionExpression("a > :v OR h = :v", parameter: .filter, placeholders: &placeholders)
        refused("Filter Expression can only contain non-primary key attributes: Primary key attribute: h") {
            try expression.checkReadsNoKey(["h", "r"])
        }
        let legacy = try ConditionExpression(
            queryFilter: ["r": LegacyCondition(comparisonOperator: "NOT_NULL")], conditionalOperator: nil)
        refused("QueryFilter can only contain non-primary key attributes: Primary key attribute: r") {
            try legacy.checkReadsNoKey(["h", "r"])
        }
    }
}
