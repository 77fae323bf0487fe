import EventPatterns
import Testing

/// A pattern that must be refused, and what the refusal must say.
struct Refusal: Sendable, CustomTestStringConvertible {
    var pattern: String
    var code: PatternError.Code
    var path: String
    /// What stands at the error's offset; nil when the test does not say.
    var culprit: String?
    /// Words that the message must hold: the operator, the remedy.
    var words: [String]
    var testDescription: String { pattern }

    init(_ pattern: String, _ code: PatternError.Code, _ path: String, at culprit: String? = nil, _ words: String...) {
        self.pattern = pattern
        self.code = code
        self.path = path
        self.culprit = culprit
        self.words = words
    }

    /// Whether the refusal by a dialect is this one, with a place in the text and a message of one sentence.
    func check(_ dialect: PatternDialect) throws {
        let error = try #require(throws: PatternError.self) { try EventPattern(pattern, dialect: dialect) }
        #expect(error.code == code)
        #expect(error.path == path)
        let offset = try #require(error.offset)
        try #require(0...pattern.utf8.count ~= offset)
        if let culprit {
            let rest = Array(pattern.utf8.dropFirst(offset))
            #expect(culprit.isEmpty ? rest.isEmpty : rest.starts(with: culprit.utf8), "byte \(offset)")
        }
        #expect(error.message.contains("(byte \(offset)"))
        #expect(error.message.contains(error.path))
        for word in words { #expect(error.message.contains(word), "\(error.message)") }
        #expect(error.description == error.message)
    }
}

@Suite struct PatternErrorTests {
    static let refusals = [
        Refusal("", .malformedJSON, "$", "ends"),
        Refusal("nonsense", .malformedJSON, "$", "byte 0"),
        Refusal(#"{"a":[1]} x"#, .malformedJSON, "$", "byte 10", "one JSON object"),
        Refusal(#"{"a":[1],}"#, .malformedJSON, "$", "comma with nothing behind it", "byte 9"),
        Refusal(#"{"a":[01]}"#, .malformedJSON, "$.a[0]", "leading zero"),
        Refusal(#"{"a" [1]}"#, .malformedJSON, "$", "colon"),
        Refusal(#"{"a":["\x"]}"#, .malformedJSON, "$.a[0]", "escape"),
        Refusal("[]", .notAnObject, "$", "an array"),
        Refusal("{}", .empty, "$", "name a field"),
        Refusal(#"{"a":[]}"#, .empty, "$.a", "array is empty"),
        Refusal(#"{"a":{"b":{}}}"#, .empty, "$.a.b", "object is empty"),
        Refusal(#"{"a":[{}]}"#, .empty, "$.a[0]", "operator"),
        Refusal(#"{"a":[{"anything-but":[]}]}"#, .empty, "$.a[0].anything-but", "list"),
        Refusal(#"{"a":{"b":"x"}}"#, .fieldNotArrayOrObject, "$.a.b", "a string", "put it in an array"),
        Refusal(#"{"a":{"exists":true}}"#, .fieldNotArrayOrObject, "$.a.exists", "a boolean", #"[{"exists": ...}]"#),
        Refusal(#"{"a":[1,[2]]}"#, .nestedArray, "$.a[1]", "one array"),
        Refusal(#"{"a":["x",{"foo":1}]}"#, .unknownOperator, "$.a[1].foo", "foo", "prefix"),
        Refusal(#"{"a":[{"anything-but":{"numeric":["=",1]}}]}"#, .unknownOperator, "$.a[0].anything-but.numeric"),
        Refusal(#"{"a":[{"anything-but/prefix":"x"}]}"#, .unknownOperator, "$.a[0].anything-but/prefix"),
        Refusal(#"{"a":[{"prefix":{"suffix":"x"}}]}"#, .unknownOperator, "$.a[0].prefix.suffix"),
        Refusal(#"{"a":[{"prefix":"x","suffix":"y"}]}"#, .moreThanOneOperator, "$.a[0]", "object of its own"),
        Refusal(#"{"a":[{"prefix":1}]}"#, .invalidOperand, "$.a[0].prefix", "a number", "write a string"),
        Refusal(#"{"a":[{"exists":"yes"}]}"#, .invalidOperand, "$.a[0].exists", "true or false"),
        Refusal(#"{"a":[{"anything-but":["x",1]}]}"#, .invalidOperand, "$.a[0].anything-but[1]", "strings only"),
        Refusal(#"{"a":[{"anything-but":null}]}"#, .invalidOperand, "$.a[0].anything-but", "null"),
        Refusal(#"{"a":[{"numeric":"x"}]}"#, .invalidOperand, "$.a[0].numeric", "array"),
        Refusal(#"{"a":[{"numeric":[]}]}"#, .invalidOperand, "$.a[0].numeric", "comparison"),
        Refusal(#"{"a":[{"numeric":["!=",1]}]}"#, .invalidOperand, "$.a[0].numeric", "one of =, <"),
        Refusal(#"{"a":[{"numeric":[">","100"]}]}"#, .invalidOperand, "$.a[0].numeric", "without quotes"),
        Refusal(#"{"a":[{"numeric":["<",5,">",1]}]}"#, .invalidOperand, "$.a[0].numeric", "goes on"),
        Refusal(#"{"a":[{"numeric":[">",1,">",2]}]}"#, .invalidOperand, "$.a[0].numeric", "lower bound first"),
        Refusal(#"{"a":[{"numeric":[">",5,"<",5]}]}"#, .invalidOperand, "$.a[0].numeric", "range"),
        Refusal(#"{"a":[{"numeric":["=",1e400]}]}"#, .inexactNumber, "$.a[0].numeric", "1e400"),
        Refusal(#"{"a":[{"anything-but":9007199254740993}]}"#, .inexactNumber, "$.a[0].anything-but", "15 digits"),
        Refusal(#"{"a":[{"cidr":"10.0.0.0"}]}"#, .invalidOperand, "$.a[0].cidr", "10.0.0.0/24"),
        Refusal(#"{"a":[{"cidr":"10.0.0.0/32"}]}"#, .invalidOperand, "$.a[0].cidr", "0 to 31"),
        Refusal(#"{"$or":[{"a":[1]}]}"#, .invalidOr, "$.$or", "two"),
        Refusal(#"{"$or":[{"a":[1]},2]}"#, .invalidOr, "$.$or[1]", "object of fields"),
        Refusal(#"{"$or":[{"a":[1]},{"prefix":["x"]}]}"#, .invalidOr, "$.$or[1].prefix", "prefix"),
        Refusal(
            #"{"a":[{"wildcard":"a*"}]}"#, .unsupportedOperator, "$.a[0].wildcard", "wildcard", "EventBridge Pipes",
            "suffix"),
        Refusal(
            #"{"a":[{"anything-but":{"prefix":"x"}}]}"#, .unsupportedOperator,
            "$.a[0].anything-but.prefix", "anything-but/prefix", "whole values"),
        Refusal(
            #"{"a":[{"anything-but":{"suffix":"@x"}}]}"#, .unsupportedOperator,
            "$.a[0].anything-but.suffix", "anything-but/suffix", "domain"),
        Refusal(
            #"{"a":[{"anything-but":{"equals-ignore-case":"x"}}]}"#, .unsupportedOperator,
            "$.a[0].anything-but.equals-ignore-case", "spelling"),
        Refusal(#"{"a":[{"anything-but":{"wildcard":"x*"}}]}"#, .unsupportedOperator, "$.a[0].anything-but.wildcard"),
        Refusal(#"{"a":[{"exactly":"x"}]}"#, .unsupportedOperator, "$.a[0].exactly", "plain string"),
    ]

    @Test(arguments: refusals)
    func saysWhatWhereAndHowToRepair(_ refusal: Refusal) throws { try refusal.check(.pipes) }

    /// What a bus has and a pipe has not compiles in the one dialect only.
    @Test(arguments: [
        #"{"a":[{"wildcard":"a*"}]}"#, #"{"a":[{"anything-but":{"prefix":"x"}}]}"#,
        #"{"a":[{"anything-but":{"suffix":["x"]}}]}"#, #"{"a":[{"anything-but":{"equals-ignore-case":"x"}}]}"#,
        #"{"a":[{"anything-but":{"wildcard":"x*"}}]}"#, #"{"a":[{"exactly":"x"}]}"#,
    ])
    func dialects(_ pattern: String) throws {
        _ = try EventPattern(pattern, dialect: .eventBus)
        #expect(throws: PatternError.self) { try EventPattern(pattern, dialect: .pipes) }
    }

    @Test(arguments: [
        #"{"a":["x",1,true,false,null,""]}"#, #"{"a":[{"prefix":"x"},{"suffix":"x"}]}"#,
        #"{"a":[{"prefix":{"equals-ignore-case":"x"}},{"suffix":{"equals-ignore-case":"x"}}]}"#,
        #"{"a":[{"equals-ignore-case":"x"}]}"#, #"{"a":[{"anything-but":["x","y"]},{"anything-but":1}]}"#,
        #"{"a":[{"numeric":[">",0,"<=",5]}]}"#, #"{"a":[{"exists":false}]}"#, #"{"a":[{"cidr":"10.0.0.0/8"}]}"#,
        #"{"$or":[{"a":[1]},{"b":[2]}],"c":[3]}"#,
    ])
    func pipesAccept(_ pattern: String) throws { _ = try EventPattern(pattern) }

    @Test func errorsOfCriteriaNameTheFilter() throws {
        let error = try #require(throws: PatternError.self) {
            try FilterCriteria(patterns: [#"{"a":[1]}"#, #"{"a":[{"wildcard":"*"}]}"#])
        }
        #expect(error.code == .unsupportedOperator)
        #expect(error.path == "Filters[1].Pattern: $.a[0].wildcard")
        #expect(error.message.hasPrefix("Filters[1].Pattern: The operator wildcard"))
    }

    @Test func limitsOfCriteria() throws {
        let one = #"{"a":[1]}"#
        _ = try FilterCriteria(patterns: Array(repeating: one, count: 5))
        let many = try #require(throws: PatternError.self) {
            try FilterCriteria(patterns: Array(repeating: one, count: 6))
        }
        #expect(many.code == .tooManyPatterns)
        // Characters are counted, not bytes: an e with an acute accent is one.
        let longest = #"{"a":[""# + String(repeating: "\u{e9}", count: 4_096 - 10) + #""]}"#
        #expect(longest.unicodeScalars.count == PatternLimits.patternCharactersMax)
        _ = try FilterCriteria(patterns: [longest])
        let long = try #require(throws: PatternError.self) { try FilterCriteria(patterns: [one, longest + " "]) }
        #expect(long.code == .tooLong)
        #expect(long.path == "Filters[1].Pattern: $")
    }

    @Test func limitsOfPatterns() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"a":"#, count: depth - 1) + "[1]" + String(repeating: "}", count: depth - 1)
        }
        _ = try EventPattern(nested(PatternLimits.patternDepthMax))
        let deep = try #require(throws: PatternError.self) {
            try EventPattern(nested(PatternLimits.patternDepthMax + 1))
        }
        #expect(deep.code == .tooDeep)
        func long(_ bytes: Int) -> String { #"{"a":[""# + String(repeating: "é", count: (bytes - 10) / 2) + #""]}"# }
        _ = try EventPattern(long(PatternLimits.patternBytesMax))
        let tooLong = try #require(throws: PatternError.self) {
            try EventPattern(long(PatternLimits.patternBytesMax + 2))
        }
        #expect(tooLong.code == .tooLong)
        #expect(tooLong.offset == PatternLimits.patternBytesMax)
        // Ten alternatives three times are 1,000 combinations; one more `$or` of two is too many.
        func or(_ name: String, _ count: Int) -> String {
            "[" + (0..<count).map { #"{"\#(name)":[\#($0)]}"# }.joined(separator: ",") + "]"
        }
        let three = #""a":{"$or":\#(or("x", 10))},"b":{"$or":\#(or("x", 10))},"c":{"$or":\#(or("x", 10))}"#
        _ = try EventPattern("{\(three)}")
        let error = try #require(throws: PatternError.self) {
            try EventPattern(#"{\#(three),"$or":\#(or("y", 2))}"#)
        }
        #expect(error.code == .tooManyCombinations)
    }
}
