import BenchmarkSupport
import Foundation

/// From a write's arrival to the moment at which its function has it, at fixed rates of writes, in `template.yaml`.
struct LatencyRuns {
    private static let rates: [(ordersPerSecond: Double, p50: String?, p99: String?)] = [
        (100, nil, nil), (1_000, "< 3", "< 20"), (5_000, nil, nil),
    ]

    let stage: Stage
    let template: String
    let seconds: Double

    func run(_ report: FigureReport) throws {
        let text = try String(contentsOfFile: template, encoding: .utf8)
        for rate in Self.rates {
            try stage.run(template: text) { sluice in
                var put = HTTPRequests.put(Orders())
                let client = try LoadClient(port: sluice.port)
                let (_, written) = try client.run(&put, .perSecond(rate.ordersPerSecond), seconds: seconds)
                let pipe = try sluice.pipe("StandardOrderPipe")
                let at = "at \(Int(rate.ordersPerSecond)) orders/s"
                report.add("write to function, p50, \(at)", pipe.latencyMilliseconds.p50, "ms", wanted: rate.p50)
                report.add("write to function, p99, \(at)", pipe.latencyMilliseconds.p99, "ms", wanted: rate.p99)
                report.add("the write itself, p99, \(at)", written.percentile(99) ?? 0, "ms")
            }
        }
    }
}
