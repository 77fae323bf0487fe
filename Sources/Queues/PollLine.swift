/// Receives that wait for messages, in the order of their coming.
struct PollLine<Completion: Sendable>: Sendable {
    struct Poll: Sendable {
        var limit: Int
        /// Milliseconds that what it gets stays invisible.
        var timeout: Int64
        /// Milliseconds since 1970.
        var deadline: Int64
        var completion: Completion
    }

    private var polls: [Poll] = []

    var isEmpty: Bool { polls.isEmpty }
    var first: Poll? { polls.first }
    var count: Int { polls.count }
    var earliestDeadline: Int64? { polls.lazy.map(\.deadline).min() }

    mutating func append(_ poll: Poll) { polls.append(poll) }
    mutating func removeFirst() -> Poll { polls.removeFirst() }

    /// Takes out those whose time is over.
    mutating func removeOverdue(now: Int64) -> [Poll] {
        let overdue = polls.filter { $0.deadline <= now }
        if !overdue.isEmpty { polls.removeAll { $0.deadline <= now } }
        return overdue
    }

    mutating func removeAll() -> [Poll] {
        defer { polls = [] }
        return polls
    }
}
