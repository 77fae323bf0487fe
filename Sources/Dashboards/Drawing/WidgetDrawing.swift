public import Clocks
import MetricMath

/// Draws one metric widget as an SVG of its own: no scripts, no style sheet, no fonts or files from elsewhere.
///
/// Its texts and axes have the colour of the text around (`currentColor`), so that a page in light or dark shows it
/// readable; an SVG that stands alone is black on nothing. It has the role of an image, with the figures in its description.
/// Linear in the number of points. The same input gives the same text.
public struct WidgetDrawing: Sendable {
    public let widget: MetricWidget
    public let series: [DrawnSeries]
    public let range: Range<Timestamp>
    /// In pixels, from 60 to 10,000 each.
    public let width: Double
    public let height: Double
    /// Goes before the ids inside, so that several fit into one page.
    public let id: String

    /// - Parameters:
    ///   - widget: how it is to look.
    ///   - series: in the order of the legend.
    ///   - range: what is shown.
    ///   - width: in pixels, as is the height.
    ///   - height: with the legend.
    ///   - id: letters, digits, hyphens; other characters are left out.
    public init(
        _ widget: MetricWidget, _ series: [DrawnSeries], over range: Range<Timestamp>, width: Int, height: Int,
        id: String = "widget"
    ) {
        self.widget = widget
        self.series = series
        self.range = range
        self.width = Double(min(max(width, 60), 10_000))
        self.height = Double(min(max(height, 60), 10_000))
        self.id = id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    /// The picture.
    public var svg: String {
        var svg = SVGText()
        svg.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "chart chart-\(widget.view.rawValue)", "role": "img",
                "aria-labelledby": "\(id)-title \(id)-desc", "viewBox": "0 0 \(Int(width)) \(Int(height))",
                "width": "\(Int(width))", "height": "\(Int(height))",
                "font-family": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
            ]
        ) { svg in
            svg.element("title", ["id": "\(id)-title"], text: heading)
            svg.element("desc", ["id": "\(id)-desc"], text: description)
            draw(into: &svg)
        }
        return svg.text
    }

    /// What the widget is called: its title, or what it shows.
    var heading: String {
        if let title = widget.title, !title.isEmpty { return title }
        let labels = series.prefix(3).map(\.label).joined(separator: ", ")
        return series.isEmpty ? "No metrics" : labels + (series.count > 3 ? ", …" : "")
    }

    private var description: String {
        let limits = widget.annotations.map { annotation in
            let value = NumberText.text(annotation.value, unit: unit(of: annotation.side))
            return "Line at \(value)" + (annotation.label.map { ", \($0)" } ?? "") + "."
        }
        let figures = series.isEmpty ? ["No data."] : series.map(\.summary)
        let start = Self.text(range.lowerBound)
        let end = Self.text(range.upperBound)
        return (["From \(start) to \(end) UTC."] + figures + limits).joined(separator: " ")
    }

    private static func text(_ time: Timestamp) -> String {
        let calendar = time.calendarTime
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(calendar.year)-\(twoDigits(calendar.month))-\(twoDigits(calendar.day)) "
            + "\(twoDigits(calendar.hour)):\(twoDigits(calendar.minute))"
    }

    /// The unit that an axis is in: that of the first series of its side.
    func unit(of side: MetricWidget.Side) -> String? { series.first { $0.side == side }?.unit }

    func color(at place: Int) -> String { Palette.color(series[place].color, at: place) }

    private func draw(into svg: inout SVGText) {
        var area = Area(x: 0, y: 0, width: width, height: height).inset(left: 8, top: 8, right: 8, bottom: 8)
        svg.label(
            SVGText.fitted(heading, area.width, size: 13), area.x, area.y + 12, size: 13, weight: "600")
        area = area.inset(top: 22)
        guard series.contains(where: { !$0.series.points.isEmpty }) || widget.view == .gauge else {
            if widget.view == .timeSeries {
                TimeSeriesChart(self).draw(in: legend(&svg, area), into: &svg)
            }
            svg.label(
                "No data", area.x + area.width / 2, area.y + area.height / 2, anchor: .middle, size: 13, opacity: 0.7)
            return
        }
        switch widget.view {
        case .timeSeries: TimeSeriesChart(self).draw(in: legend(&svg, area), into: &svg)
        case .singleValue: SingleValueChart(self).draw(in: area, into: &svg)
        case .gauge: GaugeChart(self).draw(in: area, into: &svg)
        case .bar: BarChart(self).draw(in: area, into: &svg)
        case .pie: PieChart(self).draw(in: area, into: &svg)
        case .table: TableChart(self).draw(in: area, into: &svg)
        }
    }
}
