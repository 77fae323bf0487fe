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

    private var sendings: [String: Sending] = [:]
    /// In the order of their coming, from `firstKept` on.
    private var order: [Sending] = []
    private var firstKept = 0

    var count: Int { sendings.count }

    /// The key of a message; a group's id may hold any character but the zero.
    static func key(id: String, group: String, scope: QueueSettings.DeduplicationScope) -> String {
        scope == .messageGroup ? "\(group)\u{0}\(id)" : id
    }

    /// What was sent under a key within five minutes.
    func sending(_ key: String, now: Int64) -> Sending? {
        sendings[key].flatMap { now - $0.sentAt < Self.millisecondsMax ? $0 : nil }
    }

    mutating func insert(_ sending: Sending) {
        sendings[sending.key] = sending
        order.append(sending)
    }

    /// Forgets a sending, if it is still the last one of its key.
    mutating func remove(_ sending: Sending) {
        if sendings[sending.key] == sending { sendings[sending.key] = nil }
    }

    /// Forgets up to `limit` sendings whose time is over, and returns them, with those whose key was sent again since.
    mutating func prune(now: Int64, limit: Int = 100) -> [Sending] {
        var pruned: [Sending] = []
        while firstKept < order.count, pruned.count < limit,
            now - order[firstKept].sentAt >= Self.millisecondsMax
        {
            let sending = order[firstKept]
            firstKept += 1
            remove(sending)
            pruned.append(sending)
        }
        if firstKept > order.count / 2 {
            order.removeFirst(firstKept)
            firstKept = 0
        }
        return pruned
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
