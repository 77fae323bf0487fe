import Items
import Orders
import Testing

@Suite struct OrderItemTests {
    @Test func writesDerivedAttributes() {
        #expect(
            Samples.order(amount: "139.10").item == [
                "orderId": .string("o-1"), "timestamp": .number(1_700_000_000_123), "customerId": .string("C-1"),
                "customerEmail": .string("ana@example.com"), "emailDomain": .string("example.com"),
                "amount": .number(Number(1_391, fractionDigits: 1)), "amountTier": .string("over100"),
                "currency": .string("USD"), "status": .string("pending"), "units": .number(3), "lines": .number(2),
                "country": .string("France"),
            ])
    }

    @Test func guestHasNoCustomerAttributes() {
        let item = Samples.order(email: nil, customer: nil).item
        for name in ["customerId", "customerEmail", "emailDomain"] { #expect(item[name] == nil) }
    }

    @Test func roundTrip() throws {
        for order in [Samples.order(), Samples.order(.returned, amount: "-5.25", email: nil, customer: nil)] {
            #expect(try Order(item: order.item) == order)
            #expect(try Order(item: Item(json: order.item.json)) == order)
        }
    }

    @Test func anotherProducersOrder() throws {
        let order = try Order(item: [
            "orderId": .string("o"), "timestamp": .number(5), "amount": .number(150), "status": .string("pending"),
            "customerEmail": .string(""), "customerId": .null, "gift": .bool(true),
        ])
        #expect(order.amount == Money("150", currency: .usd))
        #expect(order.isGuest && order.customerEmail == nil && order.units == nil)
    }

    @Test func schemaFitsTheItem() throws { #expect(try Order.keySchema.key(of: Samples.order().item).count == 2) }

    @Test(
        arguments: [
            ("orderId", nil, "missingAttribute: The attribute orderId (S) is missing"),
            ("timestamp", nil, "missingAttribute: The attribute timestamp is missing (order o-1)"),
            ("timestamp", .string("5"), "invalidAttribute: The attribute timestamp is not of type N (order o-1)"),
            ("amount", nil, "missingAttribute: The attribute amount is missing (order o-1)"),
            ("amount", .string("5"), "invalidAttribute: The attribute amount is not of type N (order o-1)"),
            (
                "amount", .number(Number(1, fractionDigits: 3)),
                "invalidAttribute: The attribute amount is no exact amount of USD (order o-1)"
            ),
            (
                "currency", .string("dollars"),
                "invalidAttribute: The attribute currency is no currency code of three capital letters (order o-1)"
            ),
            ("status", nil, "missingAttribute: The attribute status is missing (order o-1)"),
            (
                "status", .string("lost"),
                "invalidAttribute: The attribute status is none of the known states (order o-1)"
            ),
            (
                "customerEmail", .string("secret-address"),
                "invalidAttribute: The attribute customerEmail is no address (order o-1)"
            ),
            (
                "units", .number(Number(15, fractionDigits: 1)),
                "invalidAttribute: The attribute units is no whole number of 64 bits (order o-1)"
            ),
            ("country", .number(1), "invalidAttribute: The attribute country is not of type S (order o-1)"),
        ] as [(String, AttributeValue?, String)])
    func refused(_ name: String, _ value: AttributeValue?, _ message: String) {
        var item = Samples.order().item
        item[name] = value
        do {
            _ = try Order(item: item)
            Issue.record("accepted")
        } catch {
            #expect(error.description == message)
            #expect(!error.description.contains("secret"))
        }
    }
}
