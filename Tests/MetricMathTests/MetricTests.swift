import Clocks
import Foundation
import MetricMath
import Testing

@Suite struct MetricTests {
    @Test func dimensionsAreTheSameInAnyOrder() {
        let dimensions = [MetricDimension(name: "b", value: "2"), MetricDimension(name: "a", value: "1")]
        let left = MetricReference(namespace: "Shop", name: "Orders", dimensions: dimensions)
        let right = MetricReference(namespace: "Shop", name: "Orders", dimensions: dimensions.reversed())
        #expect(left == right)
        #expect(left.dimensions.map(\.name) == ["a", "b"])
    }

    @Test(arguments: [
        "SampleCount", "Average", "Sum", "Minimum", "Maximum", "p0", "p50", "p99.9", "p100", "tm90", "tc1", "ts99.5",
        "wm90", "IQM", "PR(100:2000)", "PR(:300)", "PR(1:)", "TM(10%:90%)", "TC(0.005:0.03)", "TS(80%:)", "WM(:95%)",
    ])
    func statistics(_ name: String) throws {
        let statistic = try #require(Statistic(name: name))
        #expect(statistic.name == name)
        let json = try JSONEncoder().encode([statistic])
        #expect(try JSONDecoder().decode([Statistic].self, from: json) == [statistic])
    }

    @Test(arguments: [
        "", "sum", "p", "p101", "p-1", "p1e1", "pp", "tm", "tm101", "TM", "TM()", "TM(:)", "TM(10:90%)", "PR(10%:20%)",
        "TM(10%:90%", "XX90", "p99,9",
    ])
    func whatIsNoStatistic(_ name: String) {
        #expect(Statistic(name: name) == nil)
    }

    @Test func aSeriesIsInOrderAndFinite() {
        let start = Minutes.start
        let series = TimeSeries(
            period: 60,
            points: [
                .init(time: start + .seconds(60), value: 2), .init(time: start, value: 0),
                .init(time: start, value: 1), .init(time: start + .seconds(120), value: .infinity),
            ])
        #expect(series.values == [1, 2])
    }
}
