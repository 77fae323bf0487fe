/// Which messages a queue has and who may get them: visibility, delay, retention, receipts, and the order of message groups.
///
/// A value without input and output: time comes as an argument, in milliseconds since 1970, and randomness too. Costs are
/// the logarithm of the number of messages. A message takes about 100 bytes; its contents are elsewhere.
struct QueueState: Sendable {
    /// Where a message stands. A blocked message of a group counts as visible.
    enum Phase: UInt8 { case free, visible, delayed, inFlight, leaving }

    struct Entry: Sendable {
        var place: UInt64
        var sentAt: Int64
        var visibleAfter: UInt32
        var firstReceivedAfter: UInt32
        var lastReceivedAfter: UInt32
        var receiveCount: UInt32
        var receipt: UInt32
        /// Index of its group; ``none`` in a standard queue.
        var group: UInt32
        /// Its neighbours in the group, by slot; of a free slot, the next free one.
        var next: UInt32
        var previous: UInt32
        var phase: Phase
    }

    static let none = UInt32.max

    let isFIFO: Bool
    /// Milliseconds that a message is kept.
    var retention: Int64
    private(set) var entries: ContiguousArray<Entry> = []
    private var firstFree = none
    /// Slots by place, of messages that somebody may name: those with a receipt, and those that are leaving.
    private var slots: [UInt64: UInt32] = [:]
    /// Visible messages by place; in a FIFO queue the groups that can be received from, by their first message's place.
    private var visible = IndexedHeap()
    /// Delayed messages and those in flight, by the moment they become visible.
    private var waiting = IndexedHeap()
    /// All messages but the leaving ones, by the time of sending.
    private var expiries = IndexedHeap()
    var groups = MessageGroups()
    /// What the clock said at the last look.
    private var latest = Int64.min

    private(set) var visibleCount = 0
    private(set) var delayedCount = 0
    /// In flight, or about to leave.
    private(set) var notVisibleCount = 0

    init(isFIFO: Bool, retention: Int64) {
        self.isFIFO = isFIFO
        self.retention = retention
    }

    var count: Int { visibleCount + delayedCount + notVisibleCount }
    /// When the next message becomes visible; nil when none is going to.
    var nextVisibility: Int64? { waiting.first?.key }
    /// When the oldest message was sent, in milliseconds since 1970.
    var oldestSentAt: Int64? { expiries.first?.key }
    var hasVisible: Bool { !visible.isEmpty }

    // MARK: Coming and going

    /// Takes a message in, a new one or one from the disk.
    mutating func insert(_ record: MessageRecord, now: Int64) {
        notice(now)
        // No longer than a whole delay or time-out from now on: where the clock was ahead when it began to wait, nobody
        // knows how long it has waited.
        let visibleAt = min(record.visibleAt, now + record.wholeWait)
        let slot = takeSlot()
        entries[Int(slot)] = Entry(
            place: record.place, sentAt: record.sentAt, visibleAfter: record.visibleAfter,
            firstReceivedAfter: record.firstReceivedAfter, lastReceivedAfter: record.lastReceivedAfter,
            receiveCount: record.receiveCount, receipt: record.receipt, group: Self.none, next: Self.none,
            previous: Self.none, phase: .free)
        if record.receipt != 0 { slots[record.place] = slot }
        expiries.insert(slot, key: record.sentAt)
        if isFIFO { link(slot, to: record.group ?? "") }
        if visibleAt > now {
            enter(slot, record.receipt == 0 ? .delayed : .inFlight, until: visibleAt)
        } else {
            enter(slot, .visible)
        }
    }

    private mutating func takeSlot() -> UInt32 {
        guard firstFree != Self.none else {
            entries.append(
                Entry(
                    place: 0, sentAt: 0, visibleAfter: 0, firstReceivedAfter: 0, lastReceivedAfter: 0, receiveCount: 0,
                    receipt: 0, group: Self.none, next: Self.none, previous: Self.none, phase: .free))
            return UInt32(entries.count - 1)
        }
        defer { firstFree = entries[Int(firstFree)].next }
        return firstFree
    }

