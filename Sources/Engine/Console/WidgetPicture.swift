import Alarms
import Clocks
import Dashboards
import Gateway
import MetricMath
import Monitoring
import Telemetry

/// Draws metric widgets from what the engine has measured.
struct WidgetPicture {
    /// Points that the widgets of one dashboard may have together, those of steps on the way among them. Ours: bounded memory
    /// and time; a day by the minute of 300 metrics with some six steps on each.
    static let pointsMax = 3_000_000

    let metrics: MetricStore
    let range: DashboardRange
    private var pointsLeft = Self.pointsMax

    init(metrics: MetricStore, range: DashboardRange) {
        self.metrics = metrics
        self.range = range
    }

    /// - Parameters:
    ///   - alarms: those there are, of which the widget shows its own.
    ///   - id: goes before the ids inside.
    /// - Returns: an SVG.
    /// - Throws: `ControlError` when there are no points left; `MathError` for expressions that do not work out;
    ///   `MetricError`; what the store throws.
    mutating func svg(
        _ widget: MetricWidget, _ alarms: [Alarm], width: Int, height: Int, id: String
    ) throws -> String {
        guard pointsLeft > 0 else {
            throw ControlError("the dashboard's widgets have more than \(Self.pointsMax) data points; show less time.")
        }
        var widget = widget
        var series: [DrawnSeries] = []
        if !widget.entries.isEmpty { series += try self.series(of: widget) }
        for alarm in alarms where widget.alarms.contains(alarm.arn) {
            let definition = alarm.definition
            widget.annotations.append(
                MetricWidget.Annotation(value: definition.threshold, label: AlarmCondition(definition).limit))
            if widget.entries.isEmpty { series += try self.series(of: definition) }
        }
        return WidgetDrawing(
            widget, series, over: range.start..<range.end, width: width, height: height, id: id
        ).svg
    }

    private mutating func series(of widget: MetricWidget) throws -> [DrawnSeries] {
        // A line has no shape when all of its time is one point.
        let isWhole = widget.coversTimeRange && widget.view != .timeSeries
        let queries = range.queries(of: widget, isWhole: isWhole)
        let plan = try MetricQueryPlan(queries)
        let bounds = range.bounds(
            period: plan.metrics.map(\.stat.period).max() ?? widget.period, isWhole: isWhole,
            isLive: widget.isLive || isWhole)
        let (results, units) = try metrics.evaluateWithUnits(
            plan, from: bounds.start, to: bounds.end, countsFromStart: isWhole, pointsLeft: &pointsLeft)
        let names = SeriesNames(queries)
        let entries = Dictionary(widget.entries.map { ($0.query.id, $0) }) { first, _ in first }
        return results.map { result in
            let entry = entries[result.id]
            return DrawnSeries(
                label: entry.flatMap { names.name(of: $0.query) } ?? result.label,
                unit: entry.flatMap { Self.unit($0.query, units) }, series: result.series, color: entry?.color,
                side: entry?.side ?? .left)
        }
    }

    private mutating func series(of definition: AlarmDefinition) throws -> [DrawnSeries] {
        let queries = range.queries(of: definition)
        let bounds = range.bounds(period: range.bounded(definition.period), isWhole: false, isLive: false)
        let (results, units) = try metrics.evaluateWithUnits(
            try MetricQueryPlan(queries), from: bounds.start, to: bounds.end, pointsLeft: &pointsLeft)
        return results.map { result in
            let query = queries.first { $0.id == result.id }
            return DrawnSeries(
                label: result.label, unit: query.flatMap { Self.unit($0, units) }, series: result.series)
        }
    }

    /// The unit of a metric's values; a number of samples has none.
    private static func unit(_ query: MetricDataQuery, _ units: [String: StandardUnit]) -> String? {
        guard case .metric(let stat) = query.source, stat.statistic != .sampleCount else { return nil }
        return units[query.id]?.rawValue
    }
}

/// What lines without a label are called: by what tells them apart, as CloudWatch does.
private struct SeriesNames {
    private let hasOneName: Bool
    /// Dimensions' values that all metrics have.
    private let common: Set<String>

    init(_ queries: [MetricDataQuery]) {
        let metrics = queries.filter(\.returnsData).compactMap(Self.metric)
        hasOneName = Set(metrics.map(\.name)).count == 1
        let values = metrics.map { Set($0.dimensions.map(\.value)) }
        common = values.dropFirst().reduce(values.first ?? []) { $0.intersection($1) }
    }

    private static func metric(_ query: MetricDataQuery) -> MetricReference? {
        if case .metric(let stat) = query.source { return stat.metric }
        return nil
    }

    /// Nil for a query whose result has a name.
    func name(of query: MetricDataQuery) -> String? {
        guard query.label == nil, let metric = Self.metric(query) else { return nil }
        let own = metric.dimensions.map(\.value).filter { !common.contains($0) }
        let name = hasOneName && !own.isEmpty ? [] : [metric.name]
        return (own + name).joined(separator: " ")
    }
}
