/// An order, as the Orders table holds it.
///
/// The table's key is `orderId` (hash) and `timestamp` (range). A guest has neither `customerId` nor `customerEmail`.
public struct Order: Hashable, Sendable {
    public var orderId: String
    /// When the order was made, in milliseconds since 1970 (UTC). The range key.
    public var timestamp: Int64
    /// Nil for a guest.
    public var customerId: String?
    /// Nil for a guest. With an "@" and something on both sides of it.
    public var customerEmail: String?
    public var amount: Money
    public var status: OrderStatus
    /// How many pieces; nil when unknown. Below zero on a credit note.
    public var units: Int64?
    /// How many order lines; nil when unknown.
    public var lines: Int64?
    /// Where it goes, as the shop wrote it; nil when unknown.
    public var country: String?
    /// Nil until payment has been asked.
    public var paymentState: PaymentState?
    /// Nil until goods have been asked for.
    public var fulfillmentState: FulfillmentState?
    /// Whether its parcel goes before others.
    public var isPriority: Bool
    /// When it became `shipped`, in milliseconds since 1970; nil before, and where whoever moved it did not say.
    public var shippedAt: Int64?

    public init(
        orderId: String, timestamp: Int64, customerId: String? = nil, customerEmail: String? = nil, amount: Money,
        status: OrderStatus, units: Int64? = nil, lines: Int64? = nil, country: String? = nil,
        paymentState: PaymentState? = nil, fulfillmentState: FulfillmentState? = nil, isPriority: Bool = false,
        shippedAt: Int64? = nil
    ) {
        self.orderId = orderId
        self.timestamp = timestamp
        self.customerId = customerId
        self.customerEmail = customerEmail
        self.amount = amount
        self.status = status
        self.units = units
        self.lines = lines
        self.country = country
        self.paymentState = paymentState
        self.fulfillmentState = fulfillmentState
        self.isPriority = isPriority
        self.shippedAt = shippedAt
    }

    public var isGuest: Bool { customerId == nil }
    public var amountTier: AmountTier { AmountTier(amount) }
    public var emailDomain: EmailDomain? { EmailDomain(address: customerEmail) }
    public var isFromTestAddress: Bool { emailDomain?.isTest ?? false }
}
