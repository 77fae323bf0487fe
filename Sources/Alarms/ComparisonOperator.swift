/// How a value is compared with the threshold; the value stands on the left.
public enum ComparisonOperator: String, CaseIterable, Hashable, Sendable, Codable {
    case greaterThanOrEqual = "GreaterThanOrEqualToThreshold"
    case greaterThan = "GreaterThanThreshold"
    case lessThan = "LessThanThreshold"
    case lessThanOrEqual = "LessThanOrEqualToThreshold"

    /// AWS's for anomaly detection bands, which are refused.
    static let ofBands = [
        "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold",
    ]

    public func isBreaching(_ value: Double, _ threshold: Double) -> Bool {
        switch self {
        case .greaterThanOrEqual: value >= threshold
        case .greaterThan: value > threshold
        case .lessThan: value < threshold
        case .lessThanOrEqual: value <= threshold
        }
    }

    /// As state reasons have it.
    var words: String {
        switch self {
        case .greaterThanOrEqual: "greater than or equal to"
        case .greaterThan: "greater than"
        case .lessThan: "less than"
        case .lessThanOrEqual: "less than or equal to"
        }
    }
}
