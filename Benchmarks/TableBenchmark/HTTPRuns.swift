import BenchmarkSupport
import Foundation

/// The figures of `sluice up` in a process of its own. Client and engine share the machine.
struct HTTPRuns {
    private static let group = "over HTTP, 64 connections"
    /// Requests a second of the run whose latencies count.
    private static let fixedRate = 5_000.0

    let program: String
    let seconds: Double
    let folder: String?
    let report: Report

    /// - Parameter raw: RocksDB alone, for the rates beside.
    func run(raw: Stretch) throws {
        let folder = try TemporaryFolder(in: folder)
        let sluice = try SluiceProcess(program, template: ordersTemplate, in: folder.path)
        defer { sluice.stop() }
        report.note("\nsluice up runs a template of the Orders table alone: no pipe and no function runs beside.")
        let orders = Orders()
        let client = try LoadClient(port: sluice.port)
        var put = HTTPRequests.put(orders)
        let warmUp = try client.run(&put, .asFastAsAnswered, seconds: min(1, seconds)).requests
        let (count, written) = try measure(sluice, client, &put, .asFastAsAnswered, first: warmUp)
        let stored = warmUp + count
        report.add(Figure(Self.group, "PutItem", "orders", written).beside(raw).wanted("≥ 15,000"))
        let (fixed, paced) = try measure(sluice, client, &put, .perSecond(Self.fixedRate), first: stored)
        report.add(
            Figure(Self.group, "PutItem at 5,000 a second", "orders", paced).wanted("p99 < 15 ms"))
        var get = HTTPRequests.get(orders, among: stored + fixed)
        report.add(
            Figure(Self.group, "GetItem", "items", try measure(sluice, client, &get, .asFastAsAnswered).1)
                .wanted("≥ 20,000"))
        var query = HTTPRequests.query(orders)
        attempt("Query") {
            Figure(
                Self.group, "Query of ten orders", "queries",
                try measure(sluice, LoadClient(port: sluice.port), &query, .asFastAsAnswered).1)
        }
        var batch = HTTPRequests.batch(orders)
        // Far behind the numbers of the orders so far.
        attempt("BatchWriteItem") {
            Figure(
                Self.group, "BatchWriteItem of 25", "orders",
                try measure(sluice, LoadClient(port: sluice.port), &batch, .asFastAsAnswered, first: 1 << 30).1
            ).beside(raw).wanted("≥ 30,000")
        }
    }

    private func attempt(_ operation: String, _ figure: () throws -> Figure) {
        do { report.add(try figure()) } catch { report.note("  \(operation) was not measured: \(error)") }
    }

    private func measure(
        _ sluice: SluiceProcess, _ client: LoadClient, _ requests: inout HTTPRequests, _ pace: LoadClient.Pace,
        first: Int = 0
    ) throws -> (Int, Stretch) {
        let before = sluice.processorSeconds
        var (count, measured) = try client.run(&requests, pace, seconds: seconds, first: first)
        measured.processorSeconds = sluice.processorSeconds - before
        return (count, measured)
    }
}
