public import Items

/// The id that ties together whatever is said of one order: its functions' log lines and the messages of its queues.
///
/// In the form of `X-Amzn-Trace-Id`: the second in which the order was made and 96 bits of its id's hash. Each function finds it
/// by itself from the key that all of an order's records hold, so it needs no attribute and lasts as long as the order.
public struct OrderTraceID: Hashable, Sendable, CustomStringConvertible {
    /// Such as `1-56e03e90-0123456789abcdef01234567`.
    public let description: String

    /// - Parameters:
    ///   - orderId: the hash key of the orders' table.
    ///   - timestamp: when the order was made, in milliseconds since 1970.
    public init(orderId: String, timestamp: Int64) {
        let seconds = UInt32(truncatingIfNeeded: timestamp / 1_000)
        let low = StableHash.hash(orderId, seed: 1)
        let high = UInt32(truncatingIfNeeded: StableHash.hash(orderId, seed: 2))
        description = "1-\(Self.hex(seconds))-\(Self.hex(high))\(Self.hex(low))"
    }

    /// - Parameter keys: a record's; nil for those of another table.
    public init?(keys: Item) {
        guard let orderId = keys[Order.AttributeName.orderId]?.string,
            let timestamp = keys[Order.AttributeName.timestamp]?.number?.int64
        else { return nil }
        self.init(orderId: orderId, timestamp: timestamp)
    }

    /// As the header `X-Amzn-Trace-Id` and the message's `AWSTraceHeader` have it.
    public var header: String { "Root=\(description)" }

    private static func hex(_ value: some FixedWidthInteger) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
    }
}

extension OrderReference {
    /// The order's.
    public var traceID: OrderTraceID { OrderTraceID(orderId: orderId, timestamp: timestamp) }
}
