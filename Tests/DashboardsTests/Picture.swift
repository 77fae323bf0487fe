import Clocks
import Dashboards
import Foundation
import MetricMath
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An SVG, read as XML.
final class Picture: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
        /// Classes of the elements around it.
        var around: [String]
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []
    private(set) var isWellFormed = false

    init(_ svg: String) {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        let around = open.compactMap { elements[$0].attributes["class"] }
        elements.append(Element(name: name, attributes: attributes, around: around))
        open.append(elements.count - 1)
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let last = open.last { elements[last].text += string }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func all(_ name: String, in around: String? = nil) -> [Element] {
        elements.filter { $0.name == name && (around.map($0.around.contains) ?? true) }
    }

    func texts(in around: String? = nil) -> [String] { all("text", in: around).map(\.text) }
}

/// Widgets and data for the pictures.
enum Shop {
    static let start = Timestamp(utc: 2025, 1, 1, hour: 10)
    static let range = start..<(start + .seconds(600))

    static func series(
        _ label: String, _ values: [Double?], unit: String? = nil, color: String? = nil,
        side: MetricWidget.Side = .left
    ) -> DrawnSeries {
        let points = values.enumerated().compactMap { place, value in
            value.map { TimeSeries.Point(time: start + .seconds(place * 60), value: $0) }
        }
        return DrawnSeries(
            label: label, unit: unit, series: TimeSeries(period: 60, points: points), color: color, side: side)
    }

    static func draw(
        _ properties: String = "", _ series: [DrawnSeries], width: Int = 480, height: Int = 240
    ) throws -> String {
        let widget = try DashboardBodyTests.widget("[[\"Shop\",\"Orders\"]]", properties)
        return WidgetDrawing(widget, series, over: range, width: width, height: height, id: "w1").svg
    }
}
