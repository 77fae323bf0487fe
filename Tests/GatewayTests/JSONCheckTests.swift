import Testing

@testable import Gateway

/// What is JSON, by RFC 8259.
@Suite struct JSONCheckTests {
    @Test(arguments: [
        "{}", "[]", " null ", "true", "false", "0", "-0", "12", "1.5", "-1.5e3", "1E+2", "1e-2", #""a""#, #""\u00e9""#,
        #"{"a":[1,{"b":null}],"c":""}"#, "[[[]]]", "\t[1 , 2]\r\n",
    ])
    func isJSON(text: String) { #expect(JSONCheck.isValid(Array(text.utf8))) }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", #"{"a":1,}"#, #"{"a"}"#, "{a:1}", "nul", "nulll", "01", "-", "-a", "1.", ".5",
        "1.e2",
        "1e", "1e+", "+1", "0x1", "1 2", "{} {}", "'a'", #""a"#, #""\x""#, "\"a\nb\"", "NaN", "Infinity",
    ])
    func isNoJSON(text: String) { #expect(!JSONCheck.isValid(Array(text.utf8))) }

    @Test func bytesMustBeUTF8() { #expect(!JSONCheck.isValid([0x22, 0xC3, 0x28, 0x22])) }

    /// Six megabytes of brackets cost no stack.
    @Test func anyDepthIsLookedThrough() {
        let count = 3 << 20
        let open = [UInt8](repeating: UInt8(ascii: "["), count: count)
        #expect(JSONCheck.isValid(open + [UInt8](repeating: UInt8(ascii: "]"), count: count)))
        #expect(!JSONCheck.isValid(open))
    }
}
