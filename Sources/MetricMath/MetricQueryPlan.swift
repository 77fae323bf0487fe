/// A list of queries that fit together: every id is there once, expressions are read, and each can be worked out after
/// those that it names.
public struct MetricQueryPlan: Hashable, Sendable {
    /// Most queries in a list (CloudWatch's API model).
    public static let queriesMax = 500
    /// Points that a list may have and make on its way, unless the caller says otherwise. Ours: bounded memory; a week by the
    /// minute of hundreds of metrics.
    public static let pointsMax = 5_000_000
    /// Most series that a list gives. Ours: bounded memory; each has a label, also one without points.
    public static let seriesMax = 10_000
    /// Most bytes of labels that a list gives, as each series of an array has the expression's label and its own. Ours: bounded
    /// memory.
    static let labelBytesMax = 16 << 20
    /// Longest period of an expression, seconds: that of a metric here, 15 days, for which points are kept.
    public static let periodMax = 15 * 86_400

    /// What one query came to.
    public struct Result: Hashable, Sendable {
        public var id: String
        public var label: String
        public var series: TimeSeries
    }

    public let queries: [MetricDataQuery]
    private let expressions: [String: MathExpression]
    /// The expressions' places, each after all that it needs.
    private let order: [Int]

    /// - Throws: ``MathError`` for an id that is not one or is there twice, a text that is no expression, an id that no query
    ///   has, and expressions that wait for each other.
    public init(_ queries: [MetricDataQuery]) throws(MathError) {
        guard !queries.isEmpty, queries.count <= Self.queriesMax else {
            throw MathError("there are \(queries.count) queries; a list has from 1 to \(Self.queriesMax)")
        }
        var expressions: [String: MathExpression] = [:]
        var ids: Set<String> = []
        for (place, query) in queries.enumerated() {
            guard MetricDataQuery.isID(query.id) else {
                throw MathError(
                    "The value \(query.id) for parameter MetricDataQueries.member.\(place + 1).Id is not matching the "
                        + "expected pattern ^[a-z][a-zA-Z0-9_]*$.")
            }
            guard ids.insert(query.id).inserted else {
                throw MathError("The id '\(query.id)' is used twice; give each query its own")
            }
            if case .expression(let text, let period) = query.source {
                if let period, period > Self.periodMax {
                    throw MathError(
                        "The value \(period) for parameter MetricDataQueries.member.\(place + 1).Period is more than "
                            + "\(Self.periodMax) seconds; give less, or leave it out")
                }
                do throws(MathError) { expressions[query.id] = try MathExpression(text) } catch {
                    throw error.of(query.id)
                }
            }
        }
        self.queries = queries
        self.expressions = expressions
        order = try MetricQueryOrder.order(of: queries, expressions)
    }

    /// The metrics that must be fetched, by id.
    public var metrics: [(id: String, stat: MetricStat)] {
        queries.compactMap { query in
            if case .metric(let stat) = query.source { return (query.id, stat) }
            return nil
        }
    }

    /// Works everything out, with at most so many points.
    public func evaluate(
        _ series: [String: TimeSeries], over range: MathRange, pointsMax: Int = Self.pointsMax
    ) throws(MathError) -> [Result] {
        var pointsLeft = pointsMax
        return try evaluate(series, over: range, pointsLeft: &pointsLeft)
    }

    /// Works everything out.
    ///
    /// - Parameters:
    ///   - series: the metrics' data by id; a metric that is not there has none.
    ///   - range: what was asked for; functions that fill periods fill these.
    ///   - pointsLeft: how many points all steps together may make; less what they have made, also when it throws.
    /// - Returns: in the order of the queries, those whose data are wanted; an expression that makes an array gives several.
    /// - Throws: ``MathError`` for operands that do not fit, and for results that are too many.
    public func evaluate(
        _ series: [String: TimeSeries], over range: MathRange, pointsLeft: inout Int
    ) throws(MathError) -> [Result] {
        let metrics = metrics.map { id, stat in
            (id: id, series: series[id] ?? TimeSeries(label: stat.metric.name, period: stat.period, points: []))
        }
        let shortest = metrics.map(\.series.period).min() ?? 60
        var evaluator = MathEvaluator(range: range, pointsMax: pointsLeft, metrics: metrics)
        defer { pointsLeft -= evaluator.spentPoints }
        for place in order {
            let query = queries[place]
            guard let expression = expressions[query.id] else { continue }
            if case .expression(_, let period) = query.source { evaluator.period = max(period ?? shortest, 1) }
            do throws(MathError) {
                let value = try evaluator.evaluate(expression.root)
                if case .scalar = value, query.returnsData {
                    throw MathError(
                        "the expression gives a number, and must give a time series or an array of time series; "
                            + "TIME_SERIES makes one")
                }
                evaluator.results[query.id] = value
            } catch {
                throw error.of(query.id)
            }
        }
        let wanted = queries.filter(\.returnsData).map { ($0, evaluator.results[$0.id]) }
        guard wanted.reduce(0, { $0 + ($1.1?.seriesCount ?? 0) }) <= Self.seriesMax else {
            throw MathError("the expressions make more than \(Self.seriesMax) time series; ask for fewer metrics")
        }
        guard wanted.reduce(0, { $0 + Self.labelBytes(of: $1.0, $1.1) }) <= Self.labelBytesMax else {
            throw MathError(
                "the labels of the time series have more than \(Self.labelBytesMax) bytes; give expressions shorter ones"
            )
        }
        return wanted.flatMap { query, value in Self.results(of: query, value) }
    }

    private static func labelBytes(of query: MetricDataQuery, _ value: MathValue?) -> Int {
        guard case .array(let array) = value else { return 0 }
        return array.reduce(array.count * (query.label ?? query.id).utf8.count) { $0 + $1.label.utf8.count }
    }

    private static func results(of query: MetricDataQuery, _ value: MathValue?) -> [Result] {
        switch value {
        case .series(let series):
            let name: String =
                if case .metric(let stat) = query.source { stat.metric.name } else { query.id }
            return [Result(id: query.id, label: query.label ?? name, series: series)]
        case .array(let array):
            // AWS: the expression's label and then the metric's.
            return array.map { series in
                let label = [query.label ?? query.id, series.label].filter { !$0.isEmpty }.joined(separator: " ")
                return Result(id: query.id, label: label, series: series)
            }
        case .scalar, nil:
            return []
        }
    }
}
