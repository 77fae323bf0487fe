internal import Items

/// Which order a message is about, and which event caused it.
public struct OrderReference: Decodable, Sendable, Hashable {
    public var orderId: String
    /// When the order was made, in milliseconds since 1970: with `orderId` the key of the Orders table.
    public var timestamp: Int64
    /// The stream record that caused the message. The same on each delivery, so it tells repeats.
    public var eventId: String

    public init(orderId: String, timestamp: Int64, eventId: String) {
        self.orderId = orderId
        self.timestamp = timestamp
        self.eventId = eventId
    }

    public init(_ order: Order, eventId: String) {
        self.init(orderId: order.orderId, timestamp: order.timestamp, eventId: eventId)
    }

    /// The message group: the order, so that what one order is told keeps its order. The id itself where SQS allows it as a
    /// group (1 to 128 ASCII letters, digits and punctuation), a hash of it otherwise.
    public var messageGroupId: String {
        let isAllowed = (1...128).contains(orderId.utf8.count) && orderId.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isAllowed ? orderId : "order-" + String(StableHash.hash(orderId), radix: 16)
    }

    var members: JSONMembers {
        var members = JSONMembers()
        members.add("eventId", eventId)
        members.add("orderId", orderId)
        members.add("timestamp", timestamp)
        return members
    }
}
