import BenchmarkPage
import BenchmarkSupport
import Foundation

/// What pipes cost that do not want an order: 1, 10 and 100 of them on one table, each order for one of them.
struct ManyPipesSection {
    private static let ordersPerSecond = 500.0

    let stage: Stage

    func measure(_ report: SectionReport) throws {
        var table = FigureTable(
            "Pipes on one table, a function that does nothing",
            [
                "Pipes", "Write to function p50 ms at 500/s", "p99 ms", "Engine µs an order", "Functions µs an order",
                "Orders a call", "At once: orders a second", "Engine µs an order", "Resident MB",
            ])
        for count in [1, 10, 100] {
            report.attempt {
                try stage.run(template: PipesTemplate.text(pipeCount: count)) { sluice, _ in
                    table.addRow(of: try measure(sluice), pipeCount: count)
                }
            }
        }
        report.add(
            table, "The limit of 10 and 100 pipes is one: no more orders are delivered, only more filters are asked.")
    }

    struct Row {
        var p50, p99: Double?
        var engine, functions, ordersInCall: Double
        var rate, engineAtOnce: Double
        var residentMegabytes: Int
    }

    private func measure(_ sluice: SluiceProcess) throws -> Row {
        var put = HTTPRequests.put(Orders())
        let client = try LoadClient(port: sluice.port)
        // Processes and connections are there, and caches warm.
        let warmUp = try client.run(&put, .perSecond(Self.ordersPerSecond), seconds: 1).requests
        let warm = try sluice.settle()
        let before = ProcessTree(sluice.identifier).times
        let (paced, _) = try client.run(
            &put, .perSecond(Self.ordersPerSecond), seconds: stage.effort(3, 10), first: warmUp)
        let status = try sluice.settle()
        let used = ProcessTree(sluice.identifier).times - before
        let latencies = try sluice.latencies()
        guard status.delivered == warmUp + paced else {
            throw WrongAnswer("\(warmUp + paced) orders were written and \(status.delivered) delivered.")
        }
        var batch = HTTPRequests.batch(Orders())
        let batchCount = stage.effort(800, 4_000)
        let (start, beforeAll) = (monotonicNanoseconds(), ProcessTree(sluice.identifier).times)
        // Far behind the numbers of the orders so far.
        _ = try client.run(&batch, .asFastAsAnswered, seconds: 300, first: 1 << 30, count: batchCount)
        _ = try sluice.settle()
        let orders = Double(batchCount * batch.ordersPerRequest)
        return Row(
            p50: latencies.percentile(50), p99: latencies.percentile(99), engine: used.own / Double(paced) * 1e6,
            functions: used.descendants / Double(paced) * 1e6,
            ordersInCall: Double(paced) / Double(max(1, status.invocations - warm.invocations)),
            rate: orders / (Double(monotonicNanoseconds() - start) / 1e9),
            engineAtOnce: (ProcessTree(sluice.identifier).times - beforeAll).own / orders * 1e6,
            residentMegabytes: sluice.residentMegabytes)
    }
}

extension FigureTable {
    fileprivate mutating func addRow(of row: ManyPipesSection.Row, pipeCount: Int) {
        add(
            .count(pipeCount), .figure(row.p50), .figure(row.p99), .number(row.engine), .number(row.functions),
            .number(row.ordersInCall), .number(row.rate), .number(row.engineAtOnce),
            .count(row.residentMegabytes))
    }
}
