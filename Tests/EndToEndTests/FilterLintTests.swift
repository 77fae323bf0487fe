import Foundation
import Testing

extension EndToEnd {
    /// `sluice filter lint`, and the same findings when the engine starts.
    @Suite struct FilterLintTests {
        private let scratch: Scratch
        /// Never matches, as records hold numbers in strings.
        private let numeric = #"{"dynamodb": {"NewImage": {"amount": {"N": [{"numeric": [">", 100]}]}}}}"#

        init() throws { scratch = try Scratch() }

        private func lint(_ arguments: String...) async throws -> Command.Outcome {
            try await Command.run(["filter", "lint"] + arguments, scratch: scratch)
        }

        /// The project's template with one rule made idle: the standard pipe's `amountTier` becomes a number's threshold.
        private func idleTemplate() throws -> (file: String, line: Int) {
            let own = try String(contentsOf: Command.project.appendingPathComponent("template.yaml"), encoding: .utf8)
            let changed = own.replacingOccurrences(
                of: #""amountTier":  {"S": ["over100", "over1000", {"exists": false}]}"#,
                with: #""amount": {"N": [{"numeric": [">", 100]}]}"#)
            try #require(changed != own, "the change must find its place in template.yaml")
            let lines = changed.split(separator: "\n", omittingEmptySubsequences: false)
            let pattern = try #require(lines.firstIndex { $0.contains("- Pattern:") })
            return (try scratch.write("idle.yaml", changed), pattern + 1)
        }

        @Test func theProjectsTemplateIsClean() async throws {
            let outcome = try await lint("template.yaml")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output == "2 patterns, nothing found.\n")
        }

        @Test func findingsInATemplateNameFileLineAndPipe() async throws {
            let (file, line) = try idleTemplate()
            let outcome = try await lint(file, "--parameter", "StandardOrderPipeName=Other")
            #expect(outcome.status == 1, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 3)
            for text in lines.dropLast() {
                #expect(text.hasPrefix("\(file):\(line): warning: StandardOrderPipe: Filters[0].Pattern: "))
            }
            #expect(outcome.output.contains("numeric compares JSON numbers and never matches"))
            #expect(lines[1].hasSuffix("Filters[0].Pattern: So no record of the stream matches this filter."))
            #expect(lines.last == "2 patterns, 1 finding.")
            #expect(outcome.errors.isEmpty)
        }

        @Test func aPatternAsText() async throws {
            let outcome = try await lint(numeric)
            #expect(outcome.status == 1, "\(outcome.errors)")
            #expect(outcome.output.contains("at $.dynamodb.NewImage.amount.N[0] (byte 44); compare an attribute"))
            #expect(
                outcome.output.hasSuffix(
                    "\nPATTERN: So no record of the stream matches this filter.\n1 pattern, 1 finding.\n"))
        }

        /// Lines and columns count from 1, and columns count characters.
        @Test func aPatternsFileIsNamedWithLineAndColumn() async throws {
            let file = try scratch.write(
                "pattern.json", "{\n  \"eventName\": [\"insert\"],\n  \"ä\": {\"b\": [\"x\"]}\n}\n")
            let outcome = try await lint(file)
            #expect(outcome.status == 1, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            try #require(lines.count == 4)
            #expect(lines[0].hasPrefix("\(file):2:17: warning: \"insert\" never matches"))
            #expect(lines[1].hasPrefix("\(file):3:9: warning: A stream's record has no field ä here"))
            #expect(lines[2] == "\(file):1:1: warning: So no record of the stream matches this filter.")
            #expect(lines[3] == "1 pattern, 2 findings.")
        }

        @Test func aRefusedPatternsFileIsNamedWithLineAndColumn() async throws {
            let file = try scratch.write("refused.json", "{\n  \"a\": [[\"x\"]]\n}")
            let outcome = try await lint(file)
            #expect(outcome.status == 2)
            #expect(outcome.errors.hasPrefix("sluice: \(file):2:9: A field's array holds another array at $.a[0]"))
        }

        /// A refused pattern does not keep the others from being looked at, nor from being refused.
        @Test func everyPatternOfATemplateIsLookedAt() async throws {
            let (idle, line) = try idleTemplate()
            let text = try String(contentsOfFile: idle, encoding: .utf8)
            let pattern = "            - Pattern: "
            let place = try #require(text.range(of: pattern))
            let more = "\(pattern)'{\"a\": \"b\"}'\n\(pattern)'{\"c\": [[\"d\"]]}'\n"
            let file = try scratch.write(
                "refused.yaml", text.replacingCharacters(in: place.lowerBound..<place.lowerBound, with: more))
            for isJSON in [false, true] {
                let outcome = try await (isJSON ? lint(file, "--json") : lint(file))
                #expect(outcome.status == 2, "\(outcome.output)")
                let start = { (index: Int) in
                    "sluice: \(file):\(line + index): StandardOrderPipe: Filters[\(index)].Pattern: "
                }
                let errors = outcome.errors.split(separator: "\n")
                try #require(errors.count == 2)
                #expect(errors[0].hasPrefix(start(0) + "The value of a field is a string"))
                #expect(errors[1].hasPrefix(start(1) + "A field's array holds another array"))
                #expect(outcome.output.contains("Filters[2].Pattern") == !isJSON)
                #expect(outcome.output.contains("numeric compares JSON numbers"))
                #expect(outcome.output.hasSuffix("2 patterns, 1 finding.\n") == !isJSON)
            }
        }

