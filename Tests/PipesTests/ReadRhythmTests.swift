import Testing

@testable import Pipes

@Suite struct ReadRhythmTests {
    @Test func aCalmShardIsReadAtOnce() {
        var rhythm = ReadRhythm(now: .zero)
        for step in 0..<1_000 {
            let now = Duration.milliseconds(4 * step)
            #expect(rhythm.wait(now: now) == .zero)
            rhythm.note(count: 1, isFull: false, now: now)
        }
    }

    @Test func aBusyShardIsReadInIntervals() {
        var rhythm = ReadRhythm(now: .zero)
        rhythm.note(count: ReadRhythm.busyCount, isFull: false, now: .milliseconds(50))
        #expect(rhythm.wait(now: .milliseconds(51)) == .milliseconds(9))
        #expect(rhythm.wait(now: .milliseconds(60)) == .zero)
        #expect(rhythm.wait(now: .milliseconds(70)) == .zero)
        // Busy in the window before is busy.
        rhythm.note(count: 1, isFull: false, now: .milliseconds(110))
        #expect(rhythm.wait(now: .milliseconds(112)) == .milliseconds(8))
    }

    @Test func afterACalmWindowItIsCalm() {
        var rhythm = ReadRhythm(now: .zero)
        rhythm.note(count: 1_000, isFull: false, now: .milliseconds(10))
        rhythm.note(count: 1, isFull: false, now: .milliseconds(250))
        #expect(rhythm.wait(now: .milliseconds(251)) == .zero)
    }

    @Test func whatLagsBehindIsReadAtOnce() {
        var rhythm = ReadRhythm(now: .zero)
        for step in 0..<100 {
            rhythm.note(count: 1_000, isFull: true, now: .milliseconds(step))
            #expect(rhythm.wait(now: .milliseconds(step)) == .zero)
        }
    }
}
