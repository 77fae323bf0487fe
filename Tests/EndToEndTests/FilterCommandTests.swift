import Foundation
import Testing

extension EndToEnd {
    /// `sluice filter test` and `sluice filter vectors`: verdicts, explanations, and what a user gets wrong.
    @Suite struct FilterCommandTests {
        private let scratch: Scratch
        private let pattern = #"{"dynamodb": {"NewImage": {"status": {"S": ["pending", "shipped"]}}}}"#

        init() throws { scratch = try Scratch() }

        private func record(status: String) -> String {
            #"{"eventName": "MODIFY", "dynamodb": {"NewImage": {"status": {"S": "\#(status)"}}}}"#
        }

        private func filter(_ arguments: String...) async throws -> Command.Outcome {
            try await Command.run(["filter"] + arguments, scratch: scratch)
        }

        /// Runs a command that must exit with 2 after one line with these words.
        private func expectRefusal(
            _ arguments: String..., says words: [String], sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let outcome = try await Command.run(["filter"] + arguments, scratch: scratch)
            #expect(outcome.status == 2, "\(outcome.output)\(outcome.errors)", sourceLocation: sourceLocation)
            #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
            #expect(outcome.errors.hasPrefix("sluice: "), "\(outcome.errors)", sourceLocation: sourceLocation)
            #expect(
                outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
            for word in words {
                #expect(outcome.errors.contains(word), "\(word) in: \(outcome.errors)", sourceLocation: sourceLocation)
            }
        }

        @Test func aMatch() async throws {
            let outcome = try await filter("test", pattern, record(status: "shipped"))
            #expect(outcome.status == 0)
            #expect(outcome.output == "The event matches.\n")
            #expect(outcome.errors.isEmpty)
        }

        @Test func aMismatchInFiles() async throws {
            let outcome = try await filter(
                "test", scratch.write("pattern.json", pattern), scratch.write("event.json", record(status: "Shipped")))
            #expect(outcome.status == 1)
            #expect(
                outcome.output == """
                    The event does not match.

                      $.dynamodb.NewImage.status.S is the string "Shipped", which is none of "pending" and "shipped" (it \
                    differs from "shipped" in case only).
                      The pattern, at byte 43: ["pending","shipped"]

                    """)
            #expect(outcome.errors.isEmpty)
        }

