/// One field of a dashboard.
public struct Widget: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case metric(MetricWidget)
        /// Markdown.
        case text(String)
        /// ARNs of alarms, and the states to show; none for all.
        case alarm(title: String?, alarms: [String], states: [String])
        case log(title: String?, query: String)
        /// A type that is kept and not drawn, by its name.
        case other(String)
    }

    /// Where it stands on the grid.
    public internal(set) var frame: GridFrame
    public let content: Content
    /// Whether the body says where it stands.
    let isPlaced: Bool

    private static let kinds = ["metric", "text", "log", "alarm", "explorer", "custom"]

    static func read(_ value: JSONValue, _ path: String, _ reader: inout BodyReader) -> Widget? {
        guard let members = reader.object(value, path) else { return nil }
        let columns = GridLayout.columns
        let x = reader.integer("x", in: members, path, 0...columns - 1)
        let y = reader.integer("y", in: members, path, 0...1_000_000)
        if (members["x"] == nil) != (members["y"] == nil) {
            reader.missing(path, members["x"] == nil ? "x" : "y")
        }
        let width = reader.integer("width", in: members, path, 1...columns) ?? 6
        let height = reader.integer("height", in: members, path, 1...1_000) ?? 6
        if let x, x + width > columns { reader.error(path, "x and width together should be <= \(columns)") }
        guard let kind = reader.string("type", in: members, path) else {
            if members["type"] == nil { reader.missing(path, "type") }
            return nil
        }
        guard kinds.contains(kind) else {
            reader.error(
                "\(path)/type", "Should be equal to one of the allowed values: \(kinds.joined(separator: ", "))")
            return nil
        }
        guard members["properties"] != nil else {
            reader.missing(path, "properties")
            return nil
        }
        guard let properties = reader.object("properties", in: members, path),
            let content = content(kind, properties, "\(path)/properties", &reader)
        else { return nil }
        return Widget(
            frame: GridFrame(x: x ?? 0, y: y ?? 0, width: width, height: height), content: content,
            isPlaced: x != nil && y != nil)
    }

    private static func content(
        _ kind: String, _ properties: BodyReader.Members, _ path: String, _ reader: inout BodyReader
    ) -> Content? {
        switch kind {
        case "metric":
            return MetricWidget(properties, path, &reader).map(Content.metric)
        case "text":
            guard let markdown = reader.string("markdown", in: properties, path) else {
                if properties["markdown"] == nil { reader.missing(path, "markdown") }
                return nil
            }
            return .text(markdown)
        case "alarm":
            guard let alarms = reader.array("alarms", in: properties, path) else {
                if properties["alarms"] == nil { reader.missing(path, "alarms") }
                return nil
            }
            return .alarm(
                title: reader.string("title", in: properties, path),
                alarms: strings(alarms, "\(path)/alarms", &reader),
                states: strings(reader.array("states", in: properties, path) ?? [], "\(path)/states", &reader))
        case "log":
            let title = reader.string("title", in: properties, path)
            guard let query = reader.string("query", in: properties, path) else {
                if properties["query"] == nil { reader.missing(path, "query") }
                return nil
            }
            return .log(title: title, query: query)
        default:
            reader.warn(path, "Widgets of the type \(kind) are kept and not drawn here")
            return .other(kind)
        }
    }

    static func strings(_ values: [JSONValue], _ path: String, _ reader: inout BodyReader) -> [String] {
        var texts: [String] = []
        for (place, value) in values.enumerated() {
            if case .string(let text) = value {
                texts.append(text)
            } else {
                reader.error("\(path)/\(place)", "Should be string")
            }
        }
        return texts
    }
}
