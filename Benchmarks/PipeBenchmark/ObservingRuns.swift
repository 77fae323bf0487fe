import BenchmarkSupport
import Foundation

/// What metrics and logs cost: the whole of `template.yaml`, from the first write to the last order that its functions have
/// handled, with and without them.
struct ObservingRuns {
    private static let shareMin = 0.95

    let stage: Stage
    let template: String
    let orders: Int
    /// Runs of each kind, one after the other in turn, so that a slow while of the machine meets both.
    let rounds: Int

    func run(_ report: FigureReport) throws {
        let text = try String(contentsOfFile: template, encoding: .utf8)
        var (observed, unobserved): ([Run], [Run]) = ([], [])
        for round in 0..<rounds {
            let first = round % 2 == 0
            for isObserved in [first, !first] {
                let run = try measure(text, isObserved ? [] : ["--unobserved"])
                if isObserved { observed.append(run) } else { unobserved.append(run) }
            }
        }
        let (with, without) = (Self.median(observed.map(\.rate)), Self.median(unobserved.map(\.rate)))
        report.add("orders written and handled, with metrics and logs", with, "orders/s")
        report.add("the same without", without, "orders/s")
        report.add(
            "with them in terms of without", with / without * 100, "%", wanted: "≥ 95",
            holds: with >= without * Self.shareMin)
        report.add(
            "processor time of the engine for each, with", Self.median(observed.map(\.processorMicroseconds)), "µs")
        report.add(
            "the same without", Self.median(unobserved.map(\.processorMicroseconds)), "µs")
    }

    private struct Run {
        /// Orders a second.
        var rate: Double
        /// Of the engine's process, for each order.
        var processorMicroseconds: Double
    }

    private func measure(_ template: String, _ arguments: [String]) throws -> Run {
        var run = Run(rate: 0, processorMicroseconds: 0)
        try stage.run(template: template, arguments) { sluice in
            // Processes and connections are there, and caches warm.
            let warmUpRequests = orders / 250
            try sluice.write(orders: warmUpRequests * 25)
            try settle(sluice)
            let (start, before) = (monotonicNanoseconds(), sluice.processorSeconds)
            try sluice.write(orders: orders, firstRequest: warmUpRequests)
            try settle(sluice)
            let seconds = Double(monotonicNanoseconds() - start) / 1e9
            run.rate = Double(orders) / seconds
            run.processorMicroseconds = (sluice.processorSeconds - before) / Double(orders) * 1e6
        }
        return run
    }

    /// Waits until the pipes have nothing left to do.
    private func settle(_ sluice: SluiceProcess) throws {
        struct Status: Decodable { let pipes: [Stage.PipeStatus] }
        let start = monotonicNanoseconds()
        while true {
            let status = try JSONDecoder().decode(Status.self, from: try sluice.request("GET", "/_sluice/status"))
            if status.pipes.allSatisfy({ $0.behind == 0 && $0.inFlight == 0 }) {
                guard status.pipes.allSatisfy({ $0.deadLettered == 0 && $0.dropped == 0 }) else {
                    throw WrongAnswer("Orders were given up.")
                }
                return
            }
            guard monotonicNanoseconds() - start < 600_000_000_000 else {
                throw WrongAnswer("The pipes are not done after ten minutes.")
            }
            usleep(50_000)
        }
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
