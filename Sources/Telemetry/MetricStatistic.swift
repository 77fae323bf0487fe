/// What is asked of a metric.
public enum MetricStatistic: Hashable, Sendable {
    case sampleCount
    case average
    case sum
    case minimum
    case maximum
    /// From 0 to 100.
    case percentile(Double)

    /// Digits behind the point of a percentile. AWS: ten.
    private static let fractionDigitsMax = 10
    /// Statistics that AWS has besides, by the beginning of their names in lower case.
    private static let trimmed = ["iqm", "tm", "tc", "ts", "wm", "pr"]

    /// Reads AWS's name: `Average`, `p99`, `p99.9`.
    ///
    /// - Throws: ``MetricError`` with code `unsupportedStatistic` for a trimmed statistic, `invalidValue` for no statistic.
    public init(_ text: String) throws(MetricError) {
        switch text {
        case "SampleCount": self = .sampleCount
        case "Average": self = .average
        case "Sum": self = .sum
        case "Minimum": self = .minimum
        case "Maximum": self = .maximum
        default:
            if let percent = Self.percent(text) {
                self = .percentile(percent)
                return
            }
            if Self.isTrimmed(text) {
                throw MetricError(
                    .unsupportedStatistic,
                    "The statistic \(text) is not computed here; use SampleCount, Average, Sum, Minimum, Maximum or p0 to "
                        + "p100.")
            }
            throw MetricError(
                .invalidValue,
                "The value \(text) for parameter Stat is not a statistic; use SampleCount, Average, Sum, Minimum, Maximum or "
                    + "p0 to p100.")
        }
    }

    /// AWS's name.
    public var name: String {
        switch self {
        case .sampleCount: "SampleCount"
        case .average: "Average"
        case .sum: "Sum"
        case .minimum: "Minimum"
        case .maximum: "Maximum"
        case .percentile(let percent):
            percent == percent.rounded() ? "p\(Int(percent))" : "p\(percent)"
        }
    }

    var isPercentile: Bool { if case .percentile = self { true } else { false } }

    private static func percent(_ text: String) -> Double? {
        guard text.first == "p", text.utf8.dropFirst().first.map({ 48...57 ~= $0 }) == true else { return nil }
        let parts = text.dropFirst().split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { 48...57 ~= $0 } }), parts[0].utf8.count <= 3,
            parts.count == 1 || parts[1].utf8.count <= fractionDigitsMax
        else { return nil }
        return Double(text.dropFirst()).flatMap { $0 <= 100 ? $0 : nil }
    }

    private static func isTrimmed(_ text: String) -> Bool {
        let text = text.lowercased()
        return trimmed.contains { name in
            guard text.hasPrefix(name) else { return false }
            return text.dropFirst(name.count).first.map { $0 == "(" || $0.isNumber } ?? true
        }
    }
}
