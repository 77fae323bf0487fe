import Dashboards
import Foundation
import MetricMath
import Testing

@Suite struct WidgetDrawingTests {
    private static let latency = [
        Shop.series("paid", [120, 180, nil, nil, 90, nil, 250], unit: "Milliseconds"),
        Shop.series("shipped", [20, 30, 40, 50, 60, 70, 80], unit: "Milliseconds"),
    ]
    private static let views = MetricWidget.View.allCases
    private static func properties(_ view: MetricWidget.View, _ more: String = "") -> String {
        "\"view\":\"\(view.rawValue)\",\"yAxis\":{\"left\":{\"min\":0,\"max\":400}}" + more
    }

    @Test(arguments: views) func everyViewIsAnImageWithItsFigures(_ view: MetricWidget.View) throws {
        let picture = Picture(try Shop.draw(Self.properties(view, ",\"title\":\"Latency\""), Self.latency))
        #expect(picture.isWellFormed)
        let root = picture.elements[0]
        #expect(root.name == "svg")
        #expect(root.attributes["role"] == "img")
        #expect(root.attributes["aria-labelledby"] == "w1-title w1-desc")
        #expect(root.attributes["viewBox"] == "0 0 480 240")
        #expect(picture.all("title").map(\.text) == ["Latency"])
        #expect(
            picture.all("desc").map(\.text) == [
                "From 2025-01-01 10:00 to 2025-01-01 10:10 UTC. paid: latest 250 ms, minimum 90 ms, average 160 ms, "
                    + "maximum 250 ms of 4 values. shipped: latest 80 ms, minimum 20 ms, average 50 ms, maximum 80 ms of "
                    + "7 values."
            ])
        #expect(picture.texts().contains("Latency"))
        #expect(picture.texts().contains { $0.contains("paid") })
        #expect(picture.texts().contains { $0.contains("shipped") })
    }

    @Test(arguments: views) func nothingComesFromElsewhere(_ view: MetricWidget.View) throws {
        let picture = Picture(try Shop.draw(Self.properties(view), Self.latency))
        let names = Set(picture.elements.map(\.name))
        #expect(names.isSubset(of: ["svg", "title", "desc", "g", "text", "rect", "line", "path", "circle"]))
        for element in picture.elements {
            #expect(!element.attributes.keys.contains { $0.hasPrefix("on") || $0.contains("href") || $0 == "style" })
            // Text is in the page's colour.
            if element.name == "text" { #expect(element.attributes["fill"] == "currentColor") }
        }
    }

    @Test(arguments: views) func hostileTextsStayTexts(_ view: MetricWidget.View) throws {
        let hostile = "</text><script>alert('1')</script>&\u{0}\u{8}\u{FFFE}"
        let title = #""title":"</svg><script>alert(1)</script>\u0000\"""#
        let series = [
            Shop.series(hostile, [1, 2, 3], unit: "\"><script>", color: "red;\" onload=\"alert(1)"),
            Shop.series("b", [1], color: "url(http://example.org)"),
        ]
        let svg = try Shop.draw(Self.properties(view, "," + title), series)
        let picture = Picture(svg)
        #expect(picture.isWellFormed)
        #expect(picture.all("script").isEmpty)
        #expect(!svg.contains("<script"))
        #expect(!svg.contains("onload=\""))
        #expect(!svg.contains("url("))
        #expect(picture.all("title").map(\.text) == ["</svg><script>alert(1)</script>\""])
    }

    @Test(arguments: views) func theSameInputGivesTheSamePicture(_ view: MetricWidget.View) throws {
        let first = try Shop.draw(Self.properties(view), Self.latency)
        for _ in 0..<5 { #expect(try Shop.draw(Self.properties(view), Self.latency) == first) }
    }

    @Test(arguments: views) func smallAndLargePicturesStayInside(_ view: MetricWidget.View) throws {
        for (width, height) in [(60, 60), (61, 400), (1_000, 60), (1_600, 900)] {
            let many = (0..<40).map { Shop.series("number \($0)", [Double($0), 5]) }
            for series in [[], Self.latency, many] {
                let svg = try Shop.draw(Self.properties(view), series, width: width, height: height)
                let picture = Picture(svg)
                #expect(picture.isWellFormed)
                #expect(!svg.contains("nan") && !svg.contains("inf"))
                for box in picture.all("rect") {
                    let values = ["x", "width"].compactMap { box.attributes[$0].flatMap(Double.init) }
                    #expect(values.count == 2 && values[1] >= 0)
                    #expect(values.reduce(0, +) <= Double(width) + 1)
                }
            }
        }
    }

    @Test func gapsStayGaps() throws {
        let picture = Picture(try Shop.draw("", Self.latency))
        let paths = picture.all("path", in: "series").compactMap { $0.attributes["d"] }
        // Two runs of "paid" have one moment each; the other has two.
        #expect(picture.all("circle", in: "series").count == 2)
        #expect(paths.map { $0.count { $0 == "M" } } == [1, 1])
        #expect(paths.map { $0.count { $0 == "L" } } == [1, 6])
    }

    @Test func whatIsOutsideOfTheTimeIsNotDrawn() throws {
        let late = Shop.series("late", [1, 2, 3] + Array(repeating: nil, count: 8) + [9, 9])
        let path = try #require(Picture(try Shop.draw("", [late])).all("path", in: "series").first?.attributes["d"])
        #expect(path.count { $0 == "L" } == 2)
    }

    @Test func axesHaveTicksAndUnits() throws {
        let picture = Picture(try Shop.draw("", Self.latency))
        #expect(picture.texts(in: "axis axis-values") == ["0 ms", "50 ms", "100 ms", "150 ms", "200 ms", "250 ms"])
        #expect(picture.texts(in: "axis axis-time").first == "10:00")
        #expect(picture.texts(in: "legend") == ["paid", "shipped"])
    }

    @Test func theRightAxisHasItsOwnScale() throws {
        let series = [
            Shop.series("orders", [1_000, 2_000]), Shop.series("errors", [1, 2], unit: "Percent", side: .right),
        ]
        let texts = Picture(try Shop.draw("", series)).texts(in: "axis axis-values")
        #expect(texts.contains("2k") && texts.contains("2%"))
    }

    @Test func stackedAreasStandOnEachOther() throws {
        let series = [Shop.series("a", [10, 10]), Shop.series("b", [20, nil, nil, 20])]
        let picture = Picture(try Shop.draw("\"stacked\":true", series))
        let paths = picture.all("path", in: "series")
        #expect(paths.count == 2)
        #expect(paths.allSatisfy { $0.attributes["fill"] == $0.attributes["stroke"] })
        #expect(picture.texts(in: "axis axis-values").last == "30")
        // The moment alone at the end is an area of its own.
        #expect(paths.map { $0.attributes["d"]?.count { $0 == "M" } } == [2, 2])
    }

    @Test func annotationsAreLinesAndBands() throws {
        let properties =
            ##""annotations":{"horizontal":[{"value":200,"label":"limit","fill":"above","color":"#123456"},[{"value":10},{"value":20}]]}"##
        let picture = Picture(try Shop.draw(properties, Self.latency))
        #expect(
            picture.all("line", in: "annotations").map { $0.attributes["stroke"] } == ["#123456", "#d0504f", "#d0504f"])
        #expect(picture.texts(in: "annotations") == ["limit"])
        #expect(picture.all("rect", in: "bands").count == 2)
        #expect(picture.all("desc")[0].text.hasSuffix("Line at 200 ms, limit. Line at 10 ms."))
    }

    @Test func singleValuesShowTheNewest() throws {
        let picture = Picture(try Shop.draw("\"view\":\"singleValue\"", Self.latency))
        #expect(picture.texts(in: "value") == ["250 ms", "paid", "80 ms", "shipped"])
        #expect(picture.all("path").filter { $0.attributes["class"] == "sparkline" }.count == 2)
        let plain = Picture(try Shop.draw("\"view\":\"singleValue\",\"sparkline\":false", Self.latency))
        #expect(plain.all("path").isEmpty)
    }

    @Test func gaugesShowTheirEnds() throws {
        let picture = Picture(try Shop.draw(Self.properties(.gauge), [Self.latency[0]]))
        #expect(picture.texts(in: "gauge") == ["250 ms", "0 ms", "400 ms", "paid"])
        #expect(picture.all("path", in: "gauge").count == 2)
        let empty = Picture(try Shop.draw(Self.properties(.gauge), [Shop.series("paid", [])]))
        #expect(empty.all("path", in: "gauge").count == 1)
        #expect(empty.texts(in: "gauge").contains("No data"))
    }

    @Test func barsAreAsLongAsTheirValues() throws {
        let series = [Shop.series("a", [10]), Shop.series("b", [20]), Shop.series("c", [])]
        let picture = Picture(try Shop.draw("\"view\":\"bar\"", series))
        let widths = picture.all("rect", in: "bars").compactMap { $0.attributes["width"].flatMap(Double.init) }
        #expect(widths.count == 2)
        #expect(abs(widths[1] - 2 * widths[0]) < 0.02)
        #expect(picture.texts(in: "bars") == ["a", "10", "b", "20", "c", "–"])
    }

    @Test func sectorsHaveTheirShares() throws {
        let series = [Shop.series("a", [30]), Shop.series("b", [10]), Shop.series("c", [-5])]
        let picture = Picture(try Shop.draw("\"view\":\"pie\"", series))
        #expect(picture.all("path", in: "pie").count == 2)
        #expect(picture.texts(in: "legend") == ["a", "30 (75%)", "b", "10 (25%)", "c", "-5 (0%)"])
        let whole = Picture(try Shop.draw("\"view\":\"pie\"", [series[0]]))
        #expect(whole.texts(in: "legend") == ["a", "30 (100%)"])
    }

    @Test func tablesHaveARowForEach() throws {
        let picture = Picture(try Shop.draw("\"view\":\"table\"", Self.latency + [Shop.series("none", [])]))
        #expect(
            picture.texts(in: "table") == [
                "Metric", "Latest", "Min", "Avg", "Max", "paid", "250 ms", "90 ms", "160 ms", "250 ms", "shipped",
                "80 ms", "20 ms", "50 ms", "80 ms", "none", "–", "–", "–", "–",
            ])
        let many = (0..<40).map { Shop.series("number \($0)", [1]) }
        #expect(Picture(try Shop.draw("\"view\":\"table\"", many)).texts(in: "table").last == "and 32 more")
    }

    @Test func withoutDataItSaysSo() throws {
        for view in ["timeSeries", "bar", "table", "pie", "singleValue"] {
            let picture = Picture(try Shop.draw("\"view\":\"\(view)\"", [Shop.series("a", [])]))
            #expect(picture.texts().contains("No data"))
        }
        #expect(Picture(try Shop.draw("", [])).all("title").map(\.text) == ["No metrics"])
    }

    @Test func idsAreLettersAndDigits() throws {
        let widget = try DashboardBodyTests.widget("[[\"Shop\",\"Orders\"]]")
        let drawing = WidgetDrawing(widget, [], over: Shop.range, width: 100, height: 100, id: "a\"> b-1")
        #expect(drawing.id == "ab-1")
    }
}
