/// One write of a load.
public struct OrderWrite: Sendable, Hashable {
    /// The order, counted from 0 in the order of their first writes.
    public var order: Int
    /// Whether it moves an order that was written before from pending to shipped; else it makes a new one.
    public var isUpdate: Bool

    public init(order: Int, isUpdate: Bool) {
        self.order = order
        self.isUpdate = isUpdate
    }
}

/// Which order each write of a load writes. A value: the same arguments give the same writes, whatever is answered.
public struct OrderSource: Sendable {
    /// Share of the writes that are updates.
    public let updates: Double
    /// How many orders are written between an order and its update, at least: so many as may be under way at once, so
    /// that as a rule the order is there when its update comes.
    public let distance: Int

    private var random: SplitMix
    private var created = 0
    private var updated = 0

    /// - Parameters:
    ///   - updates: 0 to 0.5, since each order is shipped once at most.
    ///   - distance: 1 or more.
    public init(updates: Double, distance: Int, seed: UInt64) {
        self.updates = updates
        self.distance = distance
        random = SplitMix(seed: SplitMix.mix(seed ^ 0x50_0C_CE))
    }

    public mutating func next() -> OrderWrite {
        // Drawn in any case, so that the distance changes no later choice.
        let wantsUpdate = Double.random(in: 0..<1, using: &random) < updates
        guard wantsUpdate, updated + distance <= created else {
            created += 1
            return OrderWrite(order: created - 1, isUpdate: false)
        }
        updated += 1
        return OrderWrite(order: updated - 1, isUpdate: true)
    }
}
