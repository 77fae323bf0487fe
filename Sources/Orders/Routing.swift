/// What shall be done for one event of one order.
public struct Routing: Hashable, Sendable {
    public var orderId: String
    /// The stream record's id. The same on each delivery, so it tells repeats.
    public var eventID: String
    /// What the systems are told, in this order.
    public var messages: [SystemMessage]
    /// Loyalty points; nil for what earns none.
    public var award: LoyaltyAward?

    public init(orderId: String, eventID: String, messages: [SystemMessage], award: LoyaltyAward? = nil) {
        self.orderId = orderId
        self.eventID = eventID
        self.messages = messages
        self.award = award
    }

    /// Names of all that is done: "loyalty.award", "fulfillment.prioritise".
    public var names: [String] { (award == nil ? [] : ["loyalty.award"]) + messages.map(\.name) }
}
