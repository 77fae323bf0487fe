import EventPatterns
import Testing

/// The operands of each operator, wrong in each way, on an event bus, which has all operators.
extension PatternErrorTests {
    private static func operand(
        _ test: String, _ code: PatternError.Code, _ path: String, at culprit: String, _ word: String
    ) -> Refusal {
        Refusal(#"{"a":[\#(test)]}"#, code, "$.a[0]" + path, at: culprit, word)
    }

    static let operands = [
        operand(#"{"prefix":null}"#, .invalidOperand, ".prefix", at: "null", "write a string"),
        operand(#"{"prefix":["x"]}"#, .invalidOperand, ".prefix", at: "[", "an array"),
        operand(#"{"prefix":{}}"#, .empty, ".prefix", at: "{}", "name an operator"),
        operand(#"{"suffix":true}"#, .invalidOperand, ".suffix", at: "true", "a boolean"),
        operand(
            #"{"suffix":{"equals-ignore-case":1}}"#, .invalidOperand, ".suffix.equals-ignore-case", at: "1", "string"),
        operand(#"{"suffix":{"prefix":"x"}}"#, .unknownOperator, ".suffix.prefix", at: #""prefix""#, "cannot hold"),
        operand(
            #"{"suffix":{"equals-ignore-case":"x","prefix":"y"}}"#, .moreThanOneOperator, ".suffix", at: #""prefix""#,
            "2 operators"),
        operand(#"{"equals-ignore-case":["x"]}"#, .invalidOperand, ".equals-ignore-case", at: "[", "an array"),
        operand(#"{"exactly":1}"#, .invalidOperand, ".exactly", at: "1", "a number"),
        operand(#"{"exists":null}"#, .invalidOperand, ".exists", at: "null", "true or false"),
        operand(#"{"exists":{}}"#, .invalidOperand, ".exists", at: "{}", "an object"),
        operand(#"{"Prefix":"x"}"#, .unknownOperator, ".Prefix", at: #""Prefix""#, "use prefix."),
        operand(
            #"{"anything_but":["x"]}"#, .unknownOperator, ".anything_but", at: #""anything_but""#, "use anything-but."),
        operand(#"{"exist":true}"#, .unknownOperator, ".exist", at: #""exist""#, "use exists."),
        operand(#"{"Pattern":"{}"}"#, .unknownOperator, ".Pattern", at: #""Pattern""#, "the text of one Pattern"),
        operand(#"{"status":["x"]}"#, .unknownOperator, ".status", at: #""status""#, "under $or"),
        operand(#"{"prefix":"x","prefix":"x"}"#, .moreThanOneOperator, "", at: #""prefix":"x"}]"#, "2 operators"),
        operand(#"{"anything-but":true}"#, .invalidOperand, ".anything-but", at: "true", "a boolean"),
        operand(#"{"anything-but":["x",null]}"#, .invalidOperand, ".anything-but[1]", at: "null", "strings only"),
        operand(#"{"anything-but":[1,"x"]}"#, .invalidOperand, ".anything-but[1]", at: #""x""#, "numbers only"),
        operand(#"{"anything-but":[["x"]]}"#, .invalidOperand, ".anything-but[0]", at: #"["x"]]"#, "an array"),
        operand(#"{"anything-but":[{"prefix":"x"}]}"#, .invalidOperand, ".anything-but[0]", at: #"{"p"#, "an object"),
        operand(#"{"anything-but":{}}"#, .empty, ".anything-but", at: "{}", "name an operator"),
        operand(#"{"anything-but":[1,1e400]}"#, .inexactNumber, ".anything-but[1]", at: "1e400", "1e400"),
        operand(
            #"{"anything-but":{"prefix":"x","suffix":"y"}}"#, .moreThanOneOperator, ".anything-but", at: #""suffix""#,
            "2 operators"),
        operand(
            #"{"anything-but":{"prefix":""}}"#, .invalidOperand, ".anything-but.prefix", at: #""""#, "one character"),
        operand(
            #"{"anything-but":{"suffix":["x",""]}}"#, .invalidOperand, ".anything-but.suffix[1]", at: #""""#, "empty"),
        operand(#"{"anything-but":{"prefix":[]}}"#, .empty, ".anything-but.prefix", at: "[]", "list strings"),
        operand(
            #"{"anything-but":{"wildcard":["x",1]}}"#, .invalidOperand, ".anything-but.wildcard[1]", at: "1", "string"),
        operand(
            #"{"anything-but":{"wildcard":"a**"}}"#, .invalidOperand, ".anything-but.wildcard", at: #""a"#, "stars"),
        operand(
            #"{"anything-but":{"anything-but":"x"}}"#, .unknownOperator, ".anything-but.anything-but",
            at: #""anything-but":"x""#, "cannot hold"),
        operand(#"{"wildcard":1}"#, .invalidOperand, ".wildcard", at: "1", "a number"),
        operand(#"{"wildcard":"a**b"}"#, .invalidOperand, ".wildcard", at: #""a**b""#, "two stars"),
        operand(#"{"wildcard":"a\\b"}"#, .invalidOperand, ".wildcard", at: #""a\\b""#, "backslash"),
        operand(#"{"wildcard":"a\\"}"#, .invalidOperand, ".wildcard", at: #""a\\""#, "backslash"),
        operand(#"{"numeric":{}}"#, .invalidOperand, ".numeric", at: "{}", "an object"),
        operand(#"{"numeric":[">"]}"#, .invalidOperand, ".numeric", at: #"">""#, "lacks its number"),
        operand(#"{"numeric":[1,">"]}"#, .invalidOperand, ".numeric", at: "1", "lacks a comparison"),
        operand(#"{"numeric":[">",null]}"#, .invalidOperand, ".numeric", at: "null", "without quotes"),
        operand(#"{"numeric":["=",1,"<",2]}"#, .invalidOperand, ".numeric", at: #""<""#, "goes on"),
        operand(#"{"numeric":[">",1,"<"]}"#, .invalidOperand, ".numeric", at: #""<""#, "lacks its number"),
        operand(#"{"numeric":[">",1,2]}"#, .invalidOperand, ".numeric", at: "2", "lacks a comparison"),
        operand(#"{"numeric":[">",1,"=",2]}"#, .invalidOperand, ".numeric", at: #""=""#, "lower bound first"),
        operand(#"{"numeric":[">",1,"<",2,">"]}"#, .invalidOperand, ".numeric", at: #"">"]"#, "goes on"),
        operand(#"{"numeric":[">=",5,"<=",1]}"#, .invalidOperand, ".numeric", at: "1", "range"),
        operand(#"{"numeric":[">",0,"<",9007199254740993]}"#, .inexactNumber, ".numeric", at: "9007", "exactly"),
        operand(#"{"cidr":1}"#, .invalidOperand, ".cidr", at: "1", "a number"),
        operand(#"{"cidr":"10.0.0.256/8"}"#, .invalidOperand, ".cidr", at: #""10"#, "10.0.0.0/24"),
        operand(#"{"cidr":"10.0.0/8"}"#, .invalidOperand, ".cidr", at: #""10"#, "10.0.0.0/24"),
        operand(#"{"cidr":"/8"}"#, .invalidOperand, ".cidr", at: #""/8"#, "10.0.0.0/24"),
        operand(#"{"cidr":"10.0.0.0/"}"#, .invalidOperand, ".cidr", at: #""10"#, "0 to 31"),
        operand(#"{"cidr":"10.0.0.0/-1"}"#, .invalidOperand, ".cidr", at: #""10"#, "0 to 31"),
        operand(#"{"cidr":"10.0.0.0/8/8"}"#, .invalidOperand, ".cidr", at: #""10"#, "0 to 31"),
        operand(#"{"cidr":"::1/128"}"#, .invalidOperand, ".cidr", at: #""::1"#, "0 to 127"),
    ]

    @Test(arguments: operands)
    func wrongOperand(_ refusal: Refusal) throws { try refusal.check(.eventBus) }

    static let alternatives = [
        Refusal(#"{"$or":[]}"#, .invalidOr, "$.$or", at: "[]", "two"),
        Refusal(#"{"$or":"x"}"#, .invalidOr, "$.$or", at: #""x""#, "a string"),
        Refusal(#"{"$or":{"a":[1],"b":[2]}}"#, .invalidOr, "$.$or", at: #"{"a""#, "an object"),
        Refusal(#"{"$or":[{"a":[1]},{}]}"#, .empty, "$.$or[1]", at: "{}", "object is empty"),
        Refusal(#"{"$or":[[],[]]}"#, .invalidOr, "$.$or[0]", at: "[],", "an array"),
        Refusal(#"{"$or":[{"a":[1]},null]}"#, .invalidOr, "$.$or[1]", at: "null", "object of fields"),
        Refusal(#"{"a":{"$or":[{"b":[1]}]}}"#, .invalidOr, "$.a.$or", at: #"[{"b""#, "two"),
        Refusal(#"{"$or":[{"a":[1]},{"$or":[{"b":[1]}]}]}"#, .invalidOr, "$.$or[1].$or", at: #"[{"b""#, "two"),
        Refusal(
            #"{"$or":[{"a":[1]},{"b":{"exists":[1]}}]}"#, .invalidOr, "$.$or[1].b.exists", at: #""exists""#, "field"),
        Refusal(#"{"$or":[{"a":[1]},{"b":[]}]}"#, .empty, "$.$or[1].b", at: "[]", "array is empty"),
        Refusal(#"{"\u0024or":[1]}"#, .invalidOr, "$.$or", at: "[1]", "two"),
    ]

    @Test(arguments: alternatives)
    func wrongAlternatives(_ refusal: Refusal) throws { try refusal.check(.pipes) }
}
