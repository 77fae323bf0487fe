import ArgumentParser
import BenchmarkSupport
import Foundation

/// Measures local Lambda: how long a function takes to start, what a call costs, and how many there are in a second.
@main
struct FunctionBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "FunctionBenchmark",
        abstract: "Measures cold starts, the cost of a call, calls a second and memory of functions.",
        discussion: """
            Calls functions as a pipe does, with their processes on the same machine. BenchmarkFunction does nothing. Build both for \
            release, and OrderProcessorFunction.

            Example: FunctionBenchmark --quick --check
            """)

    @Flag(help: "Short runs: less exact.")
    var quick = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Flag(help: "Fail when a figure misses what is wanted.")
    var check = false

    @Option(help: "One part alone: starts, calls or rate.")
    var only: Part?

    enum Part: String, CaseIterable, ExpressibleByArgument { case starts, calls, rate }

    func run() async throws {
        let report = FigureReport(isJSON: json)
        let runs = FunctionRuns(report: report, factor: quick ? 1 : 5)
        for part in Part.allCases where only ?? part == part {
            switch part {
            case .starts:
                try await runs.coldStarts("BenchmarkFunction")
                try await runs.coldStarts("OrderProcessorFunction")
            case .calls: try await runs.calls("BenchmarkFunction")
            case .rate: try await runs.rate("BenchmarkFunction")
            }
        }
        try report.finish()
        guard check, !report.missed.isEmpty else { return }
        for sentence in report.missed { FileHandle.standardError.write(Data((sentence + "\n").utf8)) }
        throw ExitCode.failure
    }
}
