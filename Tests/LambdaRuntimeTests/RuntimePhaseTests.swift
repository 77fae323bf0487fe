import Testing

@testable import LambdaRuntime

struct RuntimePhaseTests {
    @Test func eventsAreServedUntilTheStop() {
        var phase = RuntimePhase()
        for _ in 0..<3 {
            let isTaken = phase.begin()
            let goesOn = phase.finish()
            #expect(isTaken && goesOn)
        }
        let stop = phase.stop()
        let isTaken = phase.begin()
        let again = phase.stop()
        #expect(stop == .endWait)
        #expect(!isTaken)
        #expect(again == .letFinish)
    }

    @Test func aStopWhileOneRunsLetsItFinish() {
        var phase = RuntimePhase()
        let isTaken = phase.begin()
        let stop = phase.stop()
        let goesOn = phase.finish()
        #expect(isTaken)
        #expect(stop == .letFinish)
        #expect(!goesOn)
    }
}
