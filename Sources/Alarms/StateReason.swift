import Clocks

/// The sentences that say why an alarm is in its state, in AWS's words.
enum StateReason {
    /// Of an alarm that has not been evaluated yet.
    static let unchecked = "Unchecked: Initial alarm creation"

    /// Most data points that are named.
    private static let namedMax = 5

    static func text(_ alarm: AlarmDefinition, _ points: AlarmDatapoints, _ state: AlarmState?) -> String {
        guard let state, state != .insufficientData else {
            let count = alarm.evaluationPeriods
            return "Insufficient Data: \(counted(count, "datapoint")) \(count == 1 ? "was" : "were") unknown."
        }
        let isAlarm = state == .alarm
        let crossing = points.real.filter {
            $0.value.map { alarm.comparison.isBreaching($0, alarm.threshold) } == isAlarm
        }
        let missing = missingText(alarm, points)
        guard !crossing.isEmpty else {
            let received =
                points.real.isEmpty
                ? "no datapoints were"
                : "\(counted(points.real.count, "datapoint")) \(points.real.count == 1 ? "was" : "were")"
            return "Threshold Crossed: \(received) received for \(counted(alarm.evaluationPeriods, "period"))"
                + "\(missing)."
        }
        let named = crossing.suffix(namedMax).reversed().map(datapoint).joined(separator: ", ")
        let relation =
            "\(crossing.count == 1 ? "was" : "were") \(isAlarm ? "" : "not ")\(alarm.comparison.words) the threshold "
            + "(\(AlarmJSON.number(alarm.threshold)))"
        let needed = isAlarm ? alarm.datapointsToAlarm : alarm.evaluationPeriods - alarm.datapointsToAlarm + 1
        let transition =
            "(minimum \(counted(needed, "datapoint")) for \(isAlarm ? "OK -> ALARM" : "ALARM -> OK") transition)"
        let head = "Threshold Crossed: \(crossing.count) out of the last \(alarm.evaluationPeriods) datapoints"
        if crossing.count < namedMax { return "\(head) [\(named)] \(relation)\(missing) \(transition)." }
        let crossed = isAlarm ? "crossed" : "did not cross"
        return "\(head) \(relation)\(missing). The most recent datapoints which \(crossed) the threshold: [\(named)] "
            + "\(transition)."
    }

    private static func missingText(_ alarm: AlarmDefinition, _ points: AlarmDatapoints) -> String {
        guard points.missingCount > 0, let words = alarm.missingData.words else { return "" }
        let verb = points.missingCount == 1 ? "was" : "were"
        return " and \(counted(points.missingCount, "missing datapoint")) \(verb) treated as [\(words)]"
    }

    private static func datapoint(_ slot: EvaluationRange.Slot) -> String {
        let time = slot.time.calendarTime
        let date = [time.day, time.month, time.year % 100].map(twoDigits).joined(separator: "/")
        let clock = [time.hour, time.minute, time.second].map(twoDigits).joined(separator: ":")
        return "\(AlarmJSON.number(slot.value ?? 0)) (\(date) \(clock))"
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
