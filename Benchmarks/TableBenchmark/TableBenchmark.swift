import ArgumentParser
import Foundation

@main
struct TableBenchmark: AsyncParsableCommand {
    @Option var orders = 200_000
    @Option var folder: String?
    @Flag var tableOnly = false

    func run() async throws {
        func say(_ name: String, _ m: Measurement) {
            print(name, String(format: "%.0f/s  p50 %.2f p99 %.2f  group %.1f cpu %.2f us  sync %.3f ms  sync share %.2f", m.rate, m.percentile(50) ?? 0, m.percentile(99) ?? 0, m.group ?? 0, m.processorMicroseconds, m.syncs > 0 ? m.syncSeconds * 1e3 / Double(m.syncs) : 0, m.syncSeconds / m.seconds))
        }
        let made = Orders()
        let raw = try await RawOrders(made, in: folder)
        print("bytes", raw.meanBytes)
        let data = try TemporaryFolder(in: folder)
        let store = try await OpenStore(path: data.path)
        let runs = TableRuns(table: store.table, orders: made)
        let m = try await runs.insert(0..<orders)
        say("insert", m)
        if tableOnly { return }
        say("ship", try await runs.ship(0..<orders / 2))
        say("get", try runs.get(orders, among: orders))
        say("query", try runs.query(1000))
        say("scan", try runs.scan())
        await store.close()
        for tuning in [RawStore.Tuning.sluice, .defaults] {
            for n in [20, 64, 200, Int(m.group ?? 1)] {
                let r = RawRuns(store: try RawStore(tuning, in: folder), orders: raw)
                say("raw \(tuning) \(n)", try r.insert(orders, group: n))
                if n == 200 { say("get", try r.get(orders, among: orders)); say("scan", try r.scan()) }
            }
        }
    }
}
