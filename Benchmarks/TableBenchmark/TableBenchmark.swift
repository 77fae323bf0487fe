import ArgumentParser
import BenchmarkSupport
import Foundation

/// Measures what the Orders table costs beside RocksDB alone.
@main
struct TableBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "TableBenchmark",
        abstract: "Measures the Orders table in process and over HTTP, beside RocksDB alone.",
        discussion: """
            RocksDB alone writes the same bytes with as many orders for each sync, in the same run, so that the ratio \
            holds on any machine; rates do not. Build it for release, and give it a folder on a real disk.

            Example: TableBenchmark --quick --check
            """)

    @Option(help: "Rounds of the figures in process, 1 or more; the median one is shown.")
    var rounds = 3

    @Flag(help: "Short runs: less exact, and done within a minute.")
    var quick = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Flag(help: "Fail when a figure misses its limit in terms of RocksDB alone, or the long run one of its limits.")
    var check = false

    @Option(help: "Folder for the data, which goes away afterwards (default: the system's temporary folder).")
    var folder: String?

    @Option(help: "The sluice program (default: the one beside this; without one nothing is measured over HTTP).")
    var sluice: String?

    @Option(help: "The long run alone: insert so many orders, then close and open, and kill and open.")
    var orders: Int?

    @Flag(help: "The start of sluice up alone, on a million orders or as many as --orders says.")
    var startUp = false

    @Flag(help: "RocksDB alone, without the table.")
    var raw = false

    @Option(help: .hidden)
    var writeInto: String?

    func validate() throws {
        guard rounds >= 1 else { throw ValidationError("The number of rounds is \(rounds); give 1 or more.") }
        if let sluice, !FileManager.default.isExecutableFile(atPath: sluice) {
            throw ValidationError("There is no program \(sluice); give --sluice the path of sluice.")
        }
        guard orders ?? 1 >= 1 else { throw ValidationError("The number of orders is \(orders!); give 1 or more.") }
    }

    func run() async throws {
        if let writeInto { return try await LongRun.writeForEver(into: writeInto) }
        let report = Report(isJSON: json)
        var broken: [String] = []
        if startUp {
            guard let program else {
                throw ValidationError("There is no sluice beside this program; name it with --sluice.")
            }
            try await StartUp(
                program: program, count: orders ?? StartUp.usualCount, folder: folder, report: report
            ).run()
        } else if let orders {
            broken = try await LongRun(count: orders, folder: folder, report: report).run()
        } else {
            let runs = ProcessRuns(count: quick ? 40_000 : 200_000, rounds: rounds, folder: folder, report: report)
            if self.raw {
                try await runs.runRaw()
                return try report.finish()
            }
            let raw = try await runs.run()
            if let program {
                try HTTPRuns(program: program, seconds: quick ? 2 : 10, folder: folder, report: report).run(raw: raw)
            } else {
                report.note("\nThere is no sluice beside this program, so nothing is measured over HTTP.")
            }
        }
        try report.finish()
        guard check else { return }
        broken += report.brokenLimits
        for sentence in broken { FileHandle.standardError.write(Data((sentence + "\n").utf8)) }
        if !broken.isEmpty { throw ExitCode.failure }
    }

    private var program: String? { sluice ?? SluiceProcess.besideThisProgram }
}
