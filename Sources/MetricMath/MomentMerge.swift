import Clocks

/// Several series side by side.
enum MomentMerge {
    /// Calls for every moment that any series has, in order, with each one's value. Linear in the points times the series.
    static func each(_ series: [TimeSeries], _ body: (Timestamp, [Double?]) -> Void) {
        var places = Array(repeating: 0, count: series.count)
        while true {
            let heads = series.indices.compactMap { index in
                places[index] < series[index].points.count ? series[index].points[places[index]].time : nil
            }
            guard let time = heads.min() else { return }
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
