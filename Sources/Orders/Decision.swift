/// What a function does with a record.
public enum Decision: Hashable, Sendable {
    case skipped(SkipReason)
    case route(Routing)
}

/// Why a record is not acted upon. The raw values are names of counters: they may be added to, never changed.
public enum SkipReason: String, Sendable, Hashable, CaseIterable {
    /// Not strictly more than 100 whole units of the order's currency.
    case amountNotOver100
    /// Not strictly more than 1,000.
    case amountNotOver1000
    /// The address is at test.com.
    case testAddress
    /// Another attribute changed; the status is the one it was.
    case statusUnchanged
    /// The new status, or the move, is not this function's business.
    case statusNotHandled
    /// The table of allowed moves does not know this one, such as delivered to pending.
    case moveNotAllowed
    /// The order was deleted or has expired.
    case removed
}
