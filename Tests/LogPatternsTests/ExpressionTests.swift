import LogPatterns
import Testing

/// Regular expressions, with the examples of AWS's page "Filter pattern syntax".
@Suite struct ExpressionTests {
    @Test(
        arguments: [
            ("^[hc]at", ["hat", "cat and dog"], ["a hat", "bat"]),
            ("[hc]at$", ["hat", "a cat"], ["cat and dog", "bat"]),
            ("colou?r", ["color", "the colour"], ["colouur", "clr"]),
            ("[abcx-z]", ["b", "y"], ["d", "w"]),
            ("^a{3,5}$", ["aaa", "aaaa", "aaaaa"], ["aa", "aaaaaa"]),
            ("^a{3, 5}$", ["aaa"], ["aa"]), ("^a{2}$", ["aa"], ["a", "aaa"]), ("^a{2,}$", ["aa", "aaaaaa"], ["a"]),
            ("^a{,2}$", ["", "a", "aa"], ["aaa"]), ("^a{0}b$", ["b"], ["ab"]),
            ("gra|ey", ["gray", "grey"], ["gruy"]),
            ("^starting|^initializing|^shutting down", ["starting up", "shutting down"], ["skipping initializing it"]),
            ("abcc|ab[^c]$", ["abcc here", "aba"], ["aac here", "abc"]),
            (#"\[.\]"#, ["[a]", "x[7]", "[]]", "[ ]"], ["[]", "[ab]"]),
            (#"10\.10\.0\.1"#, ["10.10.0.1"], ["10010,051"]), ("10.10.0.1", ["10.10.0.1", "10010,051"], ["10100"]),
            ("ab*c", ["ac", "abc", "abbbc"], ["abb"]), ("ab[0-9]*", ["ab", "ab129"], ["a1"]),
            ("ab+c", ["abc", "abbc"], ["ac"]), (".at", ["hat", "4at", " at"], ["at"]),
            (#"^\d+$"#, ["129"], ["12a"]), (#"^\D+$"#, ["abc"], ["a1"]), (#"a\sb"#, ["a b", "a\tb"], ["ab"]),
            (#"^\S+$"#, ["ab"], ["a b"]), (#"^\w+$"#, ["a_9"], ["a-9"]), (#"\W"#, ["a-9"], ["a_9"]),
            (#"\x3A"#, [":"], [";"]), (#"\x28a\x29"#, ["(a)"], ["a"]), (#"^.$"#, ["é", "a"], ["ab"]),
            ("^[^a]$", ["é", "b"], ["a"]), (#"[\d-]$"#, ["7", "-"], ["a"]), (#"[a\]]"#, ["]"], ["b"]),
            (#"\%"#, ["100%"], ["100"]), ("a|", ["", "b"], []), ("^$", [""], ["a"]),
        ] as [(String, [String], [String])])
    func matches(expression: String, matching: [String], others: [String]) throws {
        let pattern = try LogPattern("%\(expression)%")
        for text in matching { #expect(pattern.matches(text), "\(text)") }
        for text in others { #expect(!pattern.matches(text), "\(text)") }
    }

    @Test(
        arguments: [
            ("something!", "Invalid character(s) in term '!' at character 11; an expression takes"),
            ("(a|b)", "Invalid character(s) in term '(' at character 2; an expression takes"),
            ("café", "Invalid character(s) in term 'é' at character 5; an expression takes"),
            ("a**", "Invalid character(s) in term '*'"), ("a^b", "Invalid character(s) in term '^'"),
            ("a$b", "Invalid character(s) in term '$'"), ("*a", "Invalid character(s) in term '*'"),
            (#"\q"#, #"Invalid character(s) in term '\'"#), (#"\xfg"#, #"Invalid character(s) in term '\'"#),
            (#"\x+5"#, #"Invalid character(s) in term '\'"#), (#"\x-0"#, #"Invalid character(s) in term '\'"#),
            ("[abc", "has a [ that is not closed; close it"), ("[z-a]", "Invalid character(s) in term '-'"),
            ("a{x}", "has a repetition that is none; write {2}"), ("a{3,2}", "has a repetition that is none"),
            ("a{", "has a repetition that is none"), ("a{,}", "has a repetition that is none"),
            ("a{1000}", "has more than 256 steps from character 3 on; repeat less often."),
            ("a{200}b{100}", "has more than 256 steps"), ("", "has nothing in it; put one between"),
        ])
    func isRefused(expression: String, message: String) {
        let error = #expect(throws: LogPatternError.self) { try LogPattern("%\(expression)%") }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    /// What makes engines that try one way after the other take ages.
    @Test(.timeLimit(.minutes(1)), arguments: ["a*a*a*a*a*a*a*a*a*b", "a{0,200}b", "a?a?a?a?a?a?a?aaaaaaab"])
    func timeIsLinearInTheText(expression: String) throws {
        let pattern = try LogPattern("%\(expression)%")
        #expect(!pattern.matches(String(repeating: "a", count: 100_000)))
        #expect(pattern.matches(String(repeating: "a", count: 100_000) + "b"))
    }

    /// Steps that may be left out reach from one word of the vector into the next.
    @Test func repetitionsAreCountedAcrossWords() throws {
        let pattern = try LogPattern("%^x{0,60}a{0,100}y?b{0,80}$%")
        func run(_ letter: String, _ count: Int) -> String { String(repeating: letter, count: count) }
        for x in [0, 1, 60, 61] {
            for a in [0, 1, 63, 100, 101] {
                for b in [0, 1, 80, 81] {
                    let isMatch = x <= 60 && a <= 100 && b <= 80
                    #expect(pattern.matches(run("x", x) + run("a", a) + run("b", b)) == isMatch, "\(x) \(a) \(b)")
                }
            }
        }
    }

    /// A slow and obvious matcher agrees on all short texts.
    @Test func agreesWithATrialOfAllWays() throws {
        let expressions = [
            "a*b?", "^a*b+$", "a{1,2}b{0,1}$", "ab|ba$", "^a|b$", "[^a]b*a", "a?b?a?$", "^b{2,}a*|ab{1}$", ".a.",
        ]
        var texts = [""]
        for _ in 0..<5 { texts += texts.suffix(texts.count).flatMap { [$0 + "a", $0 + "b"] } }
        let all = Set(texts)
        for expression in expressions {
            let pattern = try LogPattern("%\(expression)%")
            for text in all {
                #expect(pattern.matches(text) == text.contains(try Regex(expression)), "\(expression) on \(text)")
            }
        }
    }
}
