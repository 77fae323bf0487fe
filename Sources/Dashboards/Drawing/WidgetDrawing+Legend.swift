extension WidgetDrawing {
    /// Draws the names under a chart, row after row.
    ///
    /// - Returns: what is left for the chart.
    func legend(_ svg: inout SVGText, _ area: Area) -> Area {
        guard widget.hasLegend, !series.isEmpty, area.height > 70 else { return area }
        let rowHeight = 16.0
        // At most a third of the height: the chart matters more.
        let rowsMax = max(Int(area.height / 3 / rowHeight), 1)
        var rows: [[(place: Int, text: String, width: Double)]] = [[]]
        var used = 0.0
        var hidden = 0
        for (place, one) in series.enumerated() {
            let text = SVGText.fitted(one.label, min(area.width - 16, 240))
            let width = SVGText.width(text) + 28
            if used + width > area.width, !rows[rows.count - 1].isEmpty {
                guard rows.count < rowsMax else {
                    hidden = series.count - place
                    break
                }
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append((place, text, width))
            used += width
        }
        let height = Double(rows.count) * rowHeight
        var y = area.bottom - height + rowHeight - 4
        svg.element("g", ["class": "legend"]) { svg in
            for (number, row) in rows.enumerated() {
                var x = area.x
                for entry in row {
                    svg.box(
                        Area(x: x, y: y - 9, width: 10, height: 10), fill: color(at: entry.place), rounded: 2)
                    svg.label(entry.text, x + 15, y, opacity: 0.85)
                    x += entry.width
                }
                if number == rows.count - 1, hidden > 0 {
                    svg.label("+\(hidden)", area.right, y, anchor: .end, opacity: 0.85)
                }
                y += rowHeight
            }
        }
        return area.inset(bottom: height + 6)
    }
}
