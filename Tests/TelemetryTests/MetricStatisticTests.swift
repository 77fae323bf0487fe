import Telemetry
import Testing

@Suite struct MetricStatisticTests {
    @Test(arguments: ["SampleCount", "Average", "Sum", "Minimum", "Maximum", "p0", "p50", "p99", "p99.9", "p100"])
    func namesAreReadAndWritten(_ name: String) throws {
        #expect(try MetricStatistic(name).name == name)
    }

    @Test(arguments: ["TM(10%:90%)", "tm90", "IQM", "PR(:300)", "WM(1:2)", "TC(0.5:)", "ts99", "wm98"])
    func trimmedStatisticsAreRefusedByName(_ name: String) {
        let error = #expect(throws: MetricError.self) { try MetricStatistic(name) }
        #expect(error?.code == .unsupportedStatistic)
        #expect(error?.message.contains("The statistic \(name) is not computed here") == true)
    }

    @Test(arguments: [
        "", "average", "p", "p101", "p-1", "p1e1", "p50.", "p.5", "p1000", "p12.12345678901", "P50", "prices",
    ])
    func othersAreNoStatistics(_ name: String) {
        let error = #expect(throws: MetricError.self) { try MetricStatistic(name) }
        #expect(error?.code == .invalidValue)
    }

    @Test func periodsAreThoseOfCloudWatch() throws {
        for seconds in [1, 5, 10, 20, 30, 60, 120, 86_400] {
            #expect(try MetricPeriod(seconds: seconds).seconds == seconds)
        }
        for seconds in [-60, 0, 2, 15, 45, 61, 1_296_060, .max] {
            let error = #expect(throws: MetricError.self) { try MetricPeriod(seconds: seconds) }
            #expect(error?.message.hasPrefix("The value \(seconds) for parameter Period is not") == true)
        }
    }
}
