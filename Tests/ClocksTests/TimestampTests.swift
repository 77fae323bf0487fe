import Clocks
import Testing

@Suite struct TimestampTests {
    struct Parts: CustomTestStringConvertible, Sendable {
        let microseconds: Int64
        let milliseconds: Int64
        let seconds: Int64

        var testDescription: String { "\(microseconds) µs" }
    }

    /// Before 1970 the whole units lie below the moment, not nearer to zero: -1 µs belongs to second -1.
    @Test(arguments: [
        Parts(microseconds: 0, milliseconds: 0, seconds: 0),
        Parts(microseconds: 999, milliseconds: 0, seconds: 0),
        Parts(microseconds: 1_000, milliseconds: 1, seconds: 0),
        Parts(microseconds: 1_700_000_000_123_456, milliseconds: 1_700_000_000_123, seconds: 1_700_000_000),
        Parts(microseconds: -1, milliseconds: -1, seconds: -1),
        Parts(microseconds: -1_000, milliseconds: -1, seconds: -1),
        Parts(microseconds: -1_001, milliseconds: -2, seconds: -1),
        Parts(microseconds: -1_000_000, milliseconds: -1_000, seconds: -1),
        Parts(microseconds: -1_000_001, milliseconds: -1_001, seconds: -2),
    ])
    func wholeUnitsAreRoundedDown(_ parts: Parts) {
        let moment = Timestamp(microseconds: parts.microseconds)
        #expect(moment.milliseconds == parts.milliseconds)
        #expect(moment.seconds == parts.seconds)
    }

    @Test func unitsAgree() {
        #expect(Timestamp(seconds: 3) == Timestamp(milliseconds: 3_000))
        #expect(Timestamp(milliseconds: -3) == Timestamp(microseconds: -3_000))
    }

    @Test(arguments: [-2_000_001, -2_000_000, -1, 0, 1, 1_700_000_000_000_000] as [Int64])
    func additionUndoesSubtraction(_ microseconds: Int64) {
        let moment = Timestamp(microseconds: microseconds)
        for duration in [Duration.zero, .microseconds(1), .milliseconds(-1_500), .seconds(86_400)] {
            #expect(moment + duration - duration == moment)
            #expect((moment + duration) - moment == duration)
            #expect(moment - (moment + duration) == .zero - duration)
        }
    }

    @Test func orderFollowsTimeAcross1970() {
        let moments = [-1_000_001, -1_000_000, -1, 0, 1].map { Timestamp(microseconds: $0) }
        #expect(moments.shuffled().sorted() == moments)
        // Whole units never turn the order round.
        #expect(moments.map(\.milliseconds) == moments.map(\.milliseconds).sorted())
        #expect(moments.map(\.seconds) == moments.map(\.seconds).sorted())
    }

    @Test func durationsAreCutToMicroseconds() {
        #expect(Duration.nanoseconds(1_999).microseconds == 1)
        #expect(Duration.nanoseconds(-1_999).microseconds == -1)
        #expect(Duration.seconds(-2).microseconds == -2_000_000)
        #expect(Duration.milliseconds(-1_500).microseconds == -1_500_000)
        #expect(Duration.microseconds(1_250).milliseconds == 1.25)
    }

    @Test func theMachinesClockTellsThisCentury() {
        let now = SystemTime().now()
        #expect(now > Timestamp(seconds: 1_700_000_000))
        #expect(now < Timestamp(seconds: 4_102_444_800))
    }

    @Test(arguments: [
        -1, -.infinity, .infinity, .nan, 253_402_300_800, 9.3e12, Double.greatestFiniteMagnitude,
    ])
    func aMomentThatNoClockReachesIsNone(seconds: Double) {
        #expect(Timestamp(secondsSince1970: seconds) == nil)
    }

    @Test func aMomentIsReadToTheNearestMicrosecond() {
        #expect(Timestamp(secondsSince1970: 0) == Timestamp(microseconds: 0))
        #expect(Timestamp(secondsSince1970: 1.000_000_6) == Timestamp(microseconds: 1_000_001))
    }
}
