public import Clocks
public import MetricMath

/// How fine a put value's time is kept.
public enum StorageResolution: Int, Hashable, Sendable {
    /// By the second, for three hours; by the minute after that.
    case second = 1
    /// By the minute.
    case minute = 60
}

/// Values that somebody puts: an entry of PutMetricData.
public struct MetricDatum: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// Single values, each with how often it occurred; at most ``MetricDatum/valueCountMax``.
        case values([Double], counts: [Double])
        /// Values that somebody has summed up. No percentiles follow from them unless all are equal.
        case statistics(sampleCount: Double, sum: Double, minimum: Double, maximum: Double)
    }

    /// AWS: 150 values in one entry.
    public static let valueCountMax = 150
    /// AWS: 30 dimensions.
    public static let dimensionCountMax = 30
    /// AWS: names of metrics, namespaces and dimensions.
    static let nameLengthMax = 255
    /// AWS: values of dimensions.
    static let dimensionValueLengthMax = 1_024
    /// AWS takes values from two weeks back on.
    public static let ageMax = Duration.seconds(14 * 86_400)
    /// AWS takes values up to two hours ahead.
    public static let aheadMax = Duration.seconds(2 * 3_600)

    public var identity: MetricIdentity
    public var unit: StandardUnit
    /// Nil means now.
    public var time: Timestamp?
    public var content: Content
    public var resolution: StorageResolution

    public init(
        _ identity: MetricIdentity, _ content: Content, unit: StandardUnit = .none, time: Timestamp? = nil,
        resolution: StorageResolution = .minute
    ) {
        self.identity = identity
        self.unit = unit
        self.time = time
        self.content = content
        self.resolution = resolution
    }

    /// One value.
    public init(
        _ identity: MetricIdentity, value: Double, unit: StandardUnit = .none, time: Timestamp? = nil,
        resolution: StorageResolution = .minute
    ) {
        self.init(identity, .values([value], counts: [1]), unit: unit, time: time, resolution: resolution)
    }

    /// The values as one point. They are checked.
    var point: MetricPoint {
        var point = MetricPoint()
        switch content {
        case .values(let values, let counts):
            for (value, count) in zip(values, counts) where count > 0 { point.add(value, count: count) }
        case .statistics(let sampleCount, let sum, let minimum, let maximum):
            if sampleCount > 0 { point.add(count: sampleCount, sum: sum, minimum: minimum, maximum: maximum) }
        }
        return point
    }
}

extension MetricDatum {
    /// Holds the entry against AWS's limits.
    ///
    /// - Throws: ``MetricError`` with code `invalidValue` that names the member.
    public func check(now: Timestamp) throws(MetricError) {
        try checkIdentity()
        try checkContent()
        guard let time else { return }
        guard time >= now - Self.ageMax else { throw invalid("Timestamp", "is more than two weeks ago") }
        guard time <= now + Self.aheadMax else { throw invalid("Timestamp", "is more than two hours ahead") }
    }

    private func checkIdentity() throws(MetricError) {
        try checkLength(identity.namespace, Self.nameLengthMax, "Namespace")
        if identity.namespace.hasPrefix(":") { throw invalid("Namespace", "begins with a colon") }
        if identity.namespace.hasPrefix("AWS/") {
            throw invalid("Namespace", "begins with AWS/, which AWS's services keep to themselves")
        }
        try checkLength(identity.name, Self.nameLengthMax, "MetricName")
        let dimensions = identity.dimensions
        guard dimensions.count <= Self.dimensionCountMax else {
            throw invalid("Dimensions", "holds more than \(Self.dimensionCountMax) dimensions")
        }
        for (index, dimension) in dimensions.enumerated() {
            try checkLength(dimension.name, Self.nameLengthMax, "Dimensions: Name")
            if dimension.name.hasPrefix(":") { throw invalid("Dimensions: Name", "begins with a colon") }
            try checkLength(dimension.value, Self.dimensionValueLengthMax, "Dimensions: Value")
            if index > 0, dimensions[index - 1].name == dimension.name {
                throw invalid("Dimensions", "names \(dimension.name) twice")
            }
        }
    }

    private func checkLength(_ text: String, _ max: Int, _ member: String) throws(MetricError) {
        guard !text.isEmpty else { throw invalid(member, "is empty") }
        try identity.checkLength(text, max, member)
    }

    private func checkContent() throws(MetricError) {
        switch content {
        case .values(let values, let counts):
            guard !values.isEmpty else { throw invalid("Values", "is empty") }
            guard values.count <= Self.valueCountMax else {
                throw invalid("Values", "holds more than \(Self.valueCountMax) values")
            }
            guard counts.count == values.count else { throw invalid("Counts", "has not as many members as Values") }
            for value in values { try checkRange(value, "Value") }
            for count in counts { try checkCount(count, "Counts") }
        case .statistics(let sampleCount, let sum, let minimum, let maximum):
            try checkCount(sampleCount, "StatisticValues.SampleCount")
            try checkRange(sum, "StatisticValues.Sum")
            try checkRange(minimum, "StatisticValues.Minimum")
            try checkRange(maximum, "StatisticValues.Maximum")
            guard minimum <= maximum else { throw invalid("StatisticValues.Minimum", "is above Maximum") }
        }
    }

    private func checkCount(_ count: Double, _ member: String) throws(MetricError) {
        try checkRange(count, member)
        guard count >= 0 else { throw invalid(member, "is below 0") }
    }

    private func checkRange(_ value: Double, _ member: String) throws(MetricError) {
        guard value.magnitude <= MetricRecorder.valueMax else {
            throw invalid(member, "is not a number between -2^360 and 2^360")
        }
    }

    private func invalid(_ member: String, _ problem: String) -> MetricError { identity.invalid(member, problem) }
}

extension MetricIdentity {
    /// Holds the texts' lengths against AWS's limits, which are those of who asks for a metric too.
    ///
    /// - Throws: ``MetricError`` with code `invalidValue` that names the member.
    public func checkLengths() throws(MetricError) {
        try checkLength(namespace, MetricDatum.nameLengthMax, "Namespace")
        try checkLength(name, MetricDatum.nameLengthMax, "MetricName")
        guard dimensions.count <= MetricDatum.dimensionCountMax else {
            throw invalid("Dimensions", "holds more than \(MetricDatum.dimensionCountMax) dimensions")
        }
        for dimension in dimensions {
            try checkLength(dimension.name, MetricDatum.nameLengthMax, "Dimensions: Name")
            try checkLength(dimension.value, MetricDatum.dimensionValueLengthMax, "Dimensions: Value")
        }
    }

    fileprivate func checkLength(_ text: String, _ max: Int, _ member: String) throws(MetricError) {
        guard text.unicodeScalars.count <= max else { throw invalid(member, "is longer than \(max) characters") }
    }

    fileprivate func invalid(_ member: String, _ problem: String) -> MetricError {
        // Without its dimensions, whose values may be anybody's.
        MetricError(
            .invalidValue,
            "The parameter \(member) of the metric \(namespace) \(name) \(problem); AWS refuses it too.")
    }
}
