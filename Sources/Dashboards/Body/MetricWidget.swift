public import MetricMath

/// What a widget of the type `metric` shows, and how.
public struct MetricWidget: Hashable, Sendable {
    public enum View: String, CaseIterable, Hashable, Sendable {
        case timeSeries, singleValue, gauge, bar, pie, table
    }

    public enum Side: String, CaseIterable, Hashable, Sendable { case left, right }

    /// One entry of its metrics.
    public struct Entry: Hashable, Sendable {
        /// Its id is made up when the body gives none.
        public var query: MetricDataQuery
        public var color: String?
        public var side: Side
        /// Whether it is drawn, or only what expressions make of it.
        public var isVisible: Bool
    }

    /// The ends of an axis as they were given; nil for what fits the data.
    public struct Axis: Hashable, Sendable {
        public var min: Double?
        public var max: Double?
        public var label: String?
        public var showsUnits = true
    }

    /// A line across the chart, or a band when it has two values.
    public struct Annotation: Hashable, Sendable {
        public enum Fill: String, CaseIterable, Hashable, Sendable { case none, above, below }

        public var value: Double
        /// The other edge of a band.
        public var bandValue: Double?
        public var label: String?
        public var color: String?
        public var fill = Fill.none
        public var side = Side.left

        public init(value: Double, label: String? = nil) {
            self.value = value
            self.label = label
        }
    }

    public let title: String?
    public let view: View
    public let isStacked: Bool
    public let entries: [Entry]
    public let region: String
    /// In seconds.
    public let period: Int
    public let statistic: Statistic
    public let left: Axis
    public let right: Axis
    /// Those that are to be seen.
    public var annotations: [Annotation]
    /// ARNs of alarms whose thresholds are to be drawn.
    public let alarms: [String]
    /// Whether values stand for the whole time instead of the last period.
    public let coversTimeRange: Bool
    /// Whether the newest period is shown before it is over.
    public let isLive: Bool
    /// Whether a single value has a small line under it.
    public let hasSparkline: Bool
    public let hasLegend: Bool

    /// The queries of all entries, for `MetricQueryPlan`.
    public var queries: [MetricDataQuery] { entries.map(\.query) }

    /// A widget that shows an alarm: what it watches, with its threshold.
    ///
    /// - Parameter alarm: its ARN.
    public init?(alarm: String) {
        var reader = BodyReader()
        self.init(
            ["region": .string(""), "annotations": .object(["alarms": .array([.string(alarm)])])], "", &reader)
    }

    init?(_ members: BodyReader.Members, _ path: String, _ reader: inout BodyReader) {
        title = reader.string("title", in: members, path)
        view = reader.choice("view", in: members, path, View.self) ?? .timeSeries
        isStacked = reader.bool("stacked", in: members, path) ?? false
        region = reader.string("region", in: members, path) ?? ""
        if members["region"] == nil { reader.missing(path, "region") }
        period = reader.integer("period", in: members, path, 1...31_536_000) ?? 300
        let name = reader.string("stat", in: members, path) ?? "Average"
        if Statistic(name: name) == nil { reader.error("\(path)/stat", "'\(name)' is no statistic; Sum or p99 is one") }
        statistic = Statistic(name: name) ?? .average
        coversTimeRange = reader.bool("setPeriodToTimeRange", in: members, path) ?? false
        isLive = reader.bool("liveData", in: members, path) ?? false
        hasSparkline = reader.bool("sparkline", in: members, path) ?? true
        let axes = reader.object("yAxis", in: members, path) ?? [:]
        left = Axis("left", in: axes, "\(path)/yAxis", &reader)
        right = Axis("right", in: axes, "\(path)/yAxis", &reader)
        let legend = reader.object("legend", in: members, path) ?? [:]
        hasLegend = reader.string("position", in: legend, "\(path)/legend") != "hidden"
        let lines = reader.object("annotations", in: members, path) ?? [:]
        annotations = Annotation.read(lines, "\(path)/annotations", &reader)
        alarms = Widget.strings(
            reader.array("alarms", in: lines, "\(path)/annotations") ?? [], "\(path)/annotations/alarms", &reader)
        guard members["metrics"] != nil else {
            if alarms.isEmpty { reader.missing(path, "metrics") }
            entries = []
            return
        }
        guard let rows = reader.array("metrics", in: members, path) else { return nil }
        entries = MetricsArray.read(rows, "\(path)/metrics", &reader, statistic: statistic, period: period)
        if view == .gauge, left.min == nil || left.max == nil {
            reader.error("\(path)/yAxis/left", "Should have min and max for a gauge")
        }
    }
}

extension MetricWidget.Axis {
    init(_ name: String, in members: BodyReader.Members, _ path: String, _ reader: inout BodyReader) {
        guard let axis = reader.object(name, in: members, path) else { return }
        let path = "\(path)/\(name)"
        min = reader.number("min", in: axis, path)
        max = reader.number("max", in: axis, path)
        label = reader.string("label", in: axis, path)
        showsUnits = reader.bool("showUnits", in: axis, path) ?? true
        if let min, let max, min >= max { reader.error(path, "min should be less than max") }
    }
}
