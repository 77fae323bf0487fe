import ArgumentParser
import BenchmarkPage
import BenchmarkSupport
import Foundation

/// Two builds in pairs of runs.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether two builds differ, by pairs of runs in turn.",
        discussion: """
            Each round runs base, head, head, base: what slows the machine down for a while slows both. The load comes from \
            this program in any case.

            Example: PerformanceBenchmark compare --base .build/bench/base/.build/release --head .build/release
            """)

    enum Figure: String, CaseIterable, ExpressibleByArgument {
        case put, backlog, insert

        var title: String {
            switch self {
            case .put: "PutItem over HTTP, 64 connections, orders/s"
            case .backlog: "backlog to a function that does nothing, orders/s"
            case .insert: "orders in process, 64 callers, orders/s"
            }
        }
    }

    @Option(help: "Folder of the programs that are compared with.")
    var base: String

    @Option(help: "Folder of the programs that are compared.")
    var head: String

    @Option(help: "One figure alone: put, backlog or insert; may be given several times.")
    var only: [Figure] = []

    @Option(help: "Rounds of two pairs, \(PairedComparison.pairsMin / 2) or more.")
    var rounds = 6

    @Flag(help: "Short runs: less exact.")
    var quick = false

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Option(help: "Folder for the data, which goes away afterwards (default: the system's temporary folder).")
    var folder: String?

    func validate() throws {
        let roundsMin = PairedComparison.pairsMin / 2
        guard rounds >= roundsMin else {
            throw ValidationError("The number of rounds is \(rounds); give \(roundsMin) or more.")
        }
    }

    private struct Line: Encodable {
        let figure: String
        let base: [Double]
        let head: [Double]
        let ratio: Double
        let ratioMin: Double
        let ratioMax: Double
        let noise: Double
        let verdict: PairedComparison.Verdict
    }

    func run() throws {
        let runs = ComparedRuns(
            base: Programs(folder: base), head: Programs(folder: head), folder: folder, effort: quick ? .quick : .usual)
        var lines: [Line] = []
        if !json { print(Self.row("", ["base", "head", "ratio", "interval", "noise"]) + "  verdict") }
        for figure in Figure.allCases where only.isEmpty || only.contains(figure) {
            var (base, head): ([Double], [Double]) = ([], [])
            for round in 0..<rounds {
                for isHead in [false, true, true, false] {
                    let rate = try runs.measure(figure, isHead: isHead)
                    if isHead { head.append(rate) } else { base.append(rate) }
                }
                complain("\(figure.rawValue): round \(round + 1) of \(rounds)")
            }
            let comparison = PairedComparison(base: base, head: head)
            if !json { print(Self.line(figure.title, comparison)) }
            lines.append(
                Line(
                    figure: figure.rawValue, base: base, head: head, ratio: comparison.ratio,
                    ratioMin: comparison.interval.lowerBound, ratioMax: comparison.interval.upperBound,
                    noise: comparison.noise, verdict: comparison.verdict))
        }
        if json { try printJSON(lines) }
    }

    private static func line(_ title: String, _ comparison: PairedComparison) -> String {
        func text(_ ratio: Double) -> String { String(format: "%.3f", ratio) }
        let interval = "\(text(comparison.interval.lowerBound)) - \(text(comparison.interval.upperBound))"
        return row(
            title,
            [
                figureText(comparison.baseMedian), figureText(comparison.headMedian), text(comparison.ratio), interval,
                text(comparison.noise),
            ]) + "  \(comparison.verdict.rawValue)"
    }

    private static func row(_ title: String, _ cells: [String]) -> String {
        title.padding(toLength: 52, withPad: " ", startingAt: 0)
            + zip(cells, [10, 10, 8, 16, 8]).map { String(repeating: " ", count: max(1, $1 - $0.count)) + $0 }.joined()
    }
}

/// One run of one figure, on an engine and a folder of its own. Only what programs of earlier revisions know is asked of them.
struct ComparedRuns {
    private static let insertCount = 100_000

    let base: Programs
    let head: Programs
    let folder: String?
    let effort: Effort

    /// - Returns: orders a second.
    func measure(_ figure: Compare.Figure, isHead: Bool) throws -> Double {
        let programs = isHead ? head : base
        switch figure {
        case .put:
            return try run(programs, ordersTemplate) { sluice in
                var put = HTTPRequests.put(Orders())
                let client = try LoadClient(port: sluice.port)
                let warmUp = try client.run(&put, .asFastAsAnswered, seconds: 1).requests
                return try client.run(&put, .asFastAsAnswered, seconds: effort(2, 6), first: warmUp).measured.rate
            }
        case .backlog:
            return try run(programs, PipesTemplate.text(pipeCount: 1, isStopped: true)) { sluice in
                var batch = HTTPRequests.batch(Orders())
                let client = try LoadClient(port: sluice.port)
                let count = effort(1_000, 4_000)
                let written = try client.run(&batch, .asFastAsAnswered, seconds: 300, count: count).requests
                let start = monotonicNanoseconds()
                try sluice.request("POST", "/v1/pipes/Pipe0/start")
                let orders = written * batch.ordersPerRequest
                // Asked often: the last look must not be what the rate is made of.
                let status = try sluice.settle(microsecondsBetween: 5_000) { $0.delivered >= orders }
                guard status.delivered == orders else {
                    throw WrongAnswer("\(orders) orders were written and \(status.delivered) delivered.")
                }
                return Double(orders) / (Double(monotonicNanoseconds() - start) / 1e9)
            }
        case .insert:
            let figures = try programs.figures(
                "TableBenchmark",
                ["--orders", "\(effort(Self.insertCount / 2, Self.insertCount))"]
                    + (folder.map { ["--folder", $0] } ?? []),
                as: [TableFigure].self)
            guard let rate = figures.first?.perSecond else {
                throw WrongAnswer("TableBenchmark has no rate of inserts.")
            }
            return rate
        }
    }

    private func run(
        _ programs: Programs, _ template: String, _ body: (SluiceProcess) throws -> Double
    ) throws -> Double {
        let folder = try TemporaryFolder(in: folder)
        let sluice = try SluiceProcess(try programs.path("sluice"), template: template, in: folder.path)
        defer { sluice.stop() }
        return try body(sluice)
    }
}
