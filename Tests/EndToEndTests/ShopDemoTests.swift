import Foundation
import Items
import Orders
import TestTraits
import Testing

extension EndToEnd {
    /// The demo with its shop: every message of every system and every loyalty point is accounted for.
    @Suite(.slow) struct ShopDemoTests {
        struct Report: Decodable {
            struct System: Decodable {
                let name: String
                let before: Int
                let sent: Int
                let settled: Int
                let deadLettered: Int
                let expired: Int
                let left: Int
                let settledByShop: Int?
            }

            struct Message: Decodable {
                let name: String
                let due: Int
                let dueMin: Int
                let settled: Int
                let deadLettered: Int
                let left: Int
            }

            struct Loyalty: Decodable {
                let earned: Int64
                let paid: Int64
                let owed: Int64
                let customers: Int
                let isSpendExact: Bool
            }

            let events: Int
            let shopEvents: Int
            let lost: Int
            let pipes: [PipeAccounts]
            let systems: [System]
            let messages: [Message]
            let loyalty: Loyalty
            let orderStates: [String: Int]
        }

        private let scratch: Scratch
        private let data: String

        init() throws {
            scratch = try Scratch()
            data = scratch.path("data")
        }

        private func demo(
            rows: Int, _ more: [String] = [], environment: [String: String] = [:]
        ) async throws -> Report {
            let outcome = try await Command.run(
                ["demo", "--limit", String(rows), "--data", data, "--json"] + more, scratch: scratch,
                environment: environment)
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        }

