import Telemetry
import TestSupport

/// The slow and obvious way to statistics: all values, kept one by one.
struct RawValues {
    /// Seconds since 1970 and values.
    var values: [(second: Int64, value: Double)] = []

    /// The values of each stretch, sorted, by the beginning of the stretch.
    func stretches(_ period: Int64) -> [(start: Int64, values: [Double])] {
        Dictionary(grouping: values) { $0.second / period * period }
            .map { ($0.key, $0.value.map(\.value).sorted()) }.sorted { $0.0 < $1.0 }
    }

    /// The smallest value that so many percent do not exceed.
    static func percentile(_ percent: Int, of sorted: [Double]) -> Double {
        sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }

    /// Values of many kinds: all equal, small and whole, of a wide range, negative.
    struct Source {
        private let kind: Int
        private let scale: Double

        init(using generator: inout SeededGenerator) {
            kind = generator.below(5)
            scale = generator.pick([1e-6, 1, 1_000, 1e9])
        }

        func next(using generator: inout SeededGenerator) -> Double {
            switch kind {
            case 0: scale
            case 1: Double(generator.below(100))
            case 2: Double.random(in: 0.001...1_000, using: &generator) * scale
            case 3: Double.random(in: -100...100, using: &generator) * scale
            default: generator.oneIn(3) ? 0 : Double(generator.below(1_000_000))
            }
        }
    }
}
