public import Orders
import Synchronization

/// What the shop has done with the messages of one system.
public struct SystemCounts: Sendable, Hashable, Codable {
    /// Messages that were handled and deleted.
    public var settled = 0
    /// Those of them that found their work done, or its time gone.
    public var withoutEffect = 0
    /// Messages given back because their time had not come, once for each time.
    public var postponed = 0
    /// Messages that could not be handled, once for each attempt. They come again, and go aside after five.
    public var failed = 0
}

/// What the shop has done.
public struct ShopCounts: Sendable, Hashable {
    public var systems: [SystemMessage.System: SystemCounts] = [:]
    /// Changes of orders that the table acknowledged.
    public var orderChanges = 0
    /// Messages that were handled and deleted, by their names: "payment.authorise".
    public var settled: [String: Int] = [:]
    /// What payments ran into: approved, declined, timed out, unknown.
    public var answers: [PaymentWeather.Answer: Int] = [:]

    public init() {}

    /// Of a system; nothing yet where it has done nothing.
    public subscript(system: SystemMessage.System) -> SystemCounts {
        get { systems[system] ?? SystemCounts() }
        set { systems[system] = newValue }
    }
}

/// The counts of a running shop.
final class ShopLedger: Sendable {
    private let state = Mutex(ShopCounts())
    var counts: ShopCounts { state.withLock { $0 } }
    func note(_ change: (inout ShopCounts) -> Void) { state.withLock { change(&$0) } }
}
