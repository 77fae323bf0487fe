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
        report.add(
            "orders written and handled, with metrics and logs", Self.median(observed.map(\.rate)), "orders/s")
        report.add("the same without", Self.median(unobserved.map(\.rate)), "orders/s")
        // Of neighbours: a machine's speed changes from minute to minute by more than what is looked for.
        let share = Self.median(zip(observed, unobserved).map { $0.rate / $1.rate })
        report.add(
            "with them in terms of without, round by round", share * 100, "%", wanted: "≥ 95",
            holds: share >= Self.shareMin)
        report.add(
            "processor time of the engine for each, with", Self.median(observed.map(\.processorMicroseconds)), "µs")
        report.add(
            "the same without", Self.median(unobserved.map(\.processorMicroseconds)), "µs")
        report.add("orders in a call, with", Self.median(observed.map(\.ordersInCall)), "")
        report.add("the same without", Self.median(unobserved.map(\.ordersInCall)), "")
    }

    private struct Run {
        /// Orders a second.
        var rate: Double
        /// Of the engine's process, for each order.
        var processorMicroseconds: Double
        /// Of the function that most orders are for.
        var ordersInCall: Double
    }

    private func measure(_ template: String, _ arguments: [String]) throws -> Run {
        var run = Run(rate: 0, processorMicroseconds: 0, ordersInCall: 0)
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
            let pipe = try sluice.pipe("StandardOrderPipe")
            run.ordersInCall = Double(pipe.delivered) / Double(pipe.invocations)
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
