import Testing

@testable import Items

private let schema = KeySchema(hashKey: .init(name: "h", type: .string), rangeKey: .init(name: "r", type: .number))
private let texts = KeySchema(hashKey: .init(name: "h", type: .string), rangeKey: .init(name: "r", type: .string))
private let hashOnly = KeySchema(hashKey: .init(name: "h", type: .string))

private let values: [String: AttributeValue] = [
    ":h": .string("x"), ":1": .number(1), ":2": .number(2), ":s": .string("s"), ":empty": .string(""),
    ":list": .list([]),
    ":long": .string(String(repeating: "k", count: 2_049)),
]

private func parse(_ text: String) throws(ItemError) -> KeyConditionExpression {
    var placeholders = try ExpressionPlaceholders(names: ["#h": "h", "#r": "r"], values: values)
    return try KeyConditionExpression(text, placeholders: &placeholders)
}

private func legacy(_ name: String, _ values: AttributeValue...) -> LegacyCondition {
    LegacyCondition(comparisonOperator: name, attributeValueList: values)
}

@Suite struct KeyConditionExpressionTests {
    @Test(
        arguments: [
            ("h = :h", nil), ("(h = :h)", nil), (":h = #h", nil), ("h = :h AND r = :1", .equal(.number(1))),
            ("r < :1 and h = :h", .less(.number(1))), ("h = :h AND :1 < r", .greater(.number(1))),
            ("h = :h AND :1 <= #r", .greaterOrEqual(.number(1))), ("h = :h AND r >= :1", .greaterOrEqual(.number(1))),
            ("h = :h AND r <= :1", .lessOrEqual(.number(1))), ("h = :h AND :1 >= r", .lessOrEqual(.number(1))),
            ("((r > :1) AND (h = :h))", .greater(.number(1))), ("(h) = (:h) AND (r) > :1", .greater(.number(1))),
            ("h = :h AND r BETWEEN :1 AND :2", .between(.number(1), .number(2))),
            ("r between :1 and :2 and h = :h", .between(.number(1), .number(2))),
        ] as [(String, KeyCondition.RangeCondition?)])
    func conditions(_ text: String, _ range: KeyCondition.RangeCondition?) throws {
        #expect(try parse(text).keyCondition(for: schema) == KeyCondition(hashKey: .string("x"), range: range))
    }

    @Test func beginsWith() throws {
        let condition = try parse("h = :h AND begins_with(r, :s)").keyCondition(for: texts)
        #expect(condition.range == .beginsWith(.string("s")))
    }

    /// Recorded on AWS by dynalite's tests, but for the last three.
    @Test(arguments: [
        ("", "!The expression can not be empty;"),
        ("things are", "!Syntax error; token: \"are\", near: \"things are\""),
        ("(size(h))[0] > :1", "!Syntax error; token: \"[\", near: \")[0\""),
        ("h = :h AND ((r = :1))", "!The expression has redundant parentheses;"),
        (
            "begins_with(r, :1)",
            "!Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
        ),
        ("h = :h OR r = :1", "Invalid operator used in KeyConditionExpression: OR"),
        ("a > b and size(b) > c or a > c", "Invalid operator used in KeyConditionExpression: OR"),
        ("not a > b", "Invalid operator used in KeyConditionExpression: NOT"),
        ("h <> :h", "Invalid operator used in KeyConditionExpression: <>"),
        ("a in (b, size(c), d)", "Invalid operator used in KeyConditionExpression: IN"),
        ("attribute_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_exists"),
        ("attribute_not_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_not_exists"),
        ("contains(a.d, b)", "Invalid operator used in KeyConditionExpression: contains"),
        (
            ":h between size(b) and size(a) and b > :h",
            "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"
        ),
        (
            "begins_with(:h, b) and a > :h",
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"
        ),
        ("a > size(b.d)", "KeyConditionExpressions cannot contain nested operations"),
        ("size(b) > a AND a.b > b", "KeyConditionExpressions cannot contain nested operations"),
        ("a between size(b) and size(a)", "KeyConditionExpressions cannot contain nested operations"),
        ("b > a.b", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"),
        (
            "begins_with(a, b)",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
        ),
        ("a.d > c", "KeyConditionExpressions cannot have conditions on nested attributes"),
        ("b[0] > a", "KeyConditionExpressions cannot have conditions on nested attributes"),
        (":1 > :2 AND a < :1", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        ("h = :h AND h = :h", "KeyConditionExpressions must only contain one condition per key"),
        (
            "(a > :1 and b > :1) and (b > :1 and c > :1)",
            "KeyConditionExpressions must only contain one condition per key"
        ),
        (":1 = a and b = :1 and :1 = c", "Conditions can be of length 1 or 2 only"),
        ("z = :h", "Query condition missed key schema element: h"),
        ("h = :h AND z = :1", "Query condition missed key schema element: r"),
        ("h < :h", "Query key condition not supported"),
        ("h = :1", "One or more parameter values were invalid: Condition parameter type does not match schema type"),
        (
            "h = :h AND r = :s",
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        ),
        ("h = :list", "One or more parameter values were invalid: Condition parameter type does not match schema type"),
        (
            "h = :empty",
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: h"
        ),
        (
            "h = :long",
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
        ),
    ])
    func refused(_ text: String, _ message: String) {
        let whole =
            message.first == "!" ? "Invalid KeyConditionExpression: " + message.dropFirst() : message
        #expect(throws: ItemError(code: .validation, message: whole)) { try parse(text).keyCondition(for: schema) }
    }

    @Test func aTableWithoutRangeKeyTakesOneCondition() throws {
        #expect(try parse("h = :h").keyCondition(for: hashOnly) == KeyCondition(hashKey: .string("x")))
        #expect(throws: ItemError(code: .validation, message: "Query key condition not supported")) {
            try parse("h = :h AND r = :1").keyCondition(for: hashOnly)
        }
    }

    @Test func legacyConditions() throws {
        let conditions: LegacyEntries = [
            "h": legacy("EQ", .string("x")), "r": legacy("BETWEEN", .number(1), .number(2)),
        ]
        let expression = try KeyConditionExpression(keyConditions: conditions)
        #expect(
            try expression.keyCondition(for: schema)
                == KeyCondition(hashKey: .string("x"), range: .between(.number(1), .number(2))))
    }

    @Test(
        arguments: [
            ([:], "Conditions can be of length 1 or 2 only"),
            (["z": legacy("NULL")], "Query condition missed key schema element: h"),
            (
                ["h": legacy("NE", .string("x"))],
                "Attempted conditional constraint is not an indexable operation"
            ),
            (["h": legacy("GT", .string("x"))], "Query key condition not supported"),
            (
                ["h": legacy("BEGINS_WITH", .number(1))],
                "One or more parameter values were invalid: ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"
            ),
            (
                ["h": legacy("EQ")],
                "One or more parameter values were invalid: Invalid number of argument(s) for the EQ ComparisonOperator"
            ),
        ] as [(LegacyEntries<LegacyCondition>, String)])
    func refusedLegacyConditions(_ conditions: LegacyEntries<LegacyCondition>, _ message: String) {
        #expect(throws: ItemError(code: .validation, message: message)) {
            try KeyConditionExpression(keyConditions: conditions).keyCondition(for: schema)
        }
    }
}
