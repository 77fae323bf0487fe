import ArgumentParser
import CAllocationCount
import EventPatterns
import Foundation

/// Measures what matching an event costs.
@main
struct FilterBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "FilterBenchmark",
        abstract: "Measures how long event patterns take to match events, and what they allocate.",
        discussion: """
            Each row goes through a fixed set of events for a number of rounds. The table shows the processor time of \
            the median round, the fastest and the slowest. Build it for release: times of a debug build say nothing.

            Example: FilterBenchmark --filter template --check
            """)

    @Option(help: "Measure only the rows whose names contain this text; rows that are compared go together.")
    var filter: String?

    @Option(help: "Rounds of each row, 1 or more.")
    var rounds = 9

    @Flag(help: "Short rounds: less exact, and done within seconds.")
    var quick = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Flag(help: "Fail when a row allocates that must not, or grows faster than its events or patterns may let it.")
    var check = false

    func validate() throws {
        guard rounds >= 1 else { throw ValidationError("The number of rounds is \(rounds); give 1 or more.") }
    }

    func run() throws {
        var all = TemplateRows.series() + ManyPatternsRows.series() + OperatorRows.series()
        for reading in [EventReading.whole, .untilDecided] { all += WorstCaseRows(reading: reading).series() }
        if let filter {
            all = all.compactMap { $0.filtered(filter) }
            if all.isEmpty {
                throw ValidationError("No row's name contains \"\(filter)\"; leave --filter out to see all names.")
            }
        }
        let effort = quick ? Effort.quick(rounds: rounds) : .full(rounds: rounds)
        var report = JSONReport(rounds: rounds)
        var broken: [String] = []
        for series in all {
            if !json { print("\n" + Table.heading(series)) }
            for (row, measured) in zip(series.rows, try series.measure(effort)) {
                if !json { print(Table.line(row, measured)) }
                report.add(series, row, measured)
                if let sentence = row.brokenLimit(measured) { broken.append("\(series.fullName(row)): \(sentence)") }
            }
        }
        if json { print(try report.text()) }
        guard check else { return }
        if !allocation_count_available() {
            complain("Allocations were not counted and not checked: that takes Linux with glibc and no sanitizer.")
        }
        for sentence in broken { complain(sentence) }
        if !broken.isEmpty { throw ExitCode.failure }
    }

    private func complain(_ sentence: String) { FileHandle.standardError.write(Data((sentence + "\n").utf8)) }
}

extension Row {
    /// What is wrong when the row's limit is broken.
    func brokenLimit(_ measured: Measurement) -> String? {
        func text(_ value: Double) -> String { String(format: "%.2f", value) }
        switch limit {
        case .allocations(let most):
            guard let allocations = measured.allocations, allocations > most else { return nil }
            return
                "It allocates \(text(allocations)) times for an event and may \(text(most)) times; find what allocates."
        case .timesFirst(let most):
            guard let ratio = measured.ratio, ratio > most else { return nil }
            return "It takes \(text(ratio)) times the time of the first row and may take \(text(most)) times; make the "
                + "cost depend less on the number of patterns."
        case .growth(let most):
            guard let ratio = measured.ratio, ratio > most else { return nil }
            return
                "It takes \(text(ratio)) times as long with each doubling of the size and may take \(text(most)) "
                + "times; find what is not linear."
        case nil: return nil
        }
    }
}
