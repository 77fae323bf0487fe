import Clocks
import MetricMath

/// Lines or stacked areas over time.
struct TimeSeriesChart {
    private let drawing: WidgetDrawing
    private let stack: StackedSeries?

    init(_ drawing: WidgetDrawing) {
        self.drawing = drawing
        stack = drawing.widget.isStacked ? StackedSeries(drawing.series.map(\.series)) : nil
    }

    /// The chart's inner part and its scales.
    private struct Plot {
        var area: Area
        var time: TimeScale
        var left: ValueScale
        var right: ValueScale?

        func x(_ moment: Timestamp) -> Double { area.x + area.width * time.share(of: moment) }

        func y(_ value: Double, _ side: MetricWidget.Side) -> Double {
            let scale = side == .right ? right ?? left : left
            return area.bottom - area.height * scale.share(of: value)
        }
    }

    func draw(in area: Area, into svg: inout SVGText) {
        let plot = plot(in: area)
        drawAxes(plot, area, into: &svg)
        svg.element("g", ["class": "bands"]) { svg in
            for annotation in drawing.widget.annotations { drawBand(annotation, plot, into: &svg) }
        }
        svg.element("g", ["class": "series"]) { svg in
            for place in drawing.series.indices {
                if let stack { drawArea(place, stack, plot, into: &svg) } else { drawLine(place, plot, into: &svg) }
            }
        }
        svg.element("g", ["class": "annotations"]) { svg in
            for annotation in drawing.widget.annotations { drawLimit(annotation, plot, into: &svg) }
        }
    }

    // MARK: - Axes

    private func plot(in area: Area) -> Plot {
        let ticksMax = max(Int(area.height / 28), 2)
        let left = scale(.left, ticksMax)
        let hasRight = drawing.series.contains { $0.side == .right } && stack == nil
        let right = hasRight ? scale(.right, ticksMax) : nil
        func room(_ scale: ValueScale) -> Double {
            (scale.ticks.map { SVGText.width(scale.numbers.tick($0, step: scale.step)) }.max() ?? 0) + 8
        }
        let names = drawing.widget.left.label != nil || drawing.widget.right.label != nil ? 14.0 : 4
        let inner = area.inset(left: room(left), top: names, right: right.map(room) ?? 8, bottom: 18)
        let time = TimeScale(drawing.range, ticksMax: max(Int(inner.width / 70), 2))
        return Plot(area: inner, time: time, left: left, right: right)
    }

    private func scale(_ side: MetricWidget.Side, _ ticksMax: Int) -> ValueScale {
        let axis = side == .left ? drawing.widget.left : drawing.widget.right
        var values = stack?.extremes ?? drawing.series.filter { $0.side == side }.flatMap(\.series.values)
        for annotation in drawing.widget.annotations where annotation.side == side {
            values += [annotation.value, annotation.bandValue ?? annotation.value]
        }
        return ValueScale(
            values, min: axis.min, max: axis.max, unit: axis.showsUnits ? drawing.unit(of: side) : nil,
            ticksMax: ticksMax)
    }

    private func drawAxes(_ plot: Plot, _ area: Area, into svg: inout SVGText) {
        svg.element("g", ["class": "axis axis-values"]) { svg in
            for tick in plot.left.ticks {
                let y = plot.y(tick, .left)
                svg.line(plot.area.x, y, plot.area.right, y, opacity: tick == 0 ? 0.45 : 0.15)
                svg.label(
                    plot.left.numbers.tick(tick, step: plot.left.step), plot.area.x - 6, y + 4, anchor: .end,
                    opacity: 0.75)
            }
            if let right = plot.right {
                for tick in right.ticks {
                    svg.label(
                        right.numbers.tick(tick, step: right.step), plot.area.right + 6, plot.y(tick, .right) + 4,
                        opacity: 0.75)
                }
            }
            if let label = drawing.widget.left.label {
                svg.label(SVGText.fitted(label, plot.area.width / 2), area.x, area.y + 6, opacity: 0.75)
            }
            if let label = drawing.widget.right.label {
                svg.label(
                    SVGText.fitted(label, plot.area.width / 2), area.right, area.y + 6, anchor: .end, opacity: 0.75)
            }
        }
        svg.element("g", ["class": "axis axis-time"]) { svg in
            svg.line(plot.area.x, plot.area.bottom, plot.area.right, plot.area.bottom, opacity: 0.45)
            for tick in plot.time.ticks {
                let x = plot.x(tick.time)
                svg.line(x, plot.area.bottom, x, plot.area.bottom + 4, opacity: 0.45)
                let half = SVGText.width(tick.text) / 2
                // A text that would leave the picture is left out.
                guard x - half >= area.x, x + half <= area.right + 8 else { continue }
                svg.label(tick.text, x, plot.area.bottom + 15, anchor: .middle, opacity: 0.75)
            }
        }
    }

