// Seeds: Tests/MetricMathTests/ExpressionTests.swift Tests/MetricMathTests/FunctionTests.swift Tests/MetricMathTests/ArithmeticTests.swift Fuzz/MetricMathFuzz.seeds
// Dictionary: Fuzz/MetricMathFuzz.dict

import Clocks
import MetricMath

/// Expressions over metrics: what is read can be worked out or is refused, gives finite values in order, and means the same in
/// brackets.
///
/// The input is an expression, another one that stands under the id `e1`, a statistic, and a period as a number.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    if let statistic = Statistic(name: input.text(2)), Statistic(name: statistic.name) != statistic {
        finding("the statistic \(input.text(2)) has a name that is another one's: \(statistic.name)")
    }
    let (text, other) = (input.text(0), input.text(1))
    if case .failure(let error) = Result(catching: { () throws(MathError) in try MathExpression(text) }),
        let place = error.position, !(1...text.unicodeScalars.count + 1).contains(place)
    {
        finding("an error is at character \(place) of \(text.unicodeScalars.count): \(text)")
    }
    let period = Int(input.text(3))
    guard let results = evaluated(text, other, period) else { return 0 }
    for result in results {
        let points = result.series.points
        if !points.allSatisfy(\.value.isFinite) { finding("a value is not finite: \(text)") }
        if !zip(points, points.dropFirst()).allSatisfy({ $0.time < $1.time }) {
            finding("points are not in order: \(text)")
        }
        if result.series.period < 1 { finding("a period of \(result.series.period): \(text)") }
    }
    // Longer and deeper by one, which may be too much.
    if let again = evaluated("(\(text))", other, period), again != results { finding("brackets change it: \(text)") }
    return 0
}

/// Over three metrics of ten minutes: rising, with a gap, and without data.
private func evaluated(_ text: String, _ other: String, _ period: Int?) -> [MetricQueryPlan.Result]? {
    func metric(_ id: String) -> MetricDataQuery {
        let stat = MetricStat(metric: MetricReference(namespace: "N", name: id), statistic: .sum, period: 60)
        return MetricDataQuery(id: id, source: .metric(stat), returnsData: false)
    }
    var queries = ["m1", "m2", "m3"].map(metric)
    queries.append(MetricDataQuery(id: "q", source: .expression(text, period: period)))
    if !other.isEmpty {
        queries.append(MetricDataQuery(id: "e1", source: .expression(other, period: nil), returnsData: false))
    }
    func series(_ values: [Double?]) -> TimeSeries {
        TimeSeries(
            period: 60,
            points: values.enumerated().compactMap { minute, value in
                value.map { .init(time: Timestamp(seconds: 1_700_000_040 + Int64(minute) * 60), value: $0) }
            })
    }
    let data = [
        "m1": series([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), "m2": series([0, nil, nil, -4.5, 1e300, nil, 0, 0, nil, 2]),
    ]
    let range = MathRange(start: Timestamp(seconds: 1_700_000_000), end: Timestamp(seconds: 1_700_000_700))
    return try? MetricQueryPlan(queries).evaluate(data, over: range, pointsMax: 100_000)
}
