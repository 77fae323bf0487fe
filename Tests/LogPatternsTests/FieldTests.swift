import LogPatterns
import Testing

/// Fields between blanks, with the examples of AWS's page "Filter pattern syntax".
@Suite struct FieldTests {
    private static let access =
        #"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#

    @Test(
        arguments: [
            (#"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]"#, true),
            ("[ip, user, username, timestamp, request =*.html*, status_code = 5*, bytes]", false),
            ("[..., request =*.html*, status_code = 4*, bytes]", true), ("[..., status_code = 4*]", false),
            ("[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]", true),
            ("[ip, ..., status = 404, bytes > 1000]", true), ("[ip, ..., status = 404, bytes > 2000]", false),
            ("[ip, ...]", true), ("[...]", true), ("[a,b,c,d,e,f,g]", true), ("[a,b,c,d,e,f,g,h]", false),
            ("[a,b,c,d,e,f,g,...]", true), ("[a,b,c,d,e,f,g,h,...]", false), ("[..., a,b,c,d,e,f,g]", true),
            (#"[a,b,c,time="10/Oct/2000:13:25:15 -0700", ...]"#, true), ("[a,b,c,d,e,f,bytes=1534]", true),
            ("[a, user=Prod && user!=Test, ...]", true), ("[a, (user=Prod || user=Test) && user=%T%, ...]", false),
            ("[a,b,c,d,e,f = 404.0,g]", true), (#"[a,b,c,d,e,f = "404.0",g]"#, false),
        ])
    func matchesAnAccessLog(text: String, expected: Bool) throws {
        #expect(try LogPattern(text).matches(Self.access) == expected)
    }

    private static let lines = [
        "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200",
        "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310",
        "WARNING 09/25/2014 12:00:02 Invalid user request", "ERROR 09/25/2014 12:00:02 Failed to process request",
        "ERROR",
    ]

    @Test(
        arguments: [
            ("[w1=ERROR, w2]", [3]), ("[w1=ERROR || w1=WARNING, w2]", [2, 3]),
            ("[w1!=ERROR && w1!=WARNING, w2]", [0, 1]),
            ("[w1=ERROR]", [4]), ("[w1=ERROR, ...]", [3, 4]), ("[w1, w2=*request]", [2, 3]),
            ("[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]", [0]),
            ("[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]", [1]),
        ] as [(String, [Int])])
    func matchesLinesOfWords(text: String, expected: [Int]) throws {
        let pattern = try LogPattern(text)
        #expect(Self.lines.indices.filter { pattern.matches(Self.lines[$0]) } == expected)
    }

    @Test func bracketsAndQuotationMarksThatAreNotClosedAreSigns() throws {
        #expect(try LogPattern(#"[a="[x", b="\"y", c]"#).matches(#"[x "y z"#))
        #expect(try LogPattern("[a, b=y]").matches("[x x] y"))
        #expect(try LogPattern("[a, b=y, ...]").matches("\tx\t y\n"))
    }

    @Test(.timeLimit(.minutes(1))) func openBracketsTakeLinearTime() throws {
        #expect(try !LogPattern("[..., a=x]").matches(String(repeating: #"[ " "#, count: 100_000) + "["))
    }

    @Test(
        arguments: [
            ("[...fields, status=FAILED]", "Invalid character(s) in term 'f' at character 5"),
            ("[..., a, ...]", "give one ellipsis at most"), ("[]", "write a field's name"),
            ("[a=1", "close the pattern with ]"),
            ("[a b]", "write one of the operators"),
            ("[a=1 || b=2]", "a condition of another field begins at character 9"),
            ("[a=1] x", "nothing may follow the closing ]"), ("[a=%x%, b=%y%, c=%z%]", "it has 3 expressions"),
            ("[a=]", "write a value here"), ("[a>x]", "compare numbers"),
        ])
    func isRefused(text: String, message: String) {
        let error = #expect(throws: LogPatternError.self) { try LogPattern(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
