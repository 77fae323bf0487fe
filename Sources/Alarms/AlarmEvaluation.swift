public import Clocks
import MetricMath

/// One comparison of an alarm's data with its threshold.
///
/// The rules are CloudWatch's (its user guide, "Configuring how CloudWatch alarms treat missing data"):
///
/// 1. With data in N periods of the range or more, the N newest of them decide; missing ones do not count.
/// 2. With fewer, all of them count, and of the missing ones only as many as are needed for N.
/// 3. With none, the treatment of missing data alone decides.
public struct AlarmEvaluation: Hashable, Sendable {
    /// What comes of it; nil for the state that the alarm has already, whatever that is.
    public let state: AlarmState?
    public let reason: String
    public let reasonData: StateReasonData

    /// - Parameters:
    ///   - alarm: what is watched, and what is too much.
    ///   - slots: the periods of the evaluation range, from the oldest to the newest.
    ///   - time: of the evaluation.
    public init(_ alarm: AlarmDefinition, _ slots: [EvaluationRange.Slot], at time: Timestamp) {
        let points = AlarmDatapoints(alarm, slots)
        state = points.hasFewSamples(alarm) ? nil : points.state(alarm)
        reason = StateReason.text(alarm, points, state)
        reasonData = .evaluated(EvaluatedData(alarm, points, at: time))
    }
}

/// The data that one comparison rests on.
struct AlarmDatapoints {
    /// The newest with data, at most N, from the oldest to the newest.
    let real: [EvaluationRange.Slot]
    /// The newest N periods, with and without data, for people to see.
    let latest: [EvaluationRange.Slot]
    /// Missing ones that count, so that there are N together.
    let missingCount: Int
    let breachingCount: Int
    /// Place of the oldest breaching one from the newest period of the range, which is 1; nil when none is breaching.
    private let oldestBreachingAge: Int?

    init(_ alarm: AlarmDefinition, _ slots: [EvaluationRange.Slot]) {
        let count = alarm.evaluationPeriods
        func isBreaching(_ slot: EvaluationRange.Slot) -> Bool {
            slot.value.map { alarm.comparison.isBreaching($0, alarm.threshold) } ?? false
        }
        real = slots.filter { $0.value != nil }.suffix(count)
        latest = slots.suffix(count)
        missingCount = count - real.count
        breachingCount = real.count(where: isBreaching)
        let oldest = real.first(where: isBreaching)
        oldestBreachingAge = oldest.flatMap { oldest in
            slots.firstIndex { $0.time == oldest.time }.map { slots.count - $0 }
        }
    }

    /// Nil to keep the state.
    func state(_ alarm: AlarmDefinition) -> AlarmState? {
        let needed = alarm.datapointsToAlarm
        switch alarm.missingData {
        case .breaching: return breachingCount + missingCount >= needed ? .alarm : .ok
        case .notBreaching: return breachingCount >= needed ? .alarm : .ok
        case .missing, .ignore:
            guard breachingCount < needed else { return .alarm }
            let keepsState = alarm.missingData == .ignore
            guard !real.isEmpty else { return keepsState ? nil : .insufficientData }
            guard breachingCount == real.count, let oldestBreachingAge else { return .ok }
            if keepsState { return nil }
            // Nothing speaks against an alarm that began M periods ago; what began later may be one.
            return oldestBreachingAge >= needed ? .alarm : .insufficientData
        }
    }

    /// Whether a percentile rests on too few samples to say something, and the alarm was asked to look at that: fewer than
    /// 10/(1-p) for a percentile p from 0.5, fewer than 10/p below (AWS's documentation).
    func hasFewSamples(_ alarm: AlarmDefinition) -> Bool {
        guard alarm.lowSampleCount == .ignore, !real.isEmpty, case .metric(let stat) = alarm.watch,
            case .percentile(let percent) = stat.statistic, percent > 0, percent < 100
        else { return false }
        let samples = real.reduce(0) { $0 + ($1.sampleCount ?? 0) }
        // In per cent, so that p99 needs exactly 1,000.
        return samples * min(percent, 100 - percent) < 1_000
    }
}
