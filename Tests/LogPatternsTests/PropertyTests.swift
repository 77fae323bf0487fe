import LogPatterns
import Testing

/// Properties of JSON, with the examples of AWS's page "Filter pattern syntax" and with verdicts of AWS that others recorded.
@Suite struct PropertyTests {
    private static let trail = """
        {"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"], \
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "cluster.name": "c"}
        """
    private static let user = """
        {"user": {"id": 1, "email": "John.Stiles@example.com"}, "users": [{"id": 2, "email": "John.Doe@example.com"}, \
        {"id": 3, "email": "Jane.Doe@example.com"}], "actions": ["GET", "PUT", "DELETE"], \
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]}
        """
    private static let values = """
        {"text": "111.111.111.111", "empty": "", "int": 123, "float": 12.34, "whole": 12.0, "object": {}, "array": [], \
        "null": null, "yes": true, "no": false, "number": [1000, 0.002], "escaped": "a \\"b\\"", "big": 1e3}
        """

    @Test(
        arguments: [
            #"$.eventType = "UpdateTrail""#, "$.sourceIPAddress != 123.123.*", #"$.arrayKey[0] = "value""#,
            "$.eventType = %Trail%", "$.arrayKey[*] = %val.{2}%", #"$.* = %111\.111\.111\.1[0-9]{1,2}%"#,
            "$.['cluster.name'] = \"c\"", "$.SomeObject IS NULL", "$.SomeOtherObject NOT EXISTS",
            "$.objectList[1].id = 2", "$.objectList[*].name = b", "$['eventType'] = UpdateTrail",
            #"$.arrayKey[*] != "value""#, "$.eventType=Update*&&$.objectList[0].id<=1",
        ])
    func matchesTheTrail(condition: String) throws {
        #expect(try LogPattern("{ \(condition) }").matches(Self.trail))
    }

    @Test(
        arguments: [
            (#"($.user.id = 1) && ($.users[0].email = "John.Doe@example.com")"#, true),
            (
                #"$.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch""#,
                true
            ),
            (
                #"($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch""#,
                false
            ),
            (#"($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET""#, false),
            ("$.coordinates[0][1] = 1", true), ("$.coordinates[3][0] NOT EXISTS", true),
            ("$.users[*].id > 2", true), ("$.users[*].id > 3", false), ("$.user.id.more NOT EXISTS", true),
        ])
    func joinsConditions(condition: String, expected: Bool) throws {
        #expect(try LogPattern("{ \(condition) }").matches(Self.user) == expected)
    }

    @Test(
        arguments: [
            // A * inside is a sign like any other.
            ("$.text != 111*111", true), ("$.text = 111*", true), ("$.text = \"*111\"", true), ("$.text = *1.1*", true),
            ("$.text = *", true), ("$.empty = \"*\"", true), ("$.int = *", true), ("$.null = *", false),
            ("$.object = *", false), ("$.int = 123.0", true), ("$.int = \"123\"", true), ("$.int != \"123.0\"", true),
            ("$.int = \"1*\"", true), ("$.int = *23", true), ("$.int != 3*", true), ("$.whole = 12", true),
            ("$.whole != \"12\"", true), ("$.float = 12.*", true), ("$.text = 111", false), ("$.text != 111", true),
            ("$.text > 1", false), ("$.text < 1000", false), ("$.object != 123", false), ("$.array != x", false),
            ("$.missing = x", false), ("$.missing != x", false), ("$.int != 123", false), ("$.int >= 123", true),
            ("$.int > 123", false), ("$.int <= 123", true), ("$.int < 1e3", true), ("$.number[0] = 1e+3", true),
            ("$.number[1] != 1e-3", true), ("$.big = 1000", true), ("$.yes IS TRUE", true), ("$.no IS TRUE", false),
            ("$.no is false", true), ("$.yes = true", false), ("$.null IS NULL", true), ("$.missing IS NULL", false),
            ("$.null NOT EXISTS", false), (#"$.escaped = "a \"b\"""#, true), ("$.array[0] NOT EXISTS", true),
            ("$.object.x NOT EXISTS", true), ("$.array[*] NOT EXISTS", true),
        ])
    func compares(condition: String, expected: Bool) throws {
        #expect(try LogPattern("{ \(condition) }").matches(Self.values) == expected)
    }

    @Test(arguments: ["not JSON", "", "[{}]", #"{"a": 1"#, #"{"a": 1} x"#, #""a""#, "null", #"{"a": tru}"#])
    func whatIsNoObjectDoesNotMatch(message: String) throws {
        #expect(try !LogPattern("{ $.missing NOT EXISTS }").matches(message))
    }

    @Test(
        arguments: [
            ("{ $.v EXISTS }", "Invalid character(s) in term 'E' at character 7; write one of the operators"),
            ("{ $.v IS NOT NULL }", "write IS NULL, IS TRUE or IS FALSE"), ("{ $.v NOT NULL }", "write NOT EXISTS"),
            ("{ $.v == 1 }", "Invalid character(s) in term '=' at character 8; write a value here"),
            ("{ !($.v = 1) }", "Invalid character(s) in term '!' at character 3; begin a property with $."),
            ("{ $.v > 0 AND $.v < 2 }", "close the pattern with }"), ("{ v = 1 }", "begin a property with $."),
            (#"{ $.v > "7" }"#, #"Invalid character(s) in term '"' at character 9; <, <=, > and >= compare numbers"#),
            ("{ $.v >= some }", "compare numbers"), ("{ $.items[*].* = 1 }", "at character 3 has 2 wildcards"),
            ("{ $.a[*]=1||$.b[*]=1||$.c[*]=1||$.d[*]=1 }", "its properties have 4 wildcards; give 3 at most"),
            ("{ $.v=%a%||$.v=%b%||$.v=%c% }", "it has 3 expressions in %; give 2 at most"),
            ("{ $..v = 1 }", "write a property's name"), ("{ $.a[-1] = 1 }", "write an element's number"),
            ("{ $.a[0 = 1 }", "close the bracket here"), ("{ ($.a = 1 }", "close the parenthesis here"),
            ("{ $.a = 1", "it ends early, after character 9; close the pattern with }"), ("{ $ = 1 }", "go on with ."),
            ("{ $.a = 1 } x", "nothing may follow the closing }"), ("{ $.a = }", "write a value here"),
            (#"{ $."sc-status" = 5* }"#, "write a property's name"), ("{}", "begin a property with $."),
            ("{ \(String(repeating: "(", count: 40))", "more than 32 parentheses inside one another"),
            ("{ $\(String(repeating: ".a", count: 65)) = 1 }", "has 65 steps; give 64 at most"),
        ])
    func isRefused(text: String, message: String) {
        let error = #expect(throws: LogPatternError.self) { try LogPattern(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(.timeLimit(.minutes(1))) func deepMessagesAreReadWithoutRecursion() throws {
        let message = #"{"a":"# + String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000) + "}"
        #expect(try !LogPattern("{ $.a[0][0] = 1 }").matches(message))
        #expect(try LogPattern("{ $.b NOT EXISTS }").matches(message))
    }
}
