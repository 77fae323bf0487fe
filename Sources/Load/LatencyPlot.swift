#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A load's latency over time as an SVG of its own: on top latencies on a logarithmic scale, below the offered and the
/// achieved rate and the errors. No scripts, no fonts or files from elsewhere. The same figures give the same text.
public struct LatencyPlot: Sendable {
    /// Write to function in one second; milliseconds.
    public struct EndToEnd: Sendable, Hashable {
        public var second: Int
        public var p50: Double
        public var p99: Double

        public init(second: Int, p50: Double, p99: Double) {
            self.second = second
            self.p50 = p50
            self.p99 = p99
        }
    }

    private static let width = 960.0
    private static let height = 540.0
    private static let left = 70.0
    private static let right = 150.0
    private static let latencyArea = 50.0...350.0
    private static let rateArea = 400.0...500.0
    /// Colours that are told apart, also by most people who see some of them alike.
    private static let colors = (
        p50: "#3b82c4", p99: "#d9822b", max: "#8a8f98", functionP50: "#2f9e6b", functionP99: "#9467bd", error: "#d0504f"
    )

    public let title: String
    public let seconds: [Measure.Second]
    public let endToEnd: [EndToEnd]

    public init(title: String, seconds: [Measure.Second], endToEnd: [EndToEnd] = []) {
        self.title = title
        self.seconds = seconds
        self.endToEnd = endToEnd
    }

    private struct Line {
        let name: String
        let color: String
        var dash = ""
        let points: [(second: Int, value: Double)]
    }

