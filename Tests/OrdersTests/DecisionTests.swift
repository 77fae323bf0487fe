import Items
import Orders
import Testing

@Suite struct DecisionTests {
    private let pendingNames = ["inventory.reserve", "payment.authorise"]
    private let shippedNames = ["payment.capture", "fulfillment.ship"]

    private func names(_ decision: Decision) -> [String]? {
        if case .route(let routing) = decision { routing.names } else { nil }
    }

    @Test func pendingAndShippedAreRouted() throws {
        let order = Samples.order()
        let reference = OrderReference(orderId: "o-1", timestamp: 1_700_000_000_123, eventId: "e-1")
        let placed = try OrderProcessing.decide(Samples.insert(order))
        let expected: [SystemMessage] = [
            .inventory(InventoryMessage(.reserve, order, eventId: "e-1")),
            .payment(PaymentMessage(.authorise, order, eventId: "e-1")),
        ]
        #expect(placed == .route(Routing(OrderReference(Samples.order(.pending), eventId: "e-1"), messages: expected)))
        #expect(expected.allSatisfy { $0.order == reference })
        #expect(names(try OrderProcessing.decide(Samples.move(Samples.order(), from: .created))) == pendingNames)
        let shipped = Samples.move(Samples.order(.shipped), from: .pending)
        #expect(names(try OrderProcessing.decide(shipped)) == shippedNames)
        #expect(
            names(try OrderProcessing.decide(Samples.insert(Samples.order(email: nil, customer: nil)))) == pendingNames)
    }

    /// Progress of payment and goods is written to the same item, and is no reason to act.
    @Test func progressIsNoChangeOfStatus() throws {
        let before = Samples.order()
        var after = before
        after.paymentState = .authorised
        after.fulfillmentState = .reserved
        let record = Samples.record(.modify, new: after.item, old: before.item)
        #expect(try OrderProcessing.decide(record) == .skipped(.statusUnchanged))
        #expect(try PremiumService.decide(record) == .skipped(.statusUnchanged))
    }

    @Test(arguments: [
        (Samples.insert(Samples.order(amount: "100.00")), SkipReason.amountNotOver100),
        (Samples.insert(Samples.order(email: "x@Test.COM")), .testAddress),
        (Samples.move(Samples.order(), from: .pending), .statusUnchanged),
        (Samples.insert(Samples.order(.created)), .statusNotHandled),
        (Samples.move(Samples.order(.delivered), from: .shipped), .statusNotHandled),
        (Samples.move(Samples.order(.pending), from: .delivered), .moveNotAllowed),
        (Samples.move(Samples.order(.shipped), from: .cancelled), .moveNotAllowed),
        (Samples.record(.remove, old: Samples.order().item), .removed),
    ])
    func skipped(_ record: StreamRecord, _ reason: SkipReason) throws {
        #expect(try OrderProcessing.decide(record) == .skipped(reason))
    }

    /// The filter reads the derived attributes; the function must not.
    @Test func derivedAttributesAreNotTrusted() throws {
        var item = Samples.order(amount: "50", email: "x@test.com").item
        item["amountTier"] = .string("over1000")
        item["emailDomain"] = .string("example.com")
        #expect(try OrderProcessing.decide(Samples.record(.insert, new: item)) == .skipped(.amountNotOver100))
        item["amount"] = .number(500)
        #expect(try OrderProcessing.decide(Samples.record(.insert, new: item)) == .skipped(.testAddress))
    }

    @Test func unknownOldStatusCountsAsAChange() throws {
        let old: Item = ["orderId": .string("o-1"), "status": .string("draft")]
        let decision = try OrderProcessing.decide(Samples.record(.modify, new: Samples.order().item, old: old))
        #expect(names(decision) == pendingNames)
    }

    @Test func recordsWithoutImagesOrWithBadOrdersFail() {
        #expect(throws: OrderError.self) { try OrderProcessing.decide(Samples.record(.insert)) }
        #expect(throws: OrderError.self) {
            try OrderProcessing.decide(Samples.record(.modify, new: Samples.order().item))
        }
        #expect(throws: OrderError.self) {
            try PremiumService.decide(Samples.record(.insert, new: ["orderId": .string("o")]))
        }
        do {
            _ = try PremiumService.decide(Samples.record(.modify, new: Samples.order().item))
        } catch {
            #expect(error.code == .missingImage)
            #expect(error.orderId == "o-1")
        }
    }

    @Test func premium() throws {
        let order = Samples.order(.shipped, amount: "1000.01")
        let messages: [SystemMessage] = [.fulfillment(FulfillmentMessage(.prioritise, order, eventId: "e-1"))]
        let award = try #require(LoyaltyAward(order, eventId: "e-1"))
        #expect(award.points == 1_000)
        #expect(award.customerId == "C-1")
        #expect(award.spend == order.amount)
        #expect(
            try PremiumService.decide(Samples.move(order, from: .pending))
                == .route(Routing(OrderReference(order, eventId: "e-1"), messages: messages, award: award)))
        let guest = Samples.order(.shipped, amount: "6000", email: nil, customer: nil)
        #expect(LoyaltyAward(guest, eventId: "e-1") == nil)
        #expect(names(try PremiumService.decide(Samples.move(guest, from: .pending))) == ["fulfillment.prioritise"])
        #expect(
            names(try PremiumService.decide(Samples.move(order, from: .pending))) == [
                "loyalty.award", "fulfillment.prioritise",
            ])
    }

    @Test(arguments: [
        (Samples.move(Samples.order(.shipped, amount: "1000"), from: .pending), SkipReason.amountNotOver1000),
        (Samples.move(Samples.order(.shipped, amount: "2000", email: "a@test.com"), from: .pending), .testAddress),
        (Samples.insert(Samples.order(.shipped, amount: "2000")), .statusNotHandled),
        (Samples.move(Samples.order(.pending, amount: "2000"), from: .created), .statusNotHandled),
        (Samples.move(Samples.order(.shipped, amount: "2000"), from: .shipped), .statusUnchanged),
        (Samples.record(.remove), .removed),
    ])
    func premiumSkips(_ record: StreamRecord, _ reason: SkipReason) throws {
        #expect(try PremiumService.decide(record) == .skipped(reason))
    }
}
