/// The message groups of a FIFO queue that have messages, by small numbers.
struct MessageGroups: Sendable {
    struct Group: Sendable {
        var id: String
        /// Slots of its first and last message, in the order of their sending.
        var first = QueueState.none
        var last = QueueState.none
        /// Messages that are in flight or leaving: as long as there are any, the group gives no other.
        var blockingCount: UInt32 = 0
    }

    private var groups: [Group] = []
    private var indexes: [String: UInt32] = [:]
    private var free: [UInt32] = []

    var count: Int { indexes.count }

    subscript(_ index: UInt32) -> Group {
        get { groups[Int(index)] }
        set { groups[Int(index)] = newValue }
    }

    mutating func index(of id: String) -> UInt32 {
        if let known = indexes[id] { return known }
        let index: UInt32
        if let free = free.popLast() {
            index = free
            groups[Int(index)] = Group(id: id)
        } else {
            index = UInt32(groups.count)
            groups.append(Group(id: id))
        }
        indexes[id] = index
        return index
    }

    /// Forgets a group whose last message has gone.
    mutating func remove(_ index: UInt32) {
        indexes[groups[Int(index)].id] = nil
        free.append(index)
    }
}