        @Test func theAnswerAsJSON() async throws {
            struct Answer: Decodable, Equatable {
                struct Failure: Decodable, Equatable {
                    let path: String
                    let offset: Int
                    let rule: String
                    let found: [String]
                    let valueCount: Int
                }
                let matches: Bool
                let failures: [Failure]
                let moreClauses: Int
                let otherWays: [Failure]
                let moreWays: Int
                let notes: [String]
            }
            let outcome = try await filter("test", "--json", pattern, record(status: "new"))
            #expect(outcome.status == 1)
            let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
            let failure = Answer.Failure(
                path: "$.dynamodb.NewImage.status.S", offset: 43, rule: #"["pending","shipped"]"#, found: [#""new""#],
                valueCount: 1)
            #expect(
                answer
                    == Answer(
                        matches: false, failures: [failure], moreClauses: 0, otherWays: [], moreWays: 0, notes: []))
            let missing = try await filter("test", "--json", pattern, "{}")
            #expect(missing.output.contains(#""found" : "missing""#), "\(missing.output)")
        }

        @Test func everyFailedClauseAndEveryWay() async throws {
            let ways = (0..<9).map { #"{"w\#($0)":["x"]}"# }.joined(separator: ",")
            let clauses = (0..<6).map { #""c\#($0)":["x"]"# }.joined(separator: ",")
            let outcome = try await filter("test", #"{\#(clauses),"$or":[\#(ways)]}"#, #"{"c0":1}"#)
            #expect(outcome.status == 1)
            let blocks = outcome.output.components(separatedBy: "\n\n")
            // The other ways begin to fail at the same clause, so there is no more to tell of them.
            #expect(blocks.first == "The event does not match.")
            #expect(
                blocks.dropFirst().first == """
                      $.c0 is the number 1, which is not "x" (the pattern has a string and the event a number).
                      The pattern, at byte 6: ["x"]
                    """)
            #expect(blocks.last == "  And 2 more clauses.\n")
            let two = try await filter(
                "test", #"{"$or":[{"a":[1],"b":[1]},{"c":[1]},\#(ways)]}"#, #"{"a":0,"b":0,"c":0}"#)
            #expect(
                two.output.hasPrefix(
                    """
                    The event does not match, whichever way is taken through $or; the nearest way comes first.

                      $.c is the number 0, which is not 1.
                      The pattern, at byte 31: [1]

                      Another way: $.w0 is missing; the event has no field w0, only a, b and c.
                      The pattern, at byte 42: ["x"]


                    """), "\(two.output)")
            #expect(two.output.hasSuffix("\n\n  And 3 more ways.\n"), "\(two.output)")
        }

        @Test func aPatternTooLongForAPipeIsNoted() async throws {
            let value = String(repeating: "x", count: 4_996)
            let long = #"{"a":["\#(value)"]}"#.replacingOccurrences(of: "{", with: "{ ")
            let note =
                "A pipe would refuse the pattern: it has 5,007 characters and may have 4,096; remove white space or split "
                + "it."
            let match = try await filter("test", long, #"{"a":"\#(value)"}"#)
            #expect(match.status == 0)
            #expect(match.output == "The event matches.\n\n\(note)\n")
            let lenient = try await filter("test", long, "{}", "--dialect", "lenient")
            #expect(lenient.status == 1)
            #expect(lenient.output.hasSuffix("\n\n\(note)\n"))
            #expect(try await filter("test", long, "{}", "--json").output.contains(#""\#(note)""#))
            // A rule of an event bus may be told to take more.
            let bus = try await filter("test", long, #"{"a":"\#(value)"}"#, "--dialect", "event-bus")
            #expect(bus.output == "The event matches.\n")
            let fitting = #"{"a":["\#(value.prefix(4_086))"]}"#
            #expect(fitting.count == 4_096)
            #expect(
                try await filter("test", fitting, #"{"a":"\#(value.prefix(4_086))"}"#).output == match.output.prefix(19)
            )
        }

        @Test func theEventFromStandardInput() async throws {
            let file = try scratch.write("event.json", record(status: "pending"))
            let outcome = try await Command(
                program: URL(fileURLWithPath: "/bin/sh"),
                ["-c", #""$0" filter test "$1" - < "$2""#, Command.products.path + "/sluice", pattern, file],
                scratch: scratch
            ).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output == "The event matches.\n")
        }

        @Test func thePatternFromAPipe() async throws {
            let outcome = try await Command(
                program: URL(fileURLWithPath: "/bin/sh"),
                [
                    "-c", #"printf %s "$1" | "$0" filter test /dev/stdin "$2""#, Command.products.path + "/sluice",
                    pattern, record(status: "new"),
                ],
                scratch: scratch
            ).finish()
            #expect(outcome.status == 1, "\(outcome.errors)")
        }

        @Test func theDialectDecides() async throws {
            let wildcard = #"{"eventName": [{"wildcard": "M*Y"}]}"#
            let event = record(status: "new")
            try await expectRefusal("test", wildcard, event, says: ["PATTERN", "wildcard", "EventBridge Pipes"])
            #expect(try await filter("test", wildcard, event, "--dialect", "event-bus").status == 0)
        }

        @Test func badPatterns() async throws {
            let event = record(status: "new")
            let comma = try scratch.write("comma.json", #"{"a": ["x"],}"#)
            let empty = try scratch.write("empty.json", "\n")
            try await expectRefusal("test", scratch.path("nope.json"), event, says: ["nope.json", "does not exist"])
            try await expectRefusal("test", scratch.folder.path, event, says: [scratch.folder.path, "is a folder"])
            try await expectRefusal("test", comma, event, says: ["comma.json", "byte 12"])
            try await expectRefusal("test", empty, event, says: ["empty.json", "is empty"])
            let yaml = try scratch.write("p.yaml", "# A filter\neventName:\n  - INSERT\n")
            try await expectRefusal(
                "test", yaml, event, says: [#"p.yaml is YAML; a pattern is JSON, such as {"eventName": ["INSERT"]}."#])
            try await expectRefusal(
                "test", "template.yaml", event,
                says: [
                    "sluice: template.yaml is a template; give one pattern, or look at all of the template's with sluice "
                        + "filter lint."
                ])
            let marked = try scratch.write("marked.json", "\u{FEFF}\(pattern)")
            try await expectRefusal(
                "test", marked, event,
                says: ["marked.json begins with a byte-order mark; save it as UTF-8 without one."])
            try await expectRefusal(
                "test", "", event,
                says: [
                    "sluice: PATTERN is empty text, as an unset shell variable gives; give as PATTERN a file, - for standard "
                        + "input, or JSON text that begins with {."
                ])
        }

        @Test func badEvents() async throws {
            let event = record(status: "new")
            let batch = try scratch.write("batch.json", #"{"Records": [\#(event)]}"#)
            try await expectRefusal("test", pattern, "[\(event)]", says: ["EVENT", "is a list", "jq '.[0]'"])
            try await expectRefusal("test", pattern, batch, says: ["batch.json", "Records", "jq '.Records[0]'"])
            try await expectRefusal("test", pattern, "[1,", says: ["EVENT is a list"])
            try await expectRefusal(
                "test", pattern, #"{ "Records" : [{}] }"#,
                says: [
                    "sluice: EVENT holds Records, and a pipe asks about each record alone; take one out, such as with jq "
                        + "'.Records[0]'."
                ])
            try await expectRefusal("test", pattern, #"{"a": 1,}"#, says: ["EVENT", "byte 8"])
            let deep = String(repeating: "[", count: 1_000) + String(repeating: "]", count: 1_000)
            try await expectRefusal(
                "test", pattern, #"{"a":\#(deep)}"#,
                says: ["EVENT: The event is nested deeper than 1000 levels (byte 1004); take levels out."])
            try await expectRefusal(
                "test", pattern, " ",
                says: [
                    "sluice: EVENT is empty text, as an unset shell variable gives; give as EVENT a file, - for standard "
                        + "input, or JSON text that begins with {."
                ])
            try await expectRefusal("test", pattern, scratch.path("nope.json"), says: ["nope.json", "does not exist"])
            try await expectRefusal("test", pattern, scratch.write("x.json", #""x""#), says: ["x.json", "JSON object"])
            // A pattern that asks for Records means them.
            let asking = #"{"Records": {"eventName": ["MODIFY"]}}"#
            #expect(try await filter("test", asking, batch).status == 0)
        }

        /// Records elsewhere than at the beginning, or of another type, are no batch.
        @Test func fieldsNamedRecordsAreNoBatch() async throws {
            for event in [
                #"{"a": 1, "Records": []}"#, #"{"Records": {"a": []}}"#, #"{"Records": 1}"#, #"{"Rec ords": []}"#,
            ] {
                #expect(try await filter("test", pattern, event).status == 1, "\(event)")
            }
        }

        @Test func swappedArguments() async throws {
            let event = try scratch.write("event.json", record(status: "new"))
            try await expectRefusal("test", event, pattern, says: ["event.json is no pattern", "pattern first"])
        }

        @Test func standardInputTwiceIsWrongUse() async throws {
            let outcome = try await filter("test", "-", "-")
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("standard input"), "\(outcome.errors)")
        }

        // MARK: - Vectors

        private static let vectors = "Tests/EventPatternsTests/Vectors/event-patterns.jsonl"

        private func vector(_ id: String, matches: String, error: String = "null", note: String = "null") -> String {
            #"{"id": "\#(id)", "pattern": "{\"a\":[1]}", "event": "{\"a\":1}", "matches": \#(matches), "error": \#(error), "note": \#(note)}"#
        }

        @Test func allVectorsAgree() async throws {
            let outcome = try await filter("vectors", Self.vectors)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output == "5127 of 5127 agree, 71 quirks differ\n")
            let verbose = try await filter("vectors", Self.vectors, "--verbose")
            #expect(verbose.output.split(separator: "\n").count == 3 * 71 + 1)
        }

        @Test func disagreementsAreNamed() async throws {
            let file = try scratch.write(
                "vectors.jsonl",
                [
                    vector("right", matches: "true"), vector("wrong", matches: "false"), "",
                    vector("refused", matches: "null", error: #""event""#),
                    vector("odd", matches: "false", note: #""quirk:odd""#),
                ].joined(separator: "\n"))
            let outcome = try await filter("vectors", file)
            #expect(outcome.status == 1)
            #expect(
                outcome.output == """
                    wrong: expected no match, answered match
                      {"a":[1]}
                      {"a":1}
                    refused: expected event refused, answered match
                      {"a":[1]}
                      {"a":1}
                    1 of 3 agree, 1 quirks differ

                    """)
            let json = try await filter("vectors", file, "--json")
            #expect(json.status == 1)
            #expect(
                json.output.contains(#""id" : "wrong""#) && json.output.contains(#""quirks" : 1"#), "\(json.output)")
        }

        @Test func badVectorFiles() async throws {
            let good = vector("good", matches: "true")
            func file(_ lines: String...) throws -> String {
                try scratch.write("vectors.jsonl", lines.joined(separator: "\n"))
            }
            try await expectRefusal("vectors", scratch.path("nope.jsonl"), says: ["nope.jsonl", "does not exist"])
            try await expectRefusal("vectors", file(""), says: ["vectors.jsonl", "no vectors"])
            try await expectRefusal("vectors", file(good, #"{"id": "#), says: ["vectors.jsonl:2:", "no JSON"])
            try await expectRefusal("vectors", file(good, "", #"{"id": "x"}"#), says: ["vectors.jsonl:3:", "pattern"])
            try await expectRefusal(
                "vectors", file(vector("x", matches: "null")), says: ["vectors.jsonl:1:", "matches and error"])
        }
    }
}
