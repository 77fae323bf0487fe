import Clocks
import Telemetry
import Testing

@Suite struct MetricDatumTests {
    private static let now = Timestamp(seconds: 1_700_000_000)

    struct Refused: Sendable, CustomTestStringConvertible {
        let datum: MetricDatum
        let member: String
        var testDescription: String { member }

        init(_ member: String, _ datum: MetricDatum) { (self.member, self.datum) = (member, datum) }
        init(_ member: String, _ identity: MetricIdentity) { self.init(member, MetricDatum(identity, value: 1)) }
        init(_ member: String, _ content: MetricDatum.Content) { self.init(member, MetricDatum(.orders, content)) }
    }

    private static let long = String(repeating: "x", count: 256)

    @Test(arguments: [
        Refused("Namespace is empty", "", "N"), Refused("Namespace is longer than 255", long, "N"),
        Refused("Namespace begins with AWS/", "AWS/Lambda", "N"), Refused("Namespace begins with a colon", ":a", "N"),
        Refused("MetricName is empty", "S", ""), Refused("MetricName is longer than 255", "S", long),
        Refused("Dimensions: Name is empty", MetricIdentity("S", "N", ["": "v"])),
        Refused("Dimensions: Name begins with a colon", MetricIdentity("S", "N", [":a": "v"])),
        Refused("Dimensions: Value is empty", MetricIdentity("S", "N", ["d": ""])),
        Refused(
            "Dimensions: Value is longer than 1024",
            MetricIdentity("S", "N", ["d": String(repeating: "v", count: 1_025)])),
        Refused("Dimensions names d twice", MetricIdentity("S", "N", ["d": "1", "d": "2"])),
        Refused(
            "Dimensions holds more than 30",
            MetricIdentity(namespace: "S", name: "N", dimensions: (0...30).map { .init("\($0)", "v") })),
        Refused("Value is not a number between", .values([.nan], counts: [1])),
        Refused("Value is not a number between", .values([1, -.infinity], counts: [1, 1])),
        Refused("Value is not a number between", .values([2.4e108], counts: [1])),
        Refused("Values is empty", .values([], counts: [])),
        Refused(
            "Values holds more than 150",
            .values(Array(repeating: 1, count: 151), counts: Array(repeating: 1, count: 151))),
        Refused("Counts has not as many", .values([1, 2], counts: [1])),
        Refused("Counts is below 0", .values([1], counts: [-1])),
        Refused("StatisticValues.SampleCount is below 0", .statistics(sampleCount: -1, sum: 1, minimum: 1, maximum: 1)),
        Refused("StatisticValues.Minimum is above", .statistics(sampleCount: 1, sum: 1, minimum: 2, maximum: 1)),
        Refused("StatisticValues.Sum is not", .statistics(sampleCount: 1, sum: .infinity, minimum: 1, maximum: 1)),
        Refused("Timestamp is more than two weeks ago", .at(1_700_000_000 - 14 * 86_400 - 1, 1)),
        Refused("Timestamp is more than two hours ahead", .at(1_700_007_201, 1)),
    ])
    func isRefused(_ refused: Refused) {
        let error = #expect(throws: MetricError.self) { try refused.datum.check(now: Self.now) }
        #expect(error?.code == .invalidValue)
        let words = refused.member.split(separator: " ", maxSplits: refused.member.contains(": ") ? 2 : 1)
        for word in words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
    }

    @Test func theLimitsThemselvesAreTaken() throws {
        let dimensions = (0..<30).map {
            MetricIdentity.Dimension("\($0)" + Self.long.dropLast(5), String(repeating: "v", count: 1_024))
        }
        let identity = MetricIdentity(
            namespace: String(Self.long.dropLast()), name: String(Self.long.dropLast()), dimensions: dimensions)
        let values = Array(repeating: 2.3e108, count: 150)
        for time in [Self.now - MetricDatum.ageMax, Self.now + MetricDatum.aheadMax] {
            try MetricDatum(identity, .values(values, counts: values), time: time).check(now: Self.now)
        }
    }

    @Test func dimensionsHaveNoOrder() {
        #expect(MetricIdentity("S", "N", ["b": "1", "a": "2"]) == MetricIdentity("S", "N", ["a": "2", "b": "1"]))
        #expect("\(MetricIdentity("S", "N", ["b": "1", "a": "2"]))" == "S N{a=2,b=1}")
    }
}

extension MetricDatumTests.Refused {
    fileprivate init(_ member: String, _ namespace: String, _ name: String) {
        self.init(member, MetricIdentity(namespace, name))
    }
}
