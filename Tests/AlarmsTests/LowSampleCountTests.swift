import Alarms
import MetricMath
import Testing

@Suite struct LowSampleCountTests {
    private func state(_ statistic: String, _ lowSampleCount: String?, samples: Double) throws -> AlarmState? {
        let alarm = try Samples.alarm(2, missing: "breaching") {
            $0.statistic = nil
            $0.extendedStatistic = statistic
            $0.evaluateLowSampleCountPercentile = lowSampleCount
        }
        return Samples.evaluation(alarm, [nil, nil, 5, 5], samples: samples).state
    }

    /// 10/(1-p) samples from the median up, 10/p below, over both periods together.
    @Test(arguments: [("p99", 1_000.0), ("p90", 100), ("p50", 20), ("p10", 100), ("p1", 1_000)])
    func ignoreKeepsTheStateBelowTheLimit(_ statistic: String, _ limit: Double) throws {
        #expect(try state(statistic, "ignore", samples: limit / 2) == .alarm)
        #expect(try state(statistic, "ignore", samples: limit / 2 - 1) == nil)
    }

    @Test func evaluateAndTheDefaultEvaluate() throws {
        #expect(try state("p99", "evaluate", samples: 1) == .alarm)
        #expect(try state("p99", nil, samples: 1) == .alarm)
    }

    @Test func theEndsHaveNoLimit() throws {
        #expect(try state("p100", "ignore", samples: 1) == .alarm)
        #expect(try state("p0", "ignore", samples: 1) == .alarm)
    }

    @Test func withoutDataTheTreatmentOfMissingDataDecides() throws {
        let alarm = try Samples.alarm(2, missing: "breaching") {
            $0.statistic = nil
            $0.extendedStatistic = "p99"
            $0.evaluateLowSampleCountPercentile = "ignore"
        }
        #expect(Samples.evaluation(alarm, [nil, nil, nil, nil]).state == .alarm)
    }
}
