import BenchmarkPage
import BenchmarkSupport
import Foundation

/// What an engine takes while nothing happens and after load, and what an order takes on the disk.
struct MemorySection {
    private static let idleSeconds = 10.0

    let stage: Stage

    func measure(_ report: SectionReport) throws {
        report.attempt { try measureEngine(report) }
        report.attempt { try measureDisk(report) }
    }

    private func measureEngine(_ report: SectionReport) throws {
        var table = FigureTable("An engine with template.yaml", ["What", "Measured", "Unit"])
        try stage.run(template: try stage.templateText()) { sluice, _ in
            // What the start leaves to be done is no idleness.
            sleep(3)
            table.add("idle: resident memory", .count(sluice.residentMegabytes), "MB")
            table.add("idle: share of one processor over 10 s", .number(idleShare(sluice)), "%")
            let orders = stage.effort(20_000, 100_000)
            var batch = HTTPRequests.batch(Orders())
            let client = try LoadClient(port: sluice.port)
            _ = try client.run(&batch, .asFastAsAnswered, seconds: 300, count: orders / batch.ordersPerRequest)
            _ = try sluice.settle()
            table.add(
                "after \(figureText(Double(orders))) orders: resident memory", .count(sluice.residentMegabytes), "MB")
            let functions = ProcessTree(sluice.identifier).descendants.map { residentBytes(of: $0) ?? 0 }
            table.add(
                "the same of its functions' \(functions.count) processes", .count(functions.reduce(0, +) >> 20), "MB")
            table.add("idle again: share of one processor over 10 s", .number(idleShare(sluice)), "%")
        }
        report.add(table)
    }

    /// In percent.
    private func idleShare(_ sluice: SluiceProcess) -> Double {
        let (start, before) = (monotonicNanoseconds(), ProcessTree(sluice.identifier).times)
        usleep(UInt32(Self.idleSeconds * 1e6))
        let used = ProcessTree(sluice.identifier).times - before
        return (used.own + used.descendants) / (Double(monotonicNanoseconds() - start) / 1e9) * 100
    }

    private func measureDisk(_ report: SectionReport) throws {
        let orders = stage.effort(100_000, 500_000)
        guard let sizes = try stage.limits.raw().first, let item = sizes.itemBytes, let record = sizes.recordBytes
        else {
            throw WrongAnswer("TableBenchmark --raw does not tell the bytes of items and records.")
        }
        // The folder outlives the engine: a stop writes what is in memory.
        let folder = try TemporaryFolder(in: stage.folder)
        let sluice = try SluiceProcess(
            try stage.programs.path("sluice"), template: ordersTemplate, in: folder.path)
        let empty = folder.bytes
        var batch = HTTPRequests.batch(Orders())
        let client = try LoadClient(port: sluice.port)
        _ = try client.run(&batch, .asFastAsAnswered, seconds: 300, count: orders / batch.ordersPerRequest)
        let (running, resident) = (folder.bytes - empty, sluice.residentMegabytes)
        sluice.stop()
        let stopped = folder.bytes - empty
        var table = FigureTable(
            "\(figureText(Double(orders))) orders of \(item) bytes and their kept stream records of \(record) bytes, as JSON",
            ["When", "Bytes on disk an order", "In terms of the JSON's"])
        for (name, bytes) in [("the engine runs", running), ("after a stop", stopped)] {
            let each = Double(bytes) / Double(orders)
            table.add(.text(name), .number(each), .number(each / Double(item + record)))
        }
        report.add(table, "The limit is the JSON itself: 1. The engine of the table alone has \(resident) MB then.")
    }
}
