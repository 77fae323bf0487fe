public import Items

extension Order {
    /// Attribute names of the Orders table.
    public enum AttributeName {
        public static let orderId = "orderId"
        public static let timestamp = "timestamp"
        public static let customerId = "customerId"
        public static let customerEmail = "customerEmail"
        public static let amount = "amount"
        public static let currency = "currency"
        public static let status = "status"
        public static let units = "units"
        public static let lines = "lines"
        public static let country = "country"
        public static let paymentState = "paymentState"
        public static let fulfillmentState = "fulfillmentState"
        public static let isPriority = "isPriority"
        public static let shippedAt = "shippedAt"
        /// Derived from the amount; see `AmountTier`.
        public static let amountTier = "amountTier"
        /// Derived from the address; see `EmailDomain`.
        public static let emailDomain = "emailDomain"
    }

    /// The key of the Orders table.
    public static let keySchema = KeySchema(
        hashKey: .init(name: AttributeName.orderId, type: .string),
        rangeKey: .init(name: AttributeName.timestamp, type: .number))

    /// What an order without a currency is counted in: other producers may write only amount and status.
    public static let currencyDefault = Currency.usd

    /// Reads an order. Attributes it does not know are ignored, and so are the derived ones: the real amount and the
    /// real address count.
    /// - Throws: `.missingAttribute` or `.invalidAttribute` with the attribute's name.
    public init(item: Item) throws(OrderError) {
        let reader = try OrderReader(item: item)
        orderId = reader.orderId
        guard let timestamp = try reader.integer(AttributeName.timestamp) else {
            throw reader.missing(AttributeName.timestamp)
        }
        self.timestamp = timestamp
        customerId = try reader.text(AttributeName.customerId)
        customerEmail = try reader.text(AttributeName.customerEmail)
        if customerEmail != nil, EmailDomain(address: customerEmail) == nil {
            throw reader.invalid(AttributeName.customerEmail, "is no address")
        }
        amount = try reader.amount()
        status = try reader.status()
        units = try reader.integer(AttributeName.units)
        lines = try reader.integer(AttributeName.lines)
        country = try reader.text(AttributeName.country)
        paymentState = try reader.state(AttributeName.paymentState)
        fulfillmentState = try reader.state(AttributeName.fulfillmentState)
        isPriority = try reader.flag(AttributeName.isPriority)
        shippedAt = try reader.integer(AttributeName.shippedAt)
    }

    /// The item to store, derived attributes included; what is nil is absent.
    public var item: Item {
        var item: Item = [
            AttributeName.orderId: .string(orderId),
            AttributeName.timestamp: .number(Number(timestamp)),
            AttributeName.amount: .number(amount.number),
            AttributeName.currency: .string(amount.currency.code),
            AttributeName.status: .string(status.rawValue),
            AttributeName.amountTier: .string(amountTier.rawValue),
        ]
        item[AttributeName.customerId] = customerId.map { .string($0) }
        item[AttributeName.customerEmail] = customerEmail.map { .string($0) }
        item[AttributeName.emailDomain] = emailDomain.map { .string($0.text) }
        item[AttributeName.units] = units.map { .number(Number($0)) }
        item[AttributeName.lines] = lines.map { .number(Number($0)) }
        item[AttributeName.country] = country.map { .string($0) }
        item[AttributeName.paymentState] = paymentState.map { .string($0.rawValue) }
        item[AttributeName.fulfillmentState] = fulfillmentState.map { .string($0.rawValue) }
        item[AttributeName.isPriority] = isPriority ? .bool(true) : nil
        item[AttributeName.shippedAt] = shippedAt.map { .number(Number($0)) }
        return item
    }
}

/// Reads one order's attributes and says which of them is wrong, never what it holds.
struct OrderReader {
    let item: Item
    let orderId: String

    init(item: Item) throws(OrderError) {
        self.item = item
        guard let orderId = item[Order.AttributeName.orderId]?.string, !orderId.isEmpty else {
            throw OrderError(
                code: .missingAttribute, message: "The attribute orderId (S) is missing", orderId: nil)
        }
        self.orderId = orderId
    }

    /// A text, or nil when it is absent, `NULL` or empty: writers differ in how they say "none".
    func text(_ name: String) throws(OrderError) -> String? {
        switch item[name] {
        case nil, .null: return nil
        case .string(let text): return text.isEmpty ? nil : text
        default: throw invalid(name, "is not of type S")
        }
    }

    func integer(_ name: String) throws(OrderError) -> Int64? {
        switch item[name] {
        case nil, .null: return nil
        case .number(let number):
            guard let value = number.int64 else { throw invalid(name, "is no whole number of 64 bits") }
            return value
        default: throw invalid(name, "is not of type N")
        }
    }

    func amount() throws(OrderError) -> Money {
        let code = try text(Order.AttributeName.currency)
        guard let currency = code.map({ Currency($0) }) ?? Order.currencyDefault else {
            throw invalid(Order.AttributeName.currency, "is no currency code of three capital letters")
        }
        guard let value = item[Order.AttributeName.amount] else { throw missing(Order.AttributeName.amount) }
        guard let number = value.number else { throw invalid(Order.AttributeName.amount, "is not of type N") }
        guard let money = Money(number, currency: currency) else {
            throw invalid(Order.AttributeName.amount, "is no exact amount of \(currency)")
        }
        return money
    }

    func status() throws(OrderError) -> OrderStatus {
        guard let text = try text(Order.AttributeName.status) else { throw missing(Order.AttributeName.status) }
        guard let status = OrderStatus(rawValue: text) else {
            throw invalid(Order.AttributeName.status, "is none of the known states")
        }
        return status
    }

    /// One of a state's names, or nil when it is absent.
    func state<State: RawRepresentable<String>>(_ name: String) throws(OrderError) -> State? {
        guard let text = try text(name) else { return nil }
        guard let state = State(rawValue: text) else { throw invalid(name, "is none of the known states") }
        return state
    }

    /// False when it is absent.
    func flag(_ name: String) throws(OrderError) -> Bool {
        switch item[name] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw invalid(name, "is not of type BOOL")
        }
    }

    func missing(_ name: String) -> OrderError {
        OrderError(code: .missingAttribute, message: "The attribute \(name) is missing", orderId: orderId)
    }

    func invalid(_ name: String, _ reason: String) -> OrderError {
        OrderError(code: .invalidAttribute, message: "The attribute \(name) \(reason)", orderId: orderId)
    }
}
