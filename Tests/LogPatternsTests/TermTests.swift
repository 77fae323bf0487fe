import LogPatterns
import Testing

/// Terms, with the examples of AWS's page "Filter pattern syntax".
@Suite struct TermTests {
    private static let messages = [
        "[ERROR 400] BAD REQUEST", "[ERROR 401] UNAUTHORIZED REQUEST", "[ERROR 419] MISSING ARGUMENTS",
        "[ERROR 420] INVALID ARGUMENTS", "[ERROR 500] INTERNAL SERVER ERROR", "[INFO] REQUEST FAILED",
    ]

    @Test(
        arguments: [
            ("ERROR", [0, 1, 2, 3, 4]), ("ERROR ARGUMENTS", [2, 3]), ("?ERROR ?ARGUMENTS", [0, 1, 2, 3, 4]),
            ("?UNAUTHORIZED ?INTERNAL", [1, 4]), ("?ERROR ?ARGUMENTS REQUEST", [0, 1, 5]),
            ("?INTERNAL -ERROR", [5]), (#""INTERNAL SERVER ERROR""#, [4]), (#""SERVER INTERNAL""#, []),
            ("ERROR -ARGUMENTS", [0, 1, 4]), (#"ERROR -"BAD REQUEST" -ARGUMENTS"#, [1, 4]), ("-ERROR", [5]),
            (#"" ""#, [0, 1, 2, 3, 4, 5]), (#""""#, [0, 1, 2, 3, 4, 5]), ("", [0, 1, 2, 3, 4, 5]),
            ("  ", [0, 1, 2, 3, 4, 5]), ("error", []), ("AUTHORIZED", [1]), ("%AUTHORIZED%", [1]),
            (#""[ERROR 4""#, [0, 1, 2, 3]), ("%4[0-9]+% REQUEST", [0, 1]), ("%ERR% %4% -%ING%", [0, 1, 3]),
            (#"?"[INFO]" ?INVALID"#, [3, 5]),
        ] as [(String, [Int])])
    func matches(text: String, expected: [Int]) throws {
        let pattern = try LogPattern(text)
        #expect(Self.messages.indices.filter { pattern.matches(Self.messages[$0]) } == expected)
    }

    @Test func quotationMarksAndOtherScripts() throws {
        #expect(try LogPattern(#""say \"yes\"""#).matches(#"they say "yes" twice"#))
        #expect(try LogPattern(#""a\\b""#).matches(#"a\b"#))
        #expect(try LogPattern("große").matches("eine große Bestellung"))
        #expect(try !LogPattern("grosse").matches("eine große Bestellung"))
        #expect(try LogPattern("aab").matches("aaab"))
        #expect(try !LogPattern("aab").matches("aa"))
    }

    @Test(
        arguments: [
            ("?Status: timeout", "Invalid character(s) in term ':' at character 8; put terms"),
            ("é ERR*", "Invalid character(s) in term '*' at character 6; put terms"),
            (#""open"#, "the quotation mark at character 1 is not closed; close it."),
            ("ERROR -", "it ends early, after character 7; put terms"),
            ("%open", "the % at character 1 is not closed; close it."),
            (String(repeating: "%a% ", count: 11), "it has 11 expressions in %; give 10 at most."),
            (String(repeating: "a", count: 1_025), "has more than 1024 characters; shorten it."),
        ])
    func isRefused(text: String, message: String) {
        let error = #expect(throws: LogPatternError.self) { try LogPattern(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
