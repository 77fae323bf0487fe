import Engine
import Foundation
import Items
import Logging
import OrderFunctions
import Orders
import Replay
import ShopSystems
import Synchronization
import Tables

/// Replays the life of orders through an engine and accounts for what came of it.
struct Demo: Sendable {
    /// Writes under way together when there is no rate: enough to fill group commits.
    private static let chunkSize = 256
    /// How often the progress is shown and the end is looked for.
    private static let pollInterval = Duration.milliseconds(5)

    let rows: [OrderRow]
    /// Orders a second; nil for as fast as it goes.
    let rate: Double?
    /// Whether the shop brings the orders through their lives; false for what the file tells of them.
    let hasShop: Bool
    let options: EngineOptions

    /// Runs the engine for the replay and returns the accounts once every pipe has settled everything.
    func run(logger: Logger) async throws -> DemoReport {
        let engine = try Engine(options, logger: logger)
        if let faults = engine.faults { Terminal.error(faults.announcement) }
        defer { EngineArguments.reportFaults(of: engine) }
        let result = Mutex<DemoReport?>(nil)
        // A template without the systems' queues has nothing that a shop could do.
        let settings = hasShop && engine.hasSystemQueues ? try ShopSettings(environment: engine.shopEnvironment) : nil
        let service = EngineService(engine: engine) { running in
            let shop = try settings.map { settings in
                try DemoShop(settings, at: running.endpointURL ?? "", logger: logger)
            }
            let report = try await replay(running, engine, shop)
            result.withLock { $0 = report }
            engine.stop()
        }
        try await service.runUntilStopped(logger: logger)
        // Stopped by a signal before the replay's end.
        guard let report = result.withLock({ $0 }) else { throw CancellationError() }
        return report
    }

    private func replay(_ running: RunningEngine, _ engine: Engine, _ shop: DemoShop?) async throws -> DemoReport {
        guard let table = ordersTable(in: running) else {
            throw DemoError(
                "The template has no table with the keys orderId (S) and timestamp (N), so there is nowhere to put orders; give --template one that has."
            )
        }
        let lifeCycle = LifeCycle(rows, isLedByOthers: shop == nil ? { _ in false } : OrderProcessing.concerns)
        let functions = FunctionSettings(environment: engine.functionEnvironment)
        let writer = try StepWriter(table: table)
        let changesBefore = Int(table.stream?.recordCount ?? 0)
        let writing: Duration
        let elapsed: Duration
        do {
            try await shop?.openStock(in: running.tables)
            (writing, elapsed) = try await withThrowingTaskGroup(of: Void.self) { group in
                if let shop { group.addTask { try await shop.run() } }
                let times = try await replay(lifeCycle, running, table, writer, functions, changesBefore)
                await shop?.stop()
                try await group.waitForAll()
                return times
            }
        } catch {
            await shop?.shutDown()
            throw error
        }
        await shop?.shutDown()
        let accounts = try DemoAccounts(running, functions, ordersTable: table)
        let counts = shop?.counts
        return DemoReport(
            running: running, faults: engine.faults, orders: lifeCycle.orderCount, events: writer.changes,
            shopEvents: counts?.orderChanges ?? 0, skippedWrites: writer.skipped, changesBefore: changesBefore,
            writing: writing, elapsed: elapsed, systems: accounts.systems(shop: counts),
            // What an earlier run has sent and settled is not known any more.
            messages: changesBefore == 0 ? try accounts.messages(lifeCycle.steps, shop: counts) : [],
            loyalty: try accounts.loyalty(), orderStates: Self.states(accounts.orders))
    }

    private static func states(_ orders: [Order]) -> [String: Int] {
        Dictionary(orders.map { ($0.status.rawValue, 1) }, uniquingKeysWith: +)
    }

