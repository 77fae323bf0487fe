import Storage

/// The deduplication ids that a FIFO queue has taken within the last five minutes, and what it answered.
struct DeduplicationWindow: Sendable {
    /// AWS: five minutes from the first sending on; a duplicate does not extend it.
    static let millisecondsMax: Int64 = 300_000

    /// A sending that was taken.
    struct Sending: Hashable, Sendable {
        /// The deduplication id, with the group where each group has ids of its own.
        var key: String
        var sentAt: Int64
        var place: UInt64
        var messageID: MessageID
    }

    private struct Known: Sendable {
        let sending: Sending
        /// When its five minutes begin: with its sending, or with the first look at a clock that was set back behind that. No
        /// earlier than for those that came before it.
        var countsFrom: Int64
    }

    /// The number of the last sending under each key. A number, not the sending: the greater part of what a message costs here
    /// would be its second copy.
    private var numbers: [String: Int] = [:]
    /// In the order of their coming, from `firstKept` on; the first one has the number `firstNumber`.
    private var order: [Known] = []
    private var firstNumber = 0
    private var firstKept = 0

    var count: Int { numbers.count }

    /// The key of a message; a group's id may hold any character but the zero.
    static func key(id: String, group: String, scope: QueueSettings.DeduplicationScope) -> String {
        scope == .messageGroup ? "\(group)\u{0}\(id)" : id
    }

    /// Looks at the clock. What it has been set back behind counts from now on: a sender's next attempt is still a duplicate,
    /// and no id is taken for one for longer than five minutes.
    mutating func notice(_ now: Int64) {
        var place = order.count - 1
        while place >= firstKept, order[place].countsFrom > now {
            order[place].countsFrom = now
            place -= 1
        }
    }

    /// What was sent under a key within five minutes.
    mutating func sending(_ key: String, now: Int64) -> Sending? {
        notice(now)
        return last(key).flatMap { now - $0.countsFrom < Self.millisecondsMax ? $0.sending : nil }
    }

    mutating func insert(_ sending: Sending) {
        notice(sending.sentAt)
        numbers[sending.key] = firstNumber + order.count
        order.append(Known(sending: sending, countsFrom: sending.sentAt))
    }

    private func last(_ key: String) -> Known? { numbers[key].map { order[$0 - firstNumber] } }

    /// Forgets a sending, if it is still the last one of its key.
    mutating func remove(_ sending: Sending) {
        if last(sending.key)?.sending == sending { numbers[sending.key] = nil }
    }

    /// Forgets up to `limit` sendings whose time is over, and returns them, with those whose key was sent again since.
    mutating func prune(now: Int64, limit: Int = 100) -> [Sending] {
        notice(now)
        var pruned: [Sending] = []
        while firstKept < order.count, pruned.count < limit,
            now - order[firstKept].countsFrom >= Self.millisecondsMax
        {
            let sending = order[firstKept].sending
            firstKept += 1
            remove(sending)
            pruned.append(sending)
        }
        if firstKept > order.count / 2 {
            order.removeFirst(firstKept)
            firstNumber += firstKept
            firstKept = 0
        }
        return pruned
    }
}

extension DeduplicationWindow {
    /// A window of what lies on the disk.
    init(_ stored: [Sending], now: Int64) {
        self.init()
        // By place, which is the order of their coming. By time, one of a clock that was ahead would stand behind the later
        // ones of its key.
        for sending in stored.sorted(by: { $0.place < $1.place }) { insert(sending) }
        notice(now)
    }
}

/// Stored under time and place, so that old ones lie first.
extension DeduplicationWindow.Sending {
    var encoded: [UInt8] { messageID.bytes + Array(key.utf8) }

    init(_ bytes: RawSpan, sentAt: Int64, place: UInt64) throws {
        guard bytes.byteCount >= MessageID.byteCount else {
            throw StorageError(.damaged, "A deduplication id is too short; restore the data folder from a backup.")
        }
        messageID = MessageID(bytes)
        key = String(decoding: bytes.bytes(from: MessageID.byteCount), as: UTF8.self)
        self.sentAt = sentAt
        self.place = place
    }
}
