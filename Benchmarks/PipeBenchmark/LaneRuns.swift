import BenchmarkSupport
import Foundation

/// What lanes are for: a function that takes 50 ms, one shard, and one lane or ten.
struct LaneRuns {
    private static let growthMin = 8.0

    let stage: Stage
    let seconds: Double

    func run(_ report: FigureReport) throws {
        let one = try rate(lanes: 1)
        let ten = try rate(lanes: 10)
        report.add("one lane, batches of 10, a function of 50 ms", one, "records/s")
        report.add("ten lanes, the same", ten, "records/s")
        report.add("ten lanes in terms of one", ten / one, "times", wanted: "≥ 8", holds: ten >= one * Self.growthMin)
    }

    private func rate(lanes: Int) throws -> Double {
        var rate = 0.0
        try stage.run(Stage.Setting(lanes: lanes, delayMilliseconds: 50)) { sluice in
            // Ten times 10 records every 50 ms are 2,000 a second: enough for all of the run.
            try sluice.write(orders: Int(3_000 * (seconds + 2)))
            try sluice.startPipe()
            // Until all processes run.
            sleep(1)
            let (start, before) = (monotonicNanoseconds(), try sluice.pipe().delivered)
            usleep(UInt32(seconds * 1e6))
            let (end, after) = (monotonicNanoseconds(), try sluice.pipe())
            guard after.behind > 0 else { throw WrongAnswer("The pipe ran out of records before the end of the run.") }
            rate = Double(after.delivered - before) / (Double(end - start) / 1e9)
        }
        return rate
    }
}