    private mutating func remove(_ slot: UInt32) {
        leave(slot)
        expiries.remove(slot)
        slots[entries[Int(slot)].place] = nil
        if isFIFO { unlink(slot) }
        entries[Int(slot)].phase = .free
        entries[Int(slot)].next = firstFree
        firstFree = slot
    }

    /// Forgets every message up to a place.
    mutating func removeAll(upTo place: UInt64) {
        // The usual case of a purge: a million messages go at once, and their memory with them.
        if entries.allSatisfy({ $0.phase == .free || $0.place <= place }) {
            self = QueueState(isFIFO: isFIFO, retention: retention)
            return
        }
        for slot in entries.indices where entries[slot].phase != .free && entries[slot].place <= place {
            remove(UInt32(slot))
        }
    }

    // MARK: Phases

    private mutating func enter(_ slot: UInt32, _ phase: Phase) {
        entries[Int(slot)].phase = phase
        let entry = entries[Int(slot)]
        switch phase {
        case .visible:
            visibleCount += 1
            if !isFIFO { visible.insert(slot, key: Int64(entry.place)) }
        case .delayed: delayedCount += 1
        case .inFlight, .leaving: notVisibleCount += 1
        case .free: break
        }
        if isFIFO {
            if phase == .inFlight || phase == .leaving { groups[entry.group].blockingCount += 1 }
            refresh(entry.group)
        }
    }

    /// Lets a message wait, delayed or in flight, until it becomes visible.
    private mutating func enter(_ slot: UInt32, _ phase: Phase, until moment: Int64) {
        waiting.insert(slot, key: moment)
        enter(slot, phase)
    }

    private mutating func leave(_ slot: UInt32) {
        let entry = entries[Int(slot)]
        switch entry.phase {
        case .visible:
            visibleCount -= 1
            if !isFIFO { visible.remove(slot) }
        case .delayed:
            delayedCount -= 1
            waiting.remove(slot)
        case .inFlight:
            notVisibleCount -= 1
            waiting.remove(slot)
        case .leaving: notVisibleCount -= 1
        case .free: break
        }
        entries[Int(slot)].phase = .free
        if isFIFO, entry.phase == .inFlight || entry.phase == .leaving { groups[entry.group].blockingCount -= 1 }
    }

    private mutating func move(_ slot: UInt32, to phase: Phase) {
        leave(slot)
        enter(slot, phase)
    }

    // MARK: Groups

    private mutating func link(_ slot: UInt32, to id: String) {
        let group = groups.index(of: id)
        entries[Int(slot)].group = group
        let tail = groups[group].last
        entries[Int(slot)].previous = tail
        if tail == Self.none { groups[group].first = slot } else { entries[Int(tail)].next = slot }
        groups[group].last = slot
    }

    private mutating func unlink(_ slot: UInt32) {
        let entry = entries[Int(slot)]
        let group = entry.group
        if entry.previous == Self.none {
            groups[group].first = entry.next
        } else {
            entries[Int(entry.previous)].next = entry.next
        }
        if entry.next == Self.none {
            groups[group].last = entry.previous
        } else {
            entries[Int(entry.next)].previous = entry.previous
        }
        if groups[group].first == Self.none {
            visible.remove(group)
            groups.remove(group)
        } else {
            refresh(group)
        }
    }

    /// A group can be received from when none of its messages is out and its first one is visible.
    private mutating func refresh(_ group: UInt32) {
        visible.remove(group)
        let first = groups[group].first
        guard groups[group].blockingCount == 0, first != Self.none, entries[Int(first)].phase == .visible else {
            return
        }
        visible.insert(group, key: Int64(entries[Int(first)].place))
    }

    // MARK: Time

    /// Looks at the clock. When it was set back, what waits has as long to go as it had at the last look, and not longer by as
    /// much as the clock was ahead.
    ///
    /// Times of sending stay as they are: a message of a clock that was ahead is kept longer, which is better than one that
    /// is forgotten too soon because the clock was set back by mistake and returns.
    private mutating func notice(_ now: Int64) {
        if now < latest { waiting.lowerAll(by: latest - now) }
        latest = now
    }

