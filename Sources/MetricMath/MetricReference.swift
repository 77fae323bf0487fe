/// A name and a value that are part of a metric's identity.
public struct MetricDimension: Hashable, Sendable, Codable, Comparable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    public static func < (left: MetricDimension, right: MetricDimension) -> Bool {
        (left.name, left.value) < (right.name, right.value)
    }
}

/// Which metric: its namespace, its name and all its dimensions. Two references are the same whatever the order in which
/// their dimensions were given.
public struct MetricReference: Hashable, Sendable, Codable {
    public let namespace: String
    public let name: String
    /// In the order of their names.
    public let dimensions: [MetricDimension]

    public init(namespace: String, name: String, dimensions: [MetricDimension] = []) {
        self.namespace = namespace
        self.name = name
        self.dimensions = dimensions.sorted()
    }
}

/// What is asked of a metric: one statistic of each period.
public struct MetricStat: Hashable, Sendable, Codable {
    public var metric: MetricReference
    public var statistic: Statistic
    /// In seconds: 1, 5, 10, 20, 30 or a multiple of 60.
    public var period: Int
    /// Only data that were put with this unit; nil for all.
    public var unit: String?

    public init(metric: MetricReference, statistic: Statistic, period: Int, unit: String? = nil) {
        self.metric = metric
        self.statistic = statistic
        self.period = period
        self.unit = unit
    }
}
