import Alarms
import Clocks
import MetricMath
import Telemetry

/// Reads CloudWatch's parameters. A value of another type than the API's counts as missing where it is required, and is refused
/// where it is not.
struct MetricParameters {
    /// Longest label. Ours: it is in each series of an array.
    private static let labelBytesMax = 2_048

    let value: WireValue
    /// Where `value` stands in the request, for messages: `MetricData.member.3.`.
    private let place: String

    init(_ value: WireValue) { self.init(value, at: "") }

    private init(_ value: WireValue, at place: String) {
        self.value = value
        self.place = place
    }

    // MARK: Single values

    func text(_ name: String) throws(CloudWatchFailure) -> String? { try read(name, \.asText) }
    func integer(_ name: String) throws(CloudWatchFailure) -> Int? { try read(name, \.asInteger) }
    func number(_ name: String) throws(CloudWatchFailure) -> Double? { try read(name, \.asNumber) }
    func flag(_ name: String) throws(CloudWatchFailure) -> Bool? { try read(name, \.asFlag) }
    func moment(_ name: String) throws(CloudWatchFailure) -> Timestamp? { try read(name, \.asTimestamp) }

    func texts(_ name: String) throws(CloudWatchFailure) -> [String] {
        try list(name).enumerated().map { index, element throws(CloudWatchFailure) in
            guard let text = element.asText else { throw wrongType("\(name).member.\(index + 1)") }
            return text
        }
    }

    func numbers(_ name: String) throws(CloudWatchFailure) -> [Double] {
        try list(name).enumerated().map { index, element throws(CloudWatchFailure) in
            guard let number = element.asNumber else { throw wrongType("\(name).member.\(index + 1)") }
            return number
        }
    }

    func required<Value>(_ name: String, _ value: Value?) throws(CloudWatchFailure) -> Value {
        guard let value else { throw .missing(place + name) }
        return value
    }

    // MARK: Structures

    func structure(_ name: String) throws(CloudWatchFailure) -> MetricParameters? {
        guard let inner = value[name] else { return nil }
        guard inner.asMembers != nil else { throw wrongType(name) }
        return MetricParameters(inner, at: "\(place)\(name).")
    }

    func structures(_ name: String) throws(CloudWatchFailure) -> [MetricParameters] {
        try list(name).enumerated().map { index, element throws(CloudWatchFailure) in
            guard element.asMembers != nil else { throw wrongType("\(name).member.\(index + 1)") }
            return MetricParameters(element, at: "\(place)\(name).member.\(index + 1).")
        }
    }

    func list(_ name: String) throws(CloudWatchFailure) -> [WireValue] {
        guard let value = value[name] else { return [] }
        guard let list = value.asList else { throw wrongType(name) }
        return list
    }

    private func read<Value>(
        _ name: String, _ read: (WireValue) -> Value?
    ) throws(CloudWatchFailure) -> Value? {
        guard let value = value[name] else { return nil }
        guard let result = read(value) else { throw wrongType(name) }
        return result
    }

    private func wrongType(_ name: String) -> CloudWatchFailure {
        .invalid("The value for parameter \(place)\(name) has the wrong type.")
    }

    // MARK: What several operations have

    /// Name and value of each entry of `Dimensions`.
    func dimensions() throws(CloudWatchFailure) -> [MetricDimension] {
        try structures("Dimensions").map { entry throws(CloudWatchFailure) in
            MetricDimension(
                name: try entry.required("Name", entry.text("Name")),
                value: try entry.required("Value", entry.text("Value")))
        }
    }

    /// The entries of `MetricDataQueries`, or what an alarm calls `Metrics`.
    func queries(_ name: String) throws(CloudWatchFailure) -> [MetricDataQuery] {
        try structures(name).map { entry throws(CloudWatchFailure) in
            MetricDataQuery(
                id: try entry.required("Id", entry.text("Id")), source: try entry.source(),
                label: try entry.label(), returnsData: try entry.flag("ReturnData") ?? true)
        }
    }

    private func label() throws(CloudWatchFailure) -> String? {
        guard let label = try text("Label") else { return nil }
        guard label.utf8.count <= Self.labelBytesMax else {
            throw .invalid("The value for parameter \(place)Label is longer than \(Self.labelBytesMax) bytes.")
        }
        return label
    }

    private func source() throws(CloudWatchFailure) -> MetricDataQuery.Source {
        let (expression, stat) = (try text("Expression"), try structure("MetricStat"))
        switch (expression, stat) {
        case (let expression?, nil): return .expression(expression, period: try integer("Period"))
        case (nil, let stat?):
            let metric = try stat.required("Metric", stat.structure("Metric"))
            let name = try stat.required("Stat", stat.text("Stat"))
            guard let statistic = Statistic(name: name) else {
                throw .invalid("The value \(name) for parameter \(stat.place)Stat is not supported.")
            }
            return .metric(
                MetricStat(
                    metric: MetricReference(
                        namespace: try metric.required("Namespace", metric.text("Namespace")),
                        name: try metric.required("MetricName", metric.text("MetricName")),
                        dimensions: try metric.dimensions()),
                    statistic: statistic, period: try stat.required("Period", stat.integer("Period")),
                    unit: try stat.text("Unit")))
        default:
            throw .combination(
                "Exactly one of the parameters \(place)Expression and \(place)MetricStat must be there.")
        }
    }
}