    // MARK: - Data

    private func isVisible(_ point: TimeSeries.Point) -> Bool {
        point.time >= drawing.range.lowerBound && point.time < drawing.range.upperBound
    }

    private func drawLine(_ place: Int, _ plot: Plot, into svg: inout SVGText) {
        let one = drawing.series[place]
        let color = drawing.color(at: place)
        var path = ""
        for run in one.series.points.filter(isVisible).runs(period: one.series.period, time: \.time) {
            let places = run.map { (plot.x($0.time), plot.y($0.value, one.side)) }
            guard places.count > 1 else {
                svg.element(
                    "circle",
                    [
                        "cx": SVGText.number(places[0].0), "cy": SVGText.number(places[0].1), "r": "2.5", "fill": color,
                    ])
                continue
            }
            path += Self.path(places)
        }
        guard !path.isEmpty else { return }
        svg.element(
            "path",
            [
                "d": path, "fill": "none", "stroke": color, "stroke-width": "1.75", "stroke-linejoin": "round",
                "stroke-linecap": "round",
            ])
    }

    private func drawArea(_ place: Int, _ stack: StackedSeries, _ plot: Plot, into svg: inout SVGText) {
        var path = ""
        let layers = stack.layers[place].filter {
            $0.time >= drawing.range.lowerBound && $0.time < drawing.range.upperBound
        }
        for run in layers.runs(period: stack.period, time: \.time) {
            var top = run.map { (plot.x($0.time), plot.y($0.top, .left)) }
            var bottom = run.map { (plot.x($0.time), plot.y($0.bottom, .left)) }
            if run.count == 1 {
                // One moment alone is as wide as three pixels.
                top = [(top[0].0 - 1.5, top[0].1), (top[0].0 + 1.5, top[0].1)]
                bottom = [(bottom[0].0 - 1.5, bottom[0].1), (bottom[0].0 + 1.5, bottom[0].1)]
            }
            path += Self.path(top + bottom.reversed()) + "Z"
        }
        guard !path.isEmpty else { return }
        let color = drawing.color(at: place)
        svg.element(
            "path",
            ["d": path, "fill": color, "fill-opacity": "0.7", "stroke": color, "stroke-width": "0.75"])
    }

    private static func path(_ places: [(Double, Double)]) -> String {
        places.enumerated().map { number, place in
            "\(number == 0 ? "M" : "L")\(SVGText.number(place.0)) \(SVGText.number(place.1))"
        }.joined()
    }

    // MARK: - Annotations

    private func drawBand(_ annotation: MetricWidget.Annotation, _ plot: Plot, into svg: inout SVGText) {
        let y = plot.y(annotation.value, annotation.side)
        let edge: Double
        switch (annotation.bandValue, annotation.fill) {
        case (let other?, _): edge = plot.y(other, annotation.side)
        case (nil, .above): edge = plot.area.y
        case (nil, .below): edge = plot.area.bottom
        case (nil, .none): return
        }
        svg.box(
            Area(x: plot.area.x, y: min(y, edge), width: plot.area.width, height: abs(y - edge)),
            fill: Palette.checked(annotation.color) ?? Palette.limit, opacity: 0.12)
    }

    private func drawLimit(_ annotation: MetricWidget.Annotation, _ plot: Plot, into svg: inout SVGText) {
        let color = Palette.checked(annotation.color) ?? Palette.limit
        for value in [annotation.value, annotation.bandValue].compactMap({ $0 }) {
            let y = plot.y(value, annotation.side)
            svg.line(plot.area.x, y, plot.area.right, y, color: color, opacity: 1, dash: "5 3")
        }
        guard let label = annotation.label else { return }
        let y = plot.y(annotation.value, annotation.side)
        // Above the line, or below it where there is no room.
        svg.label(
            SVGText.fitted(label, plot.area.width), plot.area.right - 2, y - plot.area.y > 14 ? y - 4 : y + 12,
            anchor: .end, opacity: 0.9)
    }
}

extension Array {
    /// Cuts where more than a period is missing.
    func runs(period: Int, time: (Element) -> Timestamp) -> [[Element]] {
        var runs: [[Element]] = []
        for element in self {
            if let last = runs.last?.last,
                time(element).microseconds - time(last).microseconds <= Int64(period) * 1_500_000
            {
                runs[runs.count - 1].append(element)
            } else {
                runs.append([element])
            }
        }
        return runs
    }
}
