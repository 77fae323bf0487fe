import AWSClient
import Clocks
import Engine
import Foundation
import Items
import Load
import Orders

/// A load from its first look at the table to its accounts.
struct LoadSession: Sendable {
    /// How often the engine is asked whether its pipes are idle.
    private static let settlingInterval = Duration.milliseconds(200)
    /// About how many orders are read back where there are no accounts.
    private static let readBackCount = 10_000

    let target: LoadTarget
    let orders: [Order]
    let schedule: Schedule
    let updates: Double
    let seed: UInt64
    let batch: Int
    let connectionCount: Int
    /// How long the pipes have to become idle.
    let settling: Duration
    /// Whether the latencies second by second are wanted.
    let hasHistogramLog: Bool
    let hasPlot: Bool

    struct Result: Sendable {
        let report: LoadReport
        let load: LoadRun
        /// From write to function; nil where nobody knows it.
        let endToEnd: Latencies?
        let endToEndSeconds: [LatencyPlot.EndToEnd]
    }

    /// - Parameter start: milliseconds since 1970.
    func run(start: Int64, control: LoadControl) async throws -> Result {
        // Without a stream there is nothing to account for.
        let before = try await target.check() ? try await moment() : nil
        let writer = RequestWriter(
            orders, to: target.requests(batch: batch), batch: batch, run: SplitMix.mix(seed) ^ UInt64(start))
        // Two rounds of all connections: what was written before that is answered, but for what is very slow.
        let source = OrderSource(updates: updates, distance: 2 * connectionCount * batch, seed: seed)
        let expectedOrders = schedule.expectedCount(after: schedule.seconds) * Double(batch) * (1 - updates)
        let load = LoadRun(
            schedule: schedule, source: source, batch: batch,
            // A sample is for what has no accounts.
            sampleStep: before == nil ? max(1, Int(expectedOrders) / Self.readBackCount) : .max,
            logStart: hasHistogramLog ? start : nil)
        let watch = LatencyWatch(target: target, before: hasPlot ? before : nil)
        let watching = Task { await watch.run() }
        defer { watching.cancel() }
        let done = try await send(load, writer, control)
        var accounts: LoadAccounts?
        var readBack: LoadReport.ReadBack?
        var unknown: String?
        do {
            if let before {
                accounts = LoadAccounts(before: before, after: try await settled(since: before.mark))
            } else {
                let keys = done.sample.map { key(of: $0, writer) }
                readBack = LoadReport.ReadBack(orders: keys.count, missing: try await target.missing(keys))
            }
        } catch {
            // What was measured is as right without them.
            unknown = "\(error)"
        }
        watching.cancel()
        return Result(
            report: LoadReport(done, accounts: accounts, readBack: readBack, unknown: unknown, seed: seed), load: done,
            endToEnd: accounts?.endToEnd, endToEndSeconds: await watching.value)
    }

    private func key(of order: Int, _ writer: RequestWriter) -> Item {
        [
            Order.AttributeName.orderId: .string(writer.orderId(order, of: orders)),
            Order.AttributeName.timestamp: .number(Number(orders[order % orders.count].timestamp)),
        ]
    }

    private func send(_ load: LoadRun, _ writer: RequestWriter, _ control: LoadControl) async throws -> LoadRun {
        guard !target.isSecure, PollingClient.isAvailable else {
            try DescriptorLimit.makeRoom(for: connectionCount)
            let client = SecureLoadClient(
                url: target.address, connectionCount: connectionCount, writer: writer,
                tls: target.isSecure
                    ? try TrustedRoots.configuration(environment: ProcessInfo.processInfo.environment) : nil)
            return await client.run(load, control: control)
        }
        let (name, port) = target.host
        let connectionCount = connectionCount
        return try await withCheckedThrowingContinuation { continuation in
            // The client blocks its thread while it waits for sockets: one of its own.
            Thread.detachNewThread {
                do throws(LoadError) {
                    let client = try PollingClient(
                        host: name, port: port, connectionCount: connectionCount, writer: writer)
                    continuation.resume(returning: client.run(load, control: control))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    // MARK: Accounts

    /// The engine's accounts before the load; nil where there is no engine.
    ///
    /// A report is no snapshot: it looks at the table first and at the pipes afterwards. So the table's changes are those
    /// of a second report. What somebody writes in between is in the pipes' later accounts and is not asked of them.
    private func moment() async throws -> LoadAccounts.Moment? {
        guard let first = try await target.report(), let second = try await target.report() else { return nil }
        return try await moment(first, mark: .init(of: target.table, pipes: first, changes: second))
    }

    /// - Parameter names: pipes that were there before; they are shown even when they do not read the table any more.
    private func moment(
        _ report: EngineReport, mark: Reconciliation.Mark, names: Set<String> = []
    ) async throws -> LoadAccounts.Moment {
        let pipes = report.pipes.filter { $0.tableName == target.table || names.contains($0.name) }
        return LoadAccounts.Moment(mark, pipes, try await target.latencies(of: pipes))
    }

    /// Waits until the pipes are idle and nothing changes any more, but no longer than it may.
    private func settled(since before: Reconciliation.Mark) async throws -> LoadAccounts.Moment {
        let deadline = ContinuousClock.now + self.settling
        let names = Set(before.pipes.map(\.name))
        var settling = Settling(before: before)
        while true {
            var step = Settling.Step.wait
            do {
                let report = try await target.report()
                let mark = report.map { Reconciliation.Mark(of: target.table, pipes: $0, changes: $0) }
                if let mark {
                    Terminal.showLine(
                        "Settling  \(Figures.count(mark.pipes.reduce(0) { $0 + $1.unsettled })) records to go")
                }
                step = settling.look(mark, isOver: ContinuousClock.now >= deadline)
                if step == .final, let report, let mark { return try await moment(report, mark: mark, names: names) }
            } catch  where ContinuousClock.now < deadline {
                // An engine that was killed comes back perhaps, and its accounts with it.
                step = settling.look(nil, isOver: false)
            }
            guard step != .unknown else {
                throw LoadError("\(target.url) does not tell its accounts any more; look at the engine's log.")
            }
            try await Task.sleep(for: Self.settlingInterval)
        }
    }
}

/// Looks at the latencies from write to function once a second, for the plot.
private struct LatencyWatch: Sendable {
    let target: LoadTarget
    /// Nil for nothing to look at.
    let before: LoadAccounts.Moment?

    /// Until cancelled.
    func run() async -> [LatencyPlot.EndToEnd] {
        guard let before else { return [] }
        var seconds: [LatencyPlot.EndToEnd] = []
        var last = before.latencies
        let start = ContinuousClock.now
        for second in 0... {
            let next = start + .seconds(second + 1)
            guard (try? await ContinuousClock().sleep(until: next)) != nil else { break }
            // A killed engine has no answer; the next second may have one.
            guard let now = try? await target.latencies(of: before.pipes) else { continue }
            let latencies = LoadAccounts.latencies(from: last, to: now)
            last = now
            guard !latencies.isEmpty else { continue }
            seconds.append(
                .init(
                    second: second, p50: latencies.milliseconds(percentile: 50),
                    p99: latencies.milliseconds(percentile: 99)))
        }
        return seconds
    }
}
