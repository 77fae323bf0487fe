import EventPatterns
import Testing

/// The dialect that AWS has not: numeric strings are numbers, and pipes have the operators of event bus rules.
@Suite struct LenientDialectTests {
    @Test(
        arguments: [
            (#"[">", 100]"#, "100.01", true), (#"[">", 100]"#, "1e3", true), (#"[">", 100]"#, "100", false),
            (#"[">", 100]"#, "", false), (#"[">", 100]"#, "150 ", false), (#"[">", 100]"#, "+150", false),
            (#"[">", 100]"#, "0x99", false), (#"["=", 5]"#, "5.0", true), (#"[">=", -1, "<", 1]"#, "-1", true),
            (#"[">=", -1, "<", 1]"#, "1", false), (#"["<=", 9007199254740993.5]"#, "1", nil),
        ] as [(String, String, Bool?)])
    func numericReadsStrings(operand: String, text: String, isExpected: Bool?) throws {
        let pattern = #"{"N": [{"numeric": \#(operand)}]}"#
        guard let isExpected else {
            #expect(throws: PatternError.self) { try EventPattern(pattern, dialect: .lenient) }
            return
        }
        let event = Array(#"{"N": "\#(text)"}"#.utf8)
        #expect(try EventPattern(pattern, dialect: .lenient).matches(event) == isExpected)
        #expect(try !EventPattern(pattern, dialect: .eventBus).matches(event))
        #expect(try !EventPattern(pattern, dialect: .pipes).matches(event))
    }

    @Test func numbersAreNumbersAsEver() throws {
        let pattern = try EventPattern(#"{"a": [{"numeric": [">", 100]}]}"#, dialect: .lenient)
        #expect(try pattern.matches(Array(#"{"a": 101}"#.utf8)))
        #expect(try !pattern.matches(Array(#"{"a": [99, true, null]}"#.utf8)))
    }

    @Test func manyNumericRulesReadStringsToo() throws {
        let set = try PatternSet((0..<50).map { #"{"N": [{"numeric": [">", \#($0)]}]}"# }, dialect: .lenient)
        #expect(try set.matches(Array(#"{"N": "3.5"}"#.utf8)) == [0, 1, 2, 3])
    }

    @Test func theOperatorsOfRulesAreAccepted() throws {
        let pattern = try EventPattern(
            #"{"a": [{"wildcard": "x*z"}], "b": [{"anything-but": {"suffix": "@test.com"}}]}"#, dialect: .lenient)
        #expect(try pattern.matches(Array(#"{"a": "xyz", "b": "joe@shop.example"}"#.utf8)))
        #expect(try !pattern.matches(Array(#"{"a": "xyz", "b": "joe@test.com"}"#.utf8)))
    }
}
