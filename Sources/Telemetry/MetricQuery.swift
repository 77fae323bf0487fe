public import Clocks
public import MetricMath

/// What is asked of one metric.
public struct MetricQuery: Hashable, Sendable {
    public var identity: MetricIdentity
    public var statistics: [MetricStatistic]
    /// Nil joins the values of all units.
    public var unit: StandardUnit?
    public var period: MetricPeriod
    /// Rounded down to the period.
    public var start: Timestamp
    /// Not included.
    public var end: Timestamp
    /// Whether periods are counted from the start, as those of alarms are, and not from 1970. Then the start is rounded down
    /// to the minute, or for periods below a minute to the second.
    public var countsFromStart: Bool

    public init(
        _ identity: MetricIdentity, _ statistics: [MetricStatistic], unit: StandardUnit? = nil, period: MetricPeriod,
        from start: Timestamp, to end: Timestamp, countsFromStart: Bool = false
    ) {
        self.identity = identity
        self.statistics = statistics
        self.unit = unit
        self.period = period
        self.start = start
        self.end = end
        self.countsFromStart = countsFromStart
    }
}

/// How long the stretches are that a query's points sum up.
public struct MetricPeriod: Hashable, Sendable {
    /// 1, 5, 10, 20, 30, or a multiple of 60.
    public let seconds: Int64

    /// Longest period: as long as points are kept.
    public static let secondsMax: Int64 = 15 * 86_400

    public static let minute = MetricPeriod(checked: 60)

    private init(checked seconds: Int64) { self.seconds = seconds }

    /// - Throws: ``MetricError`` with code `invalidValue`.
    public init(seconds: Int) throws(MetricError) {
        guard [1, 5, 10, 20, 30].contains(seconds) || (seconds > 0 && seconds % 60 == 0 && seconds <= Self.secondsMax)
        else {
            throw MetricError(
                .invalidValue,
                "The value \(seconds) for parameter Period is not 1, 5, 10, 20, 30, or a multiple of 60 up to "
                    + "\(Self.secondsMax); choose one of these.")
        }
        self.init(checked: Int64(seconds))
    }

    /// Points of less than a minute come from memory.
    var isBelowMinute: Bool { seconds < 60 }
}

/// The points of a query, by time. A stretch without values has none.
public struct MetricStatistics: Hashable, Sendable {
    /// Where each point's stretch begins.
    public var times: [Timestamp] = []
    /// The values of each statistic, in the query's order, beside the times. Nil where a percentile is not known because
    /// statistic sets were put.
    public var columns: [[Double?]] = []
    /// The units of the values; more than one only when the query names none.
    public var units: Set<StandardUnit> = []
}
