import Testing

@testable import LambdaRuntime

struct RuntimePhaseTests {
    @Test func eventsAreServedUntilTheStop() {
        var phase = RuntimePhase()
        for _ in 0..<3 {
            #expect(phase.begin())
            #expect(phase.finish())
        }
        #expect(phase.stop() == .endWait)
        #expect(!phase.begin())
        #expect(phase.stop() == .letFinish)
    }

    @Test func aStopWhileOneRunsLetsItFinish() {
        var phase = RuntimePhase()
        #expect(phase.begin())
        #expect(phase.stop() == .letFinish)
        #expect(!phase.finish())
    }
}
