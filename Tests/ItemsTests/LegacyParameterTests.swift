import Testing

@testable import Items

private let item: Item = [
    "s": .string("cat"), "n": .number(5), "b": .binary([1, 2]), "ss": .stringSet(["a", "b"]), "null": .null,
    "l": .list([.number(2), .string("x")]), "bool": .bool(true),
]

private func entry(_ name: String, _ values: AttributeValue...) -> LegacyCondition {
    LegacyCondition(comparisonOperator: name, attributeValueList: values)
}

private let invalid = "One or more parameter values were invalid: "

@Suite struct LegacyParameterTests {
    @Test(
        arguments: [
            ("s", entry("EQ", .string("cat")), true), ("s", entry("EQ", .string("dog")), false),
            ("absent", entry("EQ", .string("cat")), false), ("ss", entry("EQ", .stringSet(["b", "a"])), true),
            ("s", entry("NE", .string("dog")), true), ("s", entry("NE", .number(1)), true),
            ("absent", entry("NE", .string("dog")), true), ("s", entry("NE", .string("cat")), false),
            ("n", entry("LT", .number(6)), true), ("n", entry("LE", .number(5)), true),
            ("n", entry("LT", .number(5)), false),
            ("n", entry("GT", .number(4)), true), ("n", entry("GE", .number(6)), false),
            ("n", entry("LT", .string("9")), false),
            ("n", entry("BETWEEN", .number(5), .number(6)), true),
            ("n", entry("BETWEEN", .number(6), .number(7)), false),
            ("n", entry("IN", .number(4), .number(5)), true), ("n", entry("IN", .number(4)), false),
            ("null", entry("NOT_NULL"), true), ("absent", entry("NOT_NULL"), false), ("absent", entry("NULL"), true),
            ("null", entry("NULL"), false), ("s", entry("CONTAINS", .string("at")), true),
            ("ss", entry("CONTAINS", .string("a")), true), ("l", entry("CONTAINS", .number(2)), true),
            ("s", entry("CONTAINS", .number(1)), false), ("s", entry("NOT_CONTAINS", .string("at")), false),
            ("s", entry("NOT_CONTAINS", .string("dog")), true), ("absent", entry("NOT_CONTAINS", .string("a")), false),
            ("s", entry("BEGINS_WITH", .string("ca")), true), ("b", entry("BEGINS_WITH", .binary([1])), true),
            ("n", entry("BEGINS_WITH", .string("5")), false),
        ] as [(String, LegacyCondition, Bool)])
    func filters(_ attribute: String, _ condition: LegacyCondition, _ expected: Bool) throws {
        let conditions: LegacyEntries = [attribute: condition]
        #expect(try ConditionExpression(queryFilter: conditions, conditionalOperator: nil).evaluate(item) == expected)
        #expect(try ConditionExpression(scanFilter: conditions, conditionalOperator: nil).evaluate(item) == expected)
        #expect(try ConditionExpression(expected: conditions, conditionalOperator: nil).evaluate(item) == expected)
    }

    @Test func expectedValues() throws {
        func holds(_ condition: LegacyCondition, _ name: String = "n") throws -> Bool {
            try ConditionExpression(expected: [name: condition], conditionalOperator: nil).evaluate(item)
        }
        #expect(try holds(LegacyCondition(value: .number(5))))
        #expect(try holds(LegacyCondition(value: .number(5), exists: true)))
        #expect(try !holds(LegacyCondition(value: .number(6))))
        #expect(try !holds(LegacyCondition(exists: false)))
        #expect(try holds(LegacyCondition(exists: false), "absent"))
        #expect(try holds(LegacyCondition(value: .number(4), comparisonOperator: "GT")))
    }

    @Test func namesDifferByTheirBytes() {
        let entries = LegacyEntries([
            (key: "\u{e9}", value: 1), (key: "n", value: 2), (key: "e\u{301}", value: 3), (key: "\u{e9}", value: 4),
        ])
        #expect(entries.all.map { Array($0.key.utf8) } == [[0x65, 0xCC, 0x81], [0x6E], [0xC3, 0xA9]])
        #expect(entries.all.map(\.value) == [3, 2, 4])
    }

    @Test func conditionalOperators() throws {
        let conditions: LegacyEntries = ["s": entry("EQ", .string("cat")), "n": entry("EQ", .number(0))]
        for (conditionalOperator, expected) in [(nil, false), ("AND", false), ("OR", true)] {
            let condition = try ConditionExpression(expected: conditions, conditionalOperator: conditionalOperator)
            #expect(condition.evaluate(item) == expected)
        }
        #expect(try ConditionExpression(expected: [:], conditionalOperator: nil).evaluate(nil))
    }

