import Items
import Testing

private let item: Item = [
    "orderId": .string("o"), "amount": .number(10), "phase": .string("pending"), "tags": .stringSet(["a", "b"]),
    "parts": .list([.number(0), .number(1), .number(2)]), "address": .map(["city": .string("Graz")]),
]

private func apply(_ text: String, _ values: [String: AttributeValue] = [:]) throws(ItemError) -> Item {
    try UpdateExpression(text, values: values).apply(to: item, keyAttributes: ["orderId"])
}

private func list(_ numbers: Int...) -> AttributeValue { .list(numbers.map { .number(Number($0)) }) }

@Suite struct UpdateExpressionTests {
    @Test(
        arguments: [
            ("SET phase = :v", ":v", .string("shipped"), "phase", .string("shipped")),
            ("SET fresh = :v", ":v", .null, "fresh", .null),
            ("SET amount = amount + :v", ":v", .number(5), "amount", .number(15)),
            ("SET amount = :v - amount", ":v", .number(5), "amount", .number(-5)),
            ("SET visits = if_not_exists(visits, :v) + :v", ":v", .number(1), "visits", .number(2)),
            ("SET amount = if_not_exists(amount, :v)", ":v", .number(1), "amount", .number(10)),
            ("SET parts = list_append(parts, :v)", ":v", list(9), "parts", list(0, 1, 2, 9)),
            ("SET parts = list_append(:v, parts)", ":v", list(9), "parts", list(9, 0, 1, 2)),
            ("SET parts[1] = :v", ":v", .number(7), "parts", list(0, 7, 2)),
            ("SET parts[90] = :v", ":v", .number(7), "parts", list(0, 1, 2, 7)),
            ("SET parts[9] = amount, parts[8] = :v", ":v", .number(7), "parts", list(0, 1, 2, 7, 10)),
            (
                "SET address.zip = :v", ":v", .number(8010), "address",
                .map(["city": .string("Graz"), "zip": .number(8010)])
            ),
            ("SET amount = (amount + :v)", ":v", .number(5), "amount", .number(15)),
            ("REMOVE parts[0], parts[2] SET x = :v", ":v", .null, "parts", list(1)),
            ("ADD amount :v", ":v", .number(-3), "amount", .number(7)),
            ("ADD fresh :v", ":v", .number(3), "fresh", .number(3)),
            ("ADD tags :v", ":v", .stringSet(["c", "a"]), "tags", .stringSet(["a", "b", "c"])),
            ("DELETE tags :v", ":v", .stringSet(["a", "z"]), "tags", .stringSet(["b"])),
            ("DELETE tags :v", ":v", .stringSet(["a", "b"]), "tags", nil),
            ("DELETE absent :v", ":v", .stringSet(["a"]), "absent", nil),
        ] as [(String, String, AttributeValue, String, AttributeValue?)])
    func changes(
        _ text: String, _ placeholder: String, _ value: AttributeValue, _ name: String, _ expected: AttributeValue?
    ) throws {
        let result = try apply(text, [placeholder: value])
        #expect(result[name] == expected)
        // Nothing but what the expression names has changed.
        for attribute in item.attributes where attribute.name != name {
            if !text.contains("parts") || attribute.name != "parts" {
                #expect(result[attribute.name] == attribute.value)
            }
        }
    }

    @Test func removes() throws {
        let result = try apply("REMOVE phase, address.city, absent, parts[7]")
        #expect(result["phase"] == nil)
        #expect(result["address"] == .map([:]))
        #expect(result["parts"] == item["parts"])
        #expect(result.count == item.count - 1)
    }

    @Test func valuesAreReadBeforeAnyChange() throws {
        let result = try apply("SET a = amount, amount = :v REMOVE phase", [":v": .number(1)])
        #expect(result["a"] == .number(10))
        #expect(result["amount"] == .number(1))
    }

