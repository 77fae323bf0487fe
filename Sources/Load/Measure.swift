/// What a load measures: latency from the moment at which a request was due, over all and by the second of that moment.
///
/// A second is closed once every request that was due in it has its outcome; so the figures of a second are whole, and
/// a standstill is seen in the seconds in which somebody waited, not in the one in which the answers came.
public struct Measure: Sendable {
    /// The figures of one second; latencies in milliseconds.
    public struct Second: Sendable, Hashable {
        /// Which one after the start.
        public var second: Int
        /// Writes that were due in it, and what became of them.
        public var offered: Int
        public var acknowledged: Int
        public var errors: Int
        public var p50: Double
        public var p99: Double
        public var max: Double
    }

    private struct Open {
        let second: Int
        /// Requests without an outcome.
        var waiting = 0
        var offered = 0
        var errors = 0
        var latencies: Latencies
    }

    /// Latencies of all writes that were acknowledged.
    public private(set) var latencies = Latencies()
    public private(set) var offered = 0
    public private(set) var acknowledged = 0
    /// Writes that were not acknowledged, by what was answered.
    public private(set) var errorTypes: [String: Int] = [:]
    /// Those of the errors that may have been written all the same.
    public private(set) var uncertain = 0
    /// The seconds that are closed.
    public private(set) var seconds: [Second] = []
    private var log: HistogramLog?
    private var open: [Open] = []
    /// Memory of closed seconds, to be used again.
    private var spare: [Latencies] = []

    /// - Parameter logStart: milliseconds since 1970, for a ``logText``; nil for none.
    public init(logStart: Int64? = nil) { log = logStart.map { HistogramLog(start: $0) } }

    public var errors: Int { errorTypes.values.reduce(0, +) }

    /// The closed seconds' latencies as HdrHistogram's log; nil when none was asked for.
    public var logText: String? { log?.text }

    /// A request's time has come. Moments must not go back.
    ///
    /// - Parameters:
    ///   - due: in nanoseconds after the start.
    ///   - writes: how many writes it has.
    mutating func begin(due: UInt64, writes: Int) {
        let second = Self.second(of: due)
        if open.last.map({ $0.second < second }) ?? true {
            open.append(Open(second: second, latencies: spare.popLast() ?? Latencies()))
        }
        open[open.count - 1].waiting += 1
        open[open.count - 1].offered += writes
        offered += writes
    }

    /// A request will not be made after all.
    mutating func withdraw(due: UInt64, writes: Int) {
        let second = Self.second(of: due)
        guard let place = open.lastIndex(where: { $0.second == second }) else {
            preconditionFailure("a request has one outcome, and its second is open until then")
        }
        open[place].waiting -= 1
        open[place].offered -= writes
        offered -= writes
    }

    /// A request has its outcome.
    ///
    /// - Parameter now: in nanoseconds after the start.
    mutating func end(due: UInt64, writes: Int, _ outcome: WriteOutcome, now: UInt64) {
        let second = Self.second(of: due)
        // Few are open: as many as the slowest answer takes seconds.
        guard let place = open.lastIndex(where: { $0.second == second }) else {
            preconditionFailure("a request has one outcome, and its second is open until then")
        }
        open[place].waiting -= 1
        let undone: Int
        switch outcome {
        case .acknowledged: undone = 0
        case .unprocessed(let count):
            undone = min(count, writes)
            errorTypes[WriteOutcome.ErrorType.unprocessed, default: 0] += undone
        case .failed(let type, let isUncertain):
            undone = writes
            errorTypes[type, default: 0] += writes
            if isUncertain { uncertain += writes }
        }
        open[place].errors += undone
        guard undone < writes else { return }
        let microseconds = (max(now, due) - due) / 1_000
        acknowledged += writes - undone
        latencies.record(microseconds: microseconds, count: writes - undone)
        open[place].latencies.record(microseconds: microseconds, count: writes - undone)
    }

    /// Closes the seconds for which nothing can come any more.
    ///
    /// - Parameter next: when the next request is due, in nanoseconds after the start; nil after the last one.
    mutating func close(before next: UInt64?) {
        let current = next.map(Self.second) ?? .max
        while let first = open.first, first.waiting == 0, first.second < current {
            var latencies = open.removeFirst().latencies
            seconds.append(
                Second(
                    second: first.second, offered: first.offered, acknowledged: latencies.count, errors: first.errors,
                    p50: latencies.milliseconds(percentile: 50), p99: latencies.milliseconds(percentile: 99),
                    max: latencies.maxMilliseconds))
            if !latencies.isEmpty { log?.append(latencies, second: first.second) }
            latencies.removeAll()
            spare.append(latencies)
        }
    }

    private static func second(of moment: UInt64) -> Int { Int(moment / 1_000_000_000) }
}
