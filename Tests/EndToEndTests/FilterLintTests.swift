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
            #expect(lines.last == "2 patterns, 2 findings.")
            #expect(outcome.errors.isEmpty)
        }

        @Test func aPatternAsTextAndInAFile() async throws {
            for argument in [numeric, try scratch.write("pattern.json", numeric)] {
                let outcome = try await lint(argument)
                #expect(outcome.status == 1, "\(outcome.errors)")
                #expect(outcome.output.contains("at $.dynamodb.NewImage.amount.N[0] (byte 44); compare an attribute"))
                #expect(outcome.output.hasSuffix("\n1 pattern, 2 findings.\n"))
            }
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
                    let resource: String?
                    let filter: Int?
                }

                let patterns: Int
                let findings: [Finding]
            }
            let bare = try await lint(numeric, "--json")
            let own = try JSONDecoder().decode(Report.self, from: Data(bare.output.utf8))
            #expect(own.patterns == 1)
            #expect(own.findings.map(\.code) == ["patternNeverMatches", "numericOnString"])
            #expect(own.findings.map(\.offset) == [0, 44])
            #expect(own.findings.allSatisfy { $0.file == nil && $0.effect == "neverMatches" && !$0.message.isEmpty })
            let (file, line) = try idleTemplate()
            let located = try await lint(file, "--json")
            let inTemplate = try JSONDecoder().decode(Report.self, from: Data(located.output.utf8))
            #expect(inTemplate.patterns == 2)
            let last = try #require(inTemplate.findings.last)
            #expect(last.path == "$.dynamodb.NewImage.amount.N[0]")
            #expect(last.file == file)
            #expect(last.line == line)
            #expect(last.resource == "StandardOrderPipe")
            #expect(last.filter == 0)
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
