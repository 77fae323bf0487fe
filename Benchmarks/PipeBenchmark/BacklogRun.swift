import BenchmarkSupport
import Foundation

/// A pipe that was stopped while many orders were written, and a function that returns at once.
struct BacklogRun {
    let stage: Stage
    let records: Int

    func run(_ report: FigureReport) throws {
        try stage.run(Stage.Setting(batchSize: 100, lanes: 1, shards: 4)) { sluice in
            try sluice.write(orders: records)
            var residentMegabytesMax = sluice.residentMegabytes
            let before = sluice.processorSeconds
            let (seconds, pipe) = try sluice.drain {
                residentMegabytesMax = max(residentMegabytesMax, sluice.residentMegabytes)
            }
            guard pipe.delivered == records, pipe.deadLettered == 0, pipe.dropped == 0 else {
                throw WrongAnswer("\(records) records were written and \(pipe.delivered) delivered.")
            }
            let processor = sluice.processorSeconds - before
            report.add(
                "backlog of \(records) records, batches of 100", Double(records) / seconds, "records/s",
                wanted: "≥ 20,000")
            report.add("processor time of the engine for each", processor / Double(records) * 1e6, "µs")
            report.add(
                "resident memory meanwhile, at most", Double(residentMegabytesMax), "MB", wanted: "< 300",
                holds: residentMegabytesMax < 300)
        }
    }
}
