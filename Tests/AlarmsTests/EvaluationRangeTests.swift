import Alarms
import Clocks
import MetricMath
import Testing

@Suite struct EvaluationRangeTests {
    private func moment(_ hour: Int, _ minute: Int, _ second: Int = 0) -> Timestamp {
        Timestamp(utc: 2025, 1, 1, hour: hour, minute: minute, second: second)
    }

    @Test func howOftenAnAlarmIsEvaluated() throws {
        #expect(try Samples.alarm(3, period: 10).evaluationInterval == 10)
        #expect(try Samples.alarm(3, period: 30).evaluationInterval == 10)
        #expect(try Samples.alarm(1, period: 60).evaluationInterval == 60)
        #expect(try Samples.alarm(24, period: 3_600).evaluationInterval == 60)
        #expect(try Samples.alarm(25, period: 3_600).evaluationInterval == 3_600)
    }

    @Test func theNextEvaluation() throws {
        let minutely = try Samples.alarm()
        #expect(minutely.nextEvaluation(after: moment(10, 10, 7)) == moment(10, 11))
        #expect(minutely.nextEvaluation(after: moment(10, 11)) == moment(10, 12))
        #expect(try Samples.alarm(1, period: 20).nextEvaluation(after: moment(10, 10, 7)) == moment(10, 10, 10))
        #expect(try Samples.alarm(25, period: 3_600).nextEvaluation(after: moment(10, 10)) == moment(11, 0))
    }

    /// Two periods more than N, whole ones up to the minute of the evaluation.
    @Test func whatIsLookedAt() throws {
        let range = try Samples.alarm(3, period: 300).evaluationRange(at: moment(10, 10, 7))
        #expect(range.count == 5)
        #expect(range.end == moment(10, 10))
        #expect(range.start == moment(9, 45))
        let short = try Samples.alarm(1, period: 30).evaluationRange(at: moment(10, 10, 19))
        #expect(short.end == moment(10, 10, 10))
        #expect(short.start == moment(10, 8, 40))
    }

    @Test func aPointAtTheBorderBelongsToTheLaterPeriod() throws {
        let range = try Samples.alarm(1).evaluationRange(at: moment(10, 10, 7))
        let points: [(Timestamp, Double)] = [
            (moment(10, 6, 59), 1), (moment(10, 7), 2), (moment(10, 8), 3), (moment(10, 8, 59), 4), (moment(10, 10), 5),
        ]
        let series = TimeSeries(period: 60, points: points.map { .init(time: $0.0, value: $0.1) })
        let slots = range.slots(of: series)
        #expect(slots.map(\.time) == [moment(10, 7), moment(10, 8), moment(10, 9)])
        // The first point is too old, the last not over yet, and of two in a period the newer stands.
        #expect(slots.map(\.value) == [2, 4, nil])
    }

    @Test func sampleCountsGoBesideTheirValues() throws {
        let range = try Samples.alarm(1).evaluationRange(at: moment(10, 10))
        let series = TimeSeries(period: 60, points: [.init(time: moment(10, 9), value: 2)])
        let counts = TimeSeries(period: 60, points: [.init(time: moment(10, 9), value: 7)])
        #expect(range.slots(of: series, sampleCounts: counts).map(\.sampleCount) == [nil, nil, 7])
    }
}
