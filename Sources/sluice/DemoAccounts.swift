import Engine
import Foundation
import Idempotency
import Items
import OrderFunctions
import Orders
import Queues
import Replay
import ShopSystems
import Tables

/// Adds up what a demo's orders demand, from the replay and the final tables alone, and what there is of it.
struct DemoAccounts: Sendable {
    let running: RunningEngine
    let settings: FunctionSettings
    /// The orders as they are now.
    let orders: [Order]

    /// Reads the whole table of orders.
    init(_ running: RunningEngine, _ settings: FunctionSettings, ordersTable: Table) throws {
        self.running = running
        self.settings = settings
        orders = try Self.items(of: ordersTable).map { try Order(item: $0) }
    }

    static func items(of table: Table) throws -> [Item] {
        var items: [Item] = []
        var scan = ItemScan()
        repeat {
            let page = try table.scan(scan)
            items += try page.items.map { try $0.item }
            scan.exclusiveStartKey = page.lastEvaluatedKey
        } while scan.exclusiveStartKey != nil
        return items
    }

    // MARK: Systems

    private static func queueName(_ url: String) -> String { url.split(separator: "/").last.map(String.init) ?? url }

    /// Messages in each system's queue.
    static func present(_ running: RunningEngine, _ settings: FunctionSettings) -> [SystemMessage.System: Int] {
        settings.queueURLs.compactMapValues { running.account(ofQueue: queueName($0))?.present }
    }

    /// Messages that each system's queue has taken in this run.
    static func arrived(_ running: RunningEngine, _ settings: FunctionSettings) -> [Int] {
        SystemMessage.System.allCases.map { system in
            settings.queueURLs[system].flatMap { running.account(ofQueue: queueName($0))?.traffic.arrived } ?? 0
        }
    }

    func systems(shop: ShopCounts?) -> [SystemReport] {
        SystemMessage.System.allCases.compactMap { system in
            guard let url = settings.queueURLs[system],
                let account = running.account(ofQueue: Self.queueName(url))
            else { return nil }
            return SystemReport(system, queue: Self.queueName(url), account, shop: shop)
        }
    }

    // MARK: Messages

    /// What the functions had to send, kind by kind.
    ///
    /// - Parameter steps: all steps of the replay, each of which was made in this run.
    func messages(_ steps: [ReplayStep], shop: ShopCounts?) throws -> [MessageReport] {
        var due: [String: Int] = [:]
        let concerned = steps.filter { $0.order.status == .pending && OrderProcessing.concerns($0.order) }.count
        let shipped = orders.filter { $0.shippedAt != nil && OrderProcessing.concerns($0) }
        let premium = shipped.filter { $0.amount.isOver(AmountTier.premiumOver) }
        due["inventory.reserve"] = concerned
        due["payment.authorise"] = concerned
        due["payment.capture"] = shipped.count
        due["fulfillment.ship"] = shipped.count
        due["fulfillment.prioritise"] = premium.count
        due["vipCare.openCase"] = premium.count { !$0.isGuest }
        var uncertain: [String: Int] = [:]
        for (_, record) in try running.deadRecords(ofFunctionsWithCode: "OrderProcessorFunction.zip") {
            if case .route(let routing) = try OrderProcessing.decide(record) {
                for message in routing.messages { uncertain[message.name, default: 0] += 1 }
            }
        }
        for (_, record) in try running.deadRecords(ofFunctionsWithCode: "PremiumServiceFunction.zip") {
            if case .route(let routing) = try PremiumService.decide(record) {
                for message in routing.messages { uncertain[message.name, default: 0] += 1 }
                if routing.award != nil { uncertain["vipCare.openCase", default: 0] += 1 }
            }
        }
        let (left, dead) = try waiting()
        return due.keys.sorted().map { name in
            MessageReport(
                name: name, due: due[name] ?? 0, dueMin: (due[name] ?? 0) - (uncertain[name] ?? 0),
                settled: shop?.settled[name] ?? 0, deadLettered: dead[name] ?? 0, left: left[name] ?? 0)
        }
    }

    /// Messages that wait, in the systems' queues and in the dead-letter queues behind them, by their names.
    private func waiting() throws -> (left: [String: Int], dead: [String: Int]) {
        struct Named: Decodable { let action: String }
        var left: [String: Int] = [:]
        var dead: [String: Int] = [:]
        for (system, url) in settings.queueURLs {
            let queue = Self.queueName(url)
            for body in try running.messages(inQueue: queue, limit: .max) {
                let action = try JSONDecoder().decode(Named.self, from: Data(body.utf8)).action
                left["\(system.rawValue).\(action)", default: 0] += 1
            }
            guard let deadQueue = running.account(ofQueue: queue)?.deadLetterQueueName else { continue }
            for body in try running.messages(inQueue: deadQueue, limit: .max) {
                let action = try JSONDecoder().decode(Named.self, from: Data(body.utf8)).action
                dead["\(system.rawValue).\(action)", default: 0] += 1
            }
        }
        return (left, dead)
    }

    // MARK: Loyalty

    /// Nil where there are no accounts.
    func loyalty() throws -> LoyaltyReport? {
        guard let customersTable = settings.customersTable, let idempotencyTable = settings.idempotencyTable,
            let customers = try? running.tables.table(customersTable),
            let idempotency = try? running.tables.table(idempotencyTable)
        else { return nil }
        let paidRecords = Set(try Self.items(of: idempotency).compactMap { $0["id"]?.string })
        var owed: [LoyaltyAward] = []
        for (function, record) in try running.deadRecords(ofFunctionsWithCode: "PremiumServiceFunction.zip") {
            guard case .route(let routing) = try PremiumService.decide(record), let award = routing.award,
                !paidRecords.contains(Idempotency.id(of: record.eventID, functionName: function))
            else { continue }
            owed.append(award)
        }
        let accounts = try Self.items(of: customers).map { item in
            try CustomerAccount(
                customerId: item[CustomerAccount.AttributeName.customerId]?.string ?? "", item: item)
        }
        let earning = orders.filter {
            $0.shippedAt != nil && !$0.isGuest && OrderProcessing.concerns($0)
                && $0.amount.isOver(AmountTier.premiumOver)
        }
        let owedOrders = Set(owed.map(\.order.orderId))
        return LoyaltyReport(
            earned: earning.reduce(0) { $0 + LoyaltyRules.points(for: $1.amount) },
            paid: accounts.reduce(0) { $0 + $1.points }, owed: owed.reduce(0) { $0 + $1.points },
            customers: accounts.count,
            tiers: Dictionary(accounts.map { ($0.tier.rawValue, 1) }, uniquingKeysWith: +),
            isSpendExact: try Self.isSpendExact(earning.filter { !owedOrders.contains($0.orderId) }, accounts))
    }

    /// Whether each account has spent what its orders cost.
    private static func isSpendExact(_ orders: [Order], _ accounts: [CustomerAccount]) throws -> Bool {
        struct Purse: Hashable {
            let customerId: String
            let currency: Currency
        }
        var spent: [Purse: Int64] = [:]
        for order in orders {
            let purse = Purse(customerId: order.customerId ?? "", currency: order.amount.currency)
            spent[purse, default: 0] += order.amount.minorUnits
        }
        let byId = Dictionary(accounts.map { ($0.customerId, $0) }) { first, _ in first }
        return try spent.allSatisfy { purse, sum in
            try byId[purse.customerId]?.lifetimeSpend(purse.currency).minorUnits == sum
        }
    }
}
