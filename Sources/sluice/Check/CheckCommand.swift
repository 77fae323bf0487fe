import ArgumentParser
import Foundation
import Readiness
import Stacks

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look through a template for what keeps it from being fit for production.",
        discussion: """
            Every finding names the place, what happens in production, what to write, and the page of its rule. What is \
            meant is answered in the template, with the reason: a comment \
            `# sluice:ignore RULE reason` on the line, directly above it, or directly above the resource.

            With --json it prints one object: rules (how many were looked at); errors, warnings and notes (how many \
            findings of each); findings, each with rule, severity, file, line, resource, message, repair, snippet (YAML to paste, or absent) and page; and \
            ignored, the same with reason. --list-rules --json prints the rules as a list: id, severity, title, summary \
            and page.

            Exit codes: 0 nothing found that is as bad as --fail-on or worse, 1 something found, 2 the template cannot \
            be used or a file cannot be written.

            Examples:
              sluice check
              sluice check template.yaml --shards 16 --fail-on error
              sluice check --sarif check.sarif --pages https://example.com/sluice/checks
            """)

    @Argument(help: "The template, or - for standard input.")
    var template = "template.yaml"

    @OptionGroup var parameters: ParameterArguments

    @Option(help: "Shards side by side in a stream: on AWS one for each partition of its table.")
    var shards = ReadinessReview.shardsDefault

    @Option(
        help: ArgumentHelp(
            "The mildest finding that makes the exit code 1: \(levels) (default: warning).", valueName: "level"),
        transform: { text in
            guard let level = Rule.Severity(rawValue: text) else {
                throw ValidationError("\(text) is no severity of a rule; there are \(levels).")
            }
            return level
        })
    var failOn = Rule.Severity.warning

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write the findings as SARIF 2.1.0 too; - prints them, and nothing else. Its readers look findings up in the"
                + " template's file, so give one, not standard input.", valueName: "file"))
    var sarif: String?

    @Option(
        help: ArgumentHelp(
            "The address of the folder with the rules' pages, for SARIF (default: Documentation/checks here).",
            valueName: "url"))
    var pages: String?

    @Flag(help: "List the rules.")
    var listRules = false

    private static let levels = Rule.Severity.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        let shardsRange = ReadinessReview.shardsRange
        guard shardsRange.contains(shards) else {
            throw ValidationError(
                "--shards \(shards) is not possible; give \(shardsRange.lowerBound) to \(shardsRange.upperBound).")
        }
        guard !(json && sarif == "-") else {
            throw ValidationError(
                "--json and --sarif - both print the findings; leave out one, or give --sarif a file.")
        }
    }

    func run() async throws {
        if listRules { return try printRules() }
        try FilterInputError.exitingWithTwo {
            let review = try review()
            try printReview(review)
            if review.fails(at: failOn) { throw ExitCode(1) }
        }
    }

    private func printRules() throws {
        if json {
            try Terminal.printJSON(Rule.all.map(RuleReport.init))
        } else {
            Terminal.print(Rule.listing)
        }
    }

    private func review() throws(FilterInputError) -> ReadinessReview {
        let input = try JSONInput(argument: template, placeholder: "TEMPLATE")
        do {
            let stack = try Stack(
                Template(yaml: input.text, file: input.name), options: StackOptions(parameters: parameters.values))
            return ReadinessReview(stack, file: input.name, text: input.text, shards: shards)
        } catch {
            throw FilterInputError(error.description)
        }
    }

    private func printReview(_ review: ReadinessReview) throws {
        if let sarif {
            let log = SARIFLog(review, version: Sluice.configuration.version, pages: pagesAddress)
            if sarif == "-" { return try Terminal.printJSON(log) }
            try write(log, to: sarif)
        }
        if json {
            try Terminal.printJSON(ReviewReport(review))
        } else {
            Terminal.print(review.text)
        }
    }

    private func write(_ log: SARIFLog, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(log) + Data("\n".utf8)
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw FilterInputError("\(path) cannot be written; give --sarif a file in a folder that is there.")
        }
    }

    /// The format wants an absolute address.
    private var pagesAddress: String {
        guard let pages else {
            return SARIFLog.uri(path: "\(FileManager.default.currentDirectoryPath)/Documentation/checks")
        }
        return pages.hasSuffix("/") ? String(pages.dropLast()) : pages
    }
}
