import BenchmarkSupport
import CAllocationCount
import Foundation

/// The figures of a table in this process, each beside RocksDB alone.
struct ProcessRuns {
    /// Least share of RocksDB's rate, with as many orders for each sync. What is missing to 1 is the work on items,
    /// images and answers.
    static let insertRatioMin = 0.7
    private static let group = "in process, 64 callers"
    /// Most blocks that one order asks the heap for, on all threads, the caller's item and task included. A tenth above what
    /// was measured, so that what allocates anew is seen.
    private static let insertAllocationsMax = 26.0
    private static let shipAllocationsMax = 57.0
    private static let countedOrders = 20_000

    let count: Int
    let rounds: Int
    let folder: String?
    let report: Report

    private struct Round {
        let insert, raw, ship, get, rawGet, query, scan, rawScan: Stretch
        var ratio: Double { insert.rate / raw.rate }
    }

    /// RocksDB alone, with several numbers of orders for each sync.
    func runRaw() async throws { _ = try await measureRaw(Orders()) }

    /// - Returns: RocksDB's rate with the table's own group, of the median round.
    func run() async throws -> Stretch {
        let orders = Orders()
        let raw = try await measureRaw(orders)
        var all: [Round] = []
        for _ in 0..<rounds { all.append(try await round(orders, raw)) }
        let median = all.sorted { $0.ratio < $1.ratio }[all.count / 2]
        report.add(
            Figure(Self.group, "insert", "orders", median.insert).beside(median.raw, ratioMin: Self.insertRatioMin))
        report.add(Figure(Self.group, "pending to shipped", "orders", median.ship))
        report.add(Figure(Self.group, "get, one thread", "items", median.get).beside(median.rawGet))
        report.add(Figure(Self.group, "query of one customer, one thread", "items", median.query))
        report.add(Figure(Self.group, "scan, one thread", "items", median.scan).beside(median.rawScan))
        try await countAllocations(orders)
        return median.raw
    }

    /// Counted apart from what is timed: counting takes time.
    private func countAllocations(_ orders: Orders) async throws {
        guard allocation_count_available() else {
            return report.note("\nAllocations are not counted: that takes Linux with glibc and no sanitizer.")
        }
        let data = try TemporaryFolder(in: folder)
        let store = try await OpenStore(path: data.path)
        let table = TableRuns(table: store.table, orders: orders)
        // What is made once is made before.
        _ = try await table.insert(0..<1_000)
        _ = try await table.ship(0..<1_000)
        let numbers = 1_000..<1_000 + Self.countedOrders
        allocation_count_all_threads_begin()
        _ = try await table.insert(numbers)
        let inserted = allocation_count_all_threads_end()
        allocation_count_all_threads_begin()
        _ = try await table.ship(numbers)
        let shipped = allocation_count_all_threads_end()
        await store.close()
        for (name, count, max) in [
            ("insert", inserted, Self.insertAllocationsMax), ("pending to shipped", shipped, Self.shipAllocationsMax),
        ] {
            let each = Double(count) / Double(numbers.count)
            report.note(
                String(format: "  %@: %.1f allocations an order, at most %.1f", name, each, max),
                Figure("allocations", name, allocationsPerOrder: each, max: max))
        }
    }

    private func measureRaw(_ orders: Orders) async throws -> RawOrders {
        let raw = try await RawOrders(orders, in: folder)
        report.note(
            "Orders of \(raw.meanBytes.item) bytes, stream records of \(raw.meanBytes.record) bytes, \(count) orders a run"
        )
        for tuning in [RawStore.Tuning.defaults, .sluice] {
            for group in [20, 64, 200] {
                let measured = try RawRuns(store: RawStore(tuning, in: folder), orders: raw).insert(count, group: group)
                var figure = Figure(
                    "RocksDB alone, \(tuning == .sluice ? "Sluice's options" : "its defaults")",
                    "insert, \(group) a sync", "orders", measured)
                (figure.itemBytes, figure.recordBytes) = raw.meanBytes
                report.add(figure)
            }
        }
        return raw
    }

    /// All of it once, so that what slows the machine down for a while slows what is compared alike.
    private func round(_ orders: Orders, _ raw: RawOrders) async throws -> Round {
        let data = try TemporaryFolder(in: folder)
        let store = try await OpenStore(path: data.path)
        let table = TableRuns(table: store.table, orders: orders)
        let insert = try await table.insert(0..<count)
        let (get, query, scan) = (try table.get(count / 2, among: count), try table.query(1_000), try table.scan())
        let ship = try await table.ship(0..<count / 2)
        await store.close()
        let rawRuns = RawRuns(store: try RawStore(.sluice, in: folder), orders: raw)
        let rawInsert = try rawRuns.insert(count, group: max(1, Int((insert.group ?? 1).rounded())))
        return Round(
            insert: insert, raw: rawInsert, ship: ship, get: get, rawGet: try rawRuns.get(count / 2, among: count),
            query: query, scan: scan, rawScan: try rawRuns.scan())
    }
}
