/// What is known of the values of one stretch of time: CloudWatch's statistic set, and where percentiles lie.
public struct MetricPoint: Hashable, Sendable {
    /// Number of values. Not always whole: a put may give any counts.
    public private(set) var sampleCount = 0.0
    public private(set) var sum = 0.0
    /// The lowest value; meaningless without values.
    public private(set) var minimum = 0.0
    /// The highest value; meaningless without values.
    public private(set) var maximum = 0.0
    /// False when a statistic set was put of which the single values are not known.
    public private(set) var knowsPercentiles = true
    /// Empty as long as all values are equal, and then `minimum` says it all.
    private(set) var sketch = PercentileSketch()

    public init() {}

    public var isEmpty: Bool { sampleCount == 0 }

    private var isConstant: Bool { sketch.isEmpty && knowsPercentiles }

    /// Adds a value that occurred `count` times. Both are finite, and `count` is above 0.
    public mutating func add(_ value: Double, count: Double = 1) {
        if isEmpty {
            minimum = value
            maximum = value
        } else if value != minimum || !isConstant {
            spread()
            if knowsPercentiles { sketch.add(value, count: count) }
            minimum = min(minimum, value)
            maximum = max(maximum, value)
        }
        sampleCount += count
        sum += value * count
    }

    /// Adds one value that was between two others.
    mutating func add(_ value: Double, between lowest: Double, and highest: Double) {
        var point = MetricPoint()
        point.add(value)
        if lowest != highest { point.spread() }
        point.minimum = lowest
        point.maximum = highest
        merge(point)
    }

    /// Adds what somebody has summed up. All are finite, `count` is above 0.
    mutating func add(count: Double, sum: Double, minimum: Double, maximum: Double) {
        var point = MetricPoint()
        point.sampleCount = count
        point.sum = sum
        point.minimum = minimum
        point.maximum = maximum
        point.knowsPercentiles = minimum == maximum
        merge(point)
    }

    /// Adds all values of another one.
    public mutating func merge(_ other: MetricPoint) {
        guard !other.isEmpty else { return }
        guard !isEmpty else {
            self = other
            return
        }
        knowsPercentiles = knowsPercentiles && other.knowsPercentiles
        if !knowsPercentiles {
            sketch.removeAll()
        } else if !isConstant || !other.isConstant || minimum != other.minimum {
            spread()
            if other.isConstant {
                sketch.add(other.minimum, count: other.sampleCount)
            } else {
                sketch.merge(other.sketch)
            }
        }
        sampleCount += other.sampleCount
        sum += other.sum
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }

    /// Forgets all values but not the room for them.
    mutating func removeAll() {
        sketch.removeAll()
        sampleCount = 0
        sum = 0
        knowsPercentiles = true
    }

    /// Puts equal values into the sketch, before others come.
    private mutating func spread() {
        if isConstant { sketch.add(minimum, count: sampleCount) }
    }

    /// Takes what was stored.
    init(
        sampleCount: Double, sum: Double, minimum: Double, maximum: Double, knowsPercentiles: Bool,
        sketch: PercentileSketch
    ) {
        self.sampleCount = sampleCount
        self.sum = sum
        self.minimum = minimum
        self.maximum = maximum
        self.knowsPercentiles = knowsPercentiles
        self.sketch = sketch
    }

    /// A statistic of the values; nil without values, and for a percentile when single values are not known.
    ///
    /// Percentiles lie within 0.78 % of the smallest value that so many percent do not exceed. They are exact when all
    /// values are equal, and at 0 and 100 percent.
    public func value(_ statistic: MetricStatistic) -> Double? {
        guard !isEmpty else { return nil }
        switch statistic {
        case .sampleCount: return sampleCount
        case .average: return sum / sampleCount
        case .sum: return sum
        case .minimum: return minimum
        case .maximum: return maximum
        case .percentile(0): return minimum
        case .percentile(100): return maximum
        case .percentile(let percent):
            guard knowsPercentiles else { return nil }
            return sketch.percentile(percent).map { min(max($0, minimum), maximum) } ?? minimum
        }
    }
}
