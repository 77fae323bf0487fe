import Testing

@testable import Items

private let item: Item = [
    "orderId": .string("o-1"), "amount": .number(150), "email": .string("ana@example.com"),
    "octets": .binary([1, 2, 3]),
    "tags": .stringSet(["new", "vip"]), "nums": .numberSet([1, 2]), "gift": .bool(true), "blank": .null,
    "parts": .list([.map(["sku": .string("A1"), "qty": .number(2)]), .string("x")]),
    "address": .map(["city": .string("Graz")]),
]
private let values: [String: AttributeValue] = [
    ":h": .number(100), ":k": .number(1_000), ":a": .string("A1"), ":e": .string("ana@"), ":v": .string("vip"),
    ":x": .string("x"), ":t": .bool(true), ":n": .null, ":g": .string("Graz"), ":two": .number(2),
    ":b": .binary([1, 2]),
    ":type": .string("SS"), ":mid": .string("@example"),
]

/// Values the text mentions, so that blank is unused.
private func used(_ text: String) -> [String: AttributeValue] {
    let words = Set(text.split { !($0.isLetter || $0.isNumber || $0 == ":") }.map(String.init))
    return values.filter { words.contains($0.key) }
}

@Suite struct ConditionExpressionTests {
    @Test(arguments: [
        ("amount > :h", true), ("amount > :k", false), ("amount >= :h AND amount <= :k", true), ("amount < :h", false),
        ("amount = :h", false), ("amount <> :h", true), ("amount <> :a", true), ("amount = :a", false),
        ("amount < :a", false), ("amount >= :a", false), ("absent = :h", false), ("absent <> :h", true),
        ("absent < :h", false), ("NOT absent = :h", true), ("amount BETWEEN :h AND :k", true),
        ("amount BETWEEN :k AND absent", false), ("amount IN (:h, :k)", false),
        ("email IN (:x, parts[0].sku, :a)", false),
        ("attribute_exists(orderId)", true), ("attribute_exists(address.street)", false),
        ("attribute_not_exists(parts[2])", true), ("attribute_not_exists(parts[1])", false),
        ("attribute_type(tags, :type)", true), ("attribute_type(amount, :type)", false),
        ("begins_with(email, :e)", true), ("begins_with(email, :v)", false), ("begins_with(octets, :b)", true),
        ("begins_with(amount, :e)", false), ("contains(tags, :v)", true), ("contains(tags, :x)", false),
        ("contains(nums, :two)", true), ("contains(parts, :x)", true), ("contains(email, :mid)", true),
        ("contains(octets, :b)", true), ("contains(octets, :a)", false), ("size(tags) = :two", true),
        ("size(email) > :two", true),
        ("size(gift) = :two", false), ("size(parts) = size(nums)", true), ("address.city = :g", true),
        ("parts[0].sku = :a", true), ("parts[0].qty = :two", true), ("gift = :t", true), ("blank = :n", true),
        ("amount > :h or amount > :k and absent = :h", true), ("(amount > :h OR amount > :k) AND absent = :h", false),
        ("NOT amount > :k AND NOT (absent = :h)", true), ("NOT NOT amount > :h", true), (":h = amount", false),
        ("(amount > :h) AND (amount < :k)", true),
    ])
    func evaluates(_ text: String, _ expected: Bool) throws {
        #expect(try ConditionExpression(text, values: used(text)).evaluate(item) == expected)
    }

    /// A document path is what AWS documents for the first operand, not all that it takes.
    @Test(arguments: [(":n", true), (":s", false), ("size(orderId)", true)])
    func whateverHasAValueHasAType(_ operand: String, _ expected: Bool) throws {
        var values: [String: AttributeValue] = [":type": .string("N"), ":n": .number(1), ":s": .string("x")]
        values = values.filter { $0.key == ":type" || $0.key == operand }
        let condition = try ConditionExpression("attribute_type(\(operand), :type)", values: values)
        #expect(condition.evaluate(item) == expected)
    }

    @Test func noItem() throws {
        #expect(try ConditionExpression("attribute_not_exists(orderId)").evaluate(nil))
        #expect(try !ConditionExpression("attribute_exists(orderId)").evaluate(nil))
    }

    @Test func names() throws {
        let condition = try ConditionExpression(
            "#s = :s AND #a.#c = :c", names: ["#s": "status", "#a": "a.b", "#c": "data"],
            values: [":s": .string("x"), ":c": .number(1)])
        #expect(condition.evaluate(["status": .string("x"), "a.b": .map(["data": .number(1)])]))
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"),
        (
            "amount > :zz",
            "An expression attribute value used in expression is not defined; attribute value: :zz"
        ),
        (
            "#zz = :h",
            "An expression attribute name used in the document path is not defined; attribute name: #zz"
        ),
        ("status = :h", "Attribute name is a reserved keyword; reserved keyword: status"),
        (
            "a.Timestamp = :h",
            "Attribute name is a reserved keyword; reserved keyword: Timestamp"
        ),
        ("amount > ", "Syntax error; token: \"<EOF>\", near: \">\""),
        ("amount ! :h", "Syntax error; token: \"!\", near: \"amount ! :h\""),
        ("amount = :h :h", "Syntax error; token: \":h\", near: \":h :h\""),
        ("frobnicate(amount)", "Invalid function name; function: frobnicate"),
        (
            "begins_with(email)",
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"
        ),
        (
            "begins_with(email, :h)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
        ),
        (
            "attribute_exists(:h)",
            "Operator or function requires a document path; operator or function: attribute_exists"
        ),
        (
            "amount < :t",
            "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"
        ),
        ("((amount = :h))", "The expression has redundant parentheses;"),
        (
            "amount BETWEEN :k AND :h",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:1000}, upper bound operand: AttributeValue: {N:100}"
        ),
        (
            "amount = contains(tags, :v)",
            "The function is not allowed to be used this way in an expression; function: contains"
        ),
    ])
    func refused(_ text: String, _ message: String) {
        #expect(throws: ItemError(code: .validation, message: "Invalid ConditionExpression: " + message)) {
            try ConditionExpression(text, values: used(text))
        }
    }

    @Test func unusedPlaceholders() {
        #expect(
            throws: ItemError(
                code: .validation,
                message: "Value provided in ExpressionAttributeValues unused in expressions: keys: {:x, :y}")
        ) {
            try ConditionExpression("b = :a", values: [":a": .null, ":y": .null, ":x": .null])
        }
        #expect(
            throws: ItemError(
                code: .validation,
                message: "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}")
        ) {
            try ConditionExpression("attribute_exists(#a)", names: ["#a": "a", "#b": "b"])
        }
        #expect(
            throws: ItemError(
                code: .validation, message: "ExpressionAttributeNames contains invalid key: Syntax error; key: \"b\"")
        ) {
            try ConditionExpression("attribute_exists(a)", names: ["b": "b"])
        }
    }

    @Test func hostileTextsStayWithinLimits() {
        let deep = String(repeating: "NOT ", count: 900) + "a = b"
        let long = String(repeating: "a = b AND ", count: 400) + "a = b"
        let open = String(repeating: "(", count: 4_000)
        for text in [deep, long, open, String(repeating: "x", count: 5_000), "a[99999999999999999999] = a"] {
            #expect(throws: ItemError.self) { try ConditionExpression(text) }
        }
    }

    @Test func everyReservedWordIsThere() {
        #expect(ReservedWords.all.count == 573)
        #expect(
            ReservedWords.contains("Status") && ReservedWords.contains("lines") && !ReservedWords.contains("orderId"))
    }
}
