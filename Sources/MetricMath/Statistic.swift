/// How a period's values become one.
public enum Statistic: Hashable, Sendable {
    case sampleCount, average, sum, minimum, maximum
    /// The value below which so many per cent of the values lie, from 0 to 100.
    case percentile(Double)
    /// Another extended statistic, by its name as it was given: a trimmed or winsorized mean, a count or a sum within
    /// bounds, a percentile rank.
    case extended(String)

    /// The five that every metric has, by AWS's names.
    public static let simple: [(name: String, statistic: Statistic)] = [
        ("SampleCount", .sampleCount), ("Average", .average), ("Sum", .sum), ("Minimum", .minimum),
        ("Maximum", .maximum),
    ]

    /// - Parameter name: as GetMetricData's `Stat` and PutMetricAlarm's `ExtendedStatistic` have it: `Sum`, `p99.9`, `IQM`,
    ///   `tm90`, `TM(10%:90%)`, `PR(:300)`.
    /// - Returns: nil for a name that CloudWatch does not know.
    public init?(name: String) {
        if let simple = Self.simple.first(where: { $0.name == name }) {
            self = simple.statistic
        } else if name.first == "p", let percent = Self.number(name.dropFirst()), (0...100).contains(percent) {
            self = .percentile(percent)
        } else if Self.isExtended(name) {
            self = .extended(name)
        } else {
            return nil
        }
    }

    /// AWS's name.
    public var name: String {
        switch self {
        case .percentile(let percent):
            percent == percent.rounded() ? "p\(Int(percent))" : "p\(percent)"
        case .extended(let name): name
        default: Self.simple.first { $0.statistic == self }?.name ?? ""
        }
    }

    private static func isExtended(_ name: String) -> Bool {
        if name == "IQM" { return true }
        let kind = name.prefix(2)
        let rest = name.dropFirst(2)
        guard ["tm", "tc", "ts", "wm", "TM", "TC", "TS", "WM", "PR"].contains(kind) else { return false }
        if kind != "PR", let percent = number(rest) { return (0...100).contains(percent) }
        guard rest.first == "(", rest.last == ")" else { return false }
        let bounds = rest.dropFirst().dropLast().split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.contains(where: { !$0.isEmpty }) else { return false }
        let isPercent = bounds.contains { $0.last == "%" }
        guard !isPercent || kind != "PR" else { return false }
        return bounds.allSatisfy { bound in
            guard !bound.isEmpty else { return true }
            guard isPercent == (bound.last == "%"), let value = number(isPercent ? bound.dropLast() : bound) else {
                return false
            }
            return !isPercent || (0...100).contains(value)
        }
    }

    /// Digits with at most one point: neither signs nor exponents.
    private static func number(_ text: some StringProtocol) -> Double? {
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else { return nil }
        return Double(text)
    }
}

/// As its name.
extension Statistic: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let statistic = Statistic(name: name) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(name) is no statistic of CloudWatch")
        }
        self = statistic
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
