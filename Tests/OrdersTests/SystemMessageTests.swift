import Items
import Orders
import Testing

@Suite struct SystemMessageTests {
    private static let order = Samples.order(.shipped, amount: "1234.50")
    private static let reference = #""order":{"eventId":"e-9","orderId":"o-1","timestamp":1700000000123}"#
    private static let award = LoyaltyAward(order, eventId: "e-9")!
    private static let standing = LoyaltyStanding(points: 5_100, tier: .silver, isPromotion: true)

    /// The form is a contract with other systems: members may be added, none may change.
    @Test(arguments: [
        (
            SystemMessage.inventory(InventoryMessage(.reserve, order, eventId: "e-9")),
            #"{"action":"reserve","lines":2,\#(reference),"units":3}"#
        ),
        (
            .payment(PaymentMessage(.capture, order, eventId: "e-9")),
            #"{"action":"capture","amount":{"currency":"USD","minorUnits":123450},\#(reference)}"#
        ),
        (
            .fulfillment(FulfillmentMessage(.prioritise, order, eventId: "e-9")),
            #"{"action":"prioritise","country":"France",\#(reference)}"#
        ),
        (
            .vipCare(VipMessage(award, standing)),
            #"{"action":"openCase","amount":{"currency":"USD","minorUnits":123450},"customerId":"C-1","isPromotion":true,"#
                + #"\#(reference),"points":1234,"tier":"silver"}"#
        ),
    ])
    func form(_ message: SystemMessage, _ expected: String) {
        #expect(String(decoding: message.json, as: UTF8.self) == expected)
        #expect(!expected.contains("@"))
    }

    @Test func everyActionHasItsNameAndItsOwnDeduplication() {
        let order = Self.order
        let all: [SystemMessage] =
            InventoryMessage.Action.allCases.map { .inventory(InventoryMessage($0, order, eventId: "e")) }
            + PaymentMessage.Action.allCases.map { .payment(PaymentMessage($0, order, eventId: "e")) }
            + FulfillmentMessage.Action.allCases.map { .fulfillment(FulfillmentMessage($0, order, eventId: "e")) }
            + [.vipCare(VipMessage(Self.award, Self.standing))]
        #expect(
            all.map(\.name) == [
                "inventory.reserve", "inventory.release", "payment.authorise", "payment.capture", "payment.void",
                "payment.refund", "fulfillment.ship", "fulfillment.cancel", "fulfillment.prioritise",
                "vipCare.openCase",
            ])
        #expect(Set(all.map(\.deduplicationId)).count == all.count)
        #expect(all[2].deduplicationId == "e-payment.authorise")
    }

    /// Each function finds the id by itself, in another process and another year.
    @Test func anOrdersTraceIDIsTheSameEverywhere() throws {
        let trace = OrderReference(Self.order, eventId: "e-1").traceID
        #expect(trace.description == "1-6553f100-cf41a11997ebcd4d6edc61ad")
        #expect(trace.header == "Root=\(trace)")
        #expect(OrderTraceID(keys: Self.order.item) == trace)
        #expect(OrderTraceID(keys: ["id": .string("a")]) == nil)
        let others = (0..<1_000).map { OrderTraceID(orderId: "o-\($0)", timestamp: 1_700_000_000_000).description }
        #expect(Set(others).count == 1_000)
        #expect(OrderTraceID(orderId: "o-1", timestamp: 0).description.hasPrefix("1-00000000-"))
    }

    @Test func unitsAreOneOrMore() {
        var order = Self.order
        for units in [nil, 0, -5] as [Int64?] {
            order.units = units
            #expect(InventoryMessage(.reserve, order, eventId: "e").units == 1)
        }
    }

    @Test(arguments: [
        ("536365", "536365"), (String(repeating: "x", count: 128), String(repeating: "x", count: 128)),
    ])
    func groupIsTheOrder(_ id: String, _ group: String) {
        #expect(OrderReference(orderId: id, timestamp: 1, eventId: "e").messageGroupId == group)
    }

    /// SQS refuses these as groups, and an order must not fail for its name.
    @Test(arguments: ["order 17", "Bestellung-ä", "", String(repeating: "x", count: 129)])
    func groupOfAnUnusualId(_ id: String) {
        let group = OrderReference(orderId: id, timestamp: 1, eventId: "e").messageGroupId
        #expect(group.wholeMatch(of: /order-[0-9a-f]{1,16}/) != nil)
    }
}
