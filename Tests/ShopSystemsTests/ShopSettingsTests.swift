import Orders
import ShopSystems
import Testing

@Suite struct ShopSettingsTests {
    private let queues = [
        "INVENTORY_QUEUE_URL": "http://h/1/i.fifo", "PAYMENT_QUEUE_URL": "http://h/1/p.fifo",
        "FULFILLMENT_QUEUE_URL": "http://h/1/f.fifo", "VIP_QUEUE_URL": "http://h/1/v.fifo",
    ]

    @Test func theTemplatesVariablesAreEnough() throws {
        let settings = try ShopSettings(environment: queues)
        #expect(settings.queueURLs[.payment] == "http://h/1/p.fifo")
        #expect(settings.queueURLs.count == 4)
        #expect(settings.ordersTable == "Orders")
    }

    @Test func ownVariables() throws {
        let own = [
            "ORDERS_TABLE": "Bestellungen", "STOCK_TABLE": "Lager", "SHOP_UNITS_PER_SHELF": "0",
            "SHOP_DECLINE_RATE": "1", "SHOP_SEED": "18446744073709551615",
        ]
        let settings = try ShopSettings(environment: queues.merging(own) { $1 })
        #expect(settings.ordersTable == "Bestellungen" && settings.stockTable == "Lager")
        #expect(settings.unitsPerShelf == 0)
        #expect(settings.payments.declineRate == 1 && settings.payments.seed == .max)
    }

    @Test(arguments: ["INVENTORY_QUEUE_URL", "PAYMENT_QUEUE_URL", "FULFILLMENT_QUEUE_URL", "VIP_QUEUE_URL"])
    func aMissingQueueIsNamed(_ name: String) {
        var environment = queues
        environment[name] = nil
        let error = #expect(throws: ShopError.self) { try ShopSettings(environment: environment) }
        #expect(error?.description.hasPrefix("\(name) is not set;") == true)
    }

    @Test(arguments: [
        ("SHOP_UNITS_PER_SHELF", "-1"), ("SHOP_DECLINE_RATE", "2"), ("SHOP_TIMEOUT_RATE", "x"),
        ("SHOP_UNKNOWN_RATE", "nan"), ("SHOP_SEED", "-1"),
    ])
    func badValuesAreNamed(_ name: String, _ value: String) {
        let error = #expect(throws: ShopError.self) {
            try ShopSettings(environment: queues.merging([name: value]) { $1 })
        }
        #expect(error?.description.hasPrefix(#"\#(name) is "\#(value)"; give "#) == true)
    }
}
