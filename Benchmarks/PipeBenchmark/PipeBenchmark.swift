import ArgumentParser
import BenchmarkSupport
import Foundation

/// Measures pipes in a real `sluice up` with real function processes.
@main
struct PipeBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "PipeBenchmark",
        abstract: "Measures pipes: latency, lanes, a backlog, and an order that always fails, what observing costs.",
        discussion: """
            Starts sluice up with function processes, and writes over HTTP from this process: engine, functions and load \
            share the machine. Build sluice, the functions and BenchmarkFunction for release.

            Example: PipeBenchmark --quick --check
            """)

    @Flag(help: "Short runs: less exact, and done within two minutes.")
    var quick = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Flag(help: "Fail when a figure that holds on any machine misses what is wanted.")
    var check = false

    @Option(help: "Folder for the data, which goes away afterwards (default: the system's temporary folder).")
    var folder: String?

    @Option(help: "The template whose latency is measured.")
    var template = "template.yaml"

    @Option(help: "One part alone: latency, lanes, backlog, poison or observing.")
    var only: Part?

    enum Part: String, CaseIterable, ExpressibleByArgument { case latency, lanes, backlog, poison, observing }

    func run() throws {
        guard let program = SluiceProcess.besideThisProgram else {
            throw ValidationError(
                "There is no sluice beside this program; build it: swift build -c release --product sluice.")
        }
        let report = FigureReport(isJSON: json)
        let stage = Stage(program: program, folder: folder)
        for part in Part.allCases where only ?? part == part {
            switch part {
            case .latency:
                try LatencyRuns(stage: stage, template: template, seconds: quick ? 4 : 15).run(report)
            case .lanes: try LaneRuns(stage: stage, seconds: quick ? 3 : 8).run(report)
            case .backlog: try BacklogRun(stage: stage, records: quick ? 200_000 : 1_000_000).run(report)
            case .observing:
                try ObservingRuns(
                    stage: stage, template: template, orders: 10_000, rounds: quick ? 5 : 21
                ).run(report)
            case .poison: try PoisonRun(stage: stage, goodCount: quick ? 5_000 : 10_000).run(report)
            }
        }
        try report.finish()
        guard check, !report.missed.isEmpty else { return }
        for sentence in report.missed { FileHandle.standardError.write(Data((sentence + "\n").utf8)) }
        throw ExitCode.failure
    }
}
