import ArgumentParser
import EventPatterns

struct FilterVectorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectors",
        abstract: "Compare the matcher's answers with recorded ones.",
        discussion: """
            FILE has one JSON object a line: id, pattern and event (each a text that holds JSON), matches (true, false, or \
            null with error "pattern" or "event" for which of them is refused), and note. A note that begins with quirk: \
            marks an accident of the engine that the answers are from.

            Each disagreement is printed. The last line counts: N of M agree, Q quirks differ, where the M vectors are those \
            that are no quirks. With --json it prints one object: vectors (M), quirks (how many there are), disagreements \
            and quirksThatDiffer (each a list of id, pattern, event, expected, answered and note). A file that cannot be \
            used is told of on standard error, and nothing is printed on standard output.

            Exit codes: 0 all but quirks agree, 1 some disagree, 2 the file cannot be used.

            Example: sluice filter vectors Tests/EventPatternsTests/Vectors/event-patterns.jsonl
            """)

    @Argument(help: "The file of vectors.")
    var file: String

    @Flag(help: "Print the quirks that differ, too.")
    var verbose = false

    @Flag(help: "Print the comparison as JSON.")
    var json = false

    func run() async throws {
        try FilterInputError.exitingWithTwo {
            let report = VectorReport(try PatternVector.read(path: file), dialect: .eventBus)
            if json {
                try Terminal.printJSON(report)
            } else {
                var lines = (report.disagreements + (verbose ? report.quirksThatDiffer : [])).flatMap(Self.lines)
                lines.append(report.summary)
                Terminal.print(lines.joined(separator: "\n"))
            }
            guard report.disagreements.isEmpty else { throw ExitCode(1) }
        }
    }

    private static func lines(_ difference: VectorReport.Difference) -> [String] {
        let note = difference.note.map { " (\($0))" } ?? ""
        return [
            "\(difference.id): expected \(difference.expected.rawValue), answered \(difference.answered.rawValue)\(note)",
            "  \(difference.pattern)", "  \(difference.event)",
        ]
    }
}
