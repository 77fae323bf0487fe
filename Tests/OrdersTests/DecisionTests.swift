import Items
import Orders
import Testing

@Suite struct DecisionTests {
    private let pendingRoutes: [Route] = [.inventory(.reserve), .payment(.authorise)]
    private let shippedRoutes: [Route] = [.payment(.capture), .fulfillment(.ship)]

    private func routed(_ decision: Decision) -> [Route]? {
        if case .route(let routing) = decision { routing.routes } else { nil }
    }

    @Test func pendingAndShippedAreRouted() throws {
        let placed = try OrderProcessing.decide(Samples.insert(Samples.order()))
        #expect(placed == .route(Routing(orderId: "o-1", eventID: "e-1", routes: pendingRoutes)))
        #expect(routed(try OrderProcessing.decide(Samples.move(Samples.order(), from: .created))) == pendingRoutes)
        #expect(
            routed(try OrderProcessing.decide(Samples.move(Samples.order(.shipped), from: .pending))) == shippedRoutes)
        #expect(
            routed(try OrderProcessing.decide(Samples.insert(Samples.order(email: nil, customer: nil))))
                == pendingRoutes)
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
        #expect(routed(decision) == pendingRoutes)
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
        #expect(
            try PremiumService.decide(Samples.move(order, from: .pending))
                == .route(
                    Routing(
                        orderId: "o-1", eventID: "e-1",
                        routes: [.loyalty(.award), .vipCare(.openCase), .fulfillment(.prioritise)], points: 1_000,
                        customerId: "C-1")))
        let guest = Samples.order(.shipped, amount: "6000", email: nil, customer: nil)
        #expect(
            try PremiumService.decide(Samples.move(guest, from: .pending))
                == .route(Routing(orderId: "o-1", eventID: "e-1", routes: [.fulfillment(.prioritise)])))
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

    @Test func routesHaveStableNames() {
        let routes: [Route] =
            pendingRoutes + shippedRoutes + [.loyalty(.award), .vipCare(.openCase), .fulfillment(.prioritise)]
        #expect(
            routes.map(\.name) == [
                "inventory.reserve", "payment.authorise", "payment.capture", "fulfillment.ship", "loyalty.award",
                "vipCare.openCase", "fulfillment.prioritise",
            ])
        let routing = Routing(orderId: "o", eventID: "e", routes: routes)
        #expect(routing.deduplicationId(for: .payment(.capture)) == "e-payment")
    }
}
