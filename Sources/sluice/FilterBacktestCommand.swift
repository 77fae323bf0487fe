import ArgumentParser
import Engine
import Foundation

struct FilterBacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Say what another filter would have made of a running pipe's last 24 hours.",
        discussion: """
            Runs the pattern over every record that the stream holds, beside the pipe's own filter, and changes nothing. \
            Invocations are estimated by the batches that the pipe has had so far; dollars are those of AWS in us-east-1, \
            without the function's time.

            Example: sluice filter backtest --pipe StandardOrderPipe --pattern new.json
            """)

    @OptionGroup var control: ControlArguments

    @Option(help: "The new pattern: a file, - for standard input, or the JSON text. Give several for several filters.")
    var pattern: [String]

    @Option(help: "The pipe's name.")
    var pipe: String

    func run() async throws {
        let patterns = try pattern.map { try JSONInput(argument: $0, placeholder: "PATTERN") }
        let report = try await control.withEngine {
            try await $0.post(
                ["_sluice", "pipes", pipe, "backtest"],
                ["patterns": patterns.map(\.text)], as: BacktestReport.self)
        }
        if control.json { return try Terminal.printJSON(report) }
        Terminal.print(Self.text(report))
    }

    private static func text(_ report: BacktestReport) -> String {
        guard report.records > 0 else { return "The stream of \(report.pipe) holds no records." }
        func share(_ records: Int) -> String {
            "\(Figures.count(records)) of \(Figures.count(report.records)) records "
                + "(\(Figures.share(records, of: report.records))), about "
                + "\(Figures.count(report.invocations(for: records))) invocations, "
                + String(format: "$%.6f", report.dollars(for: records))
        }
        var lines = [
            "\(report.pipe)", "  passes now     \(share(report.passing))",
            "  would pass     \(share(report.wouldPass))",
        ]
        for (title, count, examples) in [
            ("would pass, and does not now", report.gained, report.gainedExamples),
            ("passes now, and would not", report.lost, report.lostExamples),
        ] where count > 0 {
            lines.append("  \(Figures.count(count)) \(title):")
            lines += examples.map { "    \($0.eventName) \($0.keys) (record \($0.sequenceNumber))" }
            if count > examples.count { lines.append("    and \(Figures.count(count - examples.count)) more") }
        }
        return lines.joined(separator: "\n")
    }
}
