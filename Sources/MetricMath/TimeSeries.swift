public import Clocks

/// Values of one metric or expression over time. A period without a value has no point.
public struct TimeSeries: Hashable, Sendable {
    public struct Point: Hashable, Sendable {
        /// The beginning of its period.
        public var time: Timestamp
        /// Finite.
        public var value: Double

        public init(time: Timestamp, value: Double) {
            self.time = time
            self.value = value
        }
    }

    public var label: String
    /// In seconds, above 0.
    public var period: Int
    /// From the oldest to the newest, each moment at most once.
    public private(set) var points: [Point]

    /// - Parameters:
    ///   - label: what a legend calls it.
    ///   - period: in seconds; less than 1 is taken as 1.
    ///   - points: in any order. Of several of one moment the last given stands; what is not finite is left out.
    public init(label: String = "", period: Int, points: [Point]) {
        self.label = label
        self.period = max(period, 1)
        let finite = points.filter(\.value.isFinite)
        if zip(finite, finite.dropFirst()).allSatisfy({ $0.time < $1.time }) {
            self.points = finite
        } else {
            let last = Dictionary(finite.map { ($0.time, $0.value) }) { $1 }
            self.points = last.map { Point(time: $0.key, value: $0.value) }.sorted { $0.time < $1.time }
        }
    }

    /// The values alone, in order.
    public var values: [Double] { points.map(\.value) }

    /// The same moments with other values; a moment whose value is not finite is left out.
    func mapValues(_ transform: (Double) -> Double) -> TimeSeries {
        TimeSeries(
            label: label, period: period, points: points.map { Point(time: $0.time, value: transform($0.value)) })
    }
}
