import ArgumentParser
import EventPatterns
import Foundation

struct FilterTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Say whether an event matches a pattern, and why not.",
        discussion: """
            PATTERN and EVENT are each a file, - for standard input (one of them), or the JSON text itself. An event is one \
            JSON object, such as one record of a stream.

            With --json it prints one object: matches, failures (path, offset in the pattern, rule, found, reason) and \
            moreWays, the ways through $or beyond those told. found is "missing", "object", or the list of values as JSON text.

            Exit codes: 0 it matches, 1 it does not, 2 pattern or event cannot be used.

            Examples:
              sluice filter test '{"eventName": ["INSERT"]}' record.json
              sluice filter test pattern.json - --dialect event-bus < record.json
            """)

    @Argument(help: "The pattern.")
    var pattern: String

    @Argument(help: "The event.")
    var event: String

    @OptionGroup var dialect: DialectArguments

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func validate() throws {
        if pattern == "-", event == "-" {
            throw ValidationError("PATTERN and EVENT cannot both be standard input; give one of them as a file.")
        }
    }

    func run() async throws {
        try FilterInputError.exitingWithTwo {
            let pattern = try JSONInput(argument: pattern, placeholder: "PATTERN")
            let event = try JSONInput(argument: event, placeholder: "EVENT")
            let explanation = try Self.explain(pattern, event, dialect.patternDialect)
            if json {
                try Terminal.printJSON(ExplanationReport(explanation))
            } else {
                Terminal.print(Self.text(explanation))
            }
            guard explanation.matches else { throw ExitCode(1) }
        }
    }

    private static func explain(
        _ pattern: JSONInput, _ event: JSONInput, _ dialect: PatternDialect
    ) throws(FilterInputError) -> MatchExplanation {
        let explainer: PatternExplainer
        do {
            explainer = try PatternExplainer(pattern.text, dialect: dialect)
        } catch {
            // Of text that is no JSON, the mistake itself is the better news.
            if error.code != .malformedJSON, (try? PatternExplainer(event.text, dialect: dialect)) != nil {
                throw FilterInputError(
                    "\(pattern.name) is no pattern and \(event.name) is one; give the pattern first and the event second."
                )
            }
            throw FilterInputError("\(pattern.name): \(error.message)")
        }
        try refuseBatches(event, pattern)
        do {
            return try explainer.explain(event.bytes)
        } catch {
            throw FilterInputError(
                "\(event.name): The event \(error.message) (byte \(error.offset)); write it as one JSON object and nothing "
                    + "else.")
        }
    }

    /// Refuses what a function receives, many records at once, where the pattern does not ask for just that.
    private static func refuseBatches(_ event: JSONInput, _ pattern: JSONInput) throws(FilterInputError) {
        let value = try? JSONSerialization.jsonObject(with: Data(event.bytes))
        if value is [Any] {
            throw FilterInputError(
                "\(event.name) is a list, and a pattern is asked about one event; take one out, such as with jq '.[0]'."
            )
        }
        if let object = value as? [String: Any], object["Records"] is [Any], !pattern.text.contains("\"Records\"") {
            throw FilterInputError(
                "\(event.name) holds Records, and a pipe asks about each record alone; take one out, such as with "
                    + "jq '.Records[0]'.")
        }
    }

    /// Most characters of a rule that are shown; `--json` has it whole.
    private static let ruleMax = 300

    private static func text(_ explanation: MatchExplanation) -> String {
        guard !explanation.matches else { return "The event matches." }
        var lines = ["The event does not match."]
        if explanation.failures.count > 1 || explanation.moreWays > 0 {
            lines = ["The event does not match, whichever way is taken through $or; the nearest way comes first."]
        }
        for failure in explanation.failures {
            lines.append("")
            lines.append("  \(failure.reason)")
            let rule = failure.rule.count > ruleMax ? failure.rule.prefix(ruleMax) + "..." : failure.rule
            lines.append("  The pattern, at byte \(failure.offset): \(rule)")
        }
        if explanation.moreWays > 0 {
            lines.append("")
            lines.append("  There are \(Figures.count(explanation.moreWays)) more ways, and they fail too.")
        }
        return lines.joined(separator: "\n")
    }
}

/// An explanation as `--json` prints it.
private struct ExplanationReport: Encodable {
    struct Failure: Encodable {
        let path: String
        let offset: Int
        let rule: String
        let found: Found
        let reason: String
    }

    enum Found: Encodable {
        case word(String)
        case values([String])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .word(let word): try container.encode(word)
            case .values(let values): try container.encode(values)
            }
        }
    }

    let matches: Bool
    let failures: [Failure]
    let moreWays: Int

    init(_ explanation: MatchExplanation) {
        matches = explanation.matches
        moreWays = explanation.moreWays
        failures = explanation.failures.map { failure in
            let found: Found =
                switch failure.found {
                case .missing: .word("missing")
                case .object: .word("object")
                case .values(let values): .values(values)
                }
            return Failure(
                path: failure.path, offset: failure.offset, rule: failure.rule, found: found, reason: failure.reason)
        }
    }
}
