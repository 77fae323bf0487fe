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

            Each failed clause is told, with its place in the pattern. Where the pattern has $or, these are the clauses of the \
            way through it that lacks least, and of each other way the first. A pattern that is too long for a pipe is \
            judged all the same, and a note says so.

            With --json it prints one object: matches, failures, moreClauses (how many failed beyond those in failures), \
            otherWays (a failure for each other way through $or), moreWays (how many there are beyond those) and notes. A \
            failure has path, offset in the pattern, rule, found, valueCount and reason. found is "missing", "object", or \
            the list of values as JSON text: the first 20 of valueCount, each cut to 1,000 characters. What cannot be used \
            is told on standard error, and nothing is printed on standard output.

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
            let notes = Self.notes(pattern, dialect)
            if json {
                try Terminal.printJSON(ExplanationReport(explanation, notes: notes))
            } else {
                Terminal.print(Self.text(explanation, notes: notes))
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
            throw refusal(of: pattern, error, event, dialect)
        }
        let explanation: MatchExplanation
        do {
            explanation = try explainer.explain(event.bytes)
        } catch {
            throw refusal(of: event, error)
        }
        if !explanation.matches { try refuseBatch(event, pattern) }
        return explanation
    }

    private static func refusal(
        of pattern: JSONInput, _ error: PatternError, _ event: JSONInput, _ dialect: PatternDialect
    ) -> FilterInputError {
        if pattern.text.contains("Resources"), pattern.text.contains("AWS::") {
            return FilterInputError(
                "\(pattern.name) is a template; give one pattern, or look at all of the template's with sluice filter lint."
            )
        }
        if pattern.isYAML {
            return FilterInputError(
                "\(pattern.name) is YAML; a pattern is JSON, such as {\"eventName\": [\"INSERT\"]}.")
        }
        // Of text that is no JSON, the mistake itself is the better news.
        if error.code != .malformedJSON, (try? PatternExplainer(event.text, dialect: dialect)) != nil {
            return FilterInputError(
                "\(pattern.name) is no pattern and \(event.name) is one; give the pattern first and the event second.")
        }
        return FilterInputError("\(pattern.name): \(error.message)")
    }

    private static func refusal(of event: JSONInput, _ error: EventError) -> FilterInputError {
        if event.firstCharacter == "[" {
            return FilterInputError(
                "\(event.name) is a list, and a pattern is asked about one event; take one out, such as with jq '.[0]'."
            )
        }
        let remedy =
            switch error.code {
            case .tooDeep: "take levels out"
            case .tooManyCombinations: "take elements out of its arrays"
            default: "write it as one JSON object and nothing else"
            }
        return FilterInputError("\(event.name): The event \(error.message) (byte \(error.offset)); \(remedy).")
    }

    /// Refuses what a function receives, many records at once, where the pattern does not ask for just that. It begins with
    /// the records, so nothing else of it is looked at.
    private static func refuseBatch(_ event: JSONInput, _ pattern: JSONInput) throws(FilterInputError) {
        let beginning = event.text.lazy.filter { !$0.isWhitespace }.prefix(batchBeginning.count)
        let isBatch = beginning.elementsEqual(batchBeginning) && event.text.contains("\"Records\"")
        if isBatch, !pattern.text.contains("\"Records\"") {
            throw FilterInputError(
                "\(event.name) holds Records, and a pipe asks about each record alone; take one out, such as with "
                    + "jq '.Records[0]'.")
        }
    }

    /// How a batch begins, without white space.
    private static let batchBeginning = "{\"Records\":["

    /// What is worth knowing whatever the verdict.
    private static func notes(_ pattern: JSONInput, _ dialect: DialectArguments) -> [String] {
        // As a pipe counts, and whatever its dialect.
        let length = pattern.text.unicodeScalars.count
        guard dialect.dialect != .eventBus, length > PatternLimits.patternCharactersMax else { return [] }
        return [
            "A pipe would refuse the pattern: it has \(Figures.count(length)) characters and may have "
                + "\(Figures.count(PatternLimits.patternCharactersMax)); remove white space or split it."
        ]
    }

    /// Most characters of a rule that are shown; `--json` has it whole.
    private static let ruleMax = 300

    private static func text(_ explanation: MatchExplanation, notes: [String]) -> String {
        let hasOthers = !explanation.otherWays.isEmpty || explanation.moreWays > 0
        var blocks = ["The event matches."]
        if !explanation.matches {
            blocks = [
                hasOthers
                    ? "The event does not match, whichever way is taken through $or; the nearest way comes first."
                    : "The event does not match."
            ]
        }
        blocks += explanation.failures.map { block($0) }
        if explanation.moreClauses > 0 {
            blocks.append("  And \(counted(explanation.moreClauses, "more clause", "more clauses")).")
        }
        blocks += explanation.otherWays.map { block($0, before: "Another way: ") }
        if explanation.moreWays > 0 {
            blocks.append("  And \(counted(explanation.moreWays, "more way", "more ways")).")
        }
        return (blocks + notes).joined(separator: "\n\n")
    }

    private static func block(_ failure: ClauseFailure, before: String = "") -> String {
        let rule = failure.rule.count > ruleMax ? failure.rule.prefix(ruleMax) + "..." : failure.rule
        return "  \(before)\(failure.reason)\n  The pattern, at byte \(failure.offset): \(rule)"
    }

    private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
        "\(Figures.count(count)) \(count == 1 ? one : many)"
    }
}

/// An explanation as `--json` prints it.
private struct ExplanationReport: Encodable {
    struct Failure: Encodable {
        let path: String
        let offset: Int
        let rule: String
        let found: Found
        let valueCount: Int
        let reason: String

        init(_ failure: ClauseFailure) {
            path = failure.path
            offset = failure.offset
            rule = failure.rule
            found = Found(failure.found)
            valueCount = failure.valueCount
            reason = failure.reason
        }
    }

    enum Found: Encodable {
        case word(String)
        case values([String])

        init(_ found: ClauseFailure.Found) {
            switch found {
            case .missing: self = .word("missing")
            case .object: self = .word("object")
            case .values(let values): self = .values(values)
            }
        }

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
    let moreClauses: Int
    let otherWays: [Failure]
    let moreWays: Int
    let notes: [String]

    init(_ explanation: MatchExplanation, notes: [String]) {
        matches = explanation.matches
        failures = explanation.failures.map(Failure.init)
        moreClauses = explanation.moreClauses
        otherWays = explanation.otherWays.map(Failure.init)
        moreWays = explanation.moreWays
        self.notes = notes
    }
}
