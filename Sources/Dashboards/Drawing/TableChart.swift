/// Each series in a row with its figures.
struct TableChart {
    private let drawing: WidgetDrawing

    init(_ drawing: WidgetDrawing) { self.drawing = drawing }

    func draw(in area: Area, into svg: inout SVGText) {
        let rowHeight = 20.0
        let names = ["Latest", "Min", "Avg", "Max"]
        let room = max(area.width * 0.62, 60) / Double(names.count)
        let columns = names.count - (room < 44 ? 2 : 0)
        let width = room < 44 ? room * 2 : room
        let rows = max(Int(area.height / rowHeight) - 1, 1)
        let isCut = drawing.series.count > rows
        func x(_ column: Int) -> Double { area.right - width * Double(columns - 1 - column) }
        svg.element("g", ["class": "table"]) { svg in
            var y = area.y + 13
            svg.label("Metric", area.x, y, weight: "600", opacity: 0.75)
            for column in 0..<columns {
                svg.label(names[column], x(column), y, anchor: .end, weight: "600", opacity: 0.75)
            }
            svg.line(area.x, y + 6, area.right, y + 6, opacity: 0.45)
            for (place, one) in drawing.series.prefix(isCut ? rows - 1 : rows).enumerated() {
                y += rowHeight
                svg.box(
                    Area(x: area.x, y: y - 9, width: 10, height: 10), fill: drawing.color(at: place), rounded: 2)
                svg.label(
                    SVGText.fitted(one.label, area.width - width * Double(columns) - 15 + width * 0.3), area.x + 15, y)
                for (column, text) in texts(of: one).prefix(columns).enumerated() {
                    svg.label(text, x(column), y, anchor: .end)
                }
                svg.line(area.x, y + 6, area.right, y + 6, opacity: 0.12)
            }
            if isCut {
                svg.label("and \(drawing.series.count - rows + 1) more", area.x, y + rowHeight, opacity: 0.75)
            }
        }
    }

    private func texts(of one: DrawnSeries) -> [String] {
        guard let figures = SeriesFigures(one.series) else { return ["–", "–", "–", "–"] }
        return [figures.latest, figures.minimum, figures.average, figures.maximum].map {
            NumberText.text($0, unit: one.unit)
        }
    }
}
