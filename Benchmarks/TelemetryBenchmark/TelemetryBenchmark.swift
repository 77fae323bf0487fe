import ArgumentParser
import BenchmarkSupport
import Foundation

/// Measures metrics: what a record costs, what fifteen days of points cost to keep and to read.
@main
struct TelemetryBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "TelemetryBenchmark",
        abstract: "Measures records, queries, room and start of metrics.",
        discussion: """
            Build it for release.

            Example: TelemetryBenchmark --quick --check
            """)

    @Flag(help: "Short runs: less exact.")
    var quick = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Flag(help: "Fail when a figure misses what is wanted.")
    var check = false

    @Option(help: "Where to make the folder of the store.")
    var folder: String?

    @Option(help: "One part alone: records, days or lines.")
    var only: Part?

    enum Part: String, CaseIterable, ExpressibleByArgument { case records, days, lines }

    func run() async throws {
        let report = FigureReport(isJSON: json)
        let runs = TelemetryRuns(report: report, factor: quick ? 1 : 5, folder: folder)
        for part in Part.allCases where only ?? part == part {
            switch part {
            case .records: try await runs.records()
            case .days: try await runs.days()
            case .lines: runs.lines()
            }
        }
        try report.finish()
        guard check, !report.missed.isEmpty else { return }
        for sentence in report.missed { FileHandle.standardError.write(Data((sentence + "\n").utf8)) }
        throw ExitCode.failure
    }
}
