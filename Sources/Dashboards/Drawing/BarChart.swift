/// The newest value of each series as a bar, one below the other.
struct BarChart {
    private let drawing: WidgetDrawing

    init(_ drawing: WidgetDrawing) { self.drawing = drawing }

    func draw(in area: Area, into svg: inout SVGText) {
        let count = min(drawing.series.count, max(Int(area.height / 18), 1))
        let shown = drawing.series.prefix(count)
        let names = min((shown.map { SVGText.width($0.label) }.max() ?? 0) + 8, area.width * 0.4)
        let texts = shown.map { one in one.latest.map { NumberText.text($0, unit: one.unit) } ?? "–" }
        let room = (texts.map { SVGText.width($0) }.max() ?? 0) + 8
        let bars = area.inset(left: names, right: room)
        let scale = ValueScale(
            shown.compactMap(\.latest), min: drawing.widget.left.min, max: drawing.widget.left.max,
            unit: drawing.unit(of: .left), ticksMax: 4)
        let height = min(area.height / Double(count), 34)
        let zero = bars.x + bars.width * scale.share(of: 0)
        svg.element("g", ["class": "bars"]) { svg in
            for (place, one) in shown.enumerated() {
                let y = area.y + height * Double(place)
                let middle = y + height / 2 + 4
                svg.label(SVGText.fitted(one.label, names - 8), bars.x - 8, middle, anchor: .end, opacity: 0.85)
                guard let value = one.latest else {
                    svg.label("–", zero + 6, middle, opacity: 0.75)
                    continue
                }
                let end = bars.x + bars.width * scale.share(of: value)
                svg.box(
                    Area(x: min(zero, end), y: y + height * 0.15, width: abs(end - zero), height: height * 0.7),
                    fill: drawing.color(at: place), rounded: 2)
                svg.label(texts[place], max(zero, end) + 6, middle)
            }
            svg.line(zero, area.y, zero, area.y + height * Double(count), opacity: 0.45)
        }
    }
}
