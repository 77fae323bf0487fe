import EventPatterns
import Testing

/// Patterns that are no JSON, or JSON with a mistake in it.
@Suite struct MalformedPatternTests {
    static let malformed = [
        (" ", "", "$", "ends"), ("// c", "/", "$", "no JSON"),
        (#"{"a":[1]"#, "", "$", "closing brace"), (#"{"a":[1"#, "", "$.a", "closing bracket"),
        (#"{"a":["x"#, "", "$.a[0]", "inside a string"),
        (#"{,"a":[1]}"#, ",", "$", "field name"), (#"{a:[1]}"#, "a", "$", "field name"),
        (#"{"a":[1 2]}"#, "2", "$.a", "closing bracket"),
        (#"{"a":[1] "b":[2]}"#, #""b""#, "$", "closing brace"), (#"{"a":}"#, "}", "$.a", "no JSON"),
        (#"{"a":[1]}}"#, "}", "$", "goes on"),
        (#"{"a":[1]}{"b":[1]}"#, #"{"b""#, "$", "goes on"), (#"{"a":[nul]}"#, "nul", "$.a[0]", "no JSON"),
        (#"{"a":[truth]}"#, "truth", "$.a[0]", "no JSON"), (#"{"a":[NaN]}"#, "NaN", "$.a[0]", "no JSON"),
        (#"{"a":[1.]}"#, "1.", "$.a[0]", "after its point"),
        (#"{"a":[.5]}"#, ".5", "$.a[0]", "no JSON"), (#"{"a":[1e]}"#, "1e", "$.a[0]", "exponent"),
        (#"{"a":[-]}"#, "-", "$.a[0]", "no JSON"),
        (#"{"a":[+1]}"#, "+", "$.a[0]", "no JSON"), (#"{"a":[0x1]}"#, "x", "$.a", "closing bracket"),
        (#"{"a":["\u12"]}"#, #"\u12"#, "$.a[0]", "four hexadecimal"),
        (#"{"a":["\u12g4"]}"#, #"\u12g4"#, "$.a[0]", "four hexadecimal"),
        ("{\"a\":[\"\t\"]}", "\t", "$.a[0]", "control character"),
        ("{\"a\u{0}\":[1]}", "\u{0}", "$", "control character"),
        ("{\"a\":[1]}\u{0}", "\u{0}", "$", "goes on"),
    ]

    @Test(arguments: malformed)
    func namesThePlace(_ pattern: String, _ culprit: String, _ path: String, _ word: String) throws {
        try Refusal(pattern, .malformedJSON, path, at: culprit, word, "one JSON object").check(.pipes)
    }

    @Test(arguments: [("\"a\"", "a string"), ("1", "a number"), ("null", "null"), ("true", "a boolean")])
    func notAnObject(_ pattern: String, _ kind: String) throws {
        try Refusal(" \n" + pattern, .notAnObject, "$", at: pattern, kind).check(.pipes)
    }

    static let good = """
        {"é":["x\\u00e9",-1.5e1,null],"$or":[{"a.b":[{"numeric":[">",0,"<=",5]}]},{"c":{"d":[{"anything-but":\
        {"wildcard":["\\\\*a*"]}}]}}],"e":[{"cidr":"10.0.0.0/8"},{"prefix":{"equals-ignore-case":"x"}}]}
        """

    /// Mistakes that nearly everybody makes have words of their own.
    @Test(arguments: [
        ("{'a':[1]}", "'", "$", "straight double quotes"), ("{“a”:[1]}", "“", "$", "straight double quotes"),
        (#"{"a":[‘x’]}"#, "‘", "$.a[0]", "straight double quotes"),
        (#"{"a":[1,]}"#, "]}", "$.a[1]", "remove the comma"), (#"{"a":[1], }"#, "}", "$", "remove the comma"),
        ("\u{feff}{\"a\":[1]}", "\u{feff}", "$", "byte-order mark"),
    ])
    func commonMistakes(_ pattern: String, _ culprit: String, _ path: String, _ word: String) throws {
        try Refusal(pattern, .malformedJSON, path, at: culprit, word).check(.pipes)
    }

    /// Names that would be hard to read in a path, or would write to a terminal, are quoted in it.
    @Test(arguments: [
        ("", #"$[""]"#), ("a b", #"$["a b"]"#), ("\u{1B}[2J", #"$["\u001b[2J"]"#), ("a.b-c", "$.a.b-c"), ("é", "$.é"),
    ])
    func namesInPaths(_ name: String, _ path: String) throws {
        let escaped = name.replacing("\u{1B}", with: #"\u001b"#)
        try Refusal(#"{"\#(escaped)":[]}"#, .empty, path, at: "[]", "array is empty").check(.pipes)
    }

    /// Every beginning of a good pattern is refused with a place in it, and none stops the program.
    @Test func truncated() throws {
        _ = try EventPattern(Self.good, dialect: .eventBus)
        for end in Self.good.unicodeScalars.indices {
            let pattern = String(Self.good[..<end])
            let error = try #require(throws: PatternError.self) { try EventPattern(pattern, dialect: .eventBus) }
            #expect(error.code == .malformedJSON)
            #expect(0...pattern.utf8.count ~= error.offset ?? -1, "\(pattern)")
        }
    }

    /// A pattern with one character changed is taken or refused with a place, never worse.
    @Test func garbled() {
        var refusals = 0
        let scalars = Array(Self.good.unicodeScalars)
        for index in scalars.indices {
            for other in ["\u{0}", "\"", "\\", "{", "]", ",", ":", "0", "-", "*", "x", "é"] as [Unicode.Scalar] {
                var changed = scalars
                changed[index] = other
                let pattern = String(String.UnicodeScalarView(changed))
                do throws(PatternError) {
                    _ = try EventPattern(pattern, dialect: .eventBus)
                } catch {
                    refusals += 1
                    #expect(0...pattern.utf8.count ~= error.offset ?? -1, "\(pattern)")
                }
            }
        }
        #expect(refusals > scalars.count)
    }

    /// Deep nesting of any kind is refused before it costs call frames.
    @Test(arguments: [(#"{"a":"#, "}"), ("[", "]"), (#"{"a":["#, "]}"), (#"{"$or":["#, "]}")])
    func deep(_ open: String, _ close: String) throws {
        let depth = 5_000
        let pattern = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        let error = try #require(throws: PatternError.self) { try EventPattern(pattern) }
        #expect(error.code == .tooDeep)
        #expect(error.message.contains("\(PatternLimits.patternDepthMax) levels"))
        #expect(error.offset ?? 0 < open.utf8.count * (PatternLimits.patternDepthMax + 1))
    }

    /// Of fields with one name the last counts, but the others must be good, too.
    @Test func repeatedFields() throws {
        let pattern = try EventPattern(#"{"a":[1],"a":[2]}"#)
        #expect(try !pattern.matches(Array(#"{"a":1}"#.utf8)))
        #expect(try pattern.matches(Array(#"{"a":2}"#.utf8)))
        try Refusal(#"{"a":[],"a":[2]}"#, .empty, "$.a", at: "[]", "array is empty").check(.pipes)
    }
}
