import BenchmarkPage
import BenchmarkSupport
import Foundation

/// `sluice load` in front of the project's template, and of a function that does nothing.
struct EndToEndSection {
    private struct Load {
        let rate: Int
        var batch = 1

        var name: String { "\(figureText(Double(rate)))\(batch > 1 ? " in batches of \(batch)" : "")" }
    }

    private static let loads =
        [1_000, 2_000, 5_000, 10_000, 15_000].map { Load(rate: $0) } + [Load(rate: 30_000, batch: 25)]

    /// The members of what `sluice load --json` prints that the section reads.
    private struct Result: Decodable {
        struct Percentiles: Decodable { let p50, p99: Double }
        let achievedPerSecond: Double
        let acknowledged, errors, lost, unsettled: Int
        let writeMilliseconds: Percentiles
        let endToEndMilliseconds: Percentiles?
        let unknown: String?
    }

    let stage: Stage

    func measure(_ report: SectionReport) throws {
        try measure("template.yaml and its functions", try stage.templateText(), report)
        try measure("one pipe to a function that does nothing", PipesTemplate.text(pipeCount: 1), report)
        report.figures.notes.append(
            "Errors are writes without an answer within 30 s; waiting is what the pipes had not settled within "
                + "\(settleSeconds) s. The limits of an order: the server that does nothing but HTTP, with its client "
                + "(\(try limitText())), and RocksDB alone, 20 orders a sync "
                + "(\(figureText(try stage.limits.rawMicroseconds())) µs); functions have no part in them.")
    }

    private var settleSeconds: Int { stage.effort(10, 120) }

    private func limitText() throws -> String {
        let (single, batch) = (try stage.limits.http(.put), try stage.limits.http(.batch))
        return
            "\(figureText(single.microsecondsPerOrder)) µs single, \(figureText(batch.microsecondsPerOrder)) µs in batches"
    }

    private func measure(_ name: String, _ template: String, _ report: SectionReport) throws {
        var table = FigureTable(
            "Orders a second: \(name)",
            [
                "Offered", "Acknowledged", "Write p50 ms", "p99 ms", "To function p50 ms", "p99 ms", "Errors", "Lost",
                "Waiting", "Engine µs an order", "Functions µs", "Load µs", "All, in terms of the limits",
            ])
        for load in Self.loads {
            report.attempt {
                try stage.run(template: template) { sluice, _ in
                    try measure(load, sluice, into: &table, report, name)
                }
            }
        }
        report.add(table)
    }

    private func measure(
        _ load: Load, _ sluice: SluiceProcess, into table: inout FigureTable, _ report: SectionReport, _ name: String
    ) throws {
        let before = ProcessTree(sluice.identifier).times
        let output = try stage.programs.output(
            of: try stage.programs.path("sluice"), name: "sluice load",
            [
                "load", "--endpoint-url", "http://127.0.0.1:\(sluice.port)", "--rate", "\(load.rate)", "--batch",
                "\(load.batch)", "--seconds", stage.effort("4", "20"), "--settle", "\(settleSeconds)", "--json",
            ])
        let used = ProcessTree(sluice.identifier).times - before
        // 1: all was measured, but not all written and settled, as beyond the machine's strength it must be.
        guard output.code == 0 || (output.code == 1 && !output.data.isEmpty) else { throw output.failure }
        let result = try output.decode(Result.self)
        guard result.acknowledged > 0 else { throw WrongAnswer("No order was acknowledged at \(load.name) a second.") }
        if let unknown = result.unknown { throw WrongAnswer("At \(load.name) a second: \(unknown)") }
        if result.lost > 0 {
            report.fail("\(result.lost) orders were lost at \(load.name) a second, \(name).")
        }
        func each(_ seconds: Double) -> Double { seconds / Double(result.acknowledged) * 1e6 }
        let limit =
            try stage.limits.http(load.batch > 1 ? .batch : .put).microsecondsPerOrder
            + stage.limits.rawMicroseconds()
        table.add(
            .text(load.name), .number(result.achievedPerSecond), .number(result.writeMilliseconds.p50),
            .number(result.writeMilliseconds.p99), .figure(result.endToEndMilliseconds?.p50),
            .figure(result.endToEndMilliseconds?.p99), .count(result.errors), .count(result.lost),
            .count(result.unsettled), .number(each(used.own)), .number(each(used.descendants)),
            .number(each(output.processorSeconds)),
            .number(each(used.own + used.descendants + output.processorSeconds) / limit))
    }
}
