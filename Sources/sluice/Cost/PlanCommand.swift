import ArgumentParser
import Capacity
import Costs
import Foundation

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a template needs on AWS at a rate, what gives way first, and what to change.",
        discussion: """
            Shards, lanes, batches, concurrency and expected latency of each pipe; the limits in the order in which a growing \
            rate reaches them; and changes in the words of the template.

            Nothing runs. What is not given is assumed, and the answer says so. Documentation/scaling.md has the arithmetic.

            A value after NAME= is for one pipe, function or queue; without a name it is for all.

            Examples:
              sluice plan --rate 2000
              sluice plan --rate 2000 --function-ms 30 --record-ms 40 --batch-size StandardOrderPipe=25
            """)

    @OptionGroup var forecast: ForecastArguments

    /// As JSON a documented contract: members may be added, none vanish.
    private struct Report: Encodable {
        let table: String
        let plan: CapacityPlan
        let assumptions: [String]
    }

    func run() async throws {
        do {
            let measured = try await Forecast.measure(forecast)
            let asked = try Forecast(forecast, measured: measured)
            let plan = CapacityPlan(asked.pipeline, asked.load)
            if forecast.json {
                return try Terminal.printJSON(
                    Report(table: asked.pipeline.table.name, plan: plan, assumptions: asked.assumptions))
            }
            Terminal.print(PlanText(plan, asked).text)
        } catch let error as FilterInputError {
            Terminal.error(error.description)
            throw ExitCode(2)
        }
    }
}

/// A plan as people read it.
struct PlanText {
    private let plan: CapacityPlan
    private let asked: Forecast

    init(_ plan: CapacityPlan, _ asked: Forecast) {
        self.plan = plan
        self.asked = asked
    }

    var text: String {
        let table = asked.pipeline.table.name
        let units = Self.number(plan.writeUnitsPerSecond)
        var lines = [
            "\(table): \(Self.number(plan.ordersPerSecond)) orders/s, \(units) write units/s, \(plan.shards) shards"
                + (plan.areShardsGiven ? "" : " (from the writes; a new table has \(StreamShards.newTable))"), "",
        ]
        lines += TextTable.lines(
            [
                "PIPE", "READ/S", "PASSED/S", "BATCHES/S", "FILL", "BATCH", "BUSY", "LANES", "IN USE", "LATENCY",
                "CARRIES",
            ],
            plan.pipes.map(row)
        ).map(\.text)
        for pipe in plan.pipes { lines += explanation(pipe) }
        lines += ["", "Functions at a time: \(Self.number(plan.functionConcurrency))", "", "What gives way first"]
        lines += TextTable.lines(
            ["LIMIT", "AT ORDERS/S", "NOW"],
            plan.limits.map { limit in
                [
                    "\(limit.place): \(limit.limit)", Self.number(limit.ordersPerSecond),
                    Self.percent(plan.ordersPerSecond / limit.ordersPerSecond),
                ]
            }
        ).map { "  " + $0.text }
        if let first = plan.limits.first {
            lines.append("  First: \(first.place): \(first.remedy).")
        }
        lines += advice("To change", plan.advice.filter(\.isNeeded))
        lines += advice("Could be changed", plan.advice.filter { !$0.isNeeded })
        if !plan.notes.isEmpty { lines += ["", "To know"] + plan.notes.map { "  \($0)" } }
        if !asked.assumptions.isEmpty { lines += ["", "Assumed"] + asked.assumptions.map { "  \($0)" } }
        return lines.joined(separator: "\n")
    }

    private func row(_ pipe: CapacityPlan.PipePlan) -> [String] {
        [
            pipe.name, Self.number(pipe.recordsRead), Self.number(pipe.recordsPassed), Self.number(pipe.batches),
            "\(Self.number(pipe.batchFill)) of \(pipe.batchRecordsMax)", Figures.milliseconds(pipe.batchMilliseconds),
            Self.number(pipe.concurrency), "\(pipe.lanes)", Self.percent(pipe.utilization),
            pipe.latency.map { Figures.milliseconds($0.total) } ?? "grows",
            pipe.ordersPerSecondMax.map { "\(Self.number($0)) orders/s" } ?? "all",
        ]
    }

    private func explanation(_ pipe: CapacityPlan.PipePlan) -> [String] {
        if let latency = pipe.latency {
            let parts = [
                ("poll", latency.poll), ("gathering", latency.gathering), ("lane", latency.queueing),
                ("function", latency.function),
            ].map { "\($0.0) \(Figures.milliseconds($0.1))" }
            return ["  \(pipe.name): \(parts.joined(separator: " + "))"]
        }
        let loss =
            pipe.hoursUntilLoss.map { "; after \(Self.number($0)) hours the stream drops what was not read" } ?? ""
        return ["  \(pipe.name): its lanes do not keep up\(loss)"]
    }

    private func advice(_ title: String, _ advice: [CapacityAdvice]) -> [String] {
        guard !advice.isEmpty else { return [] }
        return ["", title]
            + advice.map { "  \($0.place): \($0.property) \($0.to), not \($0.from): \($0.reason)" }
    }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    /// With as many decimals as tell something: 0.052, 1.3, 12, 1,234.
    private static func number(_ value: Double) -> String {
        switch value {
        case 0: "0"
        case ..<0.1: String(format: "%.3f", value)
        case ..<10: String(format: "%.1f", value)
        default: Figures.count(Int(min(value.rounded(), 1e15)))
        }
    }
}
