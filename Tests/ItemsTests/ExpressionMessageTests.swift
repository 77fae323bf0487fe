import Testing

@testable import Items

private let values: [String: AttributeValue] = [
    ":s": .string("a"), ":n": .number(1), ":b": .binary([97]), ":bool": .bool(true), ":null": .null,
    ":ss": .stringSet(["a"]), ":ns": .numberSet([1]), ":bs": .binarySet([[97]]), ":m": .map([:]), ":l": .list([]),
    ":t": .string("x"), ":low": .string("b"),
]

private func message(_ body: () throws(ItemError) -> Void) -> String? {
    do {
        try body()
        return nil
    } catch { return error.message }
}

/// What AWS answers, as dynalite's tests and alternator's recorded it; where two mistakes are in one expression the
/// test is about which of them is reported.
@Suite struct ExpressionMessageTests {
    static let wrongType = "Incorrect operand type for operator or function; operator or function: "
    static let distinct =
        "The first operand must be distinct from the remaining operands for this operator or function; operator: "

    static let manyOperators = Array(repeating: "a<b", count: 160).joined(separator: " or ")
    static let deepPath = "a.b" + String(repeating: ".c", count: 31) + " = :n"
    static let longText = String(repeating: " ", count: 4_096) + "a"

    static let conditionRows: [(String, String)] = [
        ("_version = :n", "Syntax error; token: \"_\", near: \"_version\""),
        ("a = :n AND _sortKey = :n", "Syntax error; token: \"_\", near: \"AND _sortKey\""),
        ("last:name = :n", "Syntax error; token: \":name\", near: \"last:name =\""),
        ("attribute_exists(a) AND NOT #a", "Syntax error; token: \"<EOF>\", near: \"#a\""),
        ("a[-1] = :n", "Syntax error; token: \"-\", near: \"[-1\""),
        ("a != :n", "Syntax error; token: \"!\", near: \"a !=\""),
        ("a = é", "Syntax error; token: \"é\", near: \"= é\""),
        ("size() = :n", "Syntax error; token: \")\", near: \"() =\""),
        ("a = :n AND (b) OR c = :n", "Syntax error; token: \"OR\", near: \") OR c\""),
        ("(a = :n) = :n", "Syntax error; token: \"=\", near: \") = :n\""),
        ("((a = :n)) AND", "The expression has redundant parentheses;"),
        ("((a)) = :n", "The expression has redundant parentheses;"),
        ("abort = :zz AND nothing(a)", "Invalid function name; function: nothing"),
        (
            "abort = size(contains(a, b))",
            "The function is not allowed to be used this way in an expression; function: contains"
        ),
        ("size(a)", "The function is not allowed to be used this way in an expression; function: size"),
        ("a = :n AND size(a)", "The function is not allowed to be used this way in an expression; function: size"),
        ("#zz = :n AND abOrt = :n", "Attribute name is a reserved keyword; reserved keyword: abOrt"),
        ("a[2147483648] = :n", "List index is not within the allowable range; index: [2147483648]"),
        (
            "begins_with(a) OR #zz = :n",
            "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"
        ),
        (
            "begins_with(:zz) AND a = a",
            "An expression attribute value used in expression is not defined; attribute value: :zz"
        ),
        ("a = a", "\(distinct)=, first operand: [a]"),
        ("contains(a[0].b, a[0].b)", "\(distinct)contains, first operand: [a, [0], b]"),
        ("(a) < (a)", "\(distinct)<, first operand: [a]"),
        ("begins_with(a, a)", "\(distinct)begins_with, first operand: [a]"),
        ("a BETWEEN a AND :n", "\(distinct)BETWEEN, first operand: [a]"),
        ("a IN (b, a)", "\(distinct)IN, first operand: [a]"),
        (
            "attribute_exists(:s)",
            "Operator or function requires a document path; operator or function: attribute_exists"
        ),
        (
            "attribute_not_exists(size(a))",
            "Operator or function requires a document path; operator or function: attribute_not_exists"
        ),
        (
            "if_not_exists(a, :s) = :s",
            "The function is not allowed in a condition expression; function: if_not_exists"
        ),
        ("list_append(a, :l) = :l", "The function is not allowed in a condition expression; function: list_append"),
        ("begins_with(a, :n)", "\(wrongType)begins_with, operand type: N"),
        ("begins_with(size(a), :s)", "\(wrongType)begins_with, operand type: N"),
        ("begins_with(a, :ss)", "\(wrongType)begins_with, operand type: SS"),
        ("attribute_type(a, b)", "\(wrongType)attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"),
        ("attribute_type(a, :n)", "\(wrongType)attribute_type, operand type: N"),
        (
            "attribute_type(a, :t)",
            "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
        ),
        ("size(:n) = :n", "\(wrongType)size, operand type: N"),
        ("size(size(a)) = :n", "\(wrongType)size, operand type: N"),
        ("size(:bool) = :n", "\(wrongType)size, operand type: BOOL"),
        ("size(:null) = :n", "\(wrongType)size, operand type: NULL"),
        ("a > :l", "\(wrongType)>, operand type: L"), (":ss <= a", "\(wrongType)<=, operand type: SS"),
        ("a BETWEEN :m AND :n", "\(wrongType)BETWEEN, operand type: M"),
        (
            "a BETWEEN :n AND :s",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}"
        ),
        (
            "a BETWEEN :low AND :s",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}"
        ),
        (
            manyOperators,
            "The expression contains too many operators; operator count: 301"
        ),
        (
            deepPath,
            "The document path has too many nesting levels; nesting levels: 33"
        ),
        (
            longText,
            "Expression size has exceeded the maximum allowed size; expression size: 4097"
        ),
        (" \n", "Syntax error; token: \"<EOF>\", near: \"\""),
    ]

    @Test(arguments: conditionRows)
    func conditions(_ text: String, _ expected: String) throws {
        for parameter in [ConditionExpression.Parameter.condition, .filter] {
            var placeholders = try ExpressionPlaceholders(names: ["#a": "a"], values: values)
            let message = message { () throws(ItemError) in
                _ = try ConditionExpression(text, parameter: parameter, placeholders: &placeholders)
            }
            #expect(
                message == "Invalid \(parameter == .filter ? "FilterExpression" : "ConditionExpression"): \(expected)")
        }
    }

    @Test(arguments: [
        "(a) = (:n)", "(a).b = :n", "(a[1])[0] > b", "NOT (a = :n)", "(a = :n AND (b = :n))", "size(:s) = :n",
        "size(a) < size(b)",
        "contains(a, :ss)", "contains(:s, a)", "a IN (b)", "A between B and C", "a[2147483647] = :n",
        "attribute_type(a.b, :typ)",
        "((a) = :n)", "a = :l", "a <> :m", "begins_with(:s, a)",
    ])
    func accepted(_ text: String) throws {
        var all = values
        all[":typ"] = .string("BOOL")
        var placeholders = try ExpressionPlaceholders(values: all)
        _ = try ConditionExpression(text, placeholders: &placeholders)
    }

    @Test(arguments: [
        "whatever", "set a", "add a", "delete a", "set a=set", "remove a = b", "add a = b", "delete a b", "add abort b",
        "remove a b", "set a b", "set :s = b", "add :s b", "remove :s", "set a = b / c", "set a = b * c",
        "set a[1] = \"eight\"", "set a[1] = 1", "SET a = if_not_exist(a, 100)", "SET if_not_exist(a, b) = a",
        "set (a = (b + c))", "set a = (b.c).d + e", "set a = (b.c)[0] + e", "set a = b + c + d",
        "set a = if_not_exists(a, b + c)",
    ])
    func updatesThatAreNoUpdates(_ text: String) throws {
        let message = message { () throws(ItemError) in _ = try UpdateExpression(text, values: values) }
        #expect(
            message?.hasPrefix("Invalid UpdateExpression: Syntax error; token: ") ?? false, "\(message ?? "accepted")")
    }

    static let updateRows: [(String, String)] = [
        (
            "set a = list_append(list_append(:l, b), :l)",
            "The function is not allowed to be used this way in an expression; function: list_append"
        ),
        (" set #c = :c set abOrt = true ", "Attribute name is a reserved keyword; reserved keyword: abOrt"),
        ("set #c = if_not_exist(:c) set c = d", "Invalid function name; function: if_not_exist"),
        ("set a = size(b)", "The function is not allowed in an update expression; function: size"),
        ("remove #d set a = b remove e", "The \"REMOVE\" section can only be used once in an update expression;"),
        (
            "SET #c = if_not_exists(:c)",
            "An expression attribute name used in the document path is not defined; attribute name: #c"
        ),
        (
            "SET a = if_not_exists(:c)",
            "An expression attribute value used in expression is not defined; attribute value: :c"
        ),
        (
            "set d[1] = a, d.b = a, c[1].a = a, c = if_not_exists(a)",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [c, [1], a], path two: [c]"
        ),
        (
            "remove a.c set a[1] = b, b = list_append(:s, b)",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, c], path two: [a, [1]]"
        ),
        (
            "set b = list_append(:s, a), c = if_not_exists(a) add a.b :s",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"
        ),
        (
            "add a :l",
            "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND"
        ),
        (
            "delete a :n",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"
        ),
        (
            "delete a :bool",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: BOOLEAN, typeSet: ALLOWED_FOR_DELETE_OPERAND"
        ),
        (
            "set a = if_not_exists(c)",
            "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1"
        ),
        (
            "set a = if_not_exists(if_not_exists(a, b), c)",
            "Operator or function requires a document path; operator or function: if_not_exists"
        ),
        ("set a = list_append(a, :n)", "\(wrongType)list_append, operand type: N"),
        ("set a = :s + :b", "\(wrongType)+, operand type: S"),
        ("set a = a - :l", "\(wrongType)-, operand type: L"),
    ]

    @Test(arguments: updateRows)
    func updates(_ text: String, _ expected: String) {
        let message = message { () throws(ItemError) in _ = try UpdateExpression(text, values: values) }
        #expect(message == "Invalid UpdateExpression: " + expected)
    }

    @Test(arguments: [
        "set a = (b + c)", "set a = ((b.c.d)+(e))", "SET a = if_not_exists(a, b) + b",
        "SET a = if_not_exists(a, if_not_exists(a, b))",
        "set a[1] = b, a[0] = c", "set a = (b)", "set a = list_append(if_not_exists(a, b), c)",
    ])
    func acceptedUpdates(_ text: String) throws { _ = try UpdateExpression(text) }

    /// Parentheses are no operators: 299 of those in 149 pairs are fewer than AWS's 300.
    @Test func deepConditionsAreRead() throws {
        let text = "a < b" + String(repeating: " OR (a < b", count: 149) + String(repeating: ")", count: 149)
        #expect(try ConditionExpression(text).evaluate(["a": .number(1), "b": .number(2)]))
        #expect(try !ConditionExpression(text).evaluate(["a": .number(2), "b": .number(1)]))
        let negated = String(repeating: "NOT ", count: 299) + "a < b"
        #expect(try !ConditionExpression(negated).evaluate(["a": .number(1), "b": .number(2)]))
    }

    /// Nothing a request can hold may take long to refuse, or deep recursion.
    @Test func hostileTextsAreRefusedAtOnce() throws {
        let texts = [
            String(repeating: "(", count: 10_000), String(repeating: "(", count: 4_096),
            String(repeating: "NOT ", count: 1_000) + "a = b",
            String(repeating: "(a = b OR ", count: 400), String(repeating: "size(", count: 800),
            String(repeating: "x", count: 5_000_000),
            "a[" + String(repeating: "9", count: 4_000) + "] = :v",
            "a" + String(repeating: "[0]", count: 1_300) + " = b",
            "a IN (" + Array(repeating: "b", count: 2_000).joined(separator: ",") + ")",
            String(repeating: "\u{0}", count: 4_000),
            "SET a = " + String(repeating: "(", count: 4_000),
            "SET a = " + String(repeating: "if_not_exists(a, ", count: 230),
            "SET " + (0..<700).map { "a\($0)=b" }.joined(separator: ","), "a" + String(repeating: ",a", count: 2_000),
        ]
        for text in texts {
            var accepted = 0
            let took = ContinuousClock().measure {
                var placeholders = ExpressionPlaceholders.none
                if (try? ConditionExpression(text, placeholders: &placeholders)) != nil { accepted += 1 }
                if (try? KeyConditionExpression(text, placeholders: &placeholders)) != nil { accepted += 1 }
                if (try? UpdateExpression(text, placeholders: &placeholders)) != nil { accepted += 1 }
                if (try? ProjectionExpression(text, placeholders: &placeholders)) != nil { accepted += 1 }
            }
            #expect(accepted == 0, "\(text.prefix(20))")
            // A few milliseconds even in a debug build, with room for a busy machine.
            #expect(took < .seconds(1), "\(text.prefix(20))")
        }
    }

    @Test func theLargestListIndexCostsNothing() throws {
        let item: Item = ["a": .list([.number(1)])]
        let update = try UpdateExpression("SET a[2147483647] = :n", values: [":n": .number(2)])
        #expect(try update.apply(to: item, keyAttributes: [])["a"] == .list([.number(1), .number(2)]))
        #expect(try !ConditionExpression("attribute_exists(a[1000000000])").evaluate(item))
    }
}

extension ExpressionPlaceholders {
    fileprivate static var none: ExpressionPlaceholders { try! ExpressionPlaceholders() }
}
