import Items
import Orders

/// Orders and records for tests.
enum Samples {
    static func order(
        _ status: OrderStatus = .pending, amount: String = "250.00", email: String? = "ana@example.com",
        customer: String? = "C-1"
    ) -> Order {
        Order(
            orderId: "o-1", timestamp: 1_700_000_000_123, customerId: customer, customerEmail: email,
            amount: Money(amount, currency: .usd)!, status: status, units: 3, lines: 2, country: "France")
    }

    static func record(
        _ name: StreamRecord.EventName, new: Item? = nil, old: Item? = nil, eventID: String = "e-1"
    ) -> StreamRecord {
        StreamRecord(
            eventID: eventID, eventName: name, awsRegion: "eu-west-1",
            dynamodb: .init(
                approximateCreationDateTime: 1_700_000_000,
                keys: ["orderId": .string("o-1"), "timestamp": .number(1_700_000_000_123)], newImage: new,
                oldImage: old, sequenceNumber: "100000000000000000001", sizeBytes: 100,
                streamViewType: "NEW_AND_OLD_IMAGES"),
            eventSourceARN: "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2026-01-01T00:00:00.000")
    }

    static func insert(_ order: Order) -> StreamRecord { record(.insert, new: order.item) }

    static func move(_ order: Order, from: OrderStatus) -> StreamRecord {
        var old = order
        old.status = from
        return record(.modify, new: order.item, old: old.item)
    }
}
