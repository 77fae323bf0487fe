import Engine
import Foundation
import Orders

/// The demo's accounts. As JSON a documented contract: members may be added, none vanish.
struct DemoReport: Encodable, Sendable {
    /// Orders of the file.
    let orders: Int
    /// Changes that the replay wrote and the table acknowledged: each must be accounted for by each pipe.
    let events: Int
    /// Changes of the same orders that the shop made.
    let shopEvents: Int
    /// Steps that an earlier run on the same data folder had done already.
    let skippedWrites: Int
    /// From the first write until the last pipe had settled the last event.
    let seconds: Double
    let ordersPerSecond: Double
    let eventsPerSecond: Double
    /// Writes a second while there were writes.
    let writesPerSecond: Double
    /// Events that some pipe has not accounted for, summed over the pipes. 0 unless something is wrong.
    let lost: Int
    let invocations: Int
    /// What the calls would be if every event went to the functions in batches of the size that was measured.
    let invocationsWithoutFilter: Int
    let latencyMilliseconds: LatencyReport
    /// This run's accounts, in the template's order.
    let pipes: [PipeReport]
    /// What each system was told, in the order of their work.
    let systems: [SystemReport]
    /// What the orders demand of the functions, message by message; empty on a data folder of an earlier run.
    let messages: [MessageReport]
    /// Nil where the template has no accounts.
    let loyalty: LoyaltyReport?
    /// Orders by status.
    let orderStates: [String: Int]
    /// The faults that were injected; nil for a run without `--faults`.
    let faults: FaultsReport?

    /// - Parameter faults: those of the run.
    init(
        running: RunningEngine, faults: FaultsReport?, orders: Int, events: Int, shopEvents: Int, skippedWrites: Int,
        changesBefore: Int, writing: Duration, elapsed: Duration, systems: [SystemReport], messages: [MessageReport],
        loyalty: LoyaltyReport?, orderStates: [String: Int]
    ) {
        self.orders = orders
        self.events = events
        self.shopEvents = shopEvents
        self.skippedWrites = skippedWrites
        seconds = elapsed / .seconds(1)
        ordersPerSecond = Double(orders) / max(seconds, 0.001)
        eventsPerSecond = Double(events + shopEvents) / max(seconds, 0.001)
        writesPerSecond = Double(events) / max(writing / .seconds(1), 0.001)
        // The table acknowledged so many changes in all; each pipe must have settled every one of them.
        let acknowledged = changesBefore + events + shopEvents
        lost = running.pipeReports.reduce(0) { $0 + abs(acknowledged - $1.settled) }
        pipes = running.pipeReportsOfThisRun
        invocations = pipes.reduce(0) { $0 + $1.invocations }
        invocationsWithoutFilter = pipes.reduce(0) { $0 + Self.invocationsWithoutFilter($1) }
        latencyMilliseconds = running.latency
        self.systems = systems
        self.messages = messages
        self.loyalty = loyalty
        self.orderStates = orderStates
        self.faults = faults
    }

    /// Law: what was read is what was filtered out, delivered, dead-lettered, dropped or is in flight.
    var isBalanced: Bool { pipes.allSatisfy { $0.read == $0.settled + $0.inFlight && $0.inFlight == 0 } }

    /// What else does not add up, one sentence each.
    var imbalances: [String] {
        systems.filter { !$0.isBalanced }.map { "the messages of \($0.name) do not add up" }
            + messages.filter { !$0.isBalanced }.map { "the messages \($0.name) are not those that the orders demand" }
            + (loyalty.map { $0.isBalanced ? [] : ["the loyalty points are not those that the orders earn"] } ?? [])
    }

    private static func invocationsWithoutFilter(_ pipe: PipeReport) -> Int {
        let sent = pipe.read - pipe.filteredOut + pipe.retried
        let recordsPerInvocation = pipe.invocations == 0 ? 1 : max(1, Double(sent) / Double(pipe.invocations))
        return Int((Double(pipe.read + pipe.retried) / recordsPerInvocation).rounded(.up))
    }

