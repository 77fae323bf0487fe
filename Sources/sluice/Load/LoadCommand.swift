import ArgumentParser
import Foundation
import Load
import Orders
import Replay
import UnixSignals

struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Offer load to the orders' table and report percentiles, errors and losses.",
        discussion: """
            Writes become due by the clock, whether or not earlier ones are answered, and latency counts from the moment at \
            which a write was due: what is slow hides nothing. Errors are counted and not tried again. At a running engine \
            the pipes' accounts must show that nothing was lost; at any other endpoint of DynamoDB's protocol the orders \
            are read back. Ctrl-C ends the load and reports what was done.

            Examples:
              sluice load --rate 1000 --seconds 60
              sluice load --rate 5000 --batch 25 --ramp 10 --plot load.svg --histogram load
              sluice load --rate 200 --orders Examples/online-retail.csv --json
            """)

    enum Arrivals: String, CaseIterable, ExpressibleByArgument {
        case even
        case poisson

        var spacing: Schedule.Spacing {
            switch self {
            case .even: .even
            case .poisson: .poisson
            }
        }
    }

    @OptionGroup var endpoint: EndpointArguments

    @Option(help: "Writes a second.")
    var rate = 1_000.0

    @Option(help: "How many seconds writes become due, the ramp included.")
    var seconds = 60.0

    @Option(help: "Seconds in which the rate grows from 0.")
    var ramp = 0.0

    @Option(
        help: "How writes follow each other: even, or poisson for as customers come who know nothing of each other.")
    var arrivals = Arrivals.even

    @Option(help: "Connections, and so most requests under way at a time.")
    var connections = 64

    @Option(help: "Writes in a request, 1 to \(RequestWriter.batchMax): PutItem, or BatchWriteItem from 2 on.")
    var batch = 1

    @Option(help: "Write the orders of this CSV file, over and over, instead of made-up ones.")
    var orders: String?

    @Option(help: "Seed of made-up orders, of updates and of random arrivals.")
    var seed: UInt64 = 1

    @Option(help: "Share of the writes, 0 to 0.5, that move an order written before from pending to shipped.")
    var updates = 0.3

    @Option(help: "Share of made-up orders over 1000 (default: 0.1).")
    var premium: Double?

    @Option(help: "Share of made-up orders of at most 100 (default: 0.15).")
    var small: Double?

    @Option(help: "Share of made-up orders from addresses at test.com (default: 0.05).")
    var testAddresses: Double?

    @Option(help: "Most seconds that the pipes have afterwards to settle what was written.")
    var settle = 120.0

    @Option(
        help:
            "Write the latencies as HdrHistogram files whose names begin so: -write.hgrm, -write.hlog, -function.hgrm.")
    var histogram: String?

    @Option(help: "Draw latencies and rates over time into this SVG file.")
    var plot: String?

    @Flag(help: "Sign requests to this machine too, as an engine with --credentials wants it.")
    var signed = false

    @Flag(help: "Print one JSON object instead of the summary.")
    var json = false

    private static let ratePerSecondMax = 1_000_000
    private static let secondsMax = 86_400
    private static let connectionsMax = 10_000
    /// Longest load with a log of histograms: it is kept until the end, some kilobytes for each second.
    private static let histogramSecondsMax = 10_800

    func validate() throws {
        guard rate > 0, rate <= Double(Self.ratePerSecondMax) else {
            throw ValidationError(
                "--rate \(rate) is no rate; give writes a second, more than 0 and at most \(Self.ratePerSecondMax).")
        }
        guard seconds > 0, seconds <= Double(Self.secondsMax) else {
            throw ValidationError(
                "--seconds \(seconds) is not possible; give more than 0 and at most \(Self.secondsMax).")
        }
        guard histogram == nil || seconds <= Double(Self.histogramSecondsMax) else {
            throw ValidationError(
                "--seconds \(seconds) is too long for --histogram, which holds each second; give at most "
                    + "\(Self.histogramSecondsMax), or leave --histogram out.")
        }
        guard ramp >= 0, ramp < seconds else {
            throw ValidationError("--ramp \(ramp) is not possible; give 0 or more seconds, less than --seconds.")
        }
        guard (1...Self.connectionsMax).contains(connections) else {
            throw ValidationError("--connections \(connections) is not possible; give 1 to \(Self.connectionsMax).")
        }
        guard (1...RequestWriter.batchMax).contains(batch) else {
            throw ValidationError(
                "--batch \(batch) is not possible; give 1 to \(RequestWriter.batchMax), as BatchWriteItem takes.")
        }
        guard (0...0.5).contains(updates) else {
            throw ValidationError(
                "--updates \(updates) is not possible; give 0 to 0.5, since each order is shipped once at most.")
        }
        guard settle >= 0, settle <= Double(Self.secondsMax) else {
            throw ValidationError("--settle \(settle) is not possible; give 0 to \(Self.secondsMax) seconds.")
        }
        for (name, share) in [("--premium", premium), ("--small", small), ("--test-addresses", testAddresses)] {
            guard let share else { continue }
            guard (0...1).contains(share) else {
                throw ValidationError("\(name) \(share) is no share; give 0 to 1.")
            }
            guard orders == nil else {
                throw ValidationError("\(name) is for made-up orders; leave it out, or --orders.")
            }
        }
        let shares = shares
        guard shares.premium + shares.small <= 1 else {
            throw ValidationError(
                "--premium \(shares.premium) and --small \(shares.small) are more than all orders; give less of them.")
        }
    }

    private var shares: OrderShares {
        var shares = OrderShares()
        if let premium { shares.premium = premium }
        if let small { shares.small = small }
        if let testAddresses { shares.testAddresses = testAddresses }
        return shares
    }

    func run() async throws {
        let start = Int64(Date().timeIntervalSince1970 * 1_000)
        let orders = try orders.map(Self.orders) ?? shares.catalogue(seed: seed, timestamp: start)
        try checkFiles()
        let url = EndpointArguments.url(endpoint.endpointURL)
        let result = try await ControlClient.with(url) { engine in
            let target = try LoadTarget(
                url: engine.url, table: endpoint.table, environment: ProcessInfo.processInfo.environment,
                isSigned: signed, control: engine)
            do {
                let result = try await stoppable { control in
                    try await session(target, orders).run(start: start, control: control)
                }
                await target.shutDown()
                return result
            } catch {
                await target.shutDown()
                throw error
            }
        }
        Terminal.clearLine()
        if json { try Terminal.printJSON(result.report) } else { Terminal.print(result.report.text) }
        for failure in result.report.failures { Terminal.error(failure) }
        // After what was measured is told: a full disk must not take it.
        try write(result)
        guard result.report.failures.isEmpty else { throw ExitCode(1) }
        if result.report.isStopped { throw CancellationError() }
    }

    private static func orders(of file: String) throws -> [Order] {
        let rows = try OrderFile.read(path: file).filter { $0.kind == .order || $0.kind == .zeroValue }
        guard !rows.isEmpty else {
            throw LoadError("The order file \(file) has no orders, only what takes some back; give another one.")
        }
        return rows.map { LifeCycle.order($0, .pending) }
    }

    private func session(_ target: LoadTarget, _ orders: [Order]) -> LoadSession {
        let schedule = Schedule(
            rate: rate / Double(batch), rampSeconds: ramp, seconds: seconds,
            spacing: arrivals.spacing, seed: seed)
        // Those that will be written and some more: each is made into bytes before the start.
        let needed = schedule.expectedCount(after: seconds) * Double(batch) * 1.25 + 1_000
        return LoadSession(
            target: target, orders: Array(orders.prefix(Int(needed))), schedule: schedule, updates: updates, seed: seed,
            batch: batch, connectionCount: connections, settling: .seconds(settle),
            hasHistogramLog: histogram != nil, hasPlot: plot != nil)
    }

    /// Runs a load that the first SIGINT or SIGTERM ends early and the second one cuts off, and shows its progress.
    private func stoppable(
        _ body: @escaping @Sendable (LoadControl) async throws -> LoadSession.Result
    ) async throws -> LoadSession.Result {
        let control = LoadControl()
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: LoadSession.Result?.self) { group in
            group.addTask {
                for await _ in signals {
                    guard !control.isStopping else {
                        // At once: what is under way may take long to be answered.
                        Terminal.error("stopped before the end")
                        Foundation.exit(130)
                    }
                    control.stop()
                }
                return nil
            }
            group.addTask {
                await Self.showProgress(of: control)
                return nil
            }
            group.addTask { try await body(control) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// One line in place, anew every quarter of a second, where somebody watches; until cancelled.
    private static func showProgress(of control: LoadControl) async {
        guard Terminal.isInteractive else { return }
        var before = (control.progress, ContinuousClock.now)
        while (try? await Task.sleep(for: .milliseconds(250))) != nil {
            let (progress, now) = (control.progress, ContinuousClock.now)
            // The last picture stays until the accounts are being settled.
            guard progress != before.0 else { continue }
            let seconds = (now - before.1) / .seconds(1)
            func rate(_ value: KeyPath<LoadRun.Progress, Int>) -> String {
                Figures.count(Int(Double(progress[keyPath: value] - before.0[keyPath: value]) / seconds))
            }
            Terminal.showLine(
                "Load  \(rate(\.offered))/s offered, \(rate(\.acknowledged))/s achieved, "
                    + "\(Figures.count(progress.acknowledged)) written, \(Figures.count(progress.inFlight)) in flight, "
                    + "\(Figures.count(progress.waiting)) in line, \(Figures.count(progress.errors)) errors")
            before = (progress, now)
        }
    }

    // MARK: Files

    /// What `--histogram` writes.
    private enum HistogramFile: String, CaseIterable {
        case writes = "write.hgrm"
        case log = "write.hlog"
        case functions = "function.hgrm"

        func path(_ prefix: String) -> String { "\(prefix)-\(rawValue)" }
    }

    /// What cannot be written should be known before the load, not after it.
    private func checkFiles() throws {
        let histograms = histogram.map { prefix in HistogramFile.allCases.map { $0.path(prefix) } } ?? []
        for path in histograms + [plot].compactMap(\.self) {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            guard FileManager.default.isWritableFile(atPath: folder) else {
                throw LoadError("The folder \(folder) cannot be written; name another place for \(path).")
            }
            var isFolder: ObjCBool = false
            guard !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue else {
                throw LoadError("\(path) is a folder and no file can be written over it; name a file.")
            }
        }
    }

    private func write(_ result: LoadSession.Result) throws {
        if let histogram {
            try Self.write(result.load.measure.latencies.distributionText, to: HistogramFile.writes.path(histogram))
            try Self.write(result.load.measure.logText ?? "", to: HistogramFile.log.path(histogram))
            if let endToEnd = result.endToEnd {
                try Self.write(endToEnd.distributionText, to: HistogramFile.functions.path(histogram))
            }
        }
        if let plot {
            let title =
                "\(Figures.count(Int(rate.rounded()))) writes a second"
                + (batch > 1 ? " in batches of \(batch)" : "") + ", latency from the moment they were due"
            let picture = LatencyPlot(
                title: title, seconds: result.load.measure.seconds, endToEnd: result.endToEndSeconds)
            try Self.write(picture.svg, to: plot)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw LoadError("The file \(path) cannot be written: \(error.localizedDescription).")
        }
    }
}