        /// The items of a table of a running engine.
        private func items(of table: String, _ engine: RunningSluice) async throws -> [Item] {
            struct Page: Decodable {
                let items: [Item]
                let lastEvaluatedKey: Item?
                private enum CodingKeys: String, CodingKey {
                    case items = "Items"
                    case lastEvaluatedKey = "LastEvaluatedKey"
                }
            }
            var items: [Item] = []
            var start: Item?
            repeat {
                let from = start.map { #","ExclusiveStartKey":\#(String(decoding: $0.json, as: UTF8.self))"# } ?? ""
                let answer = try await engine.send("Scan", #"{"TableName":"\#(table)"\#(from)}"#)
                try #require(answer.status == 200, "\(answer.body)")
                let page = try JSONDecoder().decode(Page.self, from: Data(answer.body.utf8))
                items += page.items
                start = page.lastEvaluatedKey
            } while start != nil
            return items
        }

        private func orders(_ engine: RunningSluice) async throws -> [Order] {
            try await items(of: "Orders", engine).map { try Order(item: $0) }
        }

        /// Whether an order has come to an end at which nobody holds anything of it.
        private static func isAtItsEnd(_ order: Order) -> Bool {
            switch order.status {
            case .created, .pending, .shipped: false
            case .delivered, .returned: order.paymentState == .captured && order.fulfillmentState == .delivered
            case .cancelled:
                [nil, .declined, .voided].contains(order.paymentState)
                    && [nil, .outOfStock, .released].contains(order.fulfillmentState)
            case .refunded: order.paymentState == .refunded && order.fulfillmentState == .released
            }
        }

        private static func points(_ orders: [Order]) -> Int64 {
            orders.reduce(0) { sum, order in
                guard order.shippedAt != nil, order.customerId != nil, order.amount.minorUnits > 100_000,
                    order.customerEmail?.hasSuffix("@test.com") == false
                else { return sum }
                let pounds = order.amount.minorUnits / 100
                return sum + (order.amount.minorUnits > 500_000 ? 2 * pounds : pounds)
            }
        }

        @Test func theShopBringsEveryOrderToItsEnd() async throws {
            let report = try await demo(rows: 300)
            #expect(report.lost == 0)
            #expect(report.shopEvents > report.events)
            #expect(report.systems.map(\.name) == ["inventory", "payment", "fulfillment", "vipCare"])
            for system in report.systems {
                #expect(system.sent > 0)
                #expect(system.sent == system.settled && system.settled == system.settledByShop, "\(system)")
                #expect(system.before + system.deadLettered + system.expired + system.left == 0, "\(system)")
            }
            #expect(report.messages.count == 6)
            for message in report.messages {
                #expect(message.due > 0)
                #expect(message.settled == message.due && message.dueMin == message.due, "\(message)")
            }
            #expect(report.loyalty.owed == 0)

            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            let orders = try await orders(engine)
            let customers = try await items(of: "Customers", engine)
            _ = await engine.stop()
            let led = orders.filter { OrderProcessing.concerns($0) }
            #expect(led.allSatisfy(Self.isAtItsEnd), "\(led.filter { !Self.isAtItsEnd($0) })")
            #expect(led.contains { $0.status == .delivered })
            #expect(led.contains { $0.paymentState == .declined && $0.fulfillmentState == .released })
            #expect(led.contains { $0.isPriority })
            #expect(Self.points(orders) > 0)
            #expect(report.loyalty.earned == Self.points(orders))
            #expect(
                customers.reduce(0) { $0 + ($1["points"]?.number?.int64 ?? 0) } == Self.points(orders))
        }

        /// A small stock and a bad day for payments: units are never below zero, and nothing stays held.
        @Test func aShortStockAndManyDeclinesLeaveNothingHeld() async throws {
            let full: Int64 = 2_000
            let report = try await demo(
                rows: 300,
                environment: [
                    "SHOP_UNITS_PER_SHELF": String(full), "SHOP_DECLINE_RATE": "0.2", "SHOP_UNKNOWN_RATE": "0.2",
                    "SHOP_TIMEOUT_RATE": "0.05", "SHOP_SEED": "7",
                ])
            #expect(report.lost == 0)
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            let orders = try await orders(engine).filter { OrderProcessing.concerns($0) }
            let stock = try await items(of: "Stock", engine).compactMap { $0["units"]?.number?.int64 }
            _ = await engine.stop()
            #expect(orders.allSatisfy(Self.isAtItsEnd), "\(orders.filter { !Self.isAtItsEnd($0) })")
            #expect(orders.contains { $0.fulfillmentState == .outOfStock })
            #expect(orders.contains { $0.paymentState == .declined })
            #expect(orders.contains { $0.fulfillmentState == .released })
            #expect(stock.allSatisfy { $0 >= 0 })
            let sold = orders.filter { $0.fulfillmentState == .delivered }.reduce(0) { $0 + max($1.units ?? 1, 1) }
            #expect(stock.reduce(0, +) == full * Int64(stock.count) - sold)
        }

        private static let faults = """
            seed: 5
            faults:
              - {resource: OrderProcessorFunction, fault: crash, after: 4, count: 4}
              - {resource: OrderProcessorFunction, fault: lostAnswer, rate: 0.1}
              - {resource: OrderProcessorFunction, fault: duplicateDelivery, rate: 0.1}
              - {resource: PremiumServiceFunction, fault: crash, after: 1, count: 3}
              - {resource: PremiumServiceFunction, fault: lostAnswer, rate: 0.3}
              - {resource: PremiumServiceFunction, fault: duplicateDelivery, rate: 0.2}
            """

        /// Failing orders, crashes of functions, lost answers; then the dead letters are delivered to sound functions while
        /// the shop runs as a program of its own.
        @Test func nothingIsLostOrPaidTwiceByFailuresCrashesAndRedrives() async throws {
            let faults = try scratch.write("faults.yaml", Self.faults)
            let report = try await demo(rows: 300, ["--fail-rate", "0.3", "--faults", faults])
            #expect(report.lost == 0)
            // An order that always fails in the first function never ships, so the second one's dead letters are a matter of
            // chance.
            #expect(report.pipes[0].deadLettered > 0 && report.pipes[0].retried > 0)
            #expect(report.loyalty.earned == report.loyalty.paid + report.loyalty.owed)
            #expect(report.loyalty.isSpendExact)
            for system in report.systems {
                #expect(system.sent == system.settled + system.deadLettered + system.left, "\(system)")
                #expect(system.settled == system.settledByShop, "\(system)")
            }
            for message in report.messages {
                #expect(
                    (message.dueMin...message.due).contains(message.settled + message.deadLettered + message.left),
                    "\(message)")
            }

            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            let shop = try startShop(engine)
            let redriven = try await Command.run(
                ["dlq", "redrive", "--all", "--force", "--endpoint-url", engine.url], scratch: scratch)
            #expect(redriven.status == 0, "\(redriven.output)\(redriven.errors)")
            let ended = try await comesToAnEnd(engine)
            #expect(ended, "\(shop.errors)")
            kill(shop.process.processIdentifier, SIGTERM)
            let shopOutcome = await shop.finish()
            #expect(shopOutcome.status == 0, "\(shopOutcome.errors)")
            #expect(shopOutcome.output.contains(#""settled""#))
            let orders = try await orders(engine)
            _ = await engine.stop()

            // A run that finds everything done adds it up once more.
            let after = try await demo(rows: 300)
            #expect(after.events == 0)
            #expect(after.loyalty.owed == 0)
            #expect(after.loyalty.paid == after.loyalty.earned)
            #expect(after.loyalty.earned == Self.points(orders))
            #expect(after.systems.allSatisfy { $0.left == 0 })
        }

        private func startShop(_ engine: RunningSluice) throws -> Command {
            func url(_ queue: String) -> String { "\(engine.url)/000000000000/\(queue).fifo" }
            return try Command(
                program: Command.products.appendingPathComponent("shop"), [], scratch: scratch,
                environment: [
                    "AWS_ENDPOINT_URL": engine.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "shop",
                    "AWS_SECRET_ACCESS_KEY": "shop", "INVENTORY_QUEUE_URL": url("InventoryQueue"),
                    "PAYMENT_QUEUE_URL": url("PaymentQueue"), "FULFILLMENT_QUEUE_URL": url("FulfillmentQueue"),
                    "VIP_QUEUE_URL": url("VipQueue"),
                ])
        }

        /// Waits until every order that the functions act upon has come to its end.
        private func comesToAnEnd(_ engine: RunningSluice) async throws -> Bool {
            for _ in 0..<1_200 {
                let orders = try await orders(engine)
                let isDrained = try await engine.status().pipes.allSatisfy { $0.inFlight == 0 }
                if isDrained, orders.allSatisfy({ !OrderProcessing.concerns($0) || Self.isAtItsEnd($0) }) {
                    _ = try await engine.drained()
                    return true
                }
                try await Task.sleep(for: .milliseconds(50))
            }
            return false
        }
    }
}
