import ArgumentParser
import EventPatterns

struct FilterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter",
        abstract: "Try event patterns, look for their mistakes, run them over a stream, run vectors.",
        subcommands: [
            FilterTestCommand.self, FilterLintCommand.self, FilterBacktestCommand.self, FilterVectorsCommand.self,
        ])
}

/// Which operators a pattern may use.
struct DialectArguments: ParsableArguments {
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case pipes
        case eventBus = "event-bus"
        case lenient
    }

    @Option(
        help: ArgumentHelp(
            "Whose operators the pattern may use: pipes; event-bus with more of them; or lenient.",
            discussion: "The last has them all, and numeric takes numeric strings, as with sluice up --lenient-filters."
        ))
    var dialect = Name.pipes

    var patternDialect: PatternDialect {
        switch dialect {
        case .pipes: .pipes
        case .eventBus: .eventBus
        case .lenient: .lenient
        }
    }
}