    func text(keptIn folder: String?) -> String {
        var lines: [String] = []
        let rate = "\(Figures.count(Int(ordersPerSecond))) orders/s, \(Figures.count(Int(eventsPerSecond))) events/s"
        lines.append("Orders             \(Figures.count(orders)) in \(String(format: "%.1f", seconds)) s: \(rate)")
        let ofShop = shopEvents > 0 ? " and \(Figures.count(shopEvents)) of the shop" : ""
        lines.append("Events             \(Figures.count(events))\(ofShop), \(Figures.count(lost)) lost")
        if skippedWrites > 0 {
            lines.append("Done before        \(Figures.count(skippedWrites)) writes were in the data folder already")
        }
        lines.append("")
        lines += table
        lines.append("")
        lines.append(
            "read = filtered out + delivered + dead letters + dropped + in flight\(isBalanced ? "" : " DOES NOT HOLD")")
        for pipe in pipes {
            let sum = [pipe.filteredOut, pipe.delivered, pipe.deadLettered, pipe.dropped, pipe.inFlight]
            lines.append(
                "  \(pipe.name): \(Figures.count(pipe.read)) = \(sum.map(Figures.count).joined(separator: " + "))")
        }
        lines += systemLines
        lines.append("")
        let latency = latencyMilliseconds
        lines.append(
            "Write to function  p50 \(Figures.milliseconds(latency.p50)), p99 \(Figures.milliseconds(latency.p99)), max \(Figures.milliseconds(latency.max))"
        )
        let saved = invocationsWithoutFilter - invocations
        lines.append(
            "Function calls     \(Figures.count(invocations)) instead of \(Figures.count(invocationsWithoutFilter)): filtering saved \(Figures.count(saved)) (\(Figures.share(saved, of: invocationsWithoutFilter)))"
        )
        if let folder {
            lines.append("Data               kept in \(folder); the functions' logs are in \(folder)/logs")
        }
        return lines.joined(separator: "\n")
    }

    private var systemLines: [String] {
        guard !systems.isEmpty else { return [] }
        let verdict = systems.allSatisfy(\.isBalanced) ? "" : " DOES NOT HOLD"
        var lines = ["", "before + sent = settled + dead letters + left\(verdict)"]
        for system in systems {
            let sum = [system.settled, system.deadLettered, system.left].map(Figures.count).joined(separator: " + ")
            lines.append("  \(system.name): \(Figures.count(system.before)) + \(Figures.count(system.sent)) = \(sum)")
        }
        if let loyalty {
            lines.append("")
            let owed = loyalty.owed > 0 ? ", \(Figures.count(Int(loyalty.owed))) in dead letters" : ""
            let paid = "\(Figures.count(Int(loyalty.paid))) paid\(owed) of \(Figures.count(Int(loyalty.earned))) earned"
            let verdict = loyalty.isBalanced ? "" : " DOES NOT HOLD"
            lines.append("Loyalty points     \(paid)\(verdict), \(Figures.count(loyalty.customers)) customers")
        }
        let states = OrderStatus.allCases.compactMap { status in
            orderStates[status.rawValue].map { "\(Figures.count($0)) \(status.rawValue)" }
        }
        lines.append("Orders now         \(states.joined(separator: ", "))")
        return lines
    }

    private var table: [String] {
        let header = ["Pipe", "read", "filtered out", "delivered", "retried", "dead letters", "dropped", "invocations"]
        let rows = pipes.map { pipe in
            [
                pipe.name, Figures.count(pipe.read),
                "\(Figures.count(pipe.filteredOut)) (\(Figures.share(pipe.filteredOut, of: pipe.read)))",
                Figures.count(pipe.delivered), Figures.count(pipe.retried), Figures.count(pipe.deadLettered),
                Figures.count(pipe.dropped), Figures.count(pipe.invocations),
            ]
        }
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + padding : padding + text
            }.joined(separator: "  ")
        }
    }
}
