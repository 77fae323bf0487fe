import Foundation
import Testing

extension EndToEnd {
    /// `sluice check` as a command: what it prints where, and its exit codes.
    @Suite struct CheckTests {
        private let scratch: Scratch
        /// One warning.
        private let template = """
            Resources:
              Logs:
                Type: AWS::Logs::LogGroup
                Properties: {LogGroupName: logs}
            """

        init() throws { scratch = try Scratch() }

        private func check(_ arguments: String...) async throws -> Command.Outcome {
            try await Command.run(["check"] + arguments, scratch: scratch)
        }

        @Test func theProjectsTemplateHasNoFindings() async throws {
            let outcome = try await check("--fail-on", "note")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.hasPrefix("no findings; "))
            #expect(outcome.output.hasSuffix(" rules; 2 ignored\n"))
            #expect(outcome.errors.isEmpty)
        }

        @Test func aParameterChangesWhatIsFound() async throws {
            let outcome = try await check("--parameter", "DeletionProtection=false")
            #expect(outcome.status == 1)
            #expect(outcome.output.contains(": warning: OrdersTable: "))
            #expect(outcome.output.hasSuffix("\n2 warnings; 2 ignored\n"))
        }

        @Test(arguments: [("note", 1), ("warning", 1), ("error", 0)])
        func theLevelSaysWhatTheExitCodeIs(level: String, status: Int32) async throws {
            let file = try scratch.write("warning.yaml", template)
            let outcome = try await check(file, "--fail-on", level)
            #expect(outcome.status == status)
            #expect(outcome.output.hasPrefix("\(file):2: warning: Logs: "))
            #expect(outcome.output.hasSuffix("\n1 warning\n"))
        }

        @Test func aTemplateThatCannotBeUsed() async throws {
            let file = try scratch.write("bad.yaml", template.replacingOccurrences(of: "LogGroupName", with: "Nam"))
            let outcome = try await check(file)
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("sluice: \(file):4: Logs: Nam is not a property of AWS::Logs::LogGroup"))
        }

        @Test func findingsGoToAFileAsSARIF() async throws {
            let file = try scratch.write("warning.yaml", template)
            let log = try scratch.write("check.sarif", "")
            let outcome = try await check(file, "--sarif", log, "--pages", "https://example.com/checks/")
            #expect(outcome.status == 1)
            #expect(outcome.output.hasSuffix("\n1 warning\n"))
            let text = try String(contentsOfFile: log, encoding: .utf8)
            #expect(text.contains("\"https://example.com/checks/log-group-no-retention.md\""))
            #expect(text.contains("\"startLine\" : 2"))
        }

        @Test func rulesAreListedWithoutATemplate() async throws {
            let outcome = try await check("no-such-file.yaml", "--list-rules")
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("\npipe-no-dead-letter-queue "))
        }
    }
}
