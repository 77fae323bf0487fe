/// What an alarm says of what it watches.
public enum AlarmState: String, CaseIterable, Hashable, Sendable, Codable {
    case ok = "OK"
    case alarm = "ALARM"
    case insufficientData = "INSUFFICIENT_DATA"
}