    /// The picture.
    public var svg: String {
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="\(Self.escaped(title))" \
            viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" width="\(Int(Self.width))" height="\(Int(Self.height))" \
            font-family="system-ui, sans-serif" font-size="12" fill="#333">
            <rect width="100%" height="100%" fill="#fff"/>

            """
        svg += text(Self.left, 24, Self.escaped(title), #" font-size="15" font-weight="600""#)
        svg += latencies + rates + timeAxis
        return svg + "</svg>\n"
    }

    private var lastSecond: Int { max((seconds.last?.second ?? 0) + 1, (endToEnd.last?.second ?? 0) + 1, 1) }

    private func x(_ second: Double) -> Double {
        Self.left + (Self.width - Self.left - Self.right) * second / Double(lastSecond)
    }

    // MARK: Latencies

    private var latencies: String {
        let answered = seconds.filter { $0.acknowledged > 0 }
        let lines = [
            Line(name: "write max", color: Self.colors.max, points: answered.map { ($0.second, $0.max) }),
            Line(name: "write p99", color: Self.colors.p99, points: answered.map { ($0.second, $0.p99) }),
            Line(name: "write p50", color: Self.colors.p50, points: answered.map { ($0.second, $0.p50) }),
            Line(
                name: "to function p99", color: Self.colors.functionP99, dash: "5 3",
                points: endToEnd.map { ($0.second, $0.p99) }),
            Line(
                name: "to function p50", color: Self.colors.functionP50, dash: "5 3",
                points: endToEnd.map { ($0.second, $0.p50) }),
        ].filter { !$0.points.isEmpty }
        let values = lines.flatMap { $0.points.map(\.value) }.filter { $0 > 0 }
        guard let least = values.min(), let most = values.max() else {
            return text(Self.left + 20, 200, "No write was acknowledged.")
        }
        // Whole powers of ten, at least one.
        let bottom = floor(log10(least))
        let top = max(ceil(log10(most)), bottom + 1)
        func y(_ value: Double) -> Double {
            let share = (log10(max(value, 1e-9)) - bottom) / (top - bottom)
            let area = Self.latencyArea
            return area.upperBound - (area.upperBound - area.lowerBound) * min(max(share, 0), 1)
        }
        var svg = text(Self.left - 8, Self.latencyArea.lowerBound - 10, "ms", #" text-anchor="end""#)
        for power in Int(bottom)...Int(top) {
            let value = pow(10, Double(power))
            svg += gridLine(y(value), Self.tick(value))
            guard power < Int(top) else { break }
            for part in 2...9 { svg += gridLine(y(value * Double(part)), nil) }
        }
        for (place, line) in lines.enumerated() {
            for stretch in Self.stretches(line.points) {
                svg += path(stretch.map { (x(Double($0.second) + 0.5), y($0.value)) }, line.color, line.dash)
            }
            svg += legend(line.name, line.color, line.dash, Self.latencyArea.lowerBound + 14 + Double(place) * 20)
        }
        return svg
    }

    /// Points of seconds that follow each other: where nothing was answered, nothing is drawn.
    private static func stretches(_ points: [(second: Int, value: Double)]) -> [[(second: Int, value: Double)]] {
        var stretches: [[(second: Int, value: Double)]] = []
        for point in points {
            if let last = stretches.last?.last, last.second + 1 == point.second {
                stretches[stretches.count - 1].append(point)
            } else {
                stretches.append([point])
            }
        }
        return stretches
    }

    // MARK: Rates

    private var rates: String {
        let most = Double(max(seconds.map { max($0.offered, $0.acknowledged) }.max() ?? 1, 1))
        let area = Self.rateArea
        func y(_ value: Int) -> Double {
            area.upperBound - (area.upperBound - area.lowerBound) * Double(value) / most
        }
        var svg = text(Self.left - 8, area.lowerBound - 10, "writes/s", #" text-anchor="end""#)
        svg += gridLine(area.upperBound, "0") + gridLine(area.lowerBound, "\(Int(most))")
        let offered = seconds.map { (x(Double($0.second) + 0.5), y($0.offered)) }
        let achieved = seconds.map { (x(Double($0.second) + 0.5), y($0.acknowledged)) }
        svg += path(offered, Self.colors.max, "2 2") + path(achieved, Self.colors.p50, "")
        svg += legend("offered", Self.colors.max, "2 2", area.lowerBound + 14)
        svg += legend("acknowledged", Self.colors.p50, "", area.lowerBound + 34)
        let failed = seconds.filter { $0.errors > 0 }
        guard !failed.isEmpty else { return svg }
        for second in failed {
            let width = max(x(1) - x(0), 1)
            let top = y(min(second.errors, Int(most)))
            svg += """
                <rect x="\(Self.number(x(Double(second.second))))" y="\(Self.number(top))" width="\(Self.number(width))" \
                height="\(Self.number(area.upperBound - top))" fill="\(Self.colors.error)" fill-opacity="0.6"/>

                """
        }
        return svg + legend("errors", Self.colors.error, "", area.lowerBound + 54)
    }

    private var timeAxis: String {
        var step = 1
        // Round steps, ten at most.
        while lastSecond / step > 10 { step *= step.description.hasPrefix("2") ? 5 : 2 }
        var svg = ""
        for second in stride(from: 0, through: lastSecond, by: step) {
            svg += text(x(Double(second)), Self.rateArea.upperBound + 18, "\(second)", #" text-anchor="middle""#)
        }
        return svg + text(x(Double(lastSecond)) + 12, Self.rateArea.upperBound + 18, "s")
    }

    // MARK: Elements

    private func text(_ x: Double, _ y: Double, _ text: String, _ attributes: String = "") -> String {
        "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(attributes)>\(text)</text>\n"
    }

    private func gridLine(_ y: Double, _ label: String?) -> String {
        let (y, end) = (Self.number(y), Self.number(Self.width - Self.right))
        let opacity = label == nil ? "0.08" : "0.3"
        let line =
            "<path d=\"M\(Self.number(Self.left)) \(y)H\(end)\" stroke=\"#333\" stroke-opacity=\"\(opacity)\"/>\n"
        guard let label else { return line }
        return line
            + "<text x=\"\(Self.number(Self.left - 8))\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(label)</text>\n"
    }

    private func path(_ points: [(x: Double, y: Double)], _ color: String, _ dash: String) -> String {
        guard let first = points.first else { return "" }
        // One second alone is a short line, since a point has no length.
        let all = points.count > 1 ? points : [(first.x - 3, first.y), (first.x + 3, first.y)]
        let way = all.map { "\(Self.number($0.x)) \(Self.number($0.y))" }.joined(separator: "L")
        return "<path d=\"M\(way)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.6\"\(Self.attribute(dash))/>\n"
    }

    private func legend(_ name: String, _ color: String, _ dash: String, _ y: Double) -> String {
        let start = Self.width - Self.right + 14
        let line = "M\(Self.number(start)) \(Self.number(y - 4))h22"
        return "<path d=\"\(line)\" stroke=\"\(color)\" stroke-width=\"2\"\(Self.attribute(dash))/>\n"
            + text(start + 28, y, name)
    }

    private static func attribute(_ dash: String) -> String { dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"" }

    private static func tick(_ value: Double) -> String { value >= 1 ? "\(Int(value))" : "\(value)" }

    // As `SVGText` of Dashboards has it: a few lines, for which a load would depend on dashboards and metric math.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
