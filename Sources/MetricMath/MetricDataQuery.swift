/// One entry of what GetMetricData, an alarm or a widget asks for: a metric, or an expression over other entries.
public struct MetricDataQuery: Hashable, Sendable, Codable {
    public enum Source: Hashable, Sendable, Codable {
        case metric(MetricStat)
        /// - Parameter period: in seconds; nil to take that of the metrics.
        case expression(String, period: Int?)
    }

    /// By which expressions name it: a small letter, then letters, digits and underscores.
    public var id: String
    public var source: Source
    /// What people read; nil for a name that is made up.
    public var label: String?
    /// Whether the result is wanted, or only what other expressions make of it.
    public var returnsData: Bool

    public init(id: String, source: Source, label: String? = nil, returnsData: Bool = true) {
        self.id = id
        self.source = source
        self.label = label
        self.returnsData = returnsData
    }

    /// Whether a text may be an ``id``.
    public static func isID(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, ("a"..."z").contains(first), text.utf8.count <= 255 else {
            return false
        }
        return text.unicodeScalars.allSatisfy(MathLexer.isNamePart)
    }
}
