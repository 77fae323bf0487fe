// Sources: Fuzz/XMLTags.swift
// Seeds: Tests/DashboardsTests/DashboardBodyTests.swift Fuzz/DashboardsFuzz.seeds
// Dictionary: Fuzz/DashboardsFuzz.dict

import Clocks
import Dashboards
import Foundation
import MetricMath

/// Dashboards: a body is read or refused in words, widgets stand inside the grid and none on another, and each metric widget
/// can be drawn, as XML whose tags close.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let body = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let reading = Dashboard.read(body)
    guard let dashboard = reading.dashboard else {
        if reading.refusal == nil { finding("a body is refused without a word") }
        return 0
    }
    let now = Timestamp(seconds: 1_700_000_000)
    let range = dashboard.range(at: now)
    if range.isEmpty { finding("a dashboard of no time") }
    for widget in dashboard.widgets {
        let frame = widget.frame
        if frame.x < 0 || frame.y < 0 || frame.width < 1 || frame.height < 1
            || frame.x + frame.width > GridLayout.columns
        {
            finding("a widget stands outside of the grid: \(frame)")
        }
        guard case .metric(let metric) = widget.content else { continue }
        draw(metric, range)
        // An hour in the life of a dashboard, whatever it says itself.
        draw(metric, now - .seconds(3_600)..<now)
    }
    return 0
}

private func draw(_ widget: MetricWidget, _ range: Range<Timestamp>) {
    let series = widget.entries.enumerated().map { index, entry in
        let values = [0, -1.5, 1e300, 3, Double(index)]
        let points = values.enumerated().map { place, value in
            TimeSeries.Point(time: range.lowerBound + .seconds(60 * place), value: value)
        }
        return DrawnSeries(
            label: entry.query.label ?? entry.query.id,
            series: TimeSeries(period: 60, points: index % 3 == 2 ? [] : points),
            color: entry.color, side: entry.side)
    }
    let svg = WidgetDrawing(widget, Array(series.prefix(8)), over: range, width: 400, height: 200).svg
    if let problem = XMLTags.problem(in: svg) { finding("\(problem): \(svg.prefix(4_000))") }
    for word in ["nan", "inf"] where svg.contains("=\"\(word)") || svg.contains(",\(word)") || svg.contains(" \(word),")
    {
        finding("a place that is no number: \(svg.prefix(4_000))")
    }
}
