public import Clocks

/// The stretch of time that an expression is evaluated over, and its periods.
public struct MathRange: Hashable, Sendable {
    /// Most periods that a function may fill: as many points as one answer of GetMetricData has.
    public static let periodsMax = 100_800

    public var start: Timestamp
    /// Not part of it.
    public var end: Timestamp
    /// A moment at which the periods of a series begin that has no points to tell.
    public var origin: Timestamp

    public init(start: Timestamp, end: Timestamp, origin: Timestamp = Timestamp(microseconds: 0)) {
        self.start = start
        self.end = end
        self.origin = origin
    }

    /// The beginnings of all periods: those that fit a series' own points, or the range's origin for one without.
    ///
    /// - Returns: nil when there are more than ``periodsMax``.
    func moments(like series: TimeSeries) -> [Timestamp]? {
        let step = Int64(series.period) * 1_000_000
        let phase = series.points.first?.time.microseconds ?? origin.microseconds
        let offset = (start.microseconds - phase) % step
        let first = start.microseconds - (offset >= 0 ? offset : offset + step)
        // A period that began before the range belongs to it only when the series has a point there.
        let isBefore = first < start.microseconds && series.points.first.map { $0.time.microseconds > first } ?? true
        let begin = isBefore ? first + step : first
        guard begin < end.microseconds else { return [] }
        guard (end.microseconds - begin) / step < Int64(Self.periodsMax) else { return nil }
        return stride(from: begin, to: end.microseconds, by: Int64.Stride(step)).map(Timestamp.init(microseconds:))
    }
}
