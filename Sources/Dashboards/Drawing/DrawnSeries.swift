import Clocks
public import MetricMath

/// One line, bar, sector or row of a widget: data that somebody fetched, and how they are to look.
public struct DrawnSeries: Hashable, Sendable {
    public var label: String
    /// CloudWatch's name of it.
    public var unit: String?
    public var series: TimeSeries
    /// As `#rgb` or `#rrggbb`; nil, and anything else, for one of the palette.
    public var color: String?
    public var side: MetricWidget.Side

    public init(
        label: String, unit: String? = nil, series: TimeSeries, color: String? = nil,
        side: MetricWidget.Side = .left
    ) {
        self.label = label
        self.unit = unit
        self.series = series
        self.color = color
        self.side = side
    }

    /// What stands for the series where there is room for one number: its newest value.
    var latest: Double? { series.points.last?.value }

    /// Its figures as a sentence.
    var summary: String {
        guard let figures = SeriesFigures(series) else { return "\(label): no data." }
        let numbers = NumberText(unit: unit, magnitude: max(abs(figures.minimum), abs(figures.maximum)))
        return "\(label): latest \(numbers.text(figures.latest)), minimum \(numbers.text(figures.minimum)), average "
            + "\(numbers.text(figures.average)), maximum \(numbers.text(figures.maximum)) of \(figures.count) values."
    }
}

/// What is said of a series in few numbers.
struct SeriesFigures {
    let latest: Double
    let minimum: Double
    let average: Double
    let maximum: Double
    let count: Int

    /// Nil for a series without points.
    init?(_ series: TimeSeries) {
        guard let last = series.points.last else { return nil }
        let values = series.values
        latest = last.value
        minimum = values.min() ?? last.value
        maximum = values.max() ?? last.value
        average = values.reduce(0) { $0 + $1 / Double(values.count) }
        count = values.count
    }
}

/// Colours that are told apart, also by most people who see some of them alike, on white and on black.
enum Palette {
    private static let colors = [
        "#3b82c4", "#d9822b", "#2f9e6b", "#d0504f", "#9467bd", "#1ba1b5", "#a1705f", "#d16ba5", "#8f8f20", "#8a8f98",
    ]
    /// What is above or below a limit.
    static let limit = "#d0504f"

    static func color(_ given: String?, at place: Int) -> String { checked(given) ?? colors[place % colors.count] }

    /// Nil for what is not #rgb or #rrggbb.
    static func checked(_ given: String?) -> String? {
        guard let given, given.first == "#", given.count == 4 || given.count == 7,
            given.dropFirst().allSatisfy({ $0.isASCII && $0.isHexDigit })
        else { return nil }
        return given
    }
}
