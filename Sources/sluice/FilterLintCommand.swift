import ArgumentParser
import Engine
import EventPatterns
import Foundation
import Stacks

struct FilterLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Look for what a filter on a DynamoDB stream says in vain.",
        discussion: """
            PATTERN is a file, - for standard input, or the JSON text of one pattern; or the file of a CloudFormation \
            template, of which the filters of every pipe are looked at, each with the keys and the view type of its table.

            A finding is a rule that no record of such a stream matches, that every record or every value matches, or that \
            probably means something else than it seems to. All but the last kind are certain for every record.

            With --json it prints one object: patterns (how many were looked at) and findings, each with code, effect \
            (neverMatches, alwaysHolds, holdsForAnyValue, suspicious), message, path and offset (bytes) in the pattern; \
            in a template also file, line, resource and filter (from 0).

            Exit codes: 0 nothing found, 1 something found, 2 the pattern or template cannot be used.

            Examples:
              sluice filter lint template.yaml
              sluice filter lint '{"dynamodb": {"NewImage": {"amount": {"N": [{"numeric": [">", 100]}]}}}}'
            """)

    @Argument(help: "The pattern, or a template.")
    var pattern: String

    @OptionGroup var dialect: DialectArguments

    @Option(
        help: ArgumentHelp(
            "The view type of the stream that one pattern is for: \(viewTypes) (default: any).", valueName: "type"),
        transform: { text in
            guard let type = StreamShape.ViewType(rawValue: text) else {
                throw ValidationError("\(text) is no view type of a stream; there are \(viewTypes).")
            }
            return type
        })
    var streamViewType: StreamShape.ViewType?

    @OptionGroup var parameters: ParameterArguments

    @Flag(help: "Print the findings as JSON.")
    var json = false

    private static let viewTypes = StreamShape.ViewType.allCases.map(\.rawValue).joined(separator: ", ")

    func run() async throws {
        try FilterInputError.exitingWithTwo {
            let input = try JSONInput(argument: pattern, placeholder: "PATTERN")
            let report = try Self.isTemplate(input) ? lintTemplate(input) : lintPattern(input)
            if json {
                try Terminal.printJSON(report)
            } else {
                Terminal.print(report.text)
            }
            guard report.findings.isEmpty else { throw ExitCode(1) }
        }
    }

    /// A template is YAML, or JSON with resources; a pattern is a JSON object whose fields are others.
    private static func isTemplate(_ input: JSONInput) -> Bool {
        guard input.text.first(where: { !$0.isWhitespace }) == "{" else { return true }
        let object = try? JSONSerialization.jsonObject(with: Data(input.bytes)) as? [String: Any]
        return object?["Resources"] is [String: Any]
    }

    private func lintPattern(_ input: JSONInput) throws(FilterInputError) -> LintReport {
        guard parameters.values.isEmpty else {
            throw FilterInputError("\(input.name) is one pattern and has no parameters; leave out --parameter.")
        }
        do {
            let findings = try PatternLint.findings(
                in: input.text, stream: StreamShape(viewType: streamViewType, keys: nil),
                dialect: dialect.patternDialect)
            return LintReport(
                patterns: 1, findings: findings.map { LintReport.Finding($0, text: "\(input.name): \($0)") })
        } catch {
            throw FilterInputError("\(input.name): \(error.message)")
        }
    }

    private func lintTemplate(_ input: JSONInput) throws -> LintReport {
        guard streamViewType == nil else {
            throw FilterInputError("\(input.name) is a template and says its view types; leave out --stream-view-type.")
        }
        do {
            let template = try Template(yaml: input.text, file: input.name)
            let stack = try Stack(template, options: StackOptions(parameters: parameters.values))
            let found = try Engine.lintFilters(stack, file: input.name, dialect: dialect.patternDialect)
            return LintReport(
                patterns: stack.pipes.reduce(0) { $0 + $1.patterns.count }, findings: found.map(LintReport.Finding.init)
            )
        } catch let error as TemplateError {
            throw FilterInputError(error.description)
        } catch let error as EngineError {
            throw FilterInputError(error.description)
        }
    }
}

/// What was found, as `--json` prints it.
private struct LintReport: Encodable {
    struct Finding: Encodable {
        let code: String
        let effect: String
        let message: String
        let path: String
        let offset: Int
        var file: String?
        var line: Int?
        var resource: String?
        var filter: Int?
        /// The line for people.
        let text: String

        private enum CodingKeys: String, CodingKey {
            case code, effect, message, path, offset, file, line, resource, filter
        }

        init(_ finding: PatternFinding, text: String) {
            code = finding.code.description
            effect = finding.effect.rawValue
            message = finding.message
            path = finding.path
            offset = finding.offset
            self.text = text
        }

        init(_ located: LocatedFinding) {
            self.init(located.finding, text: located.description)
            file = located.diagnostic.file
            line = located.diagnostic.line
            resource = located.diagnostic.logicalID
            filter = located.filterIndex
        }
    }

    let patterns: Int
    let findings: [Finding]

    var text: String {
        let count = "\(Figures.count(patterns)) \(patterns == 1 ? "pattern" : "patterns")"
        guard !findings.isEmpty else { return "\(count), nothing found." }
        let total = "\(count), \(Figures.count(findings.count)) \(findings.count == 1 ? "finding" : "findings")."
        return (findings.map(\.text) + [total]).joined(separator: "\n")
    }
}
