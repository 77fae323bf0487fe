import Clocks

extension MathEvaluator {
    /// How FILL finds a value that is missing.
    private enum Filler {
        case value(Double)
        case values([Timestamp: Double])
        case last
        case line
    }

    mutating func fill(_ arguments: [MathExpression.Node], _ position: Int) throws(MathError) -> MathValue {
        let value = try evaluate(arguments[0])
        let filler: Filler
        switch arguments[1] {
        case .word("REPEAT", _): filler = .last
        case .word: filler = .line
        default:
            let argument = try evaluate(arguments[1])
            switch argument {
            case .scalar(let number): filler = .value(number)
            case .series(let series):
                filler = .values(Dictionary(series.points.map { ($0.time, $0.value) }) { first, _ in first })
            case .array: throw wrong(.fill, argument, "a number, a time series, REPEAT or LINEAR", position)
            }
        }
        switch value {
        case .scalar: throw wrong(.fill, value, "a time series", position)
        case .series(let series): return .series(try fill(series, filler, position))
        case .array(let array):
            var filled: [TimeSeries] = []
            var size = 0
            for series in array {
                let whole = try fill(series, filler, position)
                size += whole.points.count + 1
                try expect(size)
                filled.append(whole)
            }
            return .array(filled)
        }
    }

    private mutating func fill(
        _ series: TimeSeries, _ filler: Filler, _ position: Int
    ) throws(MathError) -> TimeSeries {
        var points: [TimeSeries.Point] = []
        var next = 0
        let there = series.points
        for time in try moments(like: series, position) {
            while next < there.count, there[next].time < time {
                points.append(there[next])
                next += 1
            }
            if next < there.count, there[next].time == time { continue }
            let value: Double? =
                switch filler {
                case .value(let number): number
                case .values(let values): values[time]
                case .last: next > 0 ? there[next - 1].value : nil
                case .line: Self.line(there, before: next, at: time)
                }
            if let value { points.append(.init(time: time, value: value)) }
        }
        points += there[next...]
        return TimeSeries(label: series.label, period: series.period, points: points)
    }

    /// On the straight line over a gap; nil before the first point and after the last.
    private static func line(_ points: [TimeSeries.Point], before next: Int, at time: Timestamp) -> Double? {
        guard next > 0, next < points.count else { return nil }
        let (left, right) = (points[next - 1], points[next])
        let share =
            Double(time.microseconds - left.time.microseconds)
            / Double(right.time.microseconds - left.time.microseconds)
        return left.value + (right.value - left.value) * share
    }

    mutating func condition(_ arguments: [MathExpression.Node], _ position: Int) throws(MathError) -> MathValue {
        let test = try evaluate(arguments[0])
        let yes = try evaluate(arguments[1])
        let no = arguments.count > 2 ? try evaluate(arguments[2]) : nil
        for value in [test, yes, no] {
            if let value, case .array = value { throw wrong(.condition, value, "numbers and time series", position) }
        }
        switch test {
        case .scalar(let number):
            return number != 0 && !number.isNaN ? yes : no ?? .series(TimeSeries(period: period, points: []))
        case .series(let series):
            let (yes, no) = (Branch(yes), no.map(Branch.init))
            let points = series.points.map { point in
                // What is true and has no value counts as 0, what is false and has none is left out: AWS's table.
                let value = point.value != 0 ? yes.value(at: point.time) ?? 0 : no?.value(at: point.time) ?? .nan
                return TimeSeries.Point(time: point.time, value: value)
            }
            return .series(TimeSeries(label: series.label, period: series.period, points: points))
        case .array:
            throw wrong(.condition, test, "numbers and time series", position)
        }
    }

    private enum Branch {
        case number(Double)
        case values([Timestamp: Double])

        init(_ value: MathValue) {
            switch value {
            case .scalar(let number): self = .number(number)
            case .series(let series): self = .values(Dictionary(series.points.map { ($0.time, $0.value) }) { $1 })
            case .array: self = .values([:])
            }
        }

        func value(at time: Timestamp) -> Double? {
            switch self {
            case .number(let number): number
            case .values(let values): values[time]
            }
        }
    }
}
