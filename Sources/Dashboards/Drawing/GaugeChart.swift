import Foundation

/// The newest value of each series on half a circle from the axis's beginning to its end.
struct GaugeChart {
    private let drawing: WidgetDrawing

    init(_ drawing: WidgetDrawing) { self.drawing = drawing }

    func draw(in area: Area, into svg: inout SVGText) {
        let count = max(min(drawing.series.count, Int(area.width / 100)), 1)
        let width = area.width / Double(count)
        for place in 0..<count {
            let part = Area(x: area.x + width * Double(place), y: area.y, width: width, height: area.height)
            drawGauge(drawing.series.indices.contains(place) ? place : nil, part, into: &svg)
        }
    }

    private func drawGauge(_ place: Int?, _ area: Area, into svg: inout SVGText) {
        let one = place.map { drawing.series[$0] }
        let low = drawing.widget.left.min ?? 0
        let high = drawing.widget.left.max ?? 100
        let radius = max(min(area.width / 2 - 12, area.height - 46), 12)
        let thickness = max(radius * 0.22, 5)
        let center = (x: area.x + area.width / 2, y: area.y + radius + 4 + (area.height - radius - 46) / 2)
        func arc(from start: Double, to end: Double) -> String {
            let middle = radius - thickness / 2
            func point(_ share: Double) -> String {
                let angle = Double.pi * (1 - share)
                return
                    "\(SVGText.number(center.x + middle * cos(angle))) \(SVGText.number(center.y - middle * sin(angle)))"
            }
            let size = SVGText.number(middle)
            return "M\(point(start))A\(size) \(size) 0 0 1 \(point(end))"
        }
        let stroke = SVGText.number(thickness)
        svg.element("g", ["class": "gauge"]) { svg in
            svg.element(
                "path",
                [
                    "d": arc(from: 0, to: 1), "fill": "none", "stroke": "currentColor", "stroke-opacity": "0.15",
                    "stroke-width": stroke,
                ])
            if let place, let value = one?.latest, value > low {
                svg.element(
                    "path",
                    [
                        "d": arc(from: 0, to: min((value - low) / (high - low), 1)), "fill": "none",
                        "stroke": drawing.color(at: place), "stroke-width": stroke,
                    ])
            }
            for annotation in drawing.widget.annotations where annotation.value > low && annotation.value < high {
                drawMark(annotation, (annotation.value - low) / (high - low), center, radius, thickness, into: &svg)
            }
            let numbers = NumberText(unit: one?.unit, magnitude: max(abs(low), abs(high)))
            let text = one?.latest.map { NumberText.text($0, unit: one?.unit) } ?? "No data"
            svg.label(
                text, center.x, center.y - 2, anchor: .middle, size: max(min(radius * 0.38, 34), 12), weight: "600")
            let edge = radius - thickness / 2
            svg.label(numbers.text(low), center.x - edge, center.y + 14, anchor: .middle, opacity: 0.75)
            svg.label(numbers.text(high), center.x + edge, center.y + 14, anchor: .middle, opacity: 0.75)
            svg.label(
                SVGText.fitted(one?.label ?? "", area.width - 8), center.x, center.y + 32, anchor: .middle,
                opacity: 0.85)
        }
    }

    /// A line across the arc.
    private func drawMark(
        _ annotation: MetricWidget.Annotation, _ share: Double, _ center: (x: Double, y: Double), _ radius: Double,
        _ thickness: Double, into svg: inout SVGText
    ) {
        let angle = Double.pi * (1 - share)
        svg.line(
            center.x + (radius - thickness - 2) * cos(angle), center.y - (radius - thickness - 2) * sin(angle),
            center.x + (radius + 2) * cos(angle), center.y - (radius + 2) * sin(angle),
            color: Palette.checked(annotation.color) ?? Palette.limit, opacity: 1)
    }
}
