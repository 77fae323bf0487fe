import ArgumentParser
import Engine
import Logging
import Stacks

/// The flags of every command that runs a template.
struct EngineArguments: ParsableArguments {
    @Option(help: "The CloudFormation template.")
    var template = "template.yaml"

    @OptionGroup var parameters: ParameterArguments

    @Option(help: "Folder of the functions' programs (default: the folder of sluice itself).")
    var functions: String?

    @Option(
        help: ArgumentHelp(
            "A file of faults to inject into functions, queues, tables and pipes.",
            discussion: "Documentation/testing.md has its form; Examples/faults.yaml is one."))
    var faults: String?

    @Flag(
        help: ArgumentHelp(
            "Let pipes take the operators of event bus rules, and numeric take numeric strings.",
            discussion: "AWS does neither: a template that needs this does not work there."))
    var lenientFilters = false

    @Option(
        help: "Least level of the log on standard error: trace, debug, info, notice, warning, error or critical.",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(text) is no level of a log; there are \(levels).")
            }
            return level
        })
    var logLevel: Logger.Level?

    var stackOptions: StackOptions {
        var options = StackOptions()
        options.parameters = parameters.values
        return options
    }

    /// Tells of each fault how often it was injected, and of those that never were.
    static func reportFaults(of engine: Engine) {
        guard let faults = engine.faults else { return }
        for line in faults.summary + faults.warnings { Terminal.error(line) }
    }

    /// - Parameter level: what is logged unless the user says otherwise.
    func logger(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "sluice") { TerminalLog(label: $0) }
        logger.logLevel = logLevel ?? level
        return logger
    }
}
