import Foundation
internal import Storage

/// What of metrics is in the store.
enum StoredMetrics {
    /// All series that the store has.
    static func series(of database: Database) throws -> [(number: UInt32, series: MetricSeries)] {
        var found: [(number: UInt32, series: MetricSeries)] = []
        let decoder = JSONDecoder()
        let bounds = MetricKeys.allSeries
        try database.scan(.metrics, from: bounds.lower, to: bounds.upper) { key, value in
            guard let series = try? decoder.decode(MetricSeries.self, from: Data(value.bytes())) else {
                throw MetricError(
                    .damaged, "The name of a metric in the store cannot be read; restore the data folder from a backup."
                )
            }
            found.append((MetricKeys.seriesNumber(key), series))
            return true
        }
        return found
    }

    /// The days that have points of any series, the last one first.
    static func days(of database: Database) throws -> [UInt32] {
        var days: [UInt32] = []
        var bounds = MetricKeys.allPoints
        while true {
            var last: UInt32?
            try database.scan(.metrics, from: bounds.lower, to: bounds.upper, backwards: true) { key, _ in
                last = MetricKeys.day(key)
                return false
            }
            guard let last else { return days }
            days.append(last)
            bounds.upper = MetricKeys.start(ofDay: last)
        }
    }

    /// The minute of a series' last point, nil when it has none.
    ///
    /// - Parameter days: those to look at, the last one first. Days to come are among them: a clock that was wrong at the start would
    ///   else let go of a metric when it is put right.
    static func lastMinute(of number: UInt32, in database: Database, days: some Sequence<UInt32>) throws -> Int64? {
        for day in days {
            let bounds = MetricKeys.points(number, ofDay: day, in: 0..<Int64.max)
            var last: Int64?
            try database.scan(.metrics, from: bounds.lower, to: bounds.upper, backwards: true) { key, value in
                let first = MetricKeys.firstMinute(key, ofDay: day)
                var offset = 0
                while let (place, _) = try PointLog.next(in: value, at: &offset) {
                    last = max(last ?? 0, first + Int64(place))
                }
                return false
            }
            if let last { return last }
        }
        return nil
    }

    /// Shows a series' points of some minutes since 1970.
    static func visit(
        _ number: UInt32, in minutes: Range<Int64>, of database: Database, withBuckets: Bool,
        _ body: (_ minute: Int64, _ point: MetricPoint) -> Void
    ) throws {
        for day in days(of: minutes) {
            let bounds = MetricKeys.points(number, ofDay: day, in: minutes)
            try database.scan(.metrics, from: bounds.lower, to: bounds.upper) { key, value in
                let first = MetricKeys.firstMinute(key, ofDay: day)
                var offset = 0
                while let (place, start) = try PointLog.next(in: value, at: &offset) {
                    let minute = first + Int64(place)
                    guard minutes.contains(minute) else { continue }
                    body(minute, try MetricPoint(value, from: start, withBuckets: withBuckets))
                }
                return true
            }
        }
    }

    private static func days(of minutes: Range<Int64>) -> ClosedRange<UInt32> {
        MetricKeys.day(minutes.lowerBound)...MetricKeys.day(max(minutes.lowerBound, minutes.upperBound - 1))
    }

    /// Writes points of a transaction's group, each joined with what is there, and the names of new series.
    ///
    /// - Returns: the points as they are in the store from now on.
    static func write(
        _ minutes: MetricState.Minutes, names: [UInt32: MetricSeries], in transaction: Transaction
    ) throws -> MetricState.Minutes {
        let encoder = JSONEncoder()
        for (number, series) in names {
            transaction.put(.metrics, MetricKeys.series(number), Array(try encoder.encode(series)))
        }
        var joined: MetricState.Minutes = [:]
        for (minute, points) in minutes {
            for (number, added) in points {
                let (key, place) = MetricKeys.points(number, minute: minute)
                var bytes = try transaction.get(.metrics, key) ?? []
                joined[minute, default: [:]][number] = try PointLog.join(added, at: place, to: &bytes)
                transaction.put(.metrics, key, bytes)
            }
        }
        return joined
    }
}
