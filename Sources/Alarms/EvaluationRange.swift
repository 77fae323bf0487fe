public import Clocks
public import MetricMath

/// The stretch of time whose data one evaluation looks at: whole periods, the newest of which ends at the evaluation.
///
/// Periods are counted back from the minute of the evaluation, as AWS's state reasons show it, and not from midnight: data
/// must be fetched in periods that begin at ``start``.
public struct EvaluationRange: Hashable, Sendable {
    public let start: Timestamp
    /// Not part of it.
    public let end: Timestamp
    /// In seconds.
    public let period: Int

    /// Number of periods.
    public var count: Int { Int((end.microseconds - start.microseconds) / (Int64(period) * 1_000_000)) }

    /// One period of the range.
    public struct Slot: Hashable, Sendable {
        /// The period's beginning.
        public var time: Timestamp
        /// Nil where there are no data.
        public var value: Double?
        /// Nil where it is not known.
        public var sampleCount: Double?

        public init(time: Timestamp, value: Double? = nil, sampleCount: Double? = nil) {
            self.time = time
            self.value = value
            self.sampleCount = sampleCount
        }
    }

    /// Data as they fall into periods, from the oldest to the newest. A point at the border of two belongs to the later;
    /// what is outside of the range is left out; of several in one period the newest stands.
    ///
    /// - Parameters:
    ///   - series: the values, in any period.
    ///   - sampleCounts: how many samples are behind each point, when somebody asks.
    public func slots(of series: TimeSeries, sampleCounts: TimeSeries? = nil) -> [Slot] {
        var slots = (0..<count).map { Slot(time: start + .seconds($0 * period)) }
        for point in series.points { index(of: point.time).map { slots[$0].value = point.value } }
        for point in sampleCounts?.points ?? [] { index(of: point.time).map { slots[$0].sampleCount = point.value } }
        return slots
    }

    private func index(of time: Timestamp) -> Int? {
        guard time >= start, time < end else { return nil }
        return Int((time.microseconds - start.microseconds) / (Int64(period) * 1_000_000))
    }
}

extension AlarmDefinition {
    /// Periods that are fetched beyond N, so that a gap does not hide what came before it: AWS's examples show two.
    public static let periodsBeyond = 2

    /// Seconds between two evaluations: 10 for periods below a minute, an hour when N periods are more than a day, else 60.
    public var evaluationInterval: Int {
        if period < 60 { return 10 }
        return period * evaluationPeriods > 86_400 ? 3_600 : 60
    }

    /// The first moment after another at which the alarm is evaluated.
    public func nextEvaluation(after time: Timestamp) -> Timestamp {
        let interval = Int64(evaluationInterval) * 1_000_000
        let past = time.microseconds % interval
        return Timestamp(microseconds: time.microseconds - (past >= 0 ? past : past + interval) + interval)
    }

    /// What an evaluation at a moment looks at.
    public func evaluationRange(at time: Timestamp) -> EvaluationRange {
        let interval = Duration.seconds(evaluationInterval)
        let end = nextEvaluation(after: time) - interval
        return EvaluationRange(
            start: end - .seconds(period * (evaluationPeriods + Self.periodsBeyond)), end: end, period: period)
    }
}
