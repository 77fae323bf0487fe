import MetricMath

/// The newest values, large, side by side, each over a small line of how it came.
struct SingleValueChart {
    private let drawing: WidgetDrawing

    init(_ drawing: WidgetDrawing) { self.drawing = drawing }

    func draw(in area: Area, into svg: inout SVGText) {
        let count = drawing.series.count
        let columns = max(min(count, Int(area.width / 110)), 1)
        let rows = (count + columns - 1) / columns
        let rowsShown = max(min(rows, Int(area.height / 52)), 1)
        let cell = Area(
            x: 0, y: 0, width: area.width / Double(columns), height: area.height / Double(rowsShown))
        let places = drawing.series.indices.prefix(columns * rowsShown)
        // One size for all, in which the longest has room; figures in bold are wide.
        let longest = places.map { text(of: $0).count }.max() ?? 0
        let room = (cell.width - 8) / Double(max(longest, 3)) / 0.7
        for place in places {
            let corner = Area(
                x: area.x + cell.width * Double(place % columns), y: area.y + cell.height * Double(place / columns),
                width: cell.width - 8, height: cell.height)
            drawValue(place, corner, sizeMax: min(room, 44), into: &svg)
        }
    }

    private func text(of place: Int) -> String {
        let one = drawing.series[place]
        return one.latest.map { NumberText.text($0, unit: one.unit) } ?? "–"
    }

    private func drawValue(_ place: Int, _ area: Area, sizeMax: Double, into svg: inout SVGText) {
        let one = drawing.series[place]
        let text = text(of: place)
        let hasLine = drawing.widget.hasSparkline && area.height >= 90 && one.series.points.count > 1
        let size = max(min(area.height * (hasLine ? 0.3 : 0.42), sizeMax), 12)
        let y = area.y + (hasLine ? 6 : (area.height - size - 18) / 2) + size
        svg.element("g", ["class": "value"]) { svg in
            svg.label(text, area.x, y, size: size, weight: "600")
            svg.box(Area(x: area.x, y: y + 8, width: 10, height: 10), fill: drawing.color(at: place), rounded: 2)
            svg.label(SVGText.fitted(one.label, area.width - 15), area.x + 15, y + 17, opacity: 0.85)
        }
        if hasLine { drawSparkline(place, area.inset(top: y + 26 - area.y, bottom: 4), into: &svg) }
    }

    private func drawSparkline(_ place: Int, _ area: Area, into svg: inout SVGText) {
        let one = drawing.series[place]
        let time = TimeScale(drawing.range, ticksMax: 2)
        let low = one.series.values.min() ?? 0
        let high = one.series.values.max() ?? 0
        var path = ""
        for run in one.series.points.runs(period: one.series.period, time: \.time) {
            for (number, point) in run.enumerated() {
                let share = high > low ? (point.value - low) / (high - low) : 0.5
                path += number == 0 ? "M" : "L"
                path += SVGText.number(area.x + area.width * time.share(of: point.time)) + " "
                path += SVGText.number(area.bottom - area.height * share)
            }
        }
        svg.element(
            "path",
            [
                "class": "sparkline", "d": path, "fill": "none", "stroke": drawing.color(at: place),
                "stroke-width": "1.5", "stroke-linejoin": "round",
            ])
    }
}
