/// Receives that wait for messages, in the order of their coming.
struct PollLine<Completion: Sendable>: Sendable {
    /// Longest wait, in milliseconds. AWS: 20 s.
    static var waitMax: Int64 { 20_000 }

    struct Poll: Sendable {
        /// Given by the line.
        fileprivate(set) var number: UInt64 = 0
        var limit: Int
        /// Milliseconds that what it gets stays invisible.
        var timeout: Int64
        /// Milliseconds since 1970.
        var deadline: Int64
        var completion: Completion

        init(limit: Int, timeout: Int64, deadline: Int64, completion: Completion) {
            (self.limit, self.timeout, self.deadline, self.completion) = (limit, timeout, deadline, completion)
        }

        /// Whether its time is over; so it is as well when the clock was set back, and nobody knows how long it has waited.
        func isOverdue(now: Int64) -> Bool { deadline <= now || deadline - now > waitMax }
    }

    private var polls: [Poll] = []
    private var lastNumber: UInt64 = 0

    var isEmpty: Bool { polls.isEmpty }
    var first: Poll? { polls.first }
    var count: Int { polls.count }
    var earliestDeadline: Int64? { polls.lazy.map(\.deadline).min() }

    /// - Returns: the number of the poll.
    mutating func append(_ poll: Poll) -> UInt64 {
        lastNumber += 1
        polls.append(poll)
        polls[polls.count - 1].number = lastNumber
        return lastNumber
    }

    mutating func removeFirst() -> Poll { polls.removeFirst() }

    /// Takes one out; nil when it has been answered.
    mutating func remove(_ number: UInt64) -> Poll? {
        polls.firstIndex { $0.number == number }.map { polls.remove(at: $0) }
    }

    /// Takes out those whose time is over.
    mutating func removeOverdue(now: Int64) -> [Poll] {
        let overdue = polls.filter { $0.isOverdue(now: now) }
        if !overdue.isEmpty { polls.removeAll { $0.isOverdue(now: now) } }
        return overdue
    }

    mutating func removeAll() -> [Poll] {
        defer { polls = [] }
        return polls
    }
}
