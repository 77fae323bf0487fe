import Clocks
import Testing

@testable import Pipes

/// What a pipe notes of attempts that fail, and of giving up.
@Suite(.timeLimit(.minutes(1))) struct PipeSetbackTests {
    private static let start = Samples.start.milliseconds

    @Test func whatGoesWellLeavesNone() async throws {
        let rig = PipeRig(Samples.records(1...5))
        let pipe = rig.pipe(try Samples.configuration())
        try await rig.running(pipe) { try await rig.until("all is settled") { pipe.snapshot.isDrained } }
        #expect(rig.setbacks == [])
    }

    @Test func attemptsAndTheGivingUpAreNotedWithTheirRecords() async throws {
        let rig = PipeRig(Samples.records(1...2)) { _, _ in .failed(reason: "raised") }
        let pipe = rig.pipe(try Samples.configuration(retries: 1))
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "all is settled") { pipe.snapshot.isDrained }
        }
        #expect(rig.setbacks.map(\.kind) == [.failed, .failed, .deadLettered])
        #expect(rig.setbacks.allSatisfy { $0.sequences == [1, 2] })
        #expect(rig.setbacks.map(\.attempts) == [1, 2, 2])
        #expect(rig.setbacks.map(\.requestId) == ["call 1", "call 2", nil])
        #expect(rig.setbacks.map(\.reason) == ["raised", "raised", "RetryAttemptsExhausted"])
        #expect(rig.setbacks[0].timestamp == Self.start)
        #expect(rig.setbacks[1].timestamp > Self.start)
    }

    @Test func aPartialFailureNamesItsRecords() async throws {
        let rig = PipeRig(Samples.records(1...3)) { call, _ in
            call == 1
                ? .partlyFailed(identifiers: [Samples.eventID(2), Samples.sequenceNumber(3)]) : .succeeded
        }
        let pipe = rig.pipe(try Samples.configuration(retries: 1))
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "all is settled") { pipe.snapshot.isDrained }
        }
        #expect(rig.setbacks.map(\.kind) == [.partlyFailed])
        #expect(rig.setbacks.first?.sequences == [1, 2, 3])
        #expect(rig.setbacks.first?.failedSequences == [2, 3])
    }

    @Test func whatNeverReachedTheTargetAndWhatIsDroppedIsNoted() async throws {
        let rig = PipeRig(Samples.records(1...1)) { call, _ in
            call == 1 ? .notReached(reason: "busy") : .failed(reason: "raised")
        }
        let pipe = rig.pipe(try Samples.configuration(retries: 0, deadLetters: false))
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "all is settled") { pipe.snapshot.isDrained }
        }
        #expect(rig.setbacks.map(\.kind) == [.notReached, .failed, .dropped])
        #expect(rig.setbacks.map(\.attempts) == [0, 1, 0])
    }

    /// A function's own words may tell of an order; only their kind is noted.
    @Test func aFunctionsWordsAreLeftOut() {
        let invocation = Invocation(
            outcome: .failed(reason: "Unhandled: order of ann@shop.example"), handedOverAt: nil, requestID: "r-1",
            response: FunctionResponse(payload: Array("{}".utf8), functionError: "Unhandled"))
        let failure = PipeFailure(
            at: Samples.start, reason: "Unhandled: order of ann@shop.example", requestID: "r-1", attempts: 1,
            sequences: 1...1)
        let setback = PipeSetback(
            invocation, Batch(records: Samples.records(1...1)), failure, sequenceNumber: Samples.sequenceNumber)
        #expect(setback.reason == "the function returned an error: Unhandled")
        #expect(setback.requestId == "r-1")
    }
}
