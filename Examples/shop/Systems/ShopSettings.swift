import OrderFunctions
public import Orders

/// Where the shop works, and what its world is like.
public struct ShopSettings: Sendable, Hashable {
    /// The queue of each system.
    public var queueURLs: [SystemMessage.System: String]
    public var ordersTable = "Orders"
    /// The shop's own table, with the key `shelf` (S).
    public var stockTable = "Stock"
    /// Shelves that orders are spread over.
    public var shelfCount = 32
    /// What each shelf holds when it is first reached for.
    public var unitsPerShelf: Int64 = 1_000_000
    /// What payments run into.
    public var payments = PaymentWeather()
    /// Receives of one queue side by side.
    public var consumersPerQueue = 2
    /// Seconds until a message is received again whose time has not come: a payment provider that gave no answer, a parcel
    /// that is not packed yet.
    public var pauseSeconds = 1

    public init(queueURLs: [SystemMessage.System: String]) { self.queueURLs = queueURLs }

    /// Reads the variables of the template's functions, and those of the shop: `ORDERS_TABLE`, `STOCK_TABLE`,
    /// `SHOP_UNITS_PER_SHELF`, `SHOP_DECLINE_RATE`, `SHOP_TIMEOUT_RATE`, `SHOP_UNKNOWN_RATE` and `SHOP_SEED`.
    ///
    /// - Throws: ``ShopError`` that names the variable.
    public init(environment: [String: String]) throws(ShopError) {
        queueURLs = FunctionSettings(environment: environment).queueURLs
        for system in SystemMessage.System.allCases where queueURLs[system] == nil {
            throw ShopError(
                "\(FunctionSettings.variable(of: system)) is not set; give it the URL of the queue of \(system.rawValue)."
            )
        }
        ordersTable = environment["ORDERS_TABLE"] ?? ordersTable
        stockTable = environment["STOCK_TABLE"] ?? stockTable
        func read<Value: LosslessStringConvertible>(
            _ name: String, _ isAllowed: (Value) -> Bool, _ range: String, _ set: (Value) -> Void
        ) throws(ShopError) {
            guard let text = environment[name] else { return }
            guard let value = Value(text), isAllowed(value) else {
                throw ShopError("\(name) is \"\(text.prefix(40))\"; give \(range).")
            }
            set(value)
        }
        let share = { (0...1).contains($0 as Double) }
        try read("SHOP_UNITS_PER_SHELF", { $0 >= 0 }, "a whole number of units, 0 or more") { unitsPerShelf = $0 }
        try read("SHOP_DECLINE_RATE", share, "a share from 0 to 1") { payments.declineRate = $0 }
        try read("SHOP_TIMEOUT_RATE", share, "a share from 0 to 1") { payments.timeoutRate = $0 }
        try read("SHOP_UNKNOWN_RATE", share, "a share from 0 to 1") { payments.unknownRate = $0 }
        try read("SHOP_SEED", { (_: UInt64) in true }, "a whole number") { payments.seed = $0 }
    }
}

/// Something that the shop needs and does not find.
public struct ShopError: Error, Sendable, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    public let description: String
    init(_ description: String) { self.description = description }
}
