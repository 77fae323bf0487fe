import Clocks

/// Works an expression out over series that are there already.
struct MathEvaluator {
    let range: MathRange
    /// The metrics of the request, in its order.
    let metrics: [(id: String, series: TimeSeries)]
    /// What queries came to so far, by id.
    var results: [String: MathValue]
    /// The period of series that come from numbers alone.
    var period = 60
    private let pointsMax: Int
    private var points = 0
    private let stepsMax: Int
    /// Work that need not make points: periods that are looked at, and series beside others that have values.
    private var steps = 0

    /// Steps for each point that may be made. Ours: more than anything needs that has values.
    private static let stepsPerPointMax = 10

    init(range: MathRange, pointsMax: Int, metrics: [(id: String, series: TimeSeries)]) {
        self.range = range
        self.pointsMax = pointsMax
        stepsMax = min(pointsMax, Int.max / Self.stepsPerPointMax) * Self.stepsPerPointMax
        self.metrics = metrics
        results = Dictionary(metrics.map { ($0.id, .series($0.series)) }) { first, _ in first }
    }

    /// What has been made, or is as much work; at most what may be.
    var spentPoints: Int { min(max(points, steps / Self.stepsPerPointMax), pointsMax) }

    mutating func evaluate(_ node: MathExpression.Node) throws(MathError) -> MathValue {
        let value = try value(of: node)
        points += value.size
        try expect(0)
        return value
    }

    /// Refuses points that are too many, before they are made; they are counted when they are there.
    func expect(_ count: Int) throws(MathError) {
        guard points + count <= pointsMax else { throw tooMuch }
    }

    mutating func spend(_ count: Int) throws(MathError) {
        steps += count
        guard steps <= stepsMax else { throw tooMuch }
    }

    /// Calls for every moment that any series has.
    mutating func merge(_ series: [TimeSeries], _ body: (Timestamp, [Double?]) -> Void) throws(MathError) {
        guard let taken = MomentMerge.each(series, stepsMax: stepsMax - steps, body) else { throw tooMuch }
        steps += taken
    }

    private var tooMuch: MathError {
        MathError("the expressions make more than \(pointsMax) data points; ask for less time")
    }

    private mutating func value(of node: MathExpression.Node) throws(MathError) -> MathValue {
        switch node {
        case .number(let number):
            return .scalar(number)
        case .reference(let id, let position):
            guard let value = results[id] else {
                throw MathError("there is no metric with the id '\(id)'", at: position)
            }
            return value
        case .negated(let node):
            return MathValue.combine(.scalar(0), try evaluate(node), .minus) ?? .scalar(.nan)
        case .chain(let first, let rest):
            var value = try evaluate(first)
            for operation in rest {
                let right = try evaluate(operation.operand)
                try expect(MathValue.leastSize(value, right))
                guard let combined = MathValue.combine(value, right, operation.operation) else {
                    throw MathError("two arrays of different lengths cannot be combined", at: operation.position)
                }
                points += combined.size
                value = combined
            }
            return value
        case .array(let nodes, let position):
            var members: [MathValue] = []
            for node in nodes { members.append(try evaluate(node)) }
            return .array(try array(of: members, position))
        case .call(let function, let arguments, let position):
            return try call(function, arguments, position)
        case .word(let word, let position):
            throw MathError("'\(word)' has no value of its own", at: position)
        case .string:
            throw MathError("a text has a meaning in METRICS only")
        }
    }

    /// A number among series has its value at each of their moments.
    private mutating func array(of members: [MathValue], _ position: Int) throws(MathError) -> [TimeSeries] {
        try expect(members.reduce(1) { $0 + $1.size })
        let series = members.flatMap { value -> [TimeSeries] in
            switch value {
            case .scalar: []
            case .series(let series): [series]
            case .array(let array): array
            }
        }
        guard let first = series.first else {
            throw MathError("an array needs a time series among its members", at: position)
        }
        var moments: [TimeSeries.Point] = []
        let numberCount = members.count(where: { if case .scalar = $0 { true } else { false } })
        if numberCount > 0 {
            try merge(series) { time, _ in moments.append(.init(time: time, value: 0)) }
            try expect(numberCount * (moments.count + 1))
        }
        let all = TimeSeries(period: first.period, points: moments)
        return members.flatMap { value -> [TimeSeries] in
            switch value {
            case .scalar(let number): [all.mapValues { _ in number }]
            case .series(let series): [series]
            case .array(let array): array
            }
        }
    }
}