    /// Writes the steps, and waits until everything that follows from them is done.
    private func replay(
        _ lifeCycle: LifeCycle, _ running: RunningEngine, _ table: Table, _ writer: StepWriter,
        _ functions: FunctionSettings, _ changesBefore: Int
    ) async throws -> (writing: Duration, elapsed: Duration) {
        var progress = ProgressBar("Replaying")
        let clock = ContinuousClock()
        let start = clock.now
        var next = 0
        while next < lifeCycle.steps.count {
            try Task.checkCancellation()
            let due = dueCount(of: lifeCycle, after: clock.now - start)
            guard due > next else {
                try await clock.sleep(for: Self.pollInterval / 5)
                continue
            }
            let end = min(due, next + Self.chunkSize)
            try await writer.write(lifeCycle.steps[next..<end])
            next = end
            progress.show { writingState(next, of: lifeCycle.steps.count, running, clock.now - start) }
        }
        let writing = clock.now - start
        var settling = ProgressBar("Settling ")
        while !isSettled(running, table, functions) {
            try await clock.sleep(for: Self.pollInterval)
            settling.show { settlingState(running, of: Int(table.stream?.recordCount ?? 0)) }
        }
        settling.clear()
        return (writing, clock.now - start)
    }

    /// Whether nothing moves any more: every pipe has settled what its stream holds, and with a shop every queue is empty.
    /// A message makes changes and a change makes messages, so both are looked at between two equal marks.
    private func isSettled(_ running: RunningEngine, _ table: Table, _ functions: FunctionSettings) -> Bool {
        guard hasShop else { return running.isDrained }
        func mark() -> [Int] {
            [Int(table.stream?.recordCount ?? 0)] + DemoAccounts.arrived(running, functions)
        }
        let before = mark()
        guard running.isDrained, DemoAccounts.present(running, functions).values.allSatisfy({ $0 == 0 }) else {
            return false
        }
        return mark() == before
    }

    /// How many writes are due: all of them, or with a rate as many as the time allows, evenly spread.
    private func dueCount(of lifeCycle: LifeCycle, after elapsed: Duration) -> Int {
        guard let rate else { return lifeCycle.steps.count }
        let stepsPerOrder = Double(lifeCycle.steps.count) / Double(max(lifeCycle.orderCount, 1))
        return min(Int(elapsed / .seconds(1) * rate * stepsPerOrder) + 1, lifeCycle.steps.count)
    }

    private func writingState(
        _ written: Int, of total: Int, _ running: RunningEngine, _ elapsed: Duration
    ) -> (done: Int, total: Int, detail: String) {
        let rate = Int(Double(written) / max(elapsed / .seconds(1), 0.001))
        let waiting = running.pipeReports.reduce(0) { $0 + $1.behind + $1.inFlight }
        let counts = "\(Figures.count(written)) writes, \(Figures.count(rate))/s"
        let detail = "\(counts), \(Figures.count(waiting)) in the pipes"
        return (written, total, detail)
    }

    /// After the last write: what the pipes have settled of what they must.
    private func settlingState(_ running: RunningEngine, of changes: Int) -> (done: Int, total: Int, detail: String) {
        let reports = running.pipeReports
        let total = changes * reports.count
        let settled = reports.reduce(0) { $0 + $1.settled }
        let retried = reports.reduce(0) { $0 + $1.retried }
        return (settled, total, "\(Figures.count(total - settled)) events to go, \(Figures.count(retried)) retried")
    }

    private func ordersTable(in running: RunningEngine) -> Table? {
        running.tables.tableNames.lazy.compactMap { try? running.tables.table($0) }
            .first { (try? $0.definition.keySchema) == Order.keySchema }
    }
}

/// Something the demo needs and does not find.
struct DemoError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Engine {
    /// What the template tells its functions, and what the user tells the shop (`SHOP_DECLINE_RATE=0.2 sluice demo`).
    fileprivate var shopEnvironment: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("SHOP_") }
            .merging(functionEnvironment) { _, template in template }
    }

    fileprivate var hasSystemQueues: Bool {
        FunctionSettings(environment: functionEnvironment).queueURLs.count == SystemMessage.System.allCases.count
    }
}