    @Test(
        arguments: [
            (LegacyCondition(), "Value must be provided when Exists is null for Attribute: a"),
            (LegacyCondition(exists: true), "Value must be provided when Exists is true for Attribute: a"),
            (
                LegacyCondition(value: .null, exists: false),
                "Value cannot be used when Exists is false for Attribute: a"
            ),
            (
                LegacyCondition(value: .null, attributeValueList: [.null]),
                "Value and AttributeValueList cannot be used together for Attribute: a"
            ),
            (
                LegacyCondition(exists: true, comparisonOperator: "EQ", attributeValueList: [.null]),
                "Exists and ComparisonOperator cannot be used together for Attribute: a"
            ),
            (
                LegacyCondition(comparisonOperator: "EQ"),
                "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a"
            ),
            (
                LegacyCondition(attributeValueList: [.null]),
                "AttributeValueList can only be used with a ComparisonOperator for Attribute: a"
            ),
            (entry("NULL", .number(2)), "Invalid number of argument(s) for the NULL ComparisonOperator"),
            (entry("EQ", .number(2), .number(3)), "Invalid number of argument(s) for the EQ ComparisonOperator"),
            (entry("IN"), "Invalid number of argument(s) for the IN ComparisonOperator"),
            (entry("BETWEEN", .number(2)), "Invalid number of argument(s) for the BETWEEN ComparisonOperator"),
            (
                entry("IN", .string("b"), .number(1)),
                "AttributeValues inside AttributeValueList must be of same type"
            ),
            (entry("LT", .list([])), "ComparisonOperator LT is not valid for L AttributeValue type"),
            (
                entry("CONTAINS", .stringSet(["a"])),
                "ComparisonOperator CONTAINS is not valid for SS AttributeValue type"
            ),
            (
                entry("BETWEEN", .bool(true), .bool(true)),
                "ComparisonOperator BETWEEN is not valid for BOOL AttributeValue type"
            ),
            (entry("BEGINS_WITH", .number(1)), "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"),
        ] as [(LegacyCondition, String)])
    func refused(_ condition: LegacyCondition, _ message: String) {
        #expect(throws: ItemError(code: .validation, message: invalid + message)) {
            try ConditionExpression(expected: ["a": condition], conditionalOperator: nil)
        }
    }

    @Test func refusedAltogether() {
        func refused(_ message: String, _ body: () throws -> Void) {
            #expect(throws: ItemError(code: .validation, message: message), performing: body)
        }
        refused("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound") {
            _ = try ConditionExpression(
                scanFilter: ["a": entry("BETWEEN", .string("b"), .string("a"))], conditionalOperator: nil)
        }
        refused("ConditionalOperator cannot be used without Filter or Expected") {
            _ = try ConditionExpression(expected: [:], conditionalOperator: "AND")
        }
        refused("ConditionalOperator can only be used when Filter or Expected has two or more elements") {
            _ = try ConditionExpression(queryFilter: ["a": entry("NULL")], conditionalOperator: "OR")
        }
        refused(
            "1 validation error detected: Value 'eq' at 'scanFilter.a.member.comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]"
        ) {
            _ = try ConditionExpression(scanFilter: ["a": entry("eq", .null)], conditionalOperator: nil)
        }
    }

    @Test func updates() throws {
        let update = try UpdateExpression(attributeUpdates: [
            "s": LegacyUpdate(value: .string("dog")), "n": LegacyUpdate(value: .number(2), action: "ADD"),
            "ss": LegacyUpdate(value: .stringSet(["a", "z"]), action: "DELETE"),
            "b": LegacyUpdate(value: nil, action: "DELETE"),
            "l": LegacyUpdate(value: .list([.null]), action: "ADD"),
            "new": LegacyUpdate(value: .stringSet(["q"]), action: "ADD"),
            "null": LegacyUpdate(value: .bool(true), action: "PUT"),
        ])
        let result = try update.apply(to: item, keyAttributes: ["id"])
        #expect(
            result == [
                "s": .string("dog"), "n": .number(7), "ss": .stringSet(["b"]), "bool": .bool(true),
                "l": .list([.number(2), .string("x"), .null]), "new": .stringSet(["q"]), "null": .bool(true),
            ])
    }

    @Test(
        arguments: [
            (LegacyUpdate(value: nil), "Only DELETE action is allowed when no attribute value is specified"),
            (
                LegacyUpdate(value: nil, action: "ADD"),
                "Only DELETE action is allowed when no attribute value is specified"
            ),
            (LegacyUpdate(value: .string("a"), action: "ADD"), "ADD action is not supported for the type S"),
            (
                LegacyUpdate(value: .number(1), action: "DELETE"),
                "DELETE action with value is not supported for the type N"
            ),
        ] as [(LegacyUpdate, String)])
    func refusedUpdates(_ update: LegacyUpdate, _ message: String) {
        #expect(throws: ItemError(code: .validation, message: invalid + message)) {
            try UpdateExpression(attributeUpdates: ["a": update])
        }
    }

    @Test func updatesOfAnotherType() throws {
        for update in [
            LegacyUpdate(value: .number(1), action: "ADD"), LegacyUpdate(value: .stringSet(["a"]), action: "DELETE"),
            LegacyUpdate(value: .list([]), action: "ADD"),
        ] {
            let update = try UpdateExpression(attributeUpdates: ["s": update])
            #expect(throws: ItemError(code: .validation, message: "Type mismatch for attribute to update")) {
                try update.apply(to: item, keyAttributes: [])
            }
        }
    }
}
