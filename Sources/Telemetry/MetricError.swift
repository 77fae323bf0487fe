/// Why metrics are refused, or cannot be read.
public struct MetricError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        fileprivate let name: String
        /// A value that AWS does not take.
        public static let invalidValue = Code(name: "invalidValue")
        /// A statistic of AWS that is not computed here.
        public static let unsupportedStatistic = Code(name: "unsupportedStatistic")
        /// As many metrics exist as are kept.
        public static let tooManyMetrics = Code(name: "tooManyMetrics")
        /// What is stored cannot be read.
        public static let damaged = Code(name: "damaged")
    }

    public var code: Code
    /// One sentence: the thing, the place, the remedy.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
