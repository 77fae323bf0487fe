/// Which metric: CloudWatch's triple of namespace, name and dimensions. Two that differ in one dimension are two metrics.
public struct MetricIdentity: Hashable, Codable, Sendable {
    /// One name and value that a metric belongs to, such as `FunctionName` and `billing`.
    public struct Dimension: Hashable, Codable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Such as `AWS/Lambda`.
    public let namespace: String
    /// Such as `Invocations`.
    public let name: String
    /// Sorted by name, and by value where names are equal.
    public let dimensions: [Dimension]

    /// Takes any texts; ``MetricDatum/check(_:)`` says whether AWS would.
    public init(namespace: String, name: String, dimensions: [Dimension] = []) {
        self.namespace = namespace
        self.name = name
        self.dimensions = dimensions.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    /// The same with dimensions by name.
    public init(_ namespace: String, _ name: String, _ dimensions: KeyValuePairs<String, String> = [:]) {
        self.init(namespace: namespace, name: name, dimensions: dimensions.map { Dimension($0, $1) })
    }
}

/// By namespace, then name, then dimensions: the order of lists.
extension MetricIdentity: Comparable {
    public static func < (left: MetricIdentity, right: MetricIdentity) -> Bool {
        if left.namespace != right.namespace { return left.namespace < right.namespace }
        if left.name != right.name { return left.name < right.name }
        return left.dimensions.lexicographicallyPrecedes(right.dimensions) { ($0.name, $0.value) < ($1.name, $1.value) }
    }
}

/// For people: `AWS/Lambda Invocations{FunctionName=billing}`.
extension MetricIdentity: CustomStringConvertible {
    public var description: String {
        let list = dimensions.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        return "\(namespace) \(name)" + (list.isEmpty ? "" : "{\(list)}")
    }
}