        @Test func aTemplateWithoutPipesHasNoFilter() async throws {
            let file = try scratch.write(
                "queue.yaml",
                "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: queue\n")
            let outcome = try await lint(file)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output == "The template has no pipe with a filter.\n")
        }

        @Test func aFileThatIsNoPatternAndNoTemplate() async throws {
            let yaml = try scratch.write("pattern.yaml", "eventName:\n  - INSERT\n")
            #expect(
                try await lint(yaml).errors
                    == "sluice: \(yaml) is neither a JSON pattern nor a template (no Resources); write a pattern as {\"eventName\": [\"INSERT\"]}.\n"
            )
            let marked = try scratch.write("marked.json", "\u{FEFF}{\"eventName\": [\"INSERT\"]}")
            #expect(
                try await lint(marked).errors
                    == "sluice: \(marked) begins with a byte-order mark; save it as UTF-8 without one.\n")
            let long = try scratch.write(
                "long.json", #"{"eventID": ["\#(String(repeating: "x", count: 5_000))"]}"#)
            let outcome = try await lint(long)
            #expect(outcome.status == 2)
            #expect(
                outcome.errors
                    == "sluice: \(long): The pattern has 5017 characters; a pipe takes 4096, so remove white space or split it.\n"
            )
            #expect(try await lint(long, "--dialect", "event-bus").status == 0)
        }

        @Test func theViewTypeDecidesOnImages() async throws {
            let pattern = #"{"dynamodb": {"OldImage": {"status": {"S": ["pending"]}}}}"#
            #expect(try await lint(pattern).status == 0)
            #expect(try await lint(pattern, "--stream-view-type", "OLD_IMAGE").status == 0)
            let outcome = try await lint(pattern, "--stream-view-type", "NEW_IMAGE")
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("A stream with the StreamViewType NEW_IMAGE has no such image"))
        }

        @Test func findingsAsJSON() async throws {
            struct Report: Decodable {
                struct Finding: Decodable {
                    let code: String
                    let effect: String
                    let message: String
                    let path: String
                    let offset: Int
                    let file: String?
                    let line: Int?
                    let column: Int?
                    let resource: String?
                    let filter: Int?
                }

                let patterns: Int
                let findings: [Finding]
            }
            let bare = try await lint(numeric, "--json")
            let own = try JSONDecoder().decode(Report.self, from: Data(bare.output.utf8))
            #expect(own.patterns == 1)
            #expect(own.findings.map(\.code) == ["numericOnString", "patternNeverMatches"])
            #expect(own.findings.map(\.offset) == [44, 0])
            #expect(own.findings.allSatisfy { $0.file == nil && $0.effect == "neverMatches" && !$0.message.isEmpty })
            let patternFile = try scratch.write("pattern.json", numeric)
            let inFile = try JSONDecoder().decode(
                Report.self, from: Data(try await lint(patternFile, "--json").output.utf8))
            #expect(inFile.findings.map(\.file) == [patternFile, patternFile])
            #expect(inFile.findings.map(\.line) == [1, 1])
            #expect(inFile.findings.map(\.column) == [45, 1])
            let (file, line) = try idleTemplate()
            let located = try await lint(file, "--json")
            let inTemplate = try JSONDecoder().decode(Report.self, from: Data(located.output.utf8))
            #expect(inTemplate.patterns == 2)
            let first = try #require(inTemplate.findings.first)
            #expect(first.path == "$.dynamodb.NewImage.amount.N[0]")
            #expect(first.file == file)
            #expect(first.line == line)
            #expect(first.column == nil)
            #expect(first.resource == "StandardOrderPipe")
            #expect(first.filter == 0)
        }

        @Test(arguments: [
            ([#"{"a": "b"}"#], "put it in an array"), (["no-such-file"], "does not exist"),
            ([#"{"eventName": [{"wildcard": "I*"}]}"#], "not supported by EventBridge Pipes"),
            ([#"{"eventName": ["INSERT"]}"#, "--stream-view-type", "ALL"], "NEW_AND_OLD_IMAGES"),
            ([#"{"eventName": ["INSERT"]}"#, "--parameter", "A=b"], "leave out --parameter"),
            (["template.yaml", "--stream-view-type", "NEW_IMAGE"], "leave out --stream-view-type"),
            (["template.yaml", "--parameter", "NoSuch=1"], "NoSuch"),
            (["template.yaml", "--parameter", "x"], "Name=Value"),
        ])
        func badInputExitsWithTwo(arguments: [String], word: String) async throws {
            let outcome = try await Command.run(["filter", "lint"] + arguments, scratch: scratch)
            #expect(outcome.status == 2, "\(outcome.output)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains(word), "\(outcome.errors)")
        }

        @Test func theEngineWarnsWhenItStarts() async throws {
            let (file, line) = try idleTemplate()
            let engine = try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch, arguments: ["--template", file])
            let outcome = await engine.stop()
            #expect(outcome.status == 0)
            #expect(
                outcome.errors.contains(
                    "sluice: \(file):\(line): warning: StandardOrderPipe: Filters[0].Pattern: numeric compares"))
        }
    }
}
