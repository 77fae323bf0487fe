import Clocks
import Foundation

extension MathEvaluator {
    mutating func call(
        _ function: MathFunction, _ arguments: [MathExpression.Node], _ position: Int
    ) throws(MathError) -> MathValue {
        switch function {
        case .metrics: return metricsValue(arguments)
        case .fill: return try fill(arguments, position)
        case .condition: return try condition(arguments, position)
        case .sort: return try sort(arguments, position)
        case .slice: return try slice(arguments, position)
        case .period: return try period(of: arguments, position)
        default: break
        }
        guard let argument = arguments.first else { throw MathError("an argument is missing", at: position) }
        let value = try evaluate(argument)
        if function == .timeSeries {
            guard case .scalar(let number) = value else { throw wrong(function, value, "a number", position) }
            let moments = try moments(like: TimeSeries(period: period, points: []), position)
            return .series(TimeSeries(period: period, points: moments.map { .init(time: $0, value: number) }))
        }
        if let result = try overArray(function, value) { return result }
        if case .series(let series) = value, let number = Self.number(function, series.values) {
            return .scalar(number)
        }
        return try eachSeries(function, value, position)
    }

    private func metricsValue(_ arguments: [MathExpression.Node]) -> MathValue {
        guard case .string(let text)? = arguments.first else { return .array(metrics.map(\.series)) }
        return .array(metrics.filter { $0.id.contains(text) }.map(\.series))
    }

    /// What makes one series, one member or a number of an array.
    private mutating func overArray(
        _ function: MathFunction, _ value: MathValue
    ) throws(MathError) -> MathValue? {
        guard case .array(let array) = value else { return nil }
        switch function {
        case .metricCount: return .scalar(Double(array.count))
        case .first: return .series(array.first ?? TimeSeries(period: 60, points: []))
        case .last: return .series(array.last ?? TimeSeries(period: 60, points: []))
        case .removeEmpty: return .array(array.filter { !$0.points.isEmpty })
        case .sum, .average, .minimum, .maximum, .standardDeviation, .datapointCount:
            var points: [TimeSeries.Point] = []
            try merge(array) { time, values in
                // An average counts what is missing as 0, as AWS documents it.
                let there = function == .average ? values.map { $0 ?? 0 } : values.compactMap { $0 }
                points.append(.init(time: time, value: Self.number(function, there) ?? .nan))
            }
            return .series(
                TimeSeries(label: function.rawValue, period: array.map(\.period).min() ?? 60, points: points))
        default: return nil
        }
    }

    /// What makes a number of values; nil for another function, NaN for no values.
    static func number(_ function: MathFunction, _ values: [Double]) -> Double? {
        let sum = values.reduce(0, +)
        switch function {
        case .sum: return sum
        case .datapointCount: return Double(values.count)
        case .average: return values.isEmpty ? .nan : sum / Double(values.count)
        case .minimum: return values.min() ?? .nan
        case .maximum: return values.max() ?? .nan
        case .standardDeviation:
            let mean = sum / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return values.isEmpty ? .nan : (squares / Double(values.count)).squareRoot()
        default: return nil
        }
    }

    /// What makes a series of each series; a number is taken where AWS's examples need one.
    private mutating func eachSeries(
        _ function: MathFunction, _ value: MathValue, _ position: Int
    ) throws(MathError) -> MathValue {
        switch value {
        case .series(let series): return .series(try transform(function, series, value, position))
        case .array(let array):
            var result: [TimeSeries] = []
            var size = 0
            for series in array {
                let transformed = try transform(function, series, value, position)
                size += transformed.points.count + 1
                try expect(size)
                result.append(transformed)
            }
            return .array(result)
        case .scalar(let number):
            guard let transform = Self.pointwise(function) else {
                throw wrong(function, value, "a time series", position)
            }
            return .scalar(transform(number))
        }
    }

    private static func pointwise(_ function: MathFunction) -> ((Double) -> Double)? {
        switch function {
        case .abs: { Swift.abs($0) }
        case .ceiling: { $0.rounded(.up) }
        case .floor: { $0.rounded(.down) }
        case .logarithm: { log($0) }
        case .decimalLogarithm: { log10($0) }
        default: nil
        }
    }

    private mutating func transform(
        _ function: MathFunction, _ series: TimeSeries, _ value: MathValue, _ position: Int
    ) throws(MathError) -> TimeSeries {
        if let pointwise = Self.pointwise(function) { return series.mapValues(pointwise) }
        if let calendar = Self.calendar(function) {
            let moments = try moments(like: series, position)
            return TimeSeries(
                label: series.label, period: series.period, points: moments.map { .init(time: $0, value: calendar($0)) }
            )
        }
        let pairs = zip(series.points, series.points.dropFirst())
        let points: [TimeSeries.Point]
        switch function {
        case .difference:
            points = pairs.map { .init(time: $1.time, value: $1.value - $0.value) }
        case .timeDifference:
            points = pairs.map { .init(time: $1.time, value: Self.seconds($0.time, $1.time)) }
        case .rate:
            points = pairs.map {
                .init(time: $1.time, value: ($1.value - $0.value) / Self.seconds($0.time, $1.time))
            }
        case .runningSum:
            var sum = 0.0
            points = series.points.map { point in
                sum += point.value
                return .init(time: point.time, value: sum)
            }
        default:
            throw wrong(function, value, "an array of time series", position)
        }
        return TimeSeries(label: series.label, period: series.period, points: points)
    }

    private static func seconds(_ earlier: Timestamp, _ later: Timestamp) -> Double {
        Double(later.microseconds - earlier.microseconds) / 1_000_000
    }

    private static func calendar(_ function: MathFunction) -> ((Timestamp) -> Double)? {
        switch function {
        case .minute: { Double($0.calendarTime.minute) }
        case .hour: { Double($0.calendarTime.hour) }
        case .day: { Double($0.calendarTime.weekday) }
        case .date: { Double($0.calendarTime.day) }
        case .month: { Double($0.calendarTime.month) }
        case .year: { Double($0.calendarTime.year) }
        case .epoch: { Double($0.seconds) }
        default: nil
        }
    }

    mutating func moments(like series: TimeSeries, _ position: Int) throws(MathError) -> [Timestamp] {
        guard let moments = range.moments(like: series) else {
            throw MathError(
                "the function would fill more than \(MathRange.periodsMax) periods; ask for less time", at: position)
        }
        try spend(moments.count)
        return moments
    }

    func wrong(_ function: MathFunction, _ value: MathValue, _ wanted: String, _ position: Int) -> MathError {
        MathError("The function \(function.rawValue) takes \(wanted) and not \(value.typeName)", at: position)
    }
}