    /// Makes visible what is due and forgets what is older than the retention period.
    ///
    /// - Returns: the places of up to `limit` messages that have expired; the caller removes them from the disk.
    mutating func advance(to now: Int64, limit: Int = 1_000) -> [UInt64] {
        notice(now)
        var expired: [UInt64] = []
        while expired.count < limit, let first = expiries.first, first.key + retention < now {
            expired.append(entries[Int(first.slot)].place)
            remove(first.slot)
        }
        while let first = waiting.first, first.key <= now { move(first.slot, to: .visible) }
        return expired
    }

    /// Sets the delay of all messages that are delayed, as a FIFO queue's new setting does.
    mutating func setDelay(_ milliseconds: UInt32, now: Int64) {
        notice(now)
        for index in entries.indices where entries[index].phase == .delayed {
            let slot = UInt32(index)
            leave(slot)
            entries[index].visibleAfter = milliseconds
            let visibleAt = min(entries[index].sentAt, now) + Int64(milliseconds)
            if visibleAt > now { enter(slot, .delayed, until: visibleAt) } else { enter(slot, .visible) }
        }
    }
}

extension QueueState {
    // MARK: Receiving

    struct Received: Sendable {
        /// In flight now, each with a new receipt.
        var delivered: [MessageRecord] = []
        /// Received too often already: leaving, to be moved to the dead-letter queue.
        var exhausted: [MessageRecord] = []
    }

    /// Most messages that one receive sends to the dead-letter queue: they move in one commit. More go with the next.
    private static let exhaustedMax = 100

    /// Takes up to `limit` visible messages, the oldest first; of one group as many as there are before another's.
    ///
    /// - Parameters:
    ///   - timeout: milliseconds that they stay invisible.
    ///   - maxReceiveCount: how often a message may be received; nil without a dead-letter queue.
    mutating func receive(
        limit: Int, timeout: Int64, maxReceiveCount: Int?, now: Int64, using random: inout some RandomNumberGenerator
    ) -> Received {
        var received = Received()
        var atOnce: [UInt32] = []
        func isExhausted(_ entry: Entry) -> Bool { maxReceiveCount.map { entry.receiveCount >= $0 } ?? false }
        while received.delivered.count < limit, received.exhausted.count < Self.exhaustedMax, let first = visible.first
        {
            // A group's messages follow each other; a standard queue's message stands alone.
            var slot = isFIFO ? groups[first.slot].first : first.slot
            while received.delivered.count < limit, received.exhausted.count < Self.exhaustedMax, slot != Self.none,
                entries[Int(slot)].phase == .visible
            {
                let next = entries[Int(slot)].next
                if isExhausted(entries[Int(slot)]) {
                    beginLeaving(slot)
                    received.exhausted.append(record(slot))
                } else {
                    take(slot, timeout: timeout, now: now, using: &random)
                    received.delivered.append(record(slot))
                    if timeout <= 0 { atOnce.append(slot) }
                }
                guard isFIFO else { break }
                slot = next
            }
        }
        for slot in atOnce { move(slot, to: .visible) }
        return received
    }

    private mutating func take(
        _ slot: UInt32, timeout: Int64, now: Int64, using random: inout some RandomNumberGenerator
    ) {
        leave(slot)
        let index = Int(slot)
        if entries[index].sentAt > now {
            // The clock was ahead: the times that follow count from the sending.
            entries[index].sentAt = now
            expiries.remove(slot)
            expiries.insert(slot, key: now)
        }
        let timeout = max(timeout, 0)
        let age = Self.milliseconds(now - entries[index].sentAt)
        if entries[index].receiveCount == 0 { entries[index].firstReceivedAfter = age }
        entries[index].receiveCount &+= 1
        entries[index].lastReceivedAfter = age
        entries[index].visibleAfter = Self.milliseconds(now - entries[index].sentAt + timeout)
        entries[index].receipt = .random(in: 1 ... .max, using: &random)
        slots[entries[index].place] = slot
        enter(slot, .inFlight, until: now + timeout)
    }

    /// A span of time as records keep it; a clock that was set back gives 0.
    static func milliseconds(_ span: Int64) -> UInt32 { UInt32(clamping: span) }

