/// What shall be done for one event of one order.
public struct Routing: Hashable, Sendable {
    /// The order, and the event: the same on each delivery, so it tells repeats.
    public var order: OrderReference
    /// What the systems are told, in this order.
    public var messages: [SystemMessage]
    /// Loyalty points; nil for what earns none.
    public var award: LoyaltyAward?

    public init(_ order: OrderReference, messages: [SystemMessage], award: LoyaltyAward? = nil) {
        self.order = order
        self.messages = messages
        self.award = award
    }

    /// Names of all that is done: "loyalty.award", "fulfillment.prioritise".
    public var names: [String] { (award == nil ? [] : ["loyalty.award"]) + messages.map(\.name) }
}
