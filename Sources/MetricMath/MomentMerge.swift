import Clocks

/// Several series side by side.
enum MomentMerge {
    /// Calls for every moment that any series has, in order, with each one's value. Linear in the moments times the
    /// series.
    ///
    /// - Parameter stepsMax: how many moments times series it may come to.
    /// - Returns: how many it came to; nil when it ended because they would be more.
    @discardableResult
    static func each(
        _ series: [TimeSeries], stepsMax: Int = .max, _ body: (Timestamp, [Double?]) -> Void
    ) -> Int? {
        var places = Array(repeating: 0, count: series.count)
        var steps = 0
        while true {
            let heads = series.indices.compactMap { index in
                places[index] < series[index].points.count ? series[index].points[places[index]].time : nil
            }
            guard let time = heads.min() else { return steps }
            guard steps <= stepsMax - series.count else { return nil }
            steps += series.count
            let values = series.indices.map { index -> Double? in
                guard places[index] < series[index].points.count, series[index].points[places[index]].time == time
                else { return nil }
                defer { places[index] += 1 }
                return series[index].points[places[index]].value
            }
            body(time, values)
        }
    }
}
