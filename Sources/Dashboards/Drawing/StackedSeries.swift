import Clocks
import MetricMath

/// Series on top of each other: at each moment that any has, the first from 0 up, the next from there.
struct StackedSeries {
    struct Layer: Hashable, Sendable {
        var time: Timestamp
        var bottom: Double
        var top: Double
    }

    /// One list for each series; a series adds nothing where it has no value.
    let layers: [[Layer]]
    /// The shortest of all, in seconds.
    let period: Int

    init(_ series: [TimeSeries]) {
        period = series.map(\.period).min() ?? 60
        let values = series.map { one in Dictionary(one.points.map { ($0.time, $0.value) }) { first, _ in first } }
        let moments = Set(series.flatMap { $0.points.map(\.time) }).sorted()
        var layers = Array(repeating: [Layer](), count: series.count)
        for moment in moments {
            var sum = 0.0
            for place in series.indices {
                let value = values[place][moment] ?? 0
                layers[place].append(Layer(time: moment, bottom: sum, top: sum + value))
                sum += value
            }
        }
        self.layers = layers
    }

    /// What a scale must hold.
    var extremes: [Double] {
        let tops = layers.flatMap { $0.map(\.top) }
        return [0] + [tops.min(), tops.max()].compactMap { $0 }
    }
}