    @Test(arguments: [
        (
            "SET orderId = :v",
            "One or more parameter values were invalid: Cannot update attribute orderId. This attribute is part of the key"
        ),
        (
            "REMOVE orderId SET x = :v",
            "One or more parameter values were invalid: Cannot update attribute orderId. This attribute is part of the key"
        ),
        ("SET x = absent, y = :v", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET amount = phase + :v", "An operand in the update expression has an incorrect data type"),
        ("REMOVE nothing.x SET y = :v", "The document path provided in the update expression is invalid for update"),
        ("SET nothing.x = :v", "The document path provided in the update expression is invalid for update"),
        ("SET amount.x = :v", "The document path provided in the update expression is invalid for update"),
        ("ADD phase :v", "An operand in the update expression has an incorrect data type"),
        (
            "SET x = :v SET y = :v",
            "!The \"SET\" section can only be used once in an update expression;"
        ),
        (
            "SET a.b = :v REMOVE a",
            "!Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]"
        ),
        (
            "REMOVE a.c SET a[1] = :v",
            "!Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, c], path two: [a, [1]]"
        ),
        (
            "DELETE tags :v",
            "!Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"
        ),
        (
            "SET parts = list_append(parts, :v)",
            "!Incorrect operand type for operator or function; operator or function: list_append, operand type: N"
        ),
        (
            "SET x = list_append(:v)",
            "!Incorrect operand type for operator or function; operator or function: list_append, operand type: N"
        ),
        ("SET x = now(:v)", "!Invalid function name; function: now"),
        ("SET status = :v", "!Attribute name is a reserved keyword; reserved keyword: status"),
        ("MOVE x :v", "!Syntax error; token: \"MOVE\", near: \"MOVE x\""),
        ("SET x = :v,", "!Syntax error; token: \"<EOF>\", near: \",\""),
    ])
    func refused(_ text: String, _ message: String) {
        // One message depends on the count of operands, which AWS checks first.
        let expected =
            text.contains("list_append(:v)")
            ? "!Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1"
            : message
        // "!" stands for the words that begin every message about the expression itself.
        let whole = expected.first == "!" ? "Invalid UpdateExpression: " + expected.dropFirst() : expected
        #expect(throws: ItemError(code: .validation, message: whole)) { try apply(text, [":v": .number(1)]) }
    }

    @Test func placeholdersAreSharedByTheExpressionsOfARequest() throws {
        var placeholders = try ExpressionPlaceholders(
            names: ["#s": "phase"], values: [":new": .number(1), ":old": .number(0)])
        _ = try UpdateExpression("SET #s = :new", placeholders: &placeholders)
        #expect(throws: ItemError.self) { try placeholders.checkAllUsed() }
        _ = try ConditionExpression("#s = :old", placeholders: &placeholders)
        try placeholders.checkAllUsed()
    }

    /// What `UPDATED_OLD` and `UPDATED_NEW` answer; every case was recorded on AWS by alternator's tests.
    @Test(
        arguments: [
            ("SET a.b = :v", ["a": .map(["b": .string("dog")])], ["a": .map(["b": .number(7)])]),
            ("SET a.c[1] = :v", ["a": .map(["c": list(2)])], ["a": .map(["c": list(7)])]),
            (
                "SET a.c[1] = :v, a.b = :v", ["a": .map(["b": .string("dog"), "c": list(2)])],
                ["a": .map(["b": .number(7), "c": list(7)])]
            ),
            ("SET a.x = :v", [:], ["a": .map(["x": .number(7)])]),
            // Beyond the end, the element lands elsewhere and is not answered.
            ("SET a.c[100] = :v", [:], [:]),
            // What moved up to the place of the removed element is answered.
            (
                "REMOVE a.c[1] SET d = :v", ["a": .map(["c": list(2)]), "d": .string("cat")],
                ["a": .map(["c": list(3)]), "d": .number(7)]
            ),
            ("REMOVE d, a.c[9] SET e = :v", ["d": .string("cat")], ["e": .number(7)]),
            ("ADD e :v", [:], ["e": .number(7)]),
        ] as [(String, Item, Item)])
    func touched(_ text: String, _ old: Item, _ new: Item) throws {
        let item: Item = [
            "p": .string("k"), "a": .map(["b": .string("dog"), "c": list(1, 2, 3)]), "d": .string("cat"),
        ]
        let update = try UpdateExpression(text, values: [":v": .number(7)])
        #expect(update.touched(in: item) == old)
        #expect(try update.touched(in: update.apply(to: item, keyAttributes: ["p"])) == new)
        #expect(update.touched(in: nil).isEmpty)
    }

    @Test func deletingFromWhatIsNotThere() throws {
        let members: [String: AttributeValue] = [":v": .stringSet(["a"])]
        #expect(try apply("DELETE absent :v", members) == item)
        #expect(try apply("DELETE address.absent :v", members) == item)
        #expect(throws: ItemError.self) { try apply("DELETE absent.tags :v", members) }
    }

    @Test func onlyWhatSetsMakesAnItem() throws {
        #expect(try UpdateExpression("SET a = :v", values: [":v": .null]).createsItem)
        #expect(try UpdateExpression("ADD a :v REMOVE b", values: [":v": .number(1)]).createsItem)
        #expect(try !UpdateExpression("REMOVE a DELETE b :v", values: [":v": .stringSet(["x"])]).createsItem)
        #expect(try UpdateExpression(attributeUpdates: [:]).createsItem)
    }

    @Test func nestingLimitHolds() throws {
        var value: AttributeValue = .null
        for _ in 0..<31 { value = .list([value]) }
        #expect(throws: Never.self) { try apply("SET x = :v", [":v": value]) }
        #expect(throws: ItemError.self) { try apply("SET address.x = :v", [":v": value]) }
    }
}
