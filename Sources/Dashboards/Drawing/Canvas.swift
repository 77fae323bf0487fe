/// A part of a widget's area, in pixels.
struct Area: Hashable, Sendable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var right: Double { x + width }
    var bottom: Double { y + height }

    func inset(left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0) -> Area {
        Area(
            x: x + left, y: y + top, width: max(width - left - right, 1), height: max(height - top - bottom, 1))
    }
}

/// Texts and lines in the widget's one look. Everything takes its colour from the page (`currentColor`), so that it is
/// readable in light and dark; only data have colours of their own.
extension SVGText {
    static let fontSize = 11.0

    /// About how wide a text is: fonts differ, and wide letters make up for narrow ones.
    static func width(_ text: String, size: Double = fontSize) -> Double { Double(text.count) * size * 0.56 }

    /// So much of a text as has room, with an ellipsis.
    static func fitted(_ text: String, _ width: Double, size: Double = fontSize) -> String {
        let room = Int(width / (size * 0.56))
        guard text.count > room else { return text }
        return room < 2 ? "" : text.prefix(room - 1) + "…"
    }

    enum Anchor: String { case start, middle, end }

    mutating func label(
        _ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, size: Double = fontSize,
        weight: String = "normal", opacity: Double = 1
    ) {
        element(
            "text",
            [
                "x": Self.number(x), "y": Self.number(y), "text-anchor": anchor.rawValue,
                "font-size": Self.number(size), "font-weight": weight, "fill": "currentColor",
                "fill-opacity": Self.number(opacity),
            ], text: text)
    }

    mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String = "currentColor", opacity: Double = 0.2,
        dash: String = "none"
    ) {
        element(
            "line",
            [
                "x1": Self.number(x1), "y1": Self.number(y1), "x2": Self.number(x2), "y2": Self.number(y2),
                "stroke": color, "stroke-opacity": Self.number(opacity), "stroke-dasharray": dash,
            ])
    }

    mutating func box(_ area: Area, fill: String, opacity: Double = 1, rounded: Double = 0) {
        element(
            "rect",
            [
                "x": Self.number(area.x), "y": Self.number(area.y), "width": Self.number(area.width),
                "height": Self.number(area.height), "rx": Self.number(rounded), "fill": fill,
                "fill-opacity": Self.number(opacity),
            ])
    }
}
