internal import Clocks
import MetricMath
import Synchronization

extension MetricStore {
    /// The points that queries ask for, one answer for each. What is older than ``retention``, or for periods below a
    /// minute than three hours or the last start, has none.
    ///
    /// Reads on the caller's thread, about 0.3 µs a minute and metric, and more with percentiles.
    ///
    /// - Parameters:
    ///   - queries: what is asked for.
    ///   - pointsLeft: how many points all of them together may have, those of each statistic counted; less those that there
    ///     were, also when it throws.
    /// - Throws: `StorageError`, or ``MetricError`` with code `damaged`, or `invalidValue` for too many points.
    public func statistics(_ queries: [MetricQuery], pointsLeft: inout Int) throws -> [MetricStatistics] {
        let pointsMax = pointsLeft
        return try queries.map { query in
            let found = try statistics(query)
            let count = found.times.count * max(query.statistics.count, 1)
            guard count <= pointsLeft else {
                pointsLeft = 0
                throw MetricError(
                    .invalidValue, "The metrics have more than \(pointsMax) data points; ask for less time.")
            }
            pointsLeft -= count
            return found
        }
    }

    /// The points that a query asks for.
    public func statistics(_ query: MetricQuery) throws -> MetricStatistics {
        let now = time.now().seconds
        let oldestMinute = now / 60 - SecondHistory.minutesMax
        let oldest = query.period.isBelowMinute ? oldestMinute * 60 : now - Self.retentionMinutes * 60
        // Within what is kept, so that no time is too far away to count with.
        let latest = now + MetricDatum.aheadMax.components.seconds + 1
        let start = query.periodStart(notAfter: max(0, min(max(query.start.seconds, oldest), latest)))
        let end = max(start, min(query.end.roundedUpSeconds, latest))
        let all = state.withLock { state in
            state.numbers(of: query.identity).map { ($0, state.entries[$0]?.series.unit ?? .none) }
        }
        let wanted = all.filter { _, unit in query.unit == nil || query.unit == unit }
        // A row has a place for each period, which need not be there when nothing comes to it.
        let isEmpty = start >= end || wanted.isEmpty
        var points = PointRow(start: start, end: isEmpty ? start : end, period: query.period.seconds)
        guard !isEmpty else { return points.statistics(query.statistics) }
        let withBuckets = query.statistics.contains(where: \.isPercentile)
        for (number, unit) in wanted {
            if query.period.isBelowMinute {
                try state.withLock { state throws(MetricError) in
                    try state.history.visit(number, in: start..<end, withBuckets: withBuckets) {
                        points.add($1, at: $0)
                    }
                }
            } else {
                try add(number, to: &points, withBuckets: withBuckets)
            }
            points.endSeries(unit: unit)
        }
        return points.statistics(query.statistics)
    }

    private func add(_ number: UInt32, to points: inout PointRow, withBuckets: Bool) throws {
        // The end's minute counts when it has begun: its point stands at its beginning.
        let minutes = points.start / 60..<(points.end + 59) / 60
        let before = points
        while true {
            let (unwritten, writeCount) = state.withLock { ($0.unwritten(number, in: minutes), $0.writeCount) }
            try StoredMetrics.visit(number, in: minutes, of: database, withBuckets: withBuckets) { minute, point in
                if unwritten.joined[minute] == nil { points.add(point, at: minute * 60) }
            }
            // Values that were on their way may have arrived in between, and would count twice. Once a minute at most.
            guard state.withLock({ $0.writeCount }) == writeCount else {
                points = before
                continue
            }
            for (minute, point) in unwritten.joined { points.add(point, at: minute * 60) }
            for (minute, point) in unwritten.added { points.add(point, at: minute * 60) }
            return
        }
    }

    /// Which metrics are listed.
    public struct Filter: Hashable, Sendable {
        public var namespace: String?
        public var name: String?
        /// Dimensions that a metric must have among others; nil stands for any value.
        public var dimensions: [String: String?] = [:]
        /// Only those with values in the last three hours.
        public var isRecentlyActive = false

        public init() {}
    }

    /// The metrics that a filter lets through and that have values of the last two weeks, in their order.
    public func list(_ filter: Filter = Filter()) -> [MetricIdentity] {
        let now = time.now().seconds / 60
        let age = (filter.isRecentlyActive ? .seconds(3 * 3_600) : MetricDatum.ageMax).components.seconds / 60
        let found = state.withLock { state in
            Set(
                state.entries.values.lazy
                    .filter { $0.lastMinute >= 0 && $0.lastMinute >= now - age && filter.lets($0.series.identity) }
                    .map(\.series.identity))
        }
        return found.sorted()
    }
}

extension MetricStore.Filter {
    fileprivate func lets(_ identity: MetricIdentity) -> Bool {
        guard namespace == nil || namespace == identity.namespace, name == nil || name == identity.name else {
            return false
        }
        return dimensions.allSatisfy { name, value in
            identity.dimensions.contains { $0.name == name && (value == nil || $0.value == value) }
        }
    }
}

extension MetricQuery {
    /// The beginning of the period that a second since 1970 is in.
    fileprivate func periodStart(notAfter second: Int64) -> Int64 {
        let resolution: Int64 = period.isBelowMinute ? 1 : 60
        // A moment at which a period begins, any: the second may be later than the start, when the start is too old.
        let origin = countsFromStart ? start.seconds / resolution * resolution : 0
        let past = (second - origin) % period.seconds
        return second - (past < 0 ? past + period.seconds : past)
    }
}

extension Timestamp {
    /// Whole seconds, so that a moment before them is included.
    fileprivate var roundedUpSeconds: Int64 {
        seconds * 1_000_000 < microseconds ? seconds + 1 : seconds
    }
}
