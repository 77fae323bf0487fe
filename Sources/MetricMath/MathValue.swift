/// What a part of an expression comes to.
enum MathValue: Sendable {
    /// NaN stands for no value, as that of a division by zero.
    case scalar(Double)
    case series(TimeSeries)
    case array([TimeSeries])

    /// AWS's abbreviation.
    var typeName: String {
        switch self {
        case .scalar: "a number"
        case .series: "a time series"
        case .array: "an array of time series"
        }
    }

    /// Series that it holds.
    var seriesCount: Int {
        switch self {
        case .scalar: 0
        case .series: 1
        case .array(let array): array.count
        }
    }

    /// Points that it holds.
    var size: Int {
        switch self {
        case .scalar: 1
        case .series(let series): series.points.count + 1
        case .array(let array): array.reduce(1) { $0 + $1.points.count + 1 }
        }
    }
}

extension MathValue {
    /// Both sides with an operator between: numbers with all, series moment by moment, arrays member by member.
    ///
    /// - Returns: nil for two arrays of different lengths.
    static func combine(_ left: MathValue, _ right: MathValue, _ operation: MathOperator) -> MathValue? {
        switch (left, right) {
        case (.scalar(let left), .scalar(let right)):
            return .scalar(operation.apply(left, right))
        case (.series(let series), .scalar(let number)):
            return .series(series.mapValues { operation.apply($0, number) })
        case (.scalar(let number), .series(let series)):
            return .series(series.mapValues { operation.apply(number, $0) })
        case (.series(let left), .series(let right)):
            return .series(combine(left, right, operation))
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return nil }
            return .array(zip(left, right).map { combine($0, $1, operation) })
        case (.array(let array), let other):
            return .array(array.compactMap { combine(.series($0), other, operation)?.series })
        case (let other, .array(let array)):
            return .array(array.compactMap { combine(other, .series($0), operation)?.series })
        }
    }

    /// The size of ``combine(_:_:_:)``'s result at least, unless values are not finite: an array may be small, and its
    /// members become as long as the series beside it.
    static func leastSize(_ left: MathValue, _ right: MathValue) -> Int {
        switch (left, right) {
        case (.array(let array), .series(let series)), (.series(let series), .array(let array)):
            array.reduce(1) { $0 + max($1.points.count, series.points.count) + 1 }
        default: max(left.size, right.size)
        }
    }

    /// At each moment that either has; what the other lacks counts as 0, as AWS documents it.
    private static func combine(_ left: TimeSeries, _ right: TimeSeries, _ operation: MathOperator) -> TimeSeries {
        var points: [TimeSeries.Point] = []
        points.reserveCapacity(max(left.points.count, right.points.count))
        MomentMerge.each([left, right]) { time, values in
            points.append(.init(time: time, value: operation.apply(values[0] ?? 0, values[1] ?? 0)))
        }
        return TimeSeries(label: left.label, period: min(left.period, right.period), points: points)
    }

    var series: TimeSeries? {
        if case .series(let series) = self { return series }
        return nil
    }
}
