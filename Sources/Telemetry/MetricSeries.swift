import MetricMath

/// The points of a metric in one unit: what has points of its own.
struct MetricSeries: Hashable, Codable, Sendable {
    var identity: MetricIdentity
    var unit: StandardUnit
}
