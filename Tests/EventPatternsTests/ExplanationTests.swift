import EventPatterns
import Testing
import TestSupport

/// A pattern and an event that does not match it, and the sentence that says why.
struct Mismatch: Sendable, CustomTestStringConvertible {
    var pattern: String
    var event: String
    var reason: String
    var testDescription: String { "\(pattern) on \(event)" }

    init(_ pattern: String, _ event: String, _ reason: String) {
        self.pattern = pattern
        self.event = event
        self.reason = reason
    }
}

@Suite struct ExplanationTests {
    static let values = [
        Mismatch(
            #"{"dynamodb":{"NewImage":{"status":{"S":["pending","shipped"]}}}}"#,
            #"{"dynamodb":{"NewImage":{"status":{"S":"cancelled"}}}}"#,
            #"$.dynamodb.NewImage.status.S is the string "cancelled", which is none of "pending" and "shipped"."#),
        Mismatch(
            #"{"a":["pending","shipped"]}"#, #"{"a":"Shipped"}"#,
            #"$.a is the string "Shipped", which is none of "pending" and "shipped" (it differs from "shipped" in case only)."#
        ),
        Mismatch(
            #"{"a":["x "]}"#, #"{"a":"x"}"#,
            #"$.a is the string "x", which is not "x " (it differs from "x " in white space only)."#),
        Mismatch(
            #"{"a":["é"]}"#, #"{"a":"e\u0301"}"#,
            #"$.a is the string "e\u0301", which is not "é" (it looks like "é" and is written with other Unicode characters)."#
        ),
        Mismatch(
            #"{"a":["150.0"]}"#, #"{"a":"150"}"#,
            #"$.a is the string "150", which is not "150.0" (one number in two spellings, and strings are compared character by character)."#
        ),
        Mismatch(
            #"{"a":[150]}"#, #"{"a":"150"}"#,
            #"$.a is the string "150", which is not 150 (the pattern has a number and the event a string)."#),
        Mismatch(
            #"{"a":["150"]}"#, #"{"a":150}"#,
            #"$.a is the number 150, which is not "150" (the pattern has a string and the event a number)."#),
        Mismatch(
            #"{"a":[null]}"#, #"{"a":""}"#,
            #"$.a is the string "", which is not null (null matches a JSON null only)."#),
        Mismatch(
            #"{"dynamodb":{"NewImage":{"amount":{"N":[{"numeric":[">",100]}]}}}}"#,
            #"{"dynamodb":{"NewImage":{"amount":{"N":"150"}}}}"#,
            #"$.dynamodb.NewImage.amount.N is the string "150", and numeric compares JSON numbers only (DynamoDB writes an item's numbers as strings)."#
        ),
        Mismatch(
            #"{"a":[{"numeric":[">",100,"<=",1e3]}]}"#, #"{"a":1001}"#,
            "$.a is the number 1001, which is not greater than 100 and at most 1e3."),
        Mismatch(
            #"{"a":[{"numeric":["=",100]}]}"#, #"{"a":9007199254740993}"#,
            "$.a is the number 9007199254740993, which is not equal to 100 (it has too many digits to be compared)."),
        Mismatch(
            #"{"a":[{"prefix":"ab"},{"suffix":"z"},"q"]}"#, #"{"a":"ABC"}"#,
            #"$.a is the string "ABC", which is not "q", does not begin with "ab" and does not end with "z" (it begins with "ab" when case is ignored)."#
        ),
        Mismatch(
            #"{"a":[{"wildcard":"x*y"}]}"#, #"{"a":"xz"}"#,
            #"$.a is the string "xz", which does not fit the wildcard "x*y"."#),
        Mismatch(
            #"{"a":[{"equals-ignore-case":"x"}]}"#, #"{"a":3}"#,
            "$.a is the number 3, and equals-ignore-case compares strings only."),
        Mismatch(
            #"{"a":[{"cidr":"10.0.0.0/24"}]}"#, #"{"a":"10.0.1.1"}"#,
            #"$.a is the string "10.0.1.1", which is not in the block "10.0.0.0/24"."#),
        Mismatch(
            #"{"a":[{"anything-but":["x","y"]}]}"#, #"{"a":"x"}"#,
            #"$.a is the string "x", which is one of the values that anything-but excludes."#),
        Mismatch(
            #"{"a":[{"anything-but":{"suffix":"@test.com"}}]}"#, #"{"a":"joe@test.com"}"#,
            #"$.a is the string "joe@test.com", which ends with what anything-but excludes."#),
        Mismatch(
            #"{"a":[{"exists":false}]}"#, #"{"a":null}"#, "$.a is null, and exists: false needs it to be missing."),
        Mismatch(
            #"{"a":["x"]}"#, #"{"a":[1,"X"]}"#,
            #"None of the 2 values at $.a passes: $.a[1] is the string "X", which is not "x" (it differs from "x" in case only); $.a[0] is the number 1, which is not "x" (the pattern has a string and the event a number)."#
        ),
        Mismatch(
            #"{"a":[{"wildcard":"images/*.png"}]}"#, #"{"a":"images/cat.PNG"}"#,
            #"$.a is the string "images/cat.PNG", which does not fit the wildcard "images/*.png" (it fits when case is ignored)."#
        ),
        Mismatch(
            #"{"a":[{"wildcard":"images/*-*.png"}]}"#, #"{"a":"images/cat.PNG"}"#,
            #"$.a is the string "images/cat.PNG", which does not fit the wildcard "images/*-*.png"."#),
        Mismatch(
            #"{"a":[{"wildcard":"a*a"}]}"#, #"{"a":"A"}"#,
            #"$.a is the string "A", which does not fit the wildcard "a*a"."#),
    ]

    /// No value of the pattern has the event's type.
    static let types = [
        Mismatch(
            #"{"N":[100]}"#, #"{"N":"150"}"#,
            #"$.N is the string "150", which is not 100 (the pattern has a number and the event a string)."#),
        Mismatch(
            #"{"S":[true]}"#, #"{"S":"yes"}"#,
            #"$.S is the string "yes", which is not true (the pattern has a boolean and the event a string)."#),
        Mismatch(
            #"{"BOOL":[0]}"#, #"{"BOOL":false}"#,
            "$.BOOL is false, which is not 0 (the pattern has a number and the event a boolean)."),
        Mismatch(
            #"{"a":["x"]}"#, #"{"a":null}"#,
            #"$.a is null, which is not "x" (the pattern has a string and the event a null)."#),
        Mismatch(
            #"{"a":[null]}"#, #"{"a":1}"#, "$.a is the number 1, which is not null (null matches a JSON null only)."),
        // A value of the same type might have matched.
        Mismatch(#"{"a":[1,"x"]}"#, #"{"a":"y"}"#, #"$.a is the string "y", which is none of 1 and "x"."#),
        Mismatch(#"{"a":[true]}"#, #"{"a":false}"#, "$.a is false, which is not true."),
    ]

    /// A star in a plain string.
    static let stars = [
        ("pen*", #"; use {"prefix": "pen"}"#), ("*@test.com", #"; use {"suffix": "@test.com"}"#),
        ("*", #"; use {"exists": true}"#), ("a*z", #"; use {"wildcard": "a*z"}"#),
        ("^pen.*", #"; use {"prefix": "pen"}"#), (".*pen$", #"; use {"suffix": "pen"}"#),
        ("a**z", ""), (#"a\\*z"#, ""),
    ].map { literal, remedy in
        Mismatch(
            #"{"a":["\#(literal)"]}"#, #"{"a":"q"}"#,
            #"$.a is the string "q", which is not "\#(literal)" (* is an ordinary character in a plain string\#(remedy))."#
        )
    }

    static let noValues = [
        Mismatch(
            #"{"dynamodb":{"OldImage":{"email":{"S":[{"anything-but":["x"]}]}}}}"#,
            #"{"dynamodb":{"NewImage":{"email":{"S":"y"}},"Keys":{}}}"#,
            "$.dynamodb.OldImage.email.S is missing, and anything-but needs a value; $.dynamodb has no field OldImage, only NewImage and Keys."
        ),
        Mismatch(
            #"{"dynamodb":{"NewImage":{"amount":{"S":["1"]}}}}"#, #"{"dynamodb":{"NewImage":{"amount":{"N":"1"}}}}"#,
            "$.dynamodb.NewImage.amount.S is missing; $.dynamodb.NewImage.amount has no field S, only N."),
        Mismatch(
            #"{"eventname":["INSERT"]}"#, #"{"eventID":"1","eventName":"INSERT"}"#,
            "$.eventname is missing; the event has no field eventname, only eventName, and case counts."),
        Mismatch(
            #"{"NewImage":{"a":["x"]}}"#, #"{"dynamodb":{"NewImage":{"a":{"S":"x"}}}}"#,
            "$.NewImage.a is missing; the event has no field NewImage, but there is $.dynamodb.NewImage."),
        Mismatch(
            #"{"dynamodb":{"NewImage":{"a":["x"]}}}"#, #"{"dynamodb":{"NewImage":{"a":{"S":"x"}}}}"#,
            "$.dynamodb.NewImage.a is an object, and a rule looks at values only; name a field in it, such as $.dynamodb.NewImage.a.S."
        ),
        Mismatch(
            #"{"a":[{"exists":true}]}"#, #"{"a":[{"b":1}]}"#,
            "$.a[0] is an object, and exists looks at values only; name a field in it, such as $.a[0].b."),
        Mismatch(#"{"a":[{"exists":true}]}"#, #"{"a":{}}"#, "$.a is an empty object, which counts as missing."),
        Mismatch(#"{"a":[{"exists":true}]}"#, #"{"a":[[]]}"#, "$.a is an empty array, which counts as missing."),
        Mismatch(
            #"{"a":[null]}"#, "{}", "$.a is missing, and null matches a JSON null only; the event is an empty object."),
        Mismatch(
            #"{"a":{"b":["x"]}}"#, #"{"a":"q"}"#, #"$.a.b is missing; $.a is the string "q", not an object."#),
        Mismatch(
            #"{"a":{"b":["x"]}}"#, #"{"a":[{"c":1},{"d":2}]}"#,
            "$.a.b is missing; no element of $.a has a field b, only c and d."),
        Mismatch(
            #"{"a":["x"]}"#, #"{"a":{"c":{},"b":[{"c":[]},{"d":{"S":"x"}}]}}"#,
            "$.a is an object, and a rule looks at values only; name a field in it, such as $.a.b[1].d.S."),
        Mismatch(
            #"{"a":["x"]}"#, #"{"a":{"b":{"c":[]}},"d":1}"#,
            "$.a is an object without a value, which counts as missing."),
        // Names that are nearly right.
        Mismatch(
            #"{"n":{"customer_email":["x"]}}"#, #"{"n":{"orderId":1,"customerMail":1,"customerEmail":1}}"#,
            "$.n.customer_email is missing; $.n has no field customer_email, only customerEmail, customerMail and orderId (did you mean customerEmail?)."
        ),
        Mismatch(
            #"{"n":{"statsu":["x"]}}"#, #"{"n":{"orderId":1,"status":1}}"#,
            "$.n.statsu is missing; $.n has no field statsu, only status and orderId (did you mean status?)."),
        Mismatch(
            #"{"detailType":["x"]}"#, #"{"source":1,"detail-type":1}"#,
            "$.detailType is missing; the event has no field detailType, only detail-type and source (did you mean detail-type?)."
        ),
        Mismatch(
            #"{"n":{"amont":["x"]}}"#, #"{"n":{"count":1,"amount":1,"mount":1}}"#,
            "$.n.amont is missing; $.n has no field amont, only amount, count and mount (did you mean amount?)."),
        // Short names and names that are mostly different are not.
        Mismatch(
            #"{"n":{"S":["x"]}}"#, #"{"n":{"N":1}}"#, "$.n.S is missing; $.n has no field S, only N."),
        Mismatch(
            #"{"n":{"amount":["x"]}}"#, #"{"n":{"account":1}}"#,
            "$.n.amount is missing; $.n has no field amount, only account."),
        // Operators outside an array.
        Mismatch(
            #"{"eventName":{"prefix":["INS"]}}"#, #"{"eventName":"INSERT"}"#,
            #"$.eventName.prefix is missing; prefix stands outside an array, so it is read as a field; write [{"prefix": "INS"}]."#
        ),
        Mismatch(
            #"{"N":{"numeric":[">",100]}}"#, #"{"N":"150"}"#,
            #"$.N.numeric is missing; numeric stands outside an array, so it is read as a field; write [{"numeric": [">",100]}]."#
        ),
        Mismatch(
            #"{"S":{"exists":[true]}}"#, #"{"S":"x"}"#,
            #"$.S.exists is missing; exists stands outside an array, so it is read as a field; write [{"exists": true}]."#
        ),
        Mismatch(
            #"{"S":{"suffix":["a","b"]}}"#, #"{"S":["x"]}"#,
            #"$.S.suffix is missing; suffix stands outside an array, so it is read as a field; write [{"suffix": "a"}, {"suffix": "b"}]."#
        ),
        Mismatch(
            #"{"S":{"anything-but":["a","b"]}}"#, #"{"S":"x"}"#,
            #"$.S.anything-but is missing; anything-but stands outside an array, so it is read as a field; write [{"anything-but": ["a","b"]}]."#
        ),
        Mismatch(
            #"{"S":{"anything-but":{"prefix":["a"]}}}"#, #"{"S":"x"}"#,
            #"$.S.anything-but.prefix is missing; anything-but stands outside an array, so it is read as a field; write [{"anything-but": {"prefix": "a"}}]."#
        ),
        Mismatch(
            #"{"N":{"numeric":[100]}}"#, #"{"N":"150"}"#,
            #"$.N.numeric is missing; numeric stands outside an array, so it is read as a field; write [{"numeric": ...}]."#
        ),
        // Here it may well be a field.
        Mismatch(
            #"{"M":{"prefix":["x"]}}"#, #"{"M":{"S":"x"}}"#,
            "$.M.prefix is missing; $.M has no field prefix, only S."),
        // A name with a dot is the same as nesting, on both sides.
        Mismatch(#"{"a":{"b":["x"]}}"#, #"{"a.b":"y"}"#, #"$.a.b is the string "y", which is not "x"."#),
        Mismatch(#"{"a.b":["x"]}"#, #"{"a":{"b":"y"}}"#, #"$.a.b is the string "y", which is not "x"."#),
    ]

    static let conflicts = [
        // Every two of the three meet somewhere.
        Mismatch(
            #"{"l":{"b":[2],"m":{"a":[1],"c":[3]}}}"#, #"{"l":[{"b":2,"m":[{"a":1},{"c":3}]},{"m":[{"a":1,"c":3}]}]}"#,
            "No choice of array elements satisfies $.l.b, $.l.m.a and $.l.m.c together, though each alone may be satisfied."
        ),
        Mismatch(
            #"{"items":{"sku":["a"],"qty":[2]}}"#, #"{"items":[{"sku":"a","qty":1},{"sku":"b","qty":2}]}"#,
            "No single element of $.items satisfies $.items.sku and $.items.qty together: $.items.sku is satisfied in $.items[0], $.items.qty is satisfied in $.items[1]."
        ),
        // What has nothing to do with the conflict is left out.
        Mismatch(
            #"{"a":[1],"l":{"x":[1],"y":[2],"z":[3]}}"#, #"{"a":1,"l":[{"x":1,"y":2},{"y":2,"z":3}]}"#,
            "No single element of $.l satisfies $.l.x and $.l.z together: $.l.x is satisfied in $.l[0], $.l.z is satisfied in $.l[1]."
        ),
        Mismatch(
            #"{"l":{"sku":["a"],"tag":[{"exists":false}]}}"#, #"{"l":[{"sku":"a","tag":1},{"sku":"b"}]}"#,
            "No single element of $.l satisfies $.l.sku and $.l.tag together: $.l.sku is satisfied in $.l[0], $.l.tag is satisfied in $.l[1]."
        ),
        Mismatch(
            #"{"l":{"a":[{"exists":false}],"b":[1]}}"#, #"{"l":[{"a":1},{"b":1}]}"#,
            "$.l[0].a is the number 1, and exists: false needs it to be missing; below an array that means from every element, or from one that a field whose name sorts before matches in."
        ),
    ]

    @Test(arguments: values + types + stars + noValues + conflicts)
    func theReasonIsExact(mismatch: Mismatch) throws {
        let explainer = try PatternExplainer(mismatch.pattern, dialect: .eventBus)
        let explanation = try explainer.explain(Array(mismatch.event.utf8))
        #expect(!explanation.matches)
        #expect(explanation.failures.map(\.reason) == [mismatch.reason])
        #expect(explanation.moreClauses == 0)
        #expect(explanation.otherWays == [])
        #expect(explanation.moreWays == 0)
        #expect(explanation.description == "The event does not match: \(mismatch.reason)")
    }

    @Test func aFailureSaysWhereItIsAndWhatIsThere() throws {
        let pattern = #"{"a": ["x"], "b": [ "y", {"prefix": "z"} ]}"#
        func failure(_ event: String) throws -> ClauseFailure {
            try #require(try PatternExplainer(pattern).explain(Array(event.utf8)).failures.first)
        }
        let wrong = try failure(#"{"a": "x", "b": [1, "q"]}"#)
        #expect(wrong.path == "$.b")
        #expect(wrong.offset == 18)
        #expect(wrong.rule == #"["y",{"prefix":"z"}]"#)
        #expect(wrong.found == .values(["1", #""q""#]))
        #expect(wrong.valueCount == 2)
        #expect(try failure(#"{"a": "x"}"#).found == .missing)
        #expect(try failure(#"{"a": "x", "b": {"S": "y"}}"#).found == .object)
        #expect(try failure(#"{"a": "x", "b": []}"#).found == .values([]))
        #expect(try PatternExplainer(pattern).explain(Array(#"{"a": "x", "b": "y"}"#.utf8)).failures == [])
    }

    @Test func everyWayThroughOrIsTold() throws {
        let explainer = try PatternExplainer(#"{"$or": [{"a": [1], "b": [1]}, {"c": [1]}], "d": [1]}"#)
        let both = try explainer.explain(Array(#"{"a": 0, "b": 0, "c": 0, "d": 1}"#.utf8))
        // The second way lacks one clause, the first lacks two.
        #expect(both.failures.map(\.path) == ["$.c"])
        #expect(both.otherWays.map(\.path) == ["$.a"])
        #expect(
            both.description == """
                The event does not match, whichever way is taken through $or:
                $.c is the number 0, which is not 1.
                Another way: $.a is the number 0, which is not 1.
                """)
        // What all ways need is told once.
        let shared = try explainer.explain(Array(#"{"a": 1, "b": 1, "c": 1, "d": 0}"#.utf8))
        #expect(shared.failures.map(\.path) == ["$.d"])
        #expect(shared.otherWays == [])
        #expect(shared.moreWays == 0)
    }

    @Test func everyFailedClauseOfTheNearestWayIsTold() throws {
        let explainer = try PatternExplainer(#"{"a": [1], "b": [1], "c": [1]}"#)
        let explanation = try explainer.explain(Array(#"{"a": 0, "b": 1, "c": 0}"#.utf8))
        #expect(explanation.moreClauses == 0)
        #expect(
            explanation.description == """
                The event does not match:
                $.a is the number 0, which is not 1.
                $.c is the number 0, which is not 1.
                """)
    }

    @Test(arguments: [(6, "And 1 more clause."), (7, "And 2 more clauses.")])
    func manyClausesAreCounted(count: Int, end: String) throws {
        let clauses = (0..<count).map { #""f\#($0)": ["x"]"# }.joined(separator: ",")
        let explanation = try PatternExplainer("{\(clauses)}").explain(Array("{}".utf8))
        #expect(explanation.failures.map(\.path) == ["$.f0", "$.f1", "$.f2", "$.f3", "$.f4"])
        #expect(explanation.moreClauses == count - MatchExplanation.clauseCountMax)
        #expect(explanation.description.hasSuffix("\n\(end)"))
    }

    @Test func manyWaysAreCounted() throws {
        let ways = (0..<20).map { #"{"f\#($0)": ["x"]}"# }.joined(separator: ",")
        let explanation = try PatternExplainer(#"{"$or": [\#(ways)]}"#).explain(Array("{}".utf8))
        #expect(explanation.failures.count == 1)
        #expect(explanation.otherWays.count == MatchExplanation.failureCountMax - 1)
        #expect(explanation.moreWays == 12)
        #expect(explanation.description.hasSuffix("\nAnd 12 more ways."))
    }

    /// Clauses that hold alone but not together cost matches for each of them: of a thousand such ways few are looked
    /// into, and those with a clause that fails alone are told all the same.
    @Test(.timeLimit(.minutes(1))) func fewWaysThatFailTogetherAreLookedInto() throws {
        let ways = (0..<900).map { #"{"a":[\#($0)]}"# }.joined(separator: ",")
        let event = Array(#"{"a":[\#((0..<899).map(String.init).joined(separator: ","))],"l":[{"x":1},{"y":1}]}"#.utf8)
        let explainer = try PatternExplainer(#"{"$or":[\#(ways)],"l":{"x":[1],"y":[1]}}"#, dialect: .eventBus)
        let explanation = try explainer.explain(event)
        #expect(
            explanation.failures.map(\.reason) == [
                "No single element of $.l satisfies $.l.x and $.l.y together: "
                    + "$.l.x is satisfied in $.l[0], $.l.y is satisfied in $.l[1]."
            ])
        #expect(explanation.otherWays.map(\.rule) == ["[899]"])
        // Of the others eight are told by the one failure, and one by its own.
        #expect(explanation.moreWays == 900 - MatchExplanation.failureCountMax - 1)
    }

    @Test func longValuesAreCut() throws {
        func failure(_ value: String) throws -> ClauseFailure {
            let explanation = try PatternExplainer(#"{"a": ["x"]}"#).explain(Array(#"{"a": \#(value)}"#.utf8))
            return try #require(explanation.failures.first)
        }
        let long = "\"" + String(repeating: "y", count: ClauseFailure.valueCharactersMax - 2) + "\""
        #expect(try failure(long).reason.count < 120)
        #expect(try failure(long).found == .values([long]))
        let longer = "\"y" + long.dropFirst()
        #expect(try failure(longer).found == .values(["\"y" + long.dropFirst().dropLast() + "..."]))
    }

    /// Only the first values are looked at one by one, and all are counted.
    @Test func manyValuesAreCut() throws {
        let values = (0..<300).map(String.init)
        let event = #"{"a": [\#((values + values).joined(separator: ","))]}"#
        let failure = try #require(try PatternExplainer(#"{"a": [-1]}"#).explain(Array(event.utf8)).failures.first)
        #expect(failure.found == .values(Array(values.prefix(ClauseFailure.valueCountMax))))
        #expect(failure.valueCount == 600)
        #expect(
            failure.reason == """
                None of the 600 values at $.a passes: $.a[0] is the number 0, which is not -1; $.a[1] is the number 1, \
                which is not -1; $.a[2] is the number 2, which is not -1; and 297 more like these.
                """)
    }

    @Test func aPipeHasNoWildcardToPutInPlaceOfAStar() throws {
        #expect(
            try PatternExplainer(#"{"a": ["a*z"]}"#).explain(Array(#"{"a": "q"}"#.utf8)).failures.map(\.reason)
                == [#"$.a is the string "q", which is not "a*z" (* is an ordinary character in a plain string)."#])
    }

    /// Escapes and dots in names, at once and below arrays: fields are found where the matcher finds them.
    @Test func namesAreTakenApartAsTheMatcherDoes() throws {
        let event = #"{"l": [{"a\u002eb.c": [{"d": 1}], "\u0061.b": {"c": {"d": 2}}}], "z": 0}"#
        let explainer = try PatternExplainer(#"{"l": {"a": {"b": {"c": {"d": [3]}}}}}"#)
        #expect(
            try explainer.explain(Array(event.utf8)).failures.map(\.reason) == [
                """
                None of the 2 values at $.l.a.b.c.d passes: $.l[0].a.b.c[0].d is the number 1, which is not 3; \
                $.l[0].a.b.c.d is the number 2, which is not 3.
                """
            ])
    }

    @Test func theLenientDialectReadsNumbersInStrings() throws {
        let explainer = try PatternExplainer(#"{"N": [{"numeric": [">", 100]}]}"#, dialect: .lenient)
        #expect(try explainer.explain(Array(#"{"N": "150"}"#.utf8)).matches)
        #expect(
            try explainer.explain(Array(#"{"N": "50"}"#.utf8)).failures.map(\.reason)
                == [#"$.N is the string "50", which is not greater than 100."#])
        #expect(
            try explainer.explain(Array(#"{"N": "many"}"#.utf8)).failures.map(\.reason)
                == [#"$.N is the string "many", which is not greater than 100 (it is no number)."#])
    }

    /// The deepest event there may be needs no deep stack.
    @Test func deepEventsAreExplained() throws {
        let depth = PatternLimits.eventDepthMax - 1
        let event = #"{"a":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        let explanation = try PatternExplainer(#"{"a": ["x"]}"#).explain(Array(event.utf8))
        #expect(explanation.failures.map(\.reason) == ["$.a is an empty array, which counts as missing."])
    }

    // MARK: - Agreement with the matcher

    /// All vectors: the same patterns and events are refused, in the same words, and the verdict is the same.
    @Test(arguments: Vector.operators)
    func agreesOnTheVectors(name: String) async throws {
        for vector in Vector.all where vector.operator == name {
            await Task.yield()  // Tests of programs wait for their turn meanwhile.
            let event = Array(vector.event.utf8)
            let pattern = Result { () throws(PatternError) in try EventPattern(vector.pattern, dialect: .eventBus) }
            let explainer = Result { () throws(PatternError) in
                try PatternExplainer(vector.pattern, dialect: .eventBus)
            }
            switch (pattern, explainer) {
            case (.success(let pattern), .success(let explainer)):
                let answer = Result { () throws(EventError) in try pattern.matches(event) }
                let explanation = Result { () throws(EventError) in try explainer.explain(event) }
                #expect(answer == explanation.map(\.matches), "\(vector.id)")
                if case .success(let explanation) = explanation { check(explanation, vector.id) }
            case (.failure(let error), .failure(let other)):
                #expect(error == other, "\(vector.id)")
            default:
                Issue.record("\(vector.id): only one of matcher and explainer takes the pattern")
            }
        }
    }

    /// Random patterns and events: the verdict is the same, and a clause that is blamed alone does fail alone.
    @Test(arguments: DifferentialTests.seeds)
    func agreesOnRandomEvents(seed: UInt64) async throws {
        var generator = Generator(random: SeededGenerator(seed: seed &+ 1_000))
        var counts = (matches: 0, alone: 0)
        for _ in 0..<200 {
            await Task.yield()  // Tests of programs wait for their turn meanwhile.
            let text = generator.pattern(2).text(&generator.random)
            let pattern = try EventPattern(text, dialect: .eventBus)
            let explainer = try PatternExplainer(text, dialect: .eventBus)
            for _ in 0..<4 {
                let eventText = generator.root().text(&generator.random)
                let event = Array(eventText.utf8)
                let explanation = try explainer.explain(event)
                #expect(explanation.matches == (try pattern.matches(event)), "\(text) on \(eventText)")
                check(explanation, "\(text) on \(eventText)")
                if explanation.matches { counts.matches += 1 }
                for failure in explanation.failures + explanation.otherWays {
                    #expect(Array(text.utf8)[failure.offset] == UInt8(ascii: "["), "\(text) on \(eventText)")
                    if failure.reason.hasPrefix("No ") { continue }
                    counts.alone += 1
                    let name = failure.path.replacing("[\"", with: ".").replacing("\"]", with: "").dropFirst(2)
                    let alone = #"{"\#(name)":\#(failure.rule)}"#
                    #expect(
                        try !EventPattern(alone, dialect: .eventBus).matches(event),
                        "\(failure.reason) \(text) on \(eventText)")
                }
            }
        }
        #expect(counts.matches > 30 && counts.alone > 300, "\(counts)")
    }

    /// All arrays of three objects with two fields: the elements that a sentence names are those that satisfy the clause.
    @Test(arguments: ["[1]", #"[{"exists":false}]"#], ["[1]", #"[{"exists":false}]"#])
    func namedElementsAreTheSatisfyingOnes(x: String, y: String) throws {
        let pattern = #"{"l":{"x":\#(x),"y":\#(y)}}"#
        let explainer = try PatternExplainer(pattern)
        let whole = try EventPattern(pattern)
        let clauses = [try EventPattern(#"{"l":{"x":\#(x)}}"#), try EventPattern(#"{"l":{"y":\#(y)}}"#)]
        let elements = ["", #""x":0"#, #""x":1"#].flatMap { x in
            ["", #""y":0"#, #""y":1"#].map { y in "{" + [x, y].filter { !$0.isEmpty }.joined(separator: ",") + "}" }
        }
        func places(_ pattern: EventPattern, _ event: [String]) throws -> String {
            let found = try event.indices.filter { try pattern.matches(Array(#"{"l":[\#(event[$0])]}"#.utf8)) }
            let names = found.map { "$.l[\($0)]" }
            guard let last = names.last else { return "none" }
            return names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " and " + last
        }
        var conflicts = 0
        for index in 0..<(9 * 9 * 9) {
            let event = [elements[index % 9], elements[index / 9 % 9], elements[index / 81]]
            let bytes = Array(#"{"l":[\#(event.joined(separator: ","))]}"#.utf8)
            let explanation = try explainer.explain(bytes)
            #expect(explanation.matches == (try whole.matches(bytes)), "\(event)")
            guard let reason = explanation.failures.first?.reason, reason.hasPrefix("No ") else { continue }
            conflicts += 1
            let inX = try places(clauses[0], event)
            let inY = try places(clauses[1], event)
            let expected =
                "No single element of $.l satisfies $.l.x and $.l.y together: "
                + "$.l.x is satisfied in \(inX), $.l.y is satisfied in \(inY)."
            #expect(reason == expected, "\(event)")
        }
        // A field that must be missing and whose name sorts first is judged alone, so it is never in conflict.
        #expect(x == "[1]" ? conflicts > 100 : conflicts == 0, "\(conflicts)")
    }

    /// What holds of every explanation.
    private func check(_ explanation: MatchExplanation, _ name: String) {
        #expect(explanation.matches == explanation.failures.isEmpty, "\(name)")
        #expect(explanation.failures.count <= MatchExplanation.clauseCountMax, "\(name)")
        let failures = explanation.failures + explanation.otherWays
        #expect(failures.count <= MatchExplanation.failureCountMax, "\(name)")
        #expect(Set(failures).count == failures.count, "\(name)")
        let rest = explanation.otherWays.count + explanation.moreWays + explanation.moreClauses
        #expect(!explanation.matches || rest == 0, "\(name)")
        for failure in failures {
            #expect(failure.path.hasPrefix("$"), "\(name)")
            #expect(failure.reason.hasSuffix("."), "\(name)")
            #expect(!failure.reason.contains("\n"), "\(name)")
        }
    }
}
