extension MathEvaluator {
    mutating func sort(_ arguments: [MathExpression.Node], _ position: Int) throws(MathError) -> MathValue {
        let value = try evaluate(arguments[0])
        guard case .array(let array) = value else {
            throw wrong(.sort, value, "an array of time series", position)
        }
        guard case .word(let name, _) = arguments[1], let function = MathFunction(rawValue: name),
            case .word(let order, _) = arguments[2]
        else {
            throw MathError(
                "SORT takes AVG, MIN, MAX or SUM and then ASC or DESC: SORT(METRICS(), AVG, DESC)", at: position)
        }
        let limit = arguments.count > 3 ? try count(arguments[3], position) : array.count
        // Series without data come last, whatever the order.
        let keyed = array.enumerated().map { place, series in
            (
                place: place, key: series.points.isEmpty ? .nan : Self.number(function, series.values) ?? .nan,
                series: series
            )
        }
        let sorted = keyed.sorted { left, right in
            if left.key.isNaN || right.key.isNaN || left.key == right.key {
                return left.key.isNaN == right.key.isNaN ? left.place < right.place : right.key.isNaN
            }
            return order == "ASC" ? left.key < right.key : left.key > right.key
        }
        return .array(sorted.prefix(limit).map(\.series))
    }

    mutating func slice(_ arguments: [MathExpression.Node], _ position: Int) throws(MathError) -> MathValue {
        let value = try evaluate(arguments[0])
        guard case .array(let array) = value else {
            throw wrong(.slice, value, "an array of time series", position)
        }
        let start = try count(arguments[1], position)
        let end = arguments.count > 2 ? try count(arguments[2], position) : array.count
        return .array(start < end ? Array(array.prefix(end).dropFirst(start)) : [])
    }

    private mutating func count(_ node: MathExpression.Node, _ position: Int) throws(MathError) -> Int {
        guard case .scalar(let number) = try evaluate(node), (0...1_000_000).contains(number) else {
            throw MathError("a place in an array is a number from 0", at: position)
        }
        return Int(number)
    }

    /// Of a metric only: what expressions come to has no period of its own on AWS.
    mutating func period(of arguments: [MathExpression.Node], _ position: Int) throws(MathError) -> MathValue {
        guard case .reference(let id, _) = arguments[0], let metric = metrics.first(where: { $0.id == id }) else {
            throw MathError("The function PERIOD takes the id of a metric", at: position)
        }
        return .scalar(Double(metric.series.period))
    }
}