    private func record(_ slot: UInt32) -> MessageRecord {
        let entry = entries[Int(slot)]
        return MessageRecord(
            place: entry.place, sentAt: entry.sentAt, visibleAfter: entry.visibleAfter,
            firstReceivedAfter: entry.firstReceivedAfter, lastReceivedAfter: entry.lastReceivedAfter,
            receiveCount: entry.receiveCount, receipt: entry.receipt,
            group: isFIFO ? groups[entry.group].id : nil)
    }

    /// The record of a message as it is now, for the disk; nil when it is gone or about to go.
    func record(at place: UInt64) -> MessageRecord? {
        guard let slot = slots[place], entries[Int(slot)].phase != .leaving else { return nil }
        return record(slot)
    }

    // MARK: Receipts

    enum ReceiptStanding: Hashable {
        /// There is no such message any more.
        case gone
        /// The message has been received again since.
        case outdated
        /// The message is visible again.
        case lapsed
        case current
    }

    func standing(_ receipt: UInt32, of place: UInt64) -> ReceiptStanding {
        guard let slot = slots[place], entries[Int(slot)].phase != .leaving else { return .gone }
        guard entries[Int(slot)].receipt == receipt else { return .outdated }
        return entries[Int(slot)].phase == .inFlight ? .current : .lapsed
    }

    enum VisibilityChange: Hashable {
        case changed
        case refused(ReceiptStanding)
        /// More than 12 hours from the receipt on.
        case tooLong
    }

    /// Longest time that a message stays in flight, from its receipt on. AWS: 12 hours.
    static let inFlightMillisecondsMax: Int64 = 43_200_000

    mutating func changeVisibility(_ receipt: UInt32, of place: UInt64, timeout: Int64, now: Int64) -> VisibilityChange
    {
        let standing = standing(receipt, of: place)
        guard standing == .current, let slot = slots[place] else { return .refused(standing) }
        let index = Int(slot)
        let age = now - entries[index].sentAt
        let receivedAfter = Int64(entries[index].lastReceivedAfter)
        guard age - receivedAfter + timeout <= Self.inFlightMillisecondsMax else {
            return .tooLong
        }
        leave(slot)
        // Where the clock was set back behind the receive, the time-out counts from that, so that the record tells how long
        // it is.
        entries[index].visibleAfter = Self.milliseconds(max(age, receivedAfter) + timeout)
        if timeout > 0 { enter(slot, .inFlight, until: now + timeout) } else { enter(slot, .visible) }
        return .changed
    }

    // MARK: Leaving

    private mutating func beginLeaving(_ slot: UInt32) {
        expiries.remove(slot)
        move(slot, to: .leaving)
        // Found again by its place when it has left.
        slots[entries[Int(slot)].place] = slot
    }

    /// Lets a message be received no more while its removal is on its way to the disk. False when it is gone.
    mutating func beginLeaving(place: UInt64) -> Bool {
        guard let slot = slots[place] ?? slot(at: place), entries[Int(slot)].phase != .leaving else { return false }
        beginLeaving(slot)
        return true
    }

    /// Messages without a receipt are looked for: only the project's own commands name them.
    private func slot(at place: UInt64) -> UInt32? {
        entries.firstIndex { $0.phase != .free && $0.place == place }.map { UInt32($0) }
    }

    /// The removal has come to the disk.
    mutating func finishLeaving(place: UInt64) {
        guard let slot = slots[place], entries[Int(slot)].phase == .leaving else { return }
        remove(slot)
    }

    /// The removal has failed: the message can be received.
    mutating func undoLeaving(place: UInt64) {
        guard let slot = slots[place], entries[Int(slot)].phase == .leaving else { return }
        expiries.insert(slot, key: entries[Int(slot)].sentAt)
        if entries[Int(slot)].receipt == 0 { slots[place] = nil }
        move(slot, to: .visible)
    }

    /// Lets the oldest visible messages leave, for a move to another queue; none behind the place `last`.
    mutating func takeForMove(limit: Int, upTo last: UInt64) -> [MessageRecord] {
        var taken: [MessageRecord] = []
        while taken.count < limit, let first = visible.first, first.key <= Int64(last) {
            let slot = isFIFO ? groups[first.slot].first : first.slot
            beginLeaving(slot)
            taken.append(record(slot))
        }
        return taken
    }
}
