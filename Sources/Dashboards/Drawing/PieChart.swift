import Foundation

/// Each series' share of the newest values' sum. Values below 0 have no share.
struct PieChart {
    private let drawing: WidgetDrawing

    init(_ drawing: WidgetDrawing) { self.drawing = drawing }

    func draw(in area: Area, into svg: inout SVGText) {
        let values = drawing.series.map { max($0.latest ?? 0, 0) }
        let sum = values.reduce(0, +)
        let radius = max(min(area.height / 2 - 2, area.width / 4), 10)
        let center = (x: area.x + radius + 2, y: area.y + area.height / 2)
        svg.element("g", ["class": "pie"]) { svg in
            var start = 0.0
            for (place, value) in values.enumerated() where value > 0 && sum > 0 {
                let end = start + value / sum
                let color = drawing.color(at: place)
                svg.element("path", ["d": Self.sector(center, radius, start, end), "fill": color])
                start = end
            }
            if sum <= 0 {
                svg.element(
                    "path",
                    [
                        "d": Self.sector(center, radius, 0, 1), "fill": "currentColor", "fill-opacity": "0.15",
                    ])
            }
        }
        drawNames(values, sum, area.inset(left: radius * 2 + 20), into: &svg)
    }

    private func drawNames(_ values: [Double], _ sum: Double, _ area: Area, into svg: inout SVGText) {
        let rowHeight = 18.0
        let count = min(values.count, max(Int(area.height / rowHeight), 1))
        var y = area.y + (area.height - Double(count) * rowHeight) / 2 + 13
        svg.element("g", ["class": "legend"]) { svg in
            for place in 0..<count {
                let one = drawing.series[place]
                let value = one.latest.map { NumberText.text($0, unit: one.unit) } ?? "–"
                let share = sum > 0 ? " (\(NumberText.text(values[place] / sum * 100, unit: "Percent")))" : ""
                let text = place == count - 1 && values.count > count ? "and \(values.count - place) more" : nil
                let figures = text ?? value + share
                svg.box(
                    Area(x: area.x, y: y - 9, width: 10, height: 10), fill: drawing.color(at: place), rounded: 2)
                if text == nil {
                    svg.label(
                        SVGText.fitted(one.label, area.width - SVGText.width(figures) - 28), area.x + 15, y,
                        opacity: 0.85)
                }
                svg.label(figures, area.right, y, anchor: .end)
                y += rowHeight
            }
        }
    }

    /// A part of a ring, clockwise from the top; shares from 0 to 1.
    private static func sector(
        _ center: (x: Double, y: Double), _ radius: Double, _ start: Double, _ end: Double
    ) -> String {
        let inner = radius * 0.58
        // A whole ring has no beginning that an arc could be drawn from.
        let end = min(end, start + 0.9999)
        func point(_ share: Double, _ radius: Double) -> String {
            let angle = 2 * Double.pi * share
            return "\(SVGText.number(center.x + radius * sin(angle))) \(SVGText.number(center.y - radius * cos(angle)))"
        }
        let large = end - start > 0.5 ? 1 : 0
        let (outside, inside) = (SVGText.number(radius), SVGText.number(inner))
        return "M\(point(start, radius))A\(outside) \(outside) 0 \(large) 1 \(point(end, radius))"
            + "L\(point(end, inner))A\(inside) \(inside) 0 \(large) 0 \(point(start, inner))Z"
    }
}
