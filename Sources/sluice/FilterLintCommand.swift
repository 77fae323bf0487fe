import ArgumentParser
import EventPatterns
import Foundation
import Readiness
import Stacks

struct FilterLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Look for what a filter on a DynamoDB stream says in vain.",
        discussion: """
            PATTERN is a file, - for standard input, or the JSON text of one pattern; or the file of a CloudFormation \
            template, of which the filters of every pipe are looked at, each with the keys and the view type of its table.

            A finding is a rule that no record of such a stream matches, that every record or every value matches, or that \
            probably means something else than it seems to. All but the last kind are certain for every record. Where no \
            record is left for a filter, a last line says so; it follows from the findings and is not counted.

            With --json it prints one object: patterns (how many were looked at) and findings, each with code, effect \
            (neverMatches, alwaysHolds, holdsForAnyValue, suspicious), message, path and offset (bytes) in the pattern; \
            in a pattern's file also file, line and column; in a template file, line (where the pattern begins), resource \
            and filter (from 0). What follows for a whole filter is among them, with the code patternNeverMatches.

            Exit codes: 0 nothing found, 1 something found, 2 the pattern, the template or one of its patterns cannot be \
            used; what was found in the other patterns is printed.

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
            switch try Self.kind(input) {
            case .pattern: try finish(lintPattern(input), refusals: [])
            case .template:
                let lint = try lintTemplate(input)
                try finish(LintReport(lint), refusals: lint.refusals)
            }
        }
    }

    /// Prints the report, unless there is nothing but refusals, and exits as the help says.
    private func finish(_ report: LintReport, refusals: [Diagnostic]) throws {
        if report.patterns > 0 || refusals.isEmpty {
            if json {
                try Terminal.printJSON(report)
            } else {
                Terminal.print(report.text)
            }
        }
        guard refusals.isEmpty else {
            throw FilterInputError(refusals.map(\.description).joined(separator: "\n"))
        }
        guard report.findings.isEmpty else { throw ExitCode(1) }
    }

    // MARK: Patterns and templates

    private enum Kind { case pattern, template }

    /// A template is YAML, or JSON with resources; a pattern is a JSON object whose fields are others.
    private static func kind(_ input: JSONInput) throws(FilterInputError) -> Kind {
        guard input.firstCharacter == "{" else {
            guard input.text.split(whereSeparator: \.isNewline).contains(where: namesResources) else {
                throw FilterInputError(
                    "\(input.name) is neither a JSON pattern nor a template (no Resources); write a pattern as "
                        + "{\"eventName\": [\"INSERT\"]}.")
            }
            return .template
        }
        let object = try? JSONSerialization.jsonObject(with: Data(input.bytes)) as? [String: Any]
        return object?["Resources"] is [String: Any] ? .template : .pattern
    }

    /// Whether a line of YAML begins the section of a template's resources.
    private static func namesResources(_ line: Substring) -> Bool {
        ["Resources", "\"Resources\"", "'Resources'"].contains { line.hasPrefix($0) }
    }

    private func lintPattern(_ input: JSONInput) throws(FilterInputError) -> LintReport {
        guard parameters.values.isEmpty else {
            throw FilterInputError("\(input.name) is one pattern and has no parameters; leave out --parameter.")
        }
        // Text in the command line has no lines to be looked up.
        let isFile = input.name == pattern
        do {
            let findings = try PatternLint.findings(
                in: input.text, stream: StreamShape(viewType: streamViewType, keys: nil),
                dialect: dialect.patternDialect)
            return LintReport(
                patterns: 1, findings: findings.map { LintReport.Finding($0, in: input, isFile: isFile) })
        } catch {
            let place = isFile ? error.offset.map { TextPlace(input, offset: $0).description } : nil
            throw FilterInputError("\(place ?? input.name): \(error.message)")
        }
    }

    private func lintTemplate(_ input: JSONInput) throws(FilterInputError) -> FilterLint {
        guard streamViewType == nil else {
            throw FilterInputError("\(input.name) is a template and says its view types; leave out --stream-view-type.")
        }
        do {
            let template = try Template(yaml: input.text, file: input.name)
            let stack = try Stack(template, options: StackOptions(parameters: parameters.values))
            return FilterLint(stack, file: input.name, dialect: dialect.patternDialect)
        } catch {
            throw FilterInputError(error.description)
        }
    }
}

/// Where in a file a byte stands, as editors take it: `pattern.json:3:25`.
private struct TextPlace: CustomStringConvertible {
    let file: String
    /// From 1.
    let line: Int
    /// From 1, in characters.
    let column: Int

    var description: String { "\(file):\(line):\(column)" }

    init(_ input: JSONInput, offset: Int) {
        file = input.name
        let lines = input.bytes.prefix(offset).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        line = lines.count
        column = String(decoding: lines[lines.count - 1], as: UTF8.self).unicodeScalars.count + 1
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
        var column: Int?
        var resource: String?
        var filter: Int?
        /// The line for people.
        let text: String

        private enum CodingKeys: String, CodingKey {
            case code, effect, message, path, offset, file, line, column, resource, filter
        }

        init(_ finding: PatternFinding, in input: JSONInput, isFile: Bool) {
            guard isFile else {
                self.init(finding, text: "\(input.name): \(finding)")
                return
            }
            let place = TextPlace(input, offset: finding.offset)
            self.init(finding, text: "\(place): warning: \(finding)")
            file = place.file
            line = place.line
            column = place.column
        }

        private init(_ finding: PatternFinding, text: String) {
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

    init(patterns: Int, findings: [Finding]) {
        self.patterns = patterns
        self.findings = findings
    }

    init(_ lint: FilterLint) {
        self.init(patterns: lint.patternCount, findings: lint.findings.map(Finding.init))
    }

    /// What follows from other findings is not one more.
    private var findingCount: Int {
        findings.count { $0.code != PatternFinding.Code.patternNeverMatches.description }
    }

    var text: String {
        guard patterns > 0 else { return "The template has no pipe with a filter." }
        let count = "\(Figures.count(patterns)) \(patterns == 1 ? "pattern" : "patterns")"
        guard !findings.isEmpty else { return "\(count), nothing found." }
        let total = "\(count), \(Figures.count(findingCount)) \(findingCount == 1 ? "finding" : "findings")."
        return (findings.map(\.text) + [total]).joined(separator: "\n")
    }
}
